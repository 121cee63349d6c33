// Tables as CSV files (RFC 4180), safe to open in a spreadsheet.

export type Cell = string | number | null;

/** Spreadsheets take text that begins so for a formula. Source: OWASP, CSV injection. */
const FORMULA = /^[=+\-@\t\r]/;

/** What is plainly a number is no formula. */
const NUMBER = /^-?\d+(\.\d+)?$/;

const cellOf = (cell: Cell): string => {
  if (cell === null) return '';
  if (typeof cell === 'number') return String(cell);
  const text = FORMULA.test(cell) && !NUMBER.test(cell) ? `'${cell}` : cell;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
};

/** The text of a CSV file. The mark at its beginning tells Excel that it is UTF-8. */
export const csvOf = (rows: readonly (readonly Cell[])[]): string =>
  `\uFEFF${rows.map((row) => `${row.map(cellOf).join(',')}\r\n`).join('')}`;

export { type CsvRow, rowsOf } from './read.ts';
