/** What the files of runs and of reports have in common: which rows a scope has between two days, and how they become blobs. */
import type { Generation } from "../../provider/cost-management/api-versions";
import { momentOf, startOfDay } from "./calendar";
import type { Moment } from "./calendar";
import type { Agreement, Schema } from "./columns";
import { createPart, formats } from "./formats";
import type { FormatName, PartLimits, RowCursor } from "./formats";
import { rowsOf } from "./generate";
import type { WrittenBlob } from "./layout";
import { hashOf } from "./random";
import type { Filter } from "./reservation-lines";
import type { Row } from "./row";
import type { Sink } from "./sink";
import { createWorld } from "./world";

/** What decides over the data, beside the scope. */
export interface DataOptions {
  /** Makes the data repeatable. */
  readonly seed: string | number;
  /** How many meters run in each subscription: rows a day of the cost datasets. Default 40. */
  readonly size?: number | undefined;
  /** Default: the first of a month of 2018, from the seed. Before that day there are no charges and no prices. */
  readonly emptyBefore?: Moment | undefined;
  /** Ids of the subscriptions that a billing scope or management group sees. Default: three from the seed. */
  readonly subscriptions?: readonly string[] | undefined;
}

export interface RowsWanted extends DataOptions {
  readonly scope: string;
  /** With the columns that are wanted. */
  readonly schema: Schema;
  readonly generation: Generation;
  /** Midnights of the first and last day. */
  readonly from: number;
  readonly to: number;
  readonly granularity: "Daily" | "Monthly";
  readonly filters: readonly Filter[];
  /** When they were asked for. */
  readonly submitted: number;
}

const defaultSize = 40;
export const unlimited: PartLimits = { maxRows: Infinity, maxBytes: Infinity };

/** Documented: at a subscription or resource group a partner sees the file that the customer sees. */
export function seenAs(agreement: Agreement, scope: string): Agreement {
  return agreement === "MPA" && /^\/?subscriptions\//i.test(scope) ? "CSP" : agreement;
}

export function rowsFor(wanted: RowsWanted): Iterable<Row> {
  const { seed, size, emptyBefore, subscriptions, scope, schema, generation, granularity, filters, submitted } = wanted;
  const firstCharge = emptyBefore === undefined ? Date.UTC(2018, hashOf(String(seed)) % 12, 1) : momentOf(emptyBefore);
  const from = Math.max(wanted.from, startOfDay(firstCharge));
  // Prices are known before they apply; nothing else is known of tomorrow.
  const to = schema.dataset === "PriceSheet" ? wanted.to : Math.min(wanted.to, startOfDay(submitted));
  if (from > to) return [];
  const { agreement } = schema;
  const world = createWorld({
    seed,
    size: size ?? defaultSize,
    agreement,
    scope,
    ...(subscriptions === undefined ? {} : { subscriptions }),
  });
  return rowsOf({ world, schema, generation, from, to, granularity, filters, submitted });
}

export interface PartsWanted {
  readonly schema: Schema;
  readonly format: FormatName;
  readonly limits: PartLimits;
  /** Rows of a Parquet row group. */
  readonly rowGroupRows: number;
  readonly sink: Sink;
  readonly container: string;
  /** Of the n-th part, counted from one. */
  readonly nameOf: (n: number) => string;
}

/** At least one part: without rows it has a header alone. */
export async function writeParts(rows: RowCursor, wanted: PartsWanted): Promise<readonly WrittenBlob[]> {
  const { schema, format, limits, sink, container, nameOf } = wanted;
  const rowGroupRows = Math.min(wanted.rowGroupRows, limits.maxRows);
  const blobs: WrittenBlob[] = [];
  do {
    const blobName = nameOf(blobs.length + 1);
    const { stream, measure } = createPart(rows, { schema, format, limits, rowGroupRows });
    await sink.put(container, blobName, stream, { contentType: formats[format].contentType });
    const { byteCount, rowCount, contentMd5 } = measure;
    blobs.push({ blobName, byteCount, dataRowCount: rowCount, contentMd5 });
  } while (rows.hasNext());
  return blobs;
}
