/**
 * Versions of the columns (`dataVersion`) by dataset and agreement, newest last, as documented. Copies of the vendor's
 * index disagree; this is their union, so an unlisted version is a warning and never a refusal.
 */
import type { Dataset } from "./datasets";

export type Agreement = "EA" | "MCA" | "MPA" | "PAYG";

interface DataVersionRow {
  readonly datasets: readonly Dataset[];
  readonly versions: Readonly<Partial<Record<Agreement, readonly string[]>>>;
}

/** The last one is what warnings recommend: "1.2" is known from a shipped client's mapping alone, the others are documented. */
const focus = ["1.2", "1.0-preview(v1)", "1.0-preview", "1.0", "1.0r2", "1.2-preview"];

export const dataVersions: readonly DataVersionRow[] = [
  {
    datasets: ["Usage", "ActualCost", "AmortizedCost"],
    versions: {
      EA: ["2019-10-01", "2020-01-01", "2021-01-01", "2021-10-01", "2023-05-01", "2023-12-01-preview", "2024-08-01"],
      MCA: ["2019-10-01", "2019-11-01", "2021-01-01", "2021-10-01", "2023-12-01-preview"],
      MPA: ["2019-11-01", "2021-01-01", "2021-10-01", "2023-12-01-preview"],
      PAYG: ["2019-11-01"],
    },
  },
  { datasets: ["FocusCost"], versions: { EA: focus, MCA: focus } },
  {
    datasets: ["PriceSheet"],
    versions: { EA: ["2023-05-01"], MCA: ["2023-05-01", "2024-08-01"], MPA: ["2023-05-01", "2024-08-01"] },
  },
  { datasets: ["ReservationDetails"], versions: { EA: ["2023-03-01"], MCA: ["2023-03-01"] } },
  {
    datasets: ["ReservationRecommendations", "ReservationTransactions"],
    versions: { EA: ["2023-05-01"], MCA: ["2023-05-01"] },
  },
];

/** The known versions of a dataset, under one agreement or under any. */
export function knownDataVersions(dataset: string, agreement?: Agreement): readonly string[] {
  const row = dataVersions.find(({ datasets }) => datasets.some((name) => name === dataset));
  if (row === undefined) return [];
  if (agreement !== undefined) return row.versions[agreement] ?? [];
  return [...new Set(Object.values(row.versions).flat())];
}
