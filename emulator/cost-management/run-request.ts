/** POST run: one run now, of the export's own definition or of the dates in the body. */
import { isObject } from "../json";
import { parseJson, refused } from "./asked";
import type { Asked, AskedByName, Result } from "./asked";
import { addMonths, parseInstant, startOfMonth } from "./dates";
import { errors } from "./errors";
import type { ServiceError } from "./errors";
import { runRequestShape } from "./members";
import { readPayload } from "./payload";
import { newRun, settingsOf, withNewRuns } from "./runs";

export function runExport(asked: AskedByName): Result {
  const { service, request, spoken, scope, name } = asked;
  const { clock, newId, callerOf } = service.options;
  const stored = service.store.find(scope.path, name, spoken.generation);
  if (stored === undefined) return refused(errors.runExportNotFound(name));
  const period = runPeriod(asked);
  if ("status" in period) return refused(period);
  if (stored.runs.some(({ end }) => end === undefined)) return refused(errors.runInProgress());
  const run = newRun({
    id: newId(),
    executionType: "OnDemand",
    submittedBy: callerOf?.(request) ?? "someone@example.com",
    now: clock.now(),
    settings: settingsOf(stored),
    ...period,
  });
  service.store.put(withNewRuns(stored, [run]));
  return { status: 200, headers: { "content-length": "0" } };
}

type RunPeriod = { readonly period?: { readonly from: string; readonly to: string } };

/** No body, or blanks as shipped clients send, runs the export's own definition (observed). */
function runPeriod({ request, spoken, service }: Asked): RunPeriod | ServiceError {
  if (request.rawBody.trim() === "") return {};
  if (spoken.generation === "old") {
    return service.options.switches.runBodyOnOldVersion === "ignore" ? {} : errors.invalidMember("timePeriod");
  }
  const body = parseJson(request.rawBody);
  if (!isObject(body)) return errors.unreadableBody();
  const { value, invalid } = readPayload(runRequestShape, body, spoken.row, "strict");
  if (invalid[0] !== undefined) return errors.invalidMember(invalid[0]);
  // "Selected dates" with nothing selected (observed: ftk#1370, #1419).
  if (value.timePeriod === undefined) return errors.invalidRunPeriod();
  return checkedPeriod(value.timePeriod, service.options.clock.now());
}

/** The rules that users met at runs with dates (observed: ftk#988, #1072, #1611); the order among them is assumed. */
function checkedPeriod(
  { from, to }: { readonly from?: string; readonly to?: string },
  now: number,
): RunPeriod | ServiceError {
  const start = parseInstant(from ?? "")?.at;
  const end = parseInstant(to ?? "")?.at;
  if (from === undefined && to === undefined) return errors.invalidRunPeriod();
  if (from === undefined || to === undefined || start === undefined || end === undefined)
    return errors.runDatesIncomplete();
  if (start > end) return errors.timePeriodReversed();
  if (end > now) return errors.timePeriodInFuture();
  if (startOfMonth(start) !== startOfMonth(end)) return errors.runDatesInDifferentMonths();
  return start < addMonths(now, -84) ? errors.runTooOld() : { period: { from, to } };
}
