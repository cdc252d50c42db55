/**
 * Versions of the columns (`dataVersion`) that the emulated service knows, as documented, with the one that it takes where
 * the request names none: "latest" in the documentation, which version that is in practice is assumed.
 */
import type { Dataset } from "../../provider/cost-management/datasets";

/** The agreement behind a scope: Enterprise, Microsoft Customer, Microsoft Partner, or pay-as-you-go. */
export type Agreement = "EA" | "MCA" | "MPA" | "PAYG";

interface DataVersions {
  readonly datasets: readonly Dataset[];
  readonly versions: readonly string[];
  /** Where not every agreement has all of them. */
  readonly only?: Readonly<Partial<Record<Agreement, readonly string[]>>>;
  readonly latest: Readonly<Record<Agreement, string>>;
}

const table: readonly DataVersions[] = [
  {
    datasets: ["Usage", "ActualCost", "AmortizedCost"],
    // No schema index lists 2023-05-01; the published examples of 2025-03-01 all use it.
    versions: [
      "2019-10-01",
      "2019-11-01",
      "2020-01-01",
      "2021-01-01",
      "2021-10-01",
      "2023-05-01",
      "2023-12-01-preview",
      "2024-08-01",
    ],
    only: { PAYG: ["2019-11-01"] },
    latest: { EA: "2024-08-01", MCA: "2023-12-01-preview", MPA: "2023-12-01-preview", PAYG: "2019-11-01" },
  },
  {
    datasets: ["FocusCost"],
    versions: ["1.0-preview(v1)", "1.0-preview", "1.0", "1.0r2", "1.2-preview", "1.2"],
    latest: { EA: "1.2-preview", MCA: "1.2-preview", MPA: "1.2-preview", PAYG: "1.2-preview" },
  },
  {
    datasets: ["PriceSheet"],
    versions: ["2023-05-01", "2024-08-01"],
    only: { EA: ["2023-05-01"] },
    latest: { EA: "2023-05-01", MCA: "2024-08-01", MPA: "2024-08-01", PAYG: "2023-05-01" },
  },
  {
    datasets: ["ReservationDetails"],
    versions: ["2023-03-01"],
    latest: { EA: "2023-03-01", MCA: "2023-03-01", MPA: "2023-03-01", PAYG: "2023-03-01" },
  },
  {
    datasets: ["ReservationRecommendations", "ReservationTransactions"],
    versions: ["2023-05-01"],
    latest: { EA: "2023-05-01", MCA: "2023-05-01", MPA: "2023-05-01", PAYG: "2023-05-01" },
  },
];

function rowOf(dataset: string): DataVersions | undefined {
  return table.find(({ datasets }) => datasets.some((one) => one.toLowerCase() === dataset.toLowerCase()));
}

export function knowsDataVersion(dataset: string, version: string, agreement: Agreement | undefined): boolean {
  const row = rowOf(dataset);
  if (row === undefined) return true;
  const known = (agreement === undefined ? undefined : row.only?.[agreement]) ?? row.versions;
  return known.some((one) => one.toLowerCase() === version.toLowerCase());
}

/** Where the agreement is not known, the one of EA (assumed). */
export function latestDataVersion(dataset: string, agreement: Agreement | undefined): string | undefined {
  return rowOf(dataset)?.latest[agreement ?? "EA"];
}
