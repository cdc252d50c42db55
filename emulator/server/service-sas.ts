/** Service SAS tokens of a container: signed with the account's first key as the blob service checks them (documented). */
import { createHmac, timingSafeEqual } from "node:crypto";
import { accountKeys } from "./account-keys";

const version = "2021-08-06";

export interface ContainerSas {
  readonly account: string;
  readonly container: string;
  /** Letters of what is allowed, such as `r`. */
  readonly permissions: string;
  /** ISO 8601, whole seconds. */
  readonly expiry: string;
  /** `https`, or `https,http`; empty: both. */
  readonly protocol: string;
}

export function signContainerSas(sas: ContainerSas): string {
  return new URLSearchParams({
    sv: version,
    sr: "c",
    sp: sas.permissions,
    se: sas.expiry,
    ...(sas.protocol === "" ? {} : { spr: sas.protocol }),
    sig: signature(sas).toString("base64"),
  }).toString();
}

/** Whether the query is a token of that container that is good at the time and allows the letter. */
export function allows(
  query: Readonly<Record<string, string>>,
  account: string,
  container: string,
  permission: string,
  now: number,
): boolean {
  const { sr, sp = "", se = "", spr = "", sig = "" } = query;
  if (sr !== "c" || !sp.includes(permission) || !(Date.parse(se) > now)) return false;
  const given = Buffer.from(sig, "base64");
  const expected = signature({ account, container, permissions: sp, expiry: se, protocol: spr });
  return given.length === expected.length && timingSafeEqual(given, expected);
}

function signature({ account, container, permissions, expiry, protocol }: ContainerSas): Buffer {
  const resource = `/blob/${account}/${container}`;
  // Start, identifier, address; snapshot, encryption scope and five headers of the answer: none of them is used.
  const text = [permissions, "", expiry, resource, "", "", protocol, version, "c", "", "", "", "", "", "", ""].join(
    "\n",
  );
  return createHmac("sha256", Buffer.from(accountKeys(account)[0], "base64"))
    .update(text)
    .digest();
}
