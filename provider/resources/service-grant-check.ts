/** What can be said of the inputs of a ServiceGrant with no call. */
import { duration } from "../cost-management/dates";
import type { Problem } from "../cost-management/parse";
import { didYouMean } from "../cost-management/spelling";
import { isRecord, isUnknown } from "../cost-management/unknown";
import { parseExportId } from "../cost-management/wire";
import { text } from "./plain";
import type { PlainObject } from "./resource";

interface Row {
  readonly key: string;
  readonly fits: (value: string) => boolean;
  /** What the value should be, and how to get it. */
  readonly rule: string;
}

const accountId =
  /^\/subscriptions\/[^/]+\/resourceGroups\/[^/]+\/providers\/Microsoft\.Storage\/storageAccounts\/[^/]+\/?$/i;

const rows: readonly Row[] = [
  {
    key: "exportId",
    fits: (value) => parseExportId(value) !== undefined,
    rule: "is no id of an export. Use the id of an Export, such as myExport.id.",
  },
  {
    key: "principalId",
    fits: (value) => /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(value),
    rule: "is no GUID. Use principalId of an ExportPrincipal.",
  },
  {
    key: "storageAccountId",
    fits: (value) => accountId.test(value),
    rule: "is no id of a storage account. Write /subscriptions/{id}/resourceGroups/{name}/providers/Microsoft.Storage/storageAccounts/{name}.",
  },
  {
    key: "containerName",
    fits: (value) => /^[a-z0-9](?!.*--)[a-z0-9-]{1,61}[a-z0-9]$/.test(value),
    rule: "is no name of a container: 3 to 63 lower-case letters, digits and single hyphens. Use the container that the export delivers to.",
  },
];

export function serviceGrantProblems(inputs: PlainObject, timeoutKeys: readonly string[]): readonly Problem[] {
  const problems: Problem[] = [];
  const refuse = (property: string, reason: string): void => {
    problems.push({ property, reason, severity: "refuse" });
  };
  for (const { key, fits, rule } of rows) {
    const value = inputs[key];
    if (!isUnknown(value) && !(typeof value === "string" && fits(value))) refuse(key, `${key} ${text(value)} ${rule}`);
  }
  const { required, timeouts } = inputs;
  if (required !== undefined && !isUnknown(required) && typeof required !== "boolean")
    refuse("required", `required ${text(required)} is neither true nor false.`);
  for (const [key, value] of Object.entries(isRecord(timeouts) ? timeouts : {})) {
    const near = didYouMean(key, timeoutKeys);
    if (!timeoutKeys.includes(key))
      refuse(
        `timeouts.${key}`,
        `timeouts has no ${key}${near === undefined ? "" : `; did you mean ${near}?`} There are ${timeoutKeys.join(" and ")}.`,
      );
    else if (!isUnknown(value) && (typeof value !== "string" || duration(value) === undefined))
      refuse(`timeouts.${key}`, `timeouts.${key} ${text(value)} is no duration. Write it as 90s, 30m, 1h30m or 2d.`);
  }
  return problems;
}
