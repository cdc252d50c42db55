/**
 * The rows of a file, one after another and never more than one in memory: a function of the world, the dataset and the days.
 * All datasets tell of the same charges, so that totals agree between them.
 */
import type { Generation } from "../../provider/cost-management/api-versions";
import { startOfMonth } from "./calendar";
import type { Column, Schema } from "./columns";
import { appears, costFields } from "./cost-fields";
import type { CostView } from "./cost-fields";
import { costLines } from "./cost-lines";
import { focusFields } from "./focus-fields";
import type { FocusView } from "./focus-fields";
import { priceFields, priceLines } from "./price-lines";
import {
  detailFields,
  detailLines,
  paymentFields,
  paymentLines,
  recommendationFields,
  recommendationLines,
} from "./reservation-lines";
import type { Filter } from "./reservation-lines";
import type { Cell, Row } from "./row";
import type { World } from "./world";

export interface RowsQuestion {
  readonly world: World;
  /** With the columns that are wanted. */
  readonly schema: Schema;
  readonly generation: Generation;
  /** Midnights of the first and last day. */
  readonly from: number;
  readonly to: number;
  readonly granularity: "Daily" | "Monthly";
  readonly filters: readonly Filter[];
  /** When the run was asked for. */
  readonly submitted: number;
}

export function rowsOf(question: RowsQuestion): Iterable<Row> {
  const { world, schema, generation, from, to, filters, submitted } = question;
  const { dataset, agreement } = schema;
  const { billing } = world;
  switch (dataset) {
    case "Usage":
    case "ActualCost":
    case "AmortizedCost": {
      const view: CostView = {
        amortized: dataset === "AmortizedCost",
        agreement,
        billing,
        tags: schema.forms.tags,
        noSubscription: generation === "old" ? "00000000-0000-0000-0000-000000000000" : null,
      };
      return rows(costLines(world, question), schema, costFields, view, (line) => appears(dataset, line));
    }
    case "FocusCost": {
      const modern = agreement !== "EA" && agreement !== "PAYG";
      const view: FocusView = { billing, version: schema.dataVersion, modern };
      return rows(costLines(world, question), schema, focusFields, view);
    }
    case "PriceSheet": {
      // Documented for EA: reservation prices stand in the current month's sheet only.
      const current = startOfMonth(from) === startOfMonth(submitted);
      return rows(priceLines(world, from, agreement !== "EA" || current), schema, priceFields, billing);
    }
    case "ReservationDetails":
      return rows(detailLines(world, from, to), schema, detailFields, billing);
    case "ReservationTransactions":
      return rows(paymentLines(world, from, to), schema, paymentFields, billing);
    case "ReservationRecommendations":
      return rows(recommendationLines(world, to, filters), schema, recommendationFields, billing);
  }
}

type Fields<Line, View> = Readonly<Record<string, (line: Line, view: View) => Cell>>;

function* rows<Line, View>(
  lines: Iterable<Line>,
  { columns, dataset }: Schema,
  fields: Fields<Line, View>,
  view: View,
  wanted?: (line: Line) => boolean,
): Generator<Row> {
  const cells = columns.map((column) => cellOf(fields, column, dataset));
  for (const line of lines) {
    if (wanted?.(line) === false) continue;
    // An empty text and no value are the same in a text file, so they are in all files.
    yield cells.map((cell) => {
      const value = cell(line, view);
      return value === "" ? null : value;
    });
  }
}

function cellOf<Line, View>(
  fields: Fields<Line, View>,
  { name, field }: Column,
  dataset: string,
): (line: Line, view: View) => Cell {
  const found = fields[field];
  if (found === undefined) throw new TypeError(`Nothing is known of the column ${name} of ${dataset}.`);
  return found;
}
