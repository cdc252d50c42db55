/** CSV as the service writes it: UTF-8 with a byte order mark, the header in every part, fields quoted by RFC 4180. */
import type { Column, DateForm, TextForms } from "./columns";
import type { Cell, Row } from "./row";

/** Observed in exports and in cost details. */
const byteOrderMark = "\uFEFF";
/** As RFC 4180 has it; what the service writes is assumed. */
const lineEnd = "\r\n";

export function csvHeader(columns: readonly Column[]): string {
  return `${byteOrderMark}${columns.map(({ name }) => quoted(name)).join(",")}${lineEnd}`;
}

/** Makes lines of rows. */
export function csvLines(columns: readonly Column[], forms: TextForms): (row: Row) => string {
  const [yes = "", no = ""] = forms.booleans.split("/");
  const dates = remembered((value) => dateText(value, forms.dates));
  const writers = columns.map(({ type }): ((cell: Cell) => string) => {
    switch (type) {
      case "decimal":
        return (cell) => decimalText(Number(cell));
      case "date":
        return (cell) => dates(Number(cell));
      case "boolean":
        return (cell) => (cell === true ? yes : no);
      default:
        return (cell) => quoted(String(cell));
    }
  });
  return (row) => {
    let line = "";
    for (let index = 0; index < writers.length; index++) {
      const cell = row[index] ?? null;
      if (index > 0) line += ",";
      if (cell !== null) line += writers[index]?.(cell) ?? "";
    }
    return line + lineEnd;
  };
}

function quoted(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** Never with an exponent. */
export function decimalText(value: number): string {
  if (value !== 0 && Math.abs(value) < 1e-6) return value.toFixed(9).replace(/\.?0+$/, "");
  return String(value);
}

export function dateText(at: number, form: DateForm): string {
  const iso = new Date(at).toISOString();
  switch (form) {
    case "MM/dd/yyyy":
      return `${iso.slice(5, 7)}/${iso.slice(8, 10)}/${iso.slice(0, 4)}`;
    case "yyyy-MM-ddTHH:mmZ":
      return `${iso.slice(0, 16)}Z`;
    case "yyyy-MM-ddTHH:mm:ssZ":
      return `${iso.slice(0, 19)}Z`;
  }
}

/** A file has few days. */
function remembered(text: (value: number) => string): (value: number) => string {
  const known = new Map<number, string>();
  return (value) => {
    const found = known.get(value) ?? text(value);
    known.set(value, found);
    return found;
  };
}
