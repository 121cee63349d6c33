// disputes of buyers' banks, for those who answer them
import { type Static, Type } from 'typebox';
import { defineApi } from '../../endpoint.ts';
import { Cursor, Id, Instant, Money, Nullable, OneOf, Page, Strict } from '../../schema.ts';

export const disputeStates = ['opened', 'evidence_due', 'submitted', 'won', 'lost', 'closed'] as const;

export const Dispute = Strict({
  id: Id,
  providerId: Type.String(),
  paymentId: Id,
  orderId: Nullable(Id),
  orderNumber: Nullable(Type.Integer()),
  title: Type.String(),
  state: OneOf(disputeStates),
  inquiry: Type.Boolean({ description: 'The bank has only asked so far; no money has moved' }),
  reason: Type.String({ description: "The provider's word, such as `fraudulent`" }),
  amount: Money,
  evidenceDue: Nullable(Instant),
  openedAt: Instant,
  timeline: Type.Array(Strict({ kind: Type.String(), at: Instant, note: Nullable(Type.String()) })),
  possible: Type.Array(Type.String()),
});
export type Dispute = Static<typeof Dispute>;

/** What is sent to the bank; each part is text. */
export const Evidence = Strict({
  productDescription: Type.String(),
  customerName: Type.String(),
  shippingCarrier: Type.String(),
  shippingTrackingNumber: Type.String(),
  shippingDate: Type.String(),
  shippingAddress: Type.String(),
  refundPolicy: Type.String(),
  story: Type.String({ description: 'Order, bids and messages in the order in which they happened' }),
});
export type Evidence = Static<typeof Evidence>;

export const disputesApi = defineApi({
  'GET /admin/disputes': {
    summary: 'Disputes, the most urgent first',
    action: 'payment.manage',
    query: Strict({
      show: Type.Optional(OneOf(['open', 'all'])),
      cursor: Type.Optional(Cursor),
      limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 100, default: 20 })),
    }),
    response: Page(Dispute),
  },
  'GET /admin/disputes/:id': {
    summary: 'One dispute, with the evidence that was gathered or sent',
    action: 'payment.manage',
    response: Strict({ ...Dispute.properties, evidence: Evidence }),
  },
  'POST /admin/disputes/:id/submit': {
    summary: 'Send the evidence to the bank now, with a remark if one helps; it can be sent once',
    action: 'payment.manage',
    body: Strict({ remark: Type.String({ maxLength: 4000 }) }),
    response: Dispute,
    idempotency: 'required',
    errors: ['invalid_transition', 'external_service_unavailable', 'capability_off'],
  },
});
