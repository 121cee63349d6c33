// a maker's money on its way: what is held and why, what went to the bank
import { type Static, Type } from 'typebox';
import { defineApi } from '../../endpoint.ts';
import { Cursor, Id, Instant, Money, Nullable, OneOf, Page, PageQuery, Strict } from '../../schema.ts';
import { PersonSummary } from '../people.ts';
import { orderStates } from './orders.ts';

export const payoutStates = ['pending', 'in_transit', 'paid', 'failed', 'canceled'] as const;

/** Why a finished sale's money waits: the provider must know the maker better, a problem with the order, a bank, a person. */
export const holdReasons = ['kyc', 'issue', 'dispute', 'review'] as const;
export type HoldReason = (typeof holdReasons)[number];

/**
 * What looked unusual: far more sold in a day than usual, many orders given back, one card that buys again and again, the
 * provider barred the account; or a person who held the money by hand.
 */
export const moneySignals = ['sales_jump', 'many_refunds', 'same_card', 'provider', 'by_hand'] as const;
export type MoneySignal = (typeof moneySignals)[number];
export const moneyCaseStates = ['open', 'kept', 'released'] as const;

/** Why a maker's payouts wait, and what was decided about it. */
export const MoneyCase = Strict({
  id: Id,
  makerId: Id,
  maker: Nullable(PersonSummary),
  state: OneOf(moneyCaseStates),
  signals: Type.Array(OneOf(moneySignals)),
  /** The sums on which it was opened: the last 24 hours, a usual day, the orders of 30 days. */
  facts: Nullable(
    Strict({
      today: Money,
      usualDay: Money,
      sales: Type.Integer(),
      refunded: Type.Integer(),
      byOneCard: Type.Integer(),
    }),
  ),
  /** Finished sales whose money waits. */
  waiting: Money,
  openedAt: Instant,
  steps: Type.Array(
    Strict({
      command: OneOf(['hold', 'keep', 'release']),
      by: Nullable(PersonSummary),
      reason: Type.String(),
      at: Instant,
    }),
  ),
  possible: Type.Array(Type.String()),
});
export type MoneyCase = Static<typeof MoneyCase>;

const Reason = Strict({ reason: Type.String({ minLength: 3, maxLength: 1000 }) });

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

/** A sale whose money was not sent so far. */
const OwedSale = Strict({
  orderId: Id,
  number: Type.Integer(),
  title: Type.String(),
  /** What is owed of it now. */
  amount: Money,
  state: OneOf(orderStates),
  since: Instant,
  /** What holds it back beside the order itself. */
  reasons: Type.Array(OneOf(holdReasons)),
  /** When an open problem is over at the latest, one way or another; null where there is none. */
  until: Nullable(Instant),
  /** By when a bank that disputes it is answered; null where none waits. */
  answerBy: Nullable(Instant),
  /** When the order completes by itself; null unless it was delivered. */
  completesAt: Nullable(Instant),
});

export const MakerFunds = Strict({
  /** Held back for a reason, oldest first. */
  held: Type.Array(OwedSale),
  /** The others: sales whose orders are not complete, or whose money goes out now, oldest first. */
  coming: Type.Array(OwedSale),
  /** A person looks at my sales, or decided that the money still waits. */
  review: Nullable(Strict({ since: Instant, signals: Type.Array(OneOf(moneySignals)), kept: Type.Boolean() })),
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
  'GET /admin/cases': {
    summary: 'Makers whose payouts wait because something looked unusual, newest first',
    action: 'payment.manage',
    query: Strict({
      show: Type.Optional(OneOf(['open', 'all'])),
      cursor: Type.Optional(Cursor),
      limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 100, default: 20 })),
    }),
    response: Page(MoneyCase),
  },
  'GET /admin/cases/:id': { summary: 'One of them', action: 'payment.manage', response: MoneyCase },
  'POST /admin/makers/:id/hold': {
    summary: "Hold all of a maker's payouts by hand; the maker reads the reason, and their sales go on",
    action: 'payment.manage',
    body: Reason,
    response: MoneyCase,
    idempotency: 'required',
    errors: ['case_open'],
  },
  'POST /admin/cases/:id/keep': {
    summary: 'Looked at, and the money still waits; the maker reads the reason',
    action: 'payment.manage',
    body: Reason,
    response: MoneyCase,
    idempotency: 'required',
    errors: ['invalid_transition'],
  },
  'POST /admin/cases/:id/release': {
    summary: 'All is well: what waits goes to the maker, unless something else holds it',
    action: 'payment.manage',
    body: Reason,
    response: MoneyCase,
    idempotency: 'required',
    errors: ['invalid_transition'],
  },
});
