// A maker's statement, pure: what each entry of the ledger meant for them, and what they are owed after it.
import type { EntryKind } from './entry.ts';

/** One entry from a maker's side, in minor units; what is better for them is positive. */
export type MakerMove = {
  readonly at: Date;
  readonly kind: EntryKind;
  readonly paymentId: string | null;
  /** Owed to them, frozen or not, less what they owe. */
  readonly net: number;
  /** Of what is owed, what a dispute froze with this entry (or, negative, set free). */
  readonly frozen: number;
  /** What our fee took of it; negative, and positive where a refund gave it back. */
  readonly fee: number;
  /** Tax in it that the marketplace owes; negative, and positive where a refund gave it back. */
  readonly tax: number;
};

/** `gross + fee + tax + refund + paidOut + other = net`, on every line and so in every sum. */
export type Columns = {
  readonly gross: number;
  readonly fee: number;
  readonly tax: number;
  readonly refund: number;
  readonly paidOut: number;
  readonly other: number;
  readonly net: number;
  readonly frozen: number;
};

export type StatementLine = Columns & Pick<MakerMove, 'at' | 'kind' | 'paymentId'> & { readonly balance: number };

export const nothing: Columns = { gross: 0, fee: 0, tax: 0, refund: 0, paidOut: 0, other: 0, net: 0, frozen: 0 };

/** In which column an entry stands. */
export const columnsOf = ({ kind, net, fee, tax, frozen }: Omit<MakerMove, 'at' | 'paymentId'>): Columns => {
  const line = { ...nothing, net, fee, tax, frozen };
  const rest = net - fee - tax;
  switch (kind) {
    case 'sale':
      return { ...line, gross: rest };
    case 'refund':
      return { ...line, refund: rest };
    case 'transfer':
    case 'reversal':
      return { ...line, paidOut: rest };
    default:
      return { ...line, other: rest };
  }
};

/** The lines of a statement that begins with `opening` owed. */
export const statementLines = (opening: number, moves: readonly MakerMove[]): StatementLine[] => {
  let balance = opening;
  return moves.map((move) => {
    balance += move.net;
    return { at: move.at, kind: move.kind, paymentId: move.paymentId, ...columnsOf(move), balance };
  });
};

export const addColumns = (a: Columns, b: Columns): Columns => ({
  gross: a.gross + b.gross,
  fee: a.fee + b.fee,
  tax: a.tax + b.tax,
  refund: a.refund + b.refund,
  paidOut: a.paidOut + b.paidOut,
  other: a.other + b.other,
  net: a.net + b.net,
  frozen: a.frozen + b.frozen,
});

/** A month (`2026-11`) or a year (`2026`) in UTC: its first moment, and the first one after it. */
export const spanOf = (period: string): { from: Date; to: Date } => {
  const [year = 0, month] = period.split('-').map(Number);
  return month === undefined
    ? { from: new Date(Date.UTC(year, 0)), to: new Date(Date.UTC(year + 1, 0)) }
    : { from: new Date(Date.UTC(year, month - 1)), to: new Date(Date.UTC(year, month)) };
};
