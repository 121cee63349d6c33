// A ledger entry, pure: what may be written, and the entries of a sale's money.
import { type Money, money } from '@videowindow/contract/money';

/**
 * - `clearing`: what the provider holds for us. `maker_payable`: owed to a maker. `maker_reserve`: owed to them, but
 *   frozen by a dispute. `maker_debt`: what a maker owes us. `fee_revenue`: what we earned.
 * - `refunds_in_transit`: owed back to buyers and not yet confirmed. `provider_fees`: what the provider took.
 * - `dispute_loss`: what banks took back from us in disputes, less what makers and our fee bore of it.
 * - `tax_payable`: tax in prices that the marketplace owes, where it is liable. `ad_pool`, `buyer_credit` wait for
 *   their rooms.
 */
export type LedgerAccount =
  | 'clearing'
  | 'maker_payable'
  | 'maker_reserve'
  | 'maker_debt'
  | 'fee_revenue'
  | 'provider_fees'
  | 'tax_payable'
  | 'refunds_in_transit'
  | 'dispute_loss'
  | 'ad_pool'
  | 'buyer_credit';

const OWNED: ReadonlySet<LedgerAccount> = new Set(['maker_payable', 'maker_reserve', 'maker_debt', 'buyer_credit']);

/**
 * A debit is positive, a credit negative. `owner` is the person whose account it is, for accounts that people have;
 * `about`, the maker from whose sale a fee or a tax was taken.
 */
export type Line = {
  readonly account: LedgerAccount;
  readonly owner?: string;
  readonly about?: string;
  readonly amount: Money;
};

/** Why money moved; stable words, shown in statements. */
export type EntryKind =
  | 'sale'
  | 'provider_fee'
  | 'refund'
  | 'refund_sent'
  | 'refund_failed'
  | 'quarantine'
  | 'transfer'
  | 'reversal'
  | 'shortfall'
  | 'netting'
  | 'return_label'
  | 'dispute_taken'
  | 'dispute_frozen'
  | 'dispute_fee'
  | 'dispute_given_back'
  | 'dispute_unfrozen'
  | 'dispute_lost'
  | 'withdrawal';

export type Entry = {
  readonly kind: EntryKind;
  /** Names what happened; the same happening posted again is the same entry. */
  readonly key: string;
  readonly paymentId: string | null;
  readonly lines: readonly Line[];
};

/**
 * One maker's part of a payment: what they get, the marketplace's fee on it, and tax that the marketplace owes; left out
 * where it owes none.
 */
export type Share = { readonly makerId: string; readonly payable: Money; readonly fee: Money; readonly tax?: Money };

/** The tax in a part, in minor units. */
export const taxIn = ({ tax }: Pick<Share, 'tax'>): number => tax?.amount ?? 0;

/** All of a part, in minor units. */
export const sumOf = (share: Share): number => share.payable.amount + share.fee.amount + taxIn(share);

/** What is wrong with an entry's lines, or null. The database says the same, at commit. */
export const problemOf = (lines: readonly Line[]): string | null => {
  if (lines.length < 2) return 'an entry has at least two lines';
  const sums = new Map<string, number>();
  for (const { account, owner, amount } of lines) {
    if (amount.amount === 0) return `a line of ${account} moves nothing`;
    if (OWNED.has(account) !== (owner !== undefined)) return `${account} ${owner ? 'has no owner' : 'needs an owner'}`;
    sums.set(amount.currency, (sums.get(amount.currency) ?? 0) + amount.amount);
  }
  for (const [currency, sum] of sums) if (sum !== 0) return `off by ${sum} ${currency}`;
  return null;
};

export const negative = ({ amount, currency }: Money): Money => money(-amount, currency);

/** Lines that move nothing are left out. */
export const moving = (lines: readonly Line[]): Line[] => lines.filter(({ amount }) => amount.amount !== 0);

/** A buyer's money came: it is owed to the makers, less our fee and the tax that we owe. */
export const saleEntry = (paymentId: string, total: Money, shares: readonly Share[]): Entry => ({
  kind: 'sale',
  key: `payment:${paymentId}:sale`,
  paymentId,
  lines: moving([{ account: 'clearing', amount: total }, ...owedFrom(shares, negative)]),
});

/** What the provider took of it. */
export const providerFeeEntry = (paymentId: string, fee: Money): Entry => ({
  kind: 'provider_fee',
  key: `payment:${paymentId}:provider_fee`,
  paymentId,
  lines: [
    { account: 'provider_fees', amount: fee },
    { account: 'clearing', amount: negative(fee) },
  ],
});

/** What the provider took for its own services, of no sale; `id` is the provider's for this movement. */
export const ownFeeEntry = (id: string, fee: Money): Entry => ({
  kind: 'provider_fee',
  key: `movement:${id}:provider_fee`,
  paymentId: null,
  lines: [
    { account: 'provider_fees', amount: fee },
    { account: 'clearing', amount: negative(fee) },
  ],
});

/** Of a sale, `total` is to be given back: of each maker, of our fee and of the tax as `shares` say. */
export const refundEntry = (refundId: string, paymentId: string, total: Money, shares: readonly Share[]): Entry => ({
  kind: 'refund',
  key: `refund:${refundId}`,
  paymentId,
  lines: moving([...owedFrom(shares, (amount) => amount), { account: 'refunds_in_transit', amount: negative(total) }]),
});

/** The provider has given it back; by the how manieth try. */
export const refundSentEntry = (refundId: string, attempt: number, paymentId: string, total: Money): Entry => ({
  kind: 'refund_sent',
  key: `refund:${refundId}:sent:${attempt}`,
  paymentId,
  lines: [
    { account: 'refunds_in_transit', amount: total },
    { account: 'clearing', amount: negative(total) },
  ],
});

/** The bank did not take it: the provider has it again, and the buyer is still owed. */
export const refundFailedEntry = (refundId: string, attempt: number, paymentId: string, total: Money): Entry => ({
  kind: 'refund_failed',
  key: `refund:${refundId}:failed:${attempt}`,
  paymentId,
  lines: [
    { account: 'clearing', amount: total },
    { account: 'refunds_in_transit', amount: negative(total) },
  ],
});

/** Money that is not what was agreed: held for the buyer until a person has decided. */
export const quarantineEntry = (paymentId: string, received: Money): Entry => ({
  kind: 'quarantine',
  key: `payment:${paymentId}:quarantine`,
  paymentId,
  lines: [
    { account: 'clearing', amount: received },
    { account: 'refunds_in_transit', amount: negative(received) },
  ],
});

/** A maker's part has gone to the maker. `again` names a later transfer of the same payment. */
export const transferEntry = (paymentId: string, makerId: string, amount: Money, again?: string): Entry => ({
  kind: 'transfer',
  key: `payment:${paymentId}:transfer:${makerId}${again ? `:${again}` : ''}`,
  paymentId,
  lines: [
    { account: 'maker_payable', owner: makerId, amount },
    { account: 'clearing', amount: negative(amount) },
  ],
});

/** What had gone to a maker came back from their account at the provider. */
export const reversalEntry = (reversalId: string, paymentId: string, makerId: string, amount: Money): Entry => ({
  kind: 'reversal',
  key: `reversal:${reversalId}`,
  paymentId,
  lines: [
    { account: 'clearing', amount },
    { account: 'maker_payable', owner: makerId, amount: negative(amount) },
  ],
});

/** What a maker must give back and nobody could take: they owe it. `cause` names what it is for, once. */
export const shortfallEntry = (cause: string, paymentId: string, makerId: string, amount: Money): Entry => ({
  kind: 'shortfall',
  key: `${cause}:shortfall:${makerId}`,
  paymentId,
  lines: [
    { account: 'maker_debt', owner: makerId, amount },
    { account: 'maker_payable', owner: makerId, amount: negative(amount) },
  ],
});

/** A later sale pays what a maker owed. */
export const nettingEntry = (transferId: string, paymentId: string, makerId: string, amount: Money): Entry => ({
  kind: 'netting',
  key: `transfer:${transferId}:netting`,
  paymentId,
  lines: [
    { account: 'maker_payable', owner: makerId, amount },
    { account: 'maker_debt', owner: makerId, amount: negative(amount) },
  ],
});

/** The marketplace bought a label that brings a piece back, outside of its provider: its maker owes what that cost. */
export const returnLabelEntry = (labelId: string, paymentId: string, makerId: string, cost: Money): Entry => ({
  kind: 'return_label',
  key: `return_label:${labelId}`,
  paymentId,
  lines: [
    { account: 'maker_debt', owner: makerId, amount: cost },
    { account: 'provider_fees', amount: negative(cost) },
  ],
});

/** The marketplace's own money went from the provider to its bank, or (below zero) came back; `id` is the provider's. */
export const withdrawalEntry = (id: string, amount: Money): Entry => ({
  kind: 'withdrawal',
  key: `withdrawal:${id}`,
  paymentId: null,
  lines: [
    { account: 'fee_revenue', amount },
    { account: 'clearing', amount: negative(amount) },
  ],
});

const owedFrom = (shares: readonly Share[], sign: (amount: Money) => Money): Line[] =>
  shares.flatMap(({ makerId, payable, fee, tax }): Line[] => [
    { account: 'maker_payable', owner: makerId, amount: sign(payable) },
    { account: 'fee_revenue', about: makerId, amount: sign(fee) },
    ...(tax ? [{ account: 'tax_payable', about: makerId, amount: sign(tax) } as const] : []),
  ]);
