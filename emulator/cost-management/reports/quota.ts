/**
 * Quotas of the reports, as token buckets on the emulator's clock. The figures are from a page of 2022 that was withdrawn:
 * nothing newer is on record. Those of ARM and of Cost Management as a whole count before them.
 */
import type { VirtualClock } from "../../types";
import type { ReportRoute } from "./route";

interface QuotaRow {
  readonly applies: (route: ReportRoute) => boolean;
  readonly per: "scope" | "operation" | "url and caller";
  readonly calls: number;
  readonly seconds: number;
}

const rows: readonly QuotaRow[] = [
  { applies: starts("costDetails"), per: "scope", calls: 2, seconds: 60 },
  { applies: starts("costDetails"), per: "scope", calls: 10, seconds: 3_600 },
  { applies: starts("costDetails"), per: "scope", calls: 50, seconds: 86_400 },
  { applies: ({ action }) => action === "poll", per: "operation", calls: 2, seconds: 60 },
  { applies: starts("reservationDetails"), per: "url and caller", calls: 10, seconds: 60 },
];

function starts(kind: ReportRoute["kind"]): QuotaRow["applies"] {
  return (route) => route.kind === kind && route.action === "start";
}

export interface ReportQuotas {
  /** Counts the call; the seconds to wait when a quota is used up. */
  take(route: ReportRoute, key: { readonly url: string; readonly caller: string }): number | undefined;
  refill(): void;
}

export function createReportQuotas(clock: VirtualClock): ReportQuotas {
  const levels = new Map<string, { left: number; at: number }>();
  return {
    take: (route, { url, caller }) => {
      const keys = {
        scope: route.scope?.path ?? "",
        operation: route.operationId,
        "url and caller": `${url} ${caller}`,
      };
      const now = clock.now();
      const due = rows
        .filter(({ applies }) => applies(route))
        .map((row, index) => {
          const key = `${route.kind} ${route.action} ${index} ${keys[row.per]}`.toLowerCase();
          const before = levels.get(key) ?? { left: row.calls, at: now };
          // A clock that was set back must not empty the bucket.
          const gained = (Math.max(0, now - before.at) / 1_000) * (row.calls / row.seconds);
          const level = { left: Math.min(row.calls, before.left + gained), at: now };
          levels.set(key, level);
          return { row, level };
        });
      // Below one by no more than rounding is one: a client that waits as told must get through.
      const empty = due.filter(({ level }) => level.left < 1 - 1e-9);
      if (empty.length > 0)
        return Math.max(
          ...empty.map(({ row, level }) => Math.ceil(((1 - level.left) * row.seconds) / row.calls - 1e-9)),
        );
      for (const { level } of due) level.left -= 1;
      return undefined;
    },
    refill: () => levels.clear(),
  };
}
