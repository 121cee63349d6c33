// a maker's balance, statements and yearly summary
import { type Static, Type } from 'typebox';
import { defineApi } from '../../endpoint.ts';
import { Id, Instant, Money, Nullable, OneOf, Strict } from '../../schema.ts';

/** Why money moved; stable words. */
export const entryKinds = [
  'sale',
  'provider_fee',
  'refund',
  'refund_sent',
  'refund_failed',
  'quarantine',
  'transfer',
  'reversal',
  'shortfall',
  'netting',
  'return_label',
  'dispute_taken',
  'dispute_frozen',
  'dispute_fee',
  'dispute_given_back',
  'dispute_unfrozen',
  'dispute_lost',
  'withdrawal',
] as const;

/** In minor units; what is better for the maker is positive. `gross + fee + tax + refund + paidOut + other = net`. */
const columns = {
  gross: Type.Integer({ description: 'What buyers paid for it' }),
  fee: Type.Integer({ description: "The marketplace's fee; positive where a refund gave it back" }),
  tax: Type.Integer({
    description: 'Tax in prices that the marketplace collects and pays; positive where a refund gave it back',
  }),
  refund: Type.Integer(),
  paidOut: Type.Integer({ description: "Sent to the maker's account; positive where it came back" }),
  other: Type.Integer({ description: 'Disputes, debts and labels' }),
  net: Type.Integer({ description: 'By how much the balance changed' }),
};
const Sums = Strict(columns);

const StatementMonth = Strict({
  month: Type.String({ description: '2026-11, in UTC' }),
  opening: Type.Integer(),
  closing: Type.Integer(),
  sums: Sums,
});
export type StatementMonth = Static<typeof StatementMonth>;

const StatementLine = Strict({
  at: Instant,
  kind: OneOf(entryKinds),
  order: Nullable(Strict({ id: Id, number: Type.Integer(), title: Type.String() })),
  ...columns,
  frozen: Type.Integer({ description: 'Of the balance, what this line froze; negative where it set free' }),
  balance: Type.Integer({ description: 'Owed to the maker after this line, less what they owe' }),
});
export type StatementLine = Static<typeof StatementLine>;

const ownTax = Type.Integer({
  description: 'Tax in the prices that the maker owes themselves, less the part that went back',
});
const TaxMonth = Strict({ month: Type.String(), sales: Type.Integer(), ...columns, ownTax });

/** Our own invoice to a maker, for the fee of a month. */
const FeeInvoice = Strict({
  id: Id,
  month: Type.String({ description: '2026-11, in UTC' }),
  number: Type.Integer({ description: 'Counted without a gap over all makers' }),
  amount: { ...Money, description: 'Below zero where more was given back than taken' },
  issuedAt: Instant,
});
export type FeeInvoice = Static<typeof FeeInvoice>;

export const ledgerApi = defineApi({
  'GET /makers/me/balance': {
    summary: 'What is held for me, what was paid out, and the ledger lines behind it',
    action: 'ledger.read',
    response: Strict({
      held: Money,
      frozen: Money,
      debt: Money,
      paidOut: Money,
      lines: Type.Array(
        Strict({
          at: Instant,
          kind: Type.String(),
          orderId: Nullable(Id),
          amount: Type.Integer(),
          currency: Type.String(),
        }),
      ),
    }),
  },
  'GET /makers/me/statements': {
    summary: 'The months in which my money moved, newest first',
    action: 'ledger.read',
    response: Strict({ currency: Type.String(), months: Type.Array(StatementMonth) }),
  },
  'GET /makers/me/statements/:month': {
    summary: 'Every line of a month, oldest first; very long months are whole in the file only',
    action: 'ledger.read',
    response: Strict({
      ...StatementMonth.properties,
      currency: Type.String(),
      lines: Type.Array(StatementLine),
      complete: Type.Boolean(),
    }),
  },
  'GET /makers/me/statements/:month/file': {
    summary: 'The statement of a month as a CSV file',
    action: 'ledger.read',
    file: 'text/csv',
  },
  'GET /makers/me/fee-invoices': {
    summary: "The marketplace's own invoices to me for its fee, a month each, newest first",
    action: 'ledger.read',
    response: Strict({ items: Type.Array(FeeInvoice) }),
  },
  'GET /makers/me/fee-invoices/:id/file': {
    summary: 'One of them as a PDF',
    action: 'ledger.read',
    file: 'application/pdf',
  },
  'GET /makers/me/tax/:year': {
    summary: 'What I sold in a year, by month, for the tax return',
    action: 'ledger.read',
    response: Strict({
      year: Type.String(),
      currency: Type.String(),
      name: Type.String(),
      months: Type.Array(TaxMonth),
      sales: Type.Integer(),
      total: Strict({ ...columns, ownTax }),
    }),
  },
  'GET /makers/me/tax/:year/file': {
    summary: 'The summary of a year as a CSV file',
    action: 'ledger.read',
    file: 'text/csv',
  },
});
