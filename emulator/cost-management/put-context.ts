/** What the rules of a PUT look at. */
import type { ApiVersionRow } from "../../provider/cost-management/api-versions";
import type { Scope } from "../../provider/cost-management/scopes";
import type { Switches } from "../types";
import type { Agreement } from "./data-versions";
import type { ServiceError } from "./errors";
import type { ExportPayload, ExportProperties } from "./members";
import type { StoredExport } from "./state";
import type { SpokenVersion } from "./versions";

export interface PutContext {
  readonly spoken: SpokenVersion;
  readonly row: ApiVersionRow;
  readonly scope: Scope;
  readonly name: string;
  readonly payload: ExportPayload;
  readonly properties: ExportProperties;
  /** The dataset in the request's own case; empty where none was sent. */
  readonly type: string;
  readonly timeframe: string;
  /** The export that this PUT updates. */
  readonly existing: StoredExport | undefined;
  /** An export of this name that the version does not see. */
  readonly twin?: StoredExport | undefined;
  readonly agreement: Agreement | undefined;
  readonly switches: Switches;
  readonly now: number;
}

export interface Rule {
  readonly name: string;
  /** How the refusal is known. */
  readonly source: string;
  readonly check: (context: PutContext) => ServiceError | undefined;
}

/** The agreement that the form of a scope tells: enrollment numbers are digits, MCA and MPA accounts have a colon (assumed). */
export function guessedAgreement({ kind, ids }: Scope): Agreement | undefined {
  const known = agreements[kind];
  if (known !== undefined) return known;
  const account = ids["billingAccountId"] ?? "";
  if (/^\d+$/.test(account)) return "EA";
  return account.includes(":") ? "MCA" : undefined;
}

const agreements: Readonly<Partial<Record<Scope["kind"], Agreement>>> = {
  department: "EA",
  enrollmentAccount: "EA",
  billingProfile: "MCA",
  invoiceSection: "MCA",
  customer: "MPA",
};
