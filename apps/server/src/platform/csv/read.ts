import { CsvError, parse } from 'csv-parse/sync';

/** A row of a table with a heading, by the heading's names, and the line of the file that it ends on. */
export type CsvRow = { readonly line: number; readonly cells: Readonly<Record<string, string>> };

/** Characters of a row; of what is no table at all, the whole would be read letter by letter. */
const LONGEST_ROW = 20_000;
/** A sign that only keeps a spreadsheet from taking the text for a formula. */
const GUARD = /^'(?=[=+\-@\t\r])/;

/**
 * Reads a table as a spreadsheet saves it: a heading, then rows; commas or semicolons; UTF-8 with or without its mark.
 * @returns its rows, or where it stops being a table
 */
export const rowsOf = (text: string): { rows: CsvRow[] } | { line: number; message: string } => {
  const [heading = ''] = text.split(/\r?\n/, 1);
  const delimiter = heading.split(';').length > heading.split(',').length ? ';' : ',';
  try {
    const read = parse(text, {
      bom: true,
      delimiter,
      columns: (names: string[]) => names.map((name) => name.trim().toLowerCase()),
      info: true,
      max_record_size: LONGEST_ROW,
      skip_empty_lines: true,
      trim: true,
      // With `info` each record comes beside what is known of it; the options above are what decides that.
    }) as unknown as { record: Record<string, string>; info: { lines: number } }[];
    return {
      rows: read.map(({ record, info }) => ({
        line: info.lines,
        cells: Object.fromEntries(Object.entries(record).map(([name, cell]) => [name, cell.replace(GUARD, '')])),
      })),
    };
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    const { lines } = error as CsvError & { lines?: number };
    return { line: lines ?? 1, message: error.message };
  }
};
