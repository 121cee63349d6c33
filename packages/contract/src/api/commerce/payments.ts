// what was paid, what went back, and the provider's webhooks
import { type Static, Type } from 'typebox';
import { defineApi } from '../../endpoint.ts';
import { Id, Instant, Money, Nullable, OneOf, Page, PageQuery, PositiveMoney, Strict } from '../../schema.ts';

/** Why money went back. */
export const refundReasons = ['late', 'quarantine', 'cancelled', 'issue', 'dispute', 'goodwill', 'other'] as const;
export type RefundReason = (typeof refundReasons)[number];

export const refundStates = ['wanted', 'pending', 'sent', 'failed'] as const;

/** A refund as the books have it. */
export const Refund = Strict({
  id: Id,
  amount: Money,
  reason: OneOf(refundReasons),
  note: Nullable(Type.String()),
  state: OneOf(refundStates),
  at: Instant,
  possible: Type.Array(Type.String()),
});
export type Refund = Static<typeof Refund>;

export const paymentStates = [
  'created',
  'session_open',
  'processing',
  'captured',
  'partially_refunded',
  'refunded',
  'failed',
  'expired',
  'late_refunded',
  'quarantined',
] as const;

/** A payment as those see it who answer for the money. */
export const Payment = Strict({
  id: Id,
  lockId: Id,
  orderId: Nullable(Id),
  buyerId: Id,
  title: Type.String(),
  state: OneOf(paymentStates),
  amount: Money,
  received: Nullable(Money),
  refundable: Money,
  at: Instant,
  capturedAt: Nullable(Instant),
  shares: Type.Array(
    Strict({
      makerId: Id,
      payable: Money,
      fee: Money,
      tax: { ...Money, description: 'Tax in it that the marketplace owes' },
      returned: Money,
      transfer: Nullable(
        Strict({ state: OneOf(['wanted', 'waiting', 'sending', 'sent', 'cancelled']), amount: Money, reversed: Money }),
      ),
    }),
  ),
  refunds: Type.Array(Refund),
  possible: Type.Array(Type.String(), { description: 'Commands that may be given now' }),
});
export type Payment = Static<typeof Payment>;

/** A payment as the one who made it sees it: what they paid, and what came back. */
export const PaidItem = Strict({
  id: Id,
  lockId: Id,
  title: Type.String(),
  order: Nullable(Strict({ id: Id, number: Type.Integer() })),
  state: OneOf(['captured', 'partially_refunded', 'refunded', 'late_refunded', 'quarantined']),
  paid: Money,
  at: Instant,
  refunds: Type.Array(
    Strict({ id: Id, amount: Money, reason: OneOf(refundReasons), state: OneOf(refundStates), at: Instant }),
  ),
});
export type PaidItem = Static<typeof PaidItem>;

/** What may be shown of a card that somebody saved. */
export const SavedCard = Strict({
  id: Id,
  brand: Type.String({ description: "In the provider's words: `visa`, `mastercard`, `amex`, ..." }),
  last4: Type.String(),
  expYear: Type.Integer(),
  expMonth: Type.Integer(),
  expired: Type.Boolean(),
});
export type SavedCard = Static<typeof SavedCard>;

export const paymentsApi = defineApi({
  'GET /payments/history': {
    summary: 'What I paid and what came back, the newest first',
    action: 'payment.read',
    query: PageQuery,
    response: Page(PaidItem),
  },
  'GET /payments/:id': {
    summary: 'A payment with its parts, refunds and transfers',
    action: 'payment.manage',
    response: Payment,
  },
  'POST /payments/:id/refund': {
    summary:
      'Give money back: an amount, or all that is left. Of a payment in quarantine always everything, which settles it',
    action: 'payment.manage',
    body: Strict({
      amount: Type.Optional(PositiveMoney),
      reason: OneOf(['cancelled', 'issue', 'goodwill', 'other', 'quarantine']),
      note: Type.Optional(Type.String({ maxLength: 500 })),
    }),
    response: Payment,
    idempotency: 'required',
    errors: ['invalid_transition', 'refund_exceeds_captured', 'currency_mismatch', 'capability_off'],
  },
  'POST /payments/:id/refunds/:refundId/retry': {
    summary: 'Send a refund once more that the bank did not take',
    action: 'payment.manage',
    response: Payment,
    idempotency: 'required',
    errors: ['invalid_transition', 'capability_off'],
  },
  'GET /me/cards': {
    summary: 'My saved cards, the newest first, and up to which amount I may bid or offer without one',
    action: 'card.manage',
    response: Strict({
      items: Type.Array(SavedCard),
      bidsUpTo: Nullable({ ...Money, description: 'Null when a card is saved, or nothing may be bid at all' }),
    }),
  },
  'POST /me/cards': {
    summary: "The address of the provider's page on which I save a card; it is here once the provider has said so",
    action: 'card.manage',
    response: Strict({ url: Type.String() }),
    idempotency: 'required',
    errors: ['card_limit_reached', 'external_service_unavailable', 'capability_off'],
    rateLimit: { max: 20, windowS: 3600 },
  },
  'DELETE /me/cards/:id': { summary: 'Remove a card, here and at the provider', action: 'card.manage' },
  'POST /webhooks/stripe/:endpoint': {
    summary: "The payment provider's webhooks, signed; `endpoint` is `platform` or `connect`",
    action: 'provider.webhook',
    rawBody: true,
    response: Strict({ received: Type.Boolean() }),
    errors: ['malformed_request', 'capability_off'],
  },
});
