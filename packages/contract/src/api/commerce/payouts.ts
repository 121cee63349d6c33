// a maker's money on its way: what is held and why, what went to the bank
import { type Static, Type } from 'typebox';
import { defineApi } from '../../endpoint.ts';
import { Id, Instant, Money, Nullable, OneOf, Page, PageQuery, Strict } from '../../schema.ts';

export const payoutStates = ['pending', 'in_transit', 'paid', 'failed', 'canceled'] as const;

/** Why a finished sale's money waits: the provider must know the maker better, a problem with the order, a bank, a person. */
export const holdReasons = ['kyc', 'issue', 'dispute', 'review'] as const;
export type HoldReason = (typeof holdReasons)[number];

export const Payout = Strict({
  id: Id,
  amount: Money,
  state: OneOf(payoutStates),
  madeAt: Instant,
  arrivesAt: Instant,
  failure: Nullable(Type.String({ description: "The bank's reason, in the provider's words" })),
  timeline: Type.Array(Strict({ state: OneOf(payoutStates), at: Instant })),
});
export type Payout = Static<typeof Payout>;

/** A sale whose money is held back. */
const HeldSale = Strict({
  orderId: Id,
  number: Type.Integer(),
  title: Type.String(),
  amount: Money,
  reasons: Type.Array(OneOf(holdReasons)),
  since: Instant,
});

export const MakerFunds = Strict({
  held: Type.Array(HeldSale),
  /** Sent to the maker's account at the provider and not yet to their bank. */
  atProvider: Money,
  /** At the bank, or on its way there. */
  atBank: Money,
  identity: Strict({
    verified: Type.Boolean(),
    gross: Money,
    threshold: Nullable(Money),
  }),
});
export type MakerFunds = Static<typeof MakerFunds>;

export const payoutsApi = defineApi({
  'GET /makers/me/funds': {
    summary: 'Where my money is, what holds it, and how near the identity check is',
    action: 'ledger.read',
    response: MakerFunds,
  },
  'GET /makers/me/payouts': {
    summary: 'What went to my bank, newest first',
    action: 'ledger.read',
    query: PageQuery,
    response: Page(Payout),
  },
});
