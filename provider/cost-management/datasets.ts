/** The datasets that an export can deliver (`definition.type`), as data. */

export type Dataset =
  | "Usage"
  | "ActualCost"
  | "AmortizedCost"
  | "FocusCost"
  | "PriceSheet"
  | "ReservationTransactions"
  | "ReservationRecommendations"
  | "ReservationDetails";

export interface DatasetRow {
  readonly type: Dataset;
  readonly label: string;
  /** Cost datasets exist at every scope; price and reservation datasets at EA billing accounts and billing profiles only. */
  readonly family: "cost" | "prices" | "reservations";
}

export const datasets: readonly DatasetRow[] = [
  { type: "Usage", label: "usage", family: "cost" },
  { type: "ActualCost", label: "actual cost", family: "cost" },
  { type: "AmortizedCost", label: "amortized cost", family: "cost" },
  { type: "FocusCost", label: "cost and usage (FOCUS)", family: "cost" },
  { type: "PriceSheet", label: "price sheet", family: "prices" },
  { type: "ReservationTransactions", label: "reservation transactions", family: "reservations" },
  { type: "ReservationRecommendations", label: "reservation recommendations", family: "reservations" },
  { type: "ReservationDetails", label: "reservation details", family: "reservations" },
];
