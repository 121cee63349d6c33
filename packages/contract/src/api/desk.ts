// what those who answer for the money look at: one search box, orders, payments, payouts, the books
import { type Static, Type } from 'typebox';
import { defineApi } from '../endpoint.ts';
import { Id, Instant, Money, Nullable, OneOf, Strict } from '../schema.ts';
import { Dispute, entryKinds, orderStates, Payout } from './commerce.ts';
import { PersonSummary } from './people.ts';

export const ledgerAccounts = [
  'clearing',
  'maker_payable',
  'maker_reserve',
  'maker_debt',
  'fee_revenue',
  'provider_fees',
  'tax_payable',
  'refunds_in_transit',
  'dispute_loss',
  'ad_pool',
  'buyer_credit',
] as const;

/** Where our ledger and the provider's books differ. */
const Incident = Strict({
  id: Id,
  kind: OneOf(['payment', 'unknown', 'holdings']),
  subject: Type.String(),
  paymentId: Nullable(Id),
  ours: Money,
  theirs: Money,
  openedAt: Instant,
  resolvedAt: Nullable(Instant),
  note: Nullable(Type.String()),
});
export type Incident = Static<typeof Incident>;

const Hit = Strict({
  kind: OneOf(['order', 'payment', 'dispute', 'payout']),
  id: Id,
  title: Type.String(),
  detail: Type.String(),
});
export type Hit = Static<typeof Hit>;

const LedgerEntry = Strict({
  id: Id,
  kind: OneOf(entryKinds),
  at: Instant,
  lines: Type.Array(
    Strict({
      account: OneOf(ledgerAccounts),
      owner: Nullable(PersonSummary),
      amount: Money,
    }),
  ),
});
export type LedgerEntry = Static<typeof LedgerEntry>;

export const deskApi = defineApi({
  'GET /admin/money': {
    summary: 'The books at a glance: accounts, incidents, and what waits for a person',
    action: 'payment.manage',
    response: Strict({
      accounts: Type.Array(Strict({ account: OneOf(ledgerAccounts), balance: Money })),
      comparedAt: Nullable(Instant),
      incidents: Type.Array(Incident),
      quarantined: Type.Array(Strict({ id: Id, expected: Money, received: Nullable(Money), at: Instant })),
      stuckLocks: Type.Array(Strict({ id: Id, title: Type.String(), since: Instant })),
      openDisputes: Type.Integer(),
      openCases: Type.Integer(),
    }),
  },
  'POST /admin/money/compare': {
    summary: "Compare our ledger with the provider's books now",
    action: 'payment.manage',
    response: Strict({ differences: Type.Integer() }),
    idempotency: 'required',
    errors: ['capability_off', 'external_service_unavailable'],
  },
  'POST /admin/incidents/:id/close': {
    summary: 'Say why a difference is none; it opens again when the sums change',
    action: 'payment.manage',
    body: Strict({ note: Type.String({ minLength: 3, maxLength: 1000 }) }),
  },
  'GET /admin/money/search': {
    summary: "By order number, payment, a person's handle or address, or an id of the provider's",
    action: 'payment.manage',
    query: Strict({ q: Type.String({ minLength: 1, maxLength: 200 }) }),
    response: Strict({ hits: Type.Array(Hit) }),
  },
  'GET /admin/orders/:id': {
    summary: 'An order with both its sides and its timeline',
    action: 'payment.manage',
    response: Strict({
      id: Id,
      number: Type.Integer(),
      title: Type.String(),
      state: OneOf(orderStates),
      item: Money,
      shipping: Money,
      fee: Money,
      buyer: Nullable(PersonSummary),
      maker: Nullable(PersonSummary),
      paymentId: Id,
      lockId: Id,
      paidAt: Instant,
      shipment: Nullable(Strict({ carrier: Type.String(), trackingNumber: Type.String(), shippedAt: Instant })),
      timeline: Type.Array(Strict({ kind: Type.String(), at: Instant, note: Nullable(Type.String()) })),
    }),
  },
  'GET /admin/payments/:id/ledger': {
    summary: 'What the ledger says of a payment, and its disputes',
    action: 'payment.manage',
    response: Strict({
      order: Nullable(Strict({ id: Id, number: Type.Integer(), title: Type.String() })),
      entries: Type.Array(LedgerEntry),
      disputes: Type.Array(Dispute),
    }),
  },
  'GET /admin/payouts/:id': {
    summary: 'A payout to a maker',
    action: 'payment.manage',
    response: Strict({ payout: Payout, maker: Nullable(PersonSummary), providerId: Type.String() }),
  },
  'POST /admin/locks/:id/release': {
    summary:
      'Free a piece whose release hangs for more than an hour; for when the provider surely takes no payment any more',
    action: 'payment.manage',
    body: Strict({ reason: Type.String({ minLength: 3, maxLength: 1000 }) }),
    idempotency: 'required',
    errors: ['invalid_transition'],
  },
});
