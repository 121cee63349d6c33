// What makers read of the ledger: statements by month, and the summary of a year.
import { DomainError } from '@videowindow/contract';
import type { StatementLine as LineView, StatementMonth } from '@videowindow/contract/api/commerce';
import { money, toDecimal } from '@videowindow/contract/money';
import { csvOf } from '#platform/csv';
import type { Database, Reader } from '#platform/database';
import {
  addColumns,
  type Columns,
  columnsOf,
  nothing,
  type StatementLine,
  spanOf,
  statementLines,
} from './statement.ts';
import * as store from './store.ts';

export type OrderLabel = { readonly id: string; readonly number: number; readonly title: string };

export type LedgerReads = {
  database: Database;
  currency: string;
  /** The orders that came of payments, by payment; the room above knows them. */
  ordersOfPayments(reader: Reader, paymentIds: readonly string[]): Promise<ReadonlyMap<string, OrderLabel>>;
  /** The tax in their prices that a maker owes themselves, by month; the books know only what the marketplace owes. */
  ownTaxOf(
    reader: Reader,
    makerId: string,
    span: { from: Date; to: Date },
    currency: string,
  ): Promise<ReadonlyMap<string, number>>;
};

/** Lines that a page shows; the file has all. */
const LINES_SHOWN = 1000;

const assertPeriod = (text: string, shape: RegExp) => {
  if (!shape.test(text)) throw new DomainError('not_found');
};
const MONTH = /^20\d\d-(0[1-9]|1[0-2])$/;
const YEAR = /^20\d\d$/;

const publicSums = ({ frozen: _frozen, ...sums }: Columns) => sums;

/** Months newest first; each opens with what the one before it closed with. */
export const monthsOf = async (deps: LedgerReads, makerId: string): Promise<StatementMonth[]> => {
  const rows = await store.monthsOf(deps.database.db, { id: makerId, currency: deps.currency });
  const sums = new Map<string, Columns>();
  for (const row of rows) sums.set(row.month, addColumns(sums.get(row.month) ?? nothing, columnsOf(row)));
  let balance = 0;
  const oldestFirst = [...sums].reverse().map(([month, columns]) => {
    const opening = balance;
    balance += columns.net;
    return { month, opening, closing: balance, sums: publicSums(columns) };
  });
  return oldestFirst.reverse();
};

/** A month, its first `limit` lines with their orders. @throws DomainError not_found for what is no month */
const readMonth = async (deps: LedgerReads, makerId: string, month: string, limit: number) => {
  assertPeriod(month, MONTH);
  const span = spanOf(month);
  const maker = { id: makerId, currency: deps.currency };
  return await snapshot(deps.database, async (reader) => {
    const opening = await store.owedBefore(reader, maker, span.from);
    const all = statementLines(opening, await store.movesOf(reader, maker, span));
    const lines = all.slice(0, limit);
    const payments = [...new Set(lines.flatMap(({ paymentId }) => paymentId ?? []))];
    const orders = await deps.ordersOfPayments(reader, payments);
    return {
      opening,
      closing: all.at(-1)?.balance ?? opening,
      sums: publicSums(all.reduce<Columns>(addColumns, nothing)),
      lines: lines.map((line) => lineView(line, (line.paymentId && orders.get(line.paymentId)) || null)),
      complete: all.length === lines.length,
    };
  });
};

/** Several reads of one moment. */
const snapshot = <T>(database: Database, work: (reader: Reader) => Promise<T>): Promise<T> =>
  database.db.transaction().setIsolationLevel('repeatable read').setAccessMode('read only').execute(work);

const lineView = ({ at, paymentId: _payment, ...line }: StatementLine, order: OrderLabel | null): LineView => ({
  ...line,
  at: at.toISOString(),
  order,
});

/** One month. @throws DomainError not_found */
export const monthOf = async (deps: LedgerReads, makerId: string, month: string) => ({
  month,
  currency: deps.currency,
  ...(await readMonth(deps, makerId, month, LINES_SHOWN)),
});

/** The month as CSV, every line of it. @throws DomainError not_found */
export const monthFile = async (deps: LedgerReads, makerId: string, month: string): Promise<string> => {
  const { currency } = deps;
  const { lines, opening, closing } = await readMonth(deps, makerId, month, Number.POSITIVE_INFINITY);
  const decimal = (amount: number) => toDecimal(money(amount, currency));
  const { from, to } = spanOf(month);
  const edge = (at: Date, what: string, balance: number) => [
    at.toISOString(),
    what,
    ...Array.from({ length: 9 }, () => ''),
    decimal(balance),
    currency,
  ];
  return csvOf([
    [
      ...['Date', 'What', 'Order', 'Piece', 'Gross', 'Fee', 'Tax', 'Refund', 'Paid out', 'Other', 'Net', 'Balance'],
      'Currency',
    ],
    edge(from, 'opening balance', opening),
    ...lines.map((line) => [
      line.at,
      line.kind.replaceAll('_', ' '),
      line.order?.number ?? '',
      line.order?.title ?? '',
      ...[line.gross, line.fee, line.tax, line.refund, line.paidOut, line.other, line.net, line.balance].map(decimal),
      currency,
    ]),
    edge(to, 'closing balance', closing),
  ]);
};

/** What a maker sold in a year, month by month. @throws DomainError not_found for what is no year */
export const yearOf = async (deps: LedgerReads, makerId: string, year: string) => {
  assertPeriod(year, YEAR);
  const rows = await store.monthsOf(deps.database.db, { id: makerId, currency: deps.currency });
  const ownTax = await deps.ownTaxOf(deps.database.db, makerId, spanOf(year), deps.currency);
  const months = Array.from({ length: 12 }, (_, index) => {
    const month = `${year}-${String(index + 1).padStart(2, '0')}`;
    const own = rows.filter((row) => row.month === month);
    return {
      month,
      sales: own.filter(({ kind }) => kind === 'sale').reduce((sum, { entries }) => sum + entries, 0),
      ...publicSums(own.map(columnsOf).reduce<Columns>(addColumns, nothing)),
      ownTax: ownTax.get(month) ?? 0,
    };
  });
  const total = rows
    .filter(({ month }) => month.startsWith(`${year}-`))
    .map(columnsOf)
    .reduce<Columns>(addColumns, nothing);
  return {
    year,
    currency: deps.currency,
    months,
    sales: months.reduce((sum, { sales }) => sum + sales, 0),
    total: { ...publicSums(total), ownTax: months.reduce((sum, month) => sum + month.ownTax, 0) },
  };
};

/** The year as CSV. @throws DomainError not_found */
export const yearFile = async (deps: LedgerReads, makerId: string, year: string): Promise<string> => {
  const { months, sales, total, currency } = await yearOf(deps, makerId, year);
  const row = (label: string, count: number, sums: typeof total) => [
    label,
    count,
    ...[
      ...[sums.gross, sums.fee, sums.tax, sums.refund, sums.other, sums.net - sums.paidOut, sums.paidOut],
      sums.ownTax,
    ].map((amount) => toDecimal(money(amount, currency))),
    currency,
  ];
  return csvOf([
    [
      ...['Month', 'Sales', 'Gross sales', 'Fees', 'Tax', 'Refunds', 'Other', 'Earned', 'Paid out'],
      ...['Of it tax to be paid by you', 'Currency'],
    ],
    ...months.map((month) => row(month.month, month.sales, month)),
    row(year, sales, total),
  ]);
};
