/** The closed lists of values, by version. Values match without case: shipped clients send other cases and are served. */
import type { ApiVersionRow } from "../../provider/cost-management/api-versions";

export interface ChoiceRow {
  readonly values: (row: ApiVersionRow) => readonly string[];
  /**
   * `member`: another value is an invalid member of the payload (assumed: observed for a recurrence, azps#27730).
   * `rule`: a rule refuses it in words of its own. `open`: no refusal is on record, so any value passes.
   */
  readonly others: "member" | "rule" | "open";
}

const always =
  (...values: readonly string[]) =>
  (): readonly string[] =>
    values;

/** `None` is what new versions answer for a one-time export (documented); a client may send back what it read (observed). */
const recurrences = ["Daily", "Weekly", "Monthly", "Annually"] as const;

export const choices = {
  type: { values: ({ types }) => types, others: "rule" },
  timeframe: { values: ({ timeframes }) => timeframes, others: "rule" },
  granularity: { values: ({ granularities }) => granularities, others: "rule" },
  format: { values: ({ formats }) => formats, others: "rule" },
  compressionMode: { values: ({ compressionModes }) => compressionModes, others: "member" },
  dataOverwriteBehavior: { values: always("OverwritePreviousReport", "CreateNewReport"), others: "member" },
  destinationType: { values: always("AzureBlob"), others: "member" },
  identityType: { values: always("None", "SystemAssigned"), others: "member" },
  // SystemSuspended is a value of every version here: who may set it is a rule.
  status: { values: always("Active", "Inactive", "SystemSuspended"), others: "member" },
  recurrence: {
    values: ({ generation }) => (generation === "new" ? [...recurrences, "None"] : recurrences),
    others: "member",
  },
  filterName: { values: always("ReservationScope", "ResourceType", "LookBackPeriod"), others: "open" },
} as const satisfies Record<string, ChoiceRow>;

export type ChoiceName = keyof typeof choices;

/** The list's own spelling of a value; undefined for a value outside the list. */
export function canonicalChoice(name: ChoiceName, value: string, row: ApiVersionRow): string | undefined {
  return choices[name].values(row).find((one) => sameText(one, value));
}

export const sameText = (left: string | undefined, right: string): boolean =>
  left?.toLowerCase() === right.toLowerCase();
