/** A row of a file: a cell for each column, in order. */

/** A decimal or a date (milliseconds since the epoch) is a number; null is an empty field. */
export type Cell = string | number | boolean | null;
export type Row = readonly Cell[];
