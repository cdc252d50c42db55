/** Every switch of the emulator, with the values that each can take: one table for the option, the CLI and the control API. */
import { defaultSwitches } from "../types";
import type { Switches } from "../types";

/** Behaviour of the surroundings of the service: identity, ARM, quotas. */
export interface SurroundingSwitches {
  /** Whether any bearer token is taken, also one that this emulator never issued. Default false. */
  acceptAnyBearer: boolean;
  /** Whether every client secret is refused, with 401 `invalid_client` and AADSTS7000215. Default false. */
  refuseClientSecrets: boolean;
  /**
   * Whether role assignments that do not say `principalType` are refused with `PrincipalNotFound`, as while a new identity
   * replicates (documented). Default false.
   */
  principalsMissing: boolean;
  /** Whether subscriptions, resource groups, storage accounts, containers and registrations must exist. Default false. */
  strictResources: boolean;
  /** Whether the identity of an export must hold a role that writes blobs when a run delivers. Default false. */
  enforceRoles: boolean;
  /** Whether moving the clock ages issued tokens too. Default false: clients cache tokens by their own clock. */
  clockAgesTokens: boolean;
  /** How long tokens are good for, in seconds. Default 3600; managed-identity tokens live as long. */
  tokenLifetimeSeconds: number;
  /** Which quotas are enforced, on the virtual clock. Default `none`. */
  quotas: "none" | "realistic";
}

/** Every switch by its name; docs/emulator.md lists them with their values and defaults. */
export type AllSwitches = Switches & SurroundingSwitches;

/** A fresh copy: the emulator's parts hold on to one mutable object, so that a patch reaches all of them. */
export function startingSwitches(patch: Partial<AllSwitches> = {}): AllSwitches {
  return { ...defaultSwitches, ...defaultSurroundings, ...checkSwitches(patch) };
}

/** Parses switches that came from outside; throws one error that names every problem. */
export function checkSwitches(patch: unknown): Partial<AllSwitches> {
  if (typeof patch !== "object" || patch === null || Array.isArray(patch)) {
    throw new TypeError("Switches are an object of names and values.");
  }
  const problems = Object.entries(patch).flatMap(([name, value]) => {
    const allowed = allowedValues(name);
    if (allowed === undefined)
      return [`There is no switch ${JSON.stringify(name)}; there are ${Object.keys(switchValues).join(", ")}.`];
    const fits = allowed === "count" ? Number.isInteger(value) && Number(value) > 0 : allowed.includes(value);
    if (fits) return [];
    const wanted =
      allowed === "count" ? "a whole number above 0" : `one of ${allowed.map((one) => JSON.stringify(one)).join(", ")}`;
    return [`Switch ${name} is ${wanted}, not ${JSON.stringify(value)}.`];
  });
  if (problems.length > 0) throw new TypeError(problems.join(" "));
  return patch;
}

/** Parses `name=value` of a command line. */
export function parseSwitch(text: string): Partial<AllSwitches> {
  const [, name, value] = /^([^=]+)=(.*)$/.exec(text) ?? [];
  if (name === undefined || value === undefined)
    throw new TypeError(`A switch is written name=value, not ${JSON.stringify(text)}.`);
  const allowed = allowedValues(name);
  const typed = allowed === "count" ? Number(value) : allowed?.find((one) => String(one) === value);
  return checkSwitches({ [name]: typed ?? value });
}

function allowedValues(name: string): readonly unknown[] | "count" | undefined {
  return Object.hasOwn(switchValues, name)
    ? (switchValues as Readonly<Record<string, readonly unknown[] | "count">>)[name]
    : undefined;
}

const defaultSurroundings: Readonly<SurroundingSwitches> = {
  acceptAnyBearer: false,
  refuseClientSecrets: false,
  principalsMissing: false,
  strictResources: false,
  enforceRoles: false,
  clockAgesTokens: false,
  tokenLifetimeSeconds: 3_600,
  quotas: "none",
};

const yesOrNo = [false, true] as const;

/** Does not compile when a switch is left out. */
const switchValues: {
  readonly [Name in keyof AllSwitches]: AllSwitches[Name] extends number
    ? number extends AllSwitches[Name]
      ? "count"
      : readonly AllSwitches[Name][]
    : readonly AllSwitches[Name][];
} = {
  staleETagStatus: [400, 409, 412],
  newGenerationRequiresETag: yesOrNo,
  deleteMissingStatus: [404, 204, 200],
  oldPutOnNewExport: ["twin", "refuse"],
  newPutOnOldExport: ["move", "keep"],
  pastFromRefusedOnUpdate: yesOrNo,
  enumCase: ["as-sent", "canonical"],
  throttleHeader: ["none", "consumption", "retry-after"],
  newPutShowsNextRun: yesOrNo,
  refuseMismatchedCompression: yesOrNo,
  refuseReservationOnOtherScopes: yesOrNo,
  errorShape: ["old", "new", "by-generation"],
  recurrenceOnInactiveRefused: yesOrNo,
  systemSuspendedAccepted: yesOrNo,
  partitionDataRefusedForEa: yesOrNo,
  refusePriceSheetOnOtherScopes: yesOrNo,
  customPeriodLimitRefused: yesOrNo,
  runBodyOnOldVersion: ["ignore", "refuse"],
  defaultsShown: yesOrNo,
  partitionedFileName: ["null", "path"],
  manifestFileForm: ["path", "uri"],
  scheduledRuns: yesOrNo,
  deletingRemovesRoles: yesOrNo,
  deniedRolePut: ["refuse", "without"],
  runSuccess: ["Completed", "DataReady"],
  reportStart: [202, 200, 204],
  acceptAnyBearer: yesOrNo,
  refuseClientSecrets: yesOrNo,
  principalsMissing: yesOrNo,
  strictResources: yesOrNo,
  enforceRoles: yesOrNo,
  clockAgesTokens: yesOrNo,
  tokenLifetimeSeconds: "count",
  quotas: ["none", "realistic"],
};
