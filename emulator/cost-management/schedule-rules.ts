/** Refusals of when an export runs. */
import { sameText } from "./choices";
import { parseInstant } from "./dates";
import { errors } from "./errors";
import type { Rule } from "./put-context";

export const scheduleRules: readonly Rule[] = [
  {
    name: "only the service suspends",
    source:
      "documented (SystemSuspended is set by the service); the refusal is assumed, by switch for a suspended export",
    check: ({ properties, existing, switches }) => {
      if (!sameText(properties.schedule?.status, "SystemSuspended")) return undefined;
      const already = sameText(existing?.properties.schedule?.status, "SystemSuspended");
      return already && switches.systemSuspendedAccepted
        ? undefined
        : errors.invalidMember("properties.schedule.status");
    },
  },
  {
    name: "an inactive schedule has no recurrence",
    source: "observed on 2021-10-01 (azps#27730), contradicted on 2023-07-01-preview: by switch, on old versions",
    check: ({ properties: { schedule }, spoken, switches }) =>
      switches.recurrenceOnInactiveRefused &&
      spoken.generation === "old" &&
      sameText(schedule?.status, "Inactive") &&
      schedule?.recurrence !== undefined
        ? errors.invalidMember("properties.schedule.recurrence")
        : undefined,
  },
  {
    name: "a recurrencePeriod has a start",
    source: "documented (required member)",
    check: ({ properties: { schedule } }) =>
      schedule?.recurrencePeriod !== undefined && schedule.recurrencePeriod.from === undefined
        ? errors.missingMember("schedule recurrencePeriod from")
        : undefined,
  },
  {
    name: "the start is not after the end, and old versions need an end",
    // The observed request started in the past as well and was refused for the missing end: this rule comes first.
    source: "observed (bicep#6519, sdkpy#6100)",
    check: ({ properties: { schedule }, spoken }) => {
      const from = parseInstant(schedule?.recurrencePeriod?.from ?? "")?.at;
      const to = parseInstant(schedule?.recurrencePeriod?.to ?? "")?.at;
      if (from === undefined || (to === undefined && spoken.generation === "new")) return undefined;
      return to === undefined || from > to ? errors.recurrenceFromAfterTo() : undefined;
    },
  },
  {
    name: "an active export starts in the future",
    source: "observed at create (azurerm#20597); on update by switch",
    check: ({ properties: { schedule }, existing, switches, now }) => {
      const from = parseInstant(schedule?.recurrencePeriod?.from ?? "")?.at;
      const judged = existing === undefined || switches.pastFromRefusedOnUpdate;
      return judged && from !== undefined && from < now && sameText(schedule?.status, "Active")
        ? errors.recurrenceFromInPast()
        : undefined;
    },
  },
];
