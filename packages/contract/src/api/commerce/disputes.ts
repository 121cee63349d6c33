// disputes of buyers' banks, for those who answer them
import { type Static, Type } from 'typebox';
import { defineApi } from '../../endpoint.ts';
import { Cursor, Id, Instant, Money, Nullable, OneOf, Page, Strict } from '../../schema.ts';
import { ImageView } from '../media.ts';

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

/** Papers that a maker may add: that it was sent, and what the two wrote elsewhere. One of each. */
export const paperKinds = ['sending', 'correspondence'] as const;
export type PaperKind = (typeof paperKinds)[number];

/** The largest paper, in bytes. */
export const PAPER_BYTES = 1_400_000;

/** What the maker added to a dispute. */
export const EvidenceEntry = Strict({
  id: Id,
  text: Type.String(),
  pictures: Type.Array(ImageView),
  paper: Nullable(Strict({ kind: OneOf(paperKinds), bytes: Type.Integer() })),
  at: Instant,
});
export type EvidenceEntry = Static<typeof EvidenceEntry>;

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

/** A dispute as the maker sees it. What is sent says where the piece went, and this does not: they need it no more. */
export const MakerDispute = Strict({
  id: Id,
  state: OneOf(disputeStates),
  inquiry: Type.Boolean(),
  reason: Type.String(),
  amount: Money,
  openedAt: Instant,
  /** Until when things can be added: then it is sent by itself. Null when the bank names no date. */
  addBy: Nullable(Instant),
  /** When it was sent, or is on its way; null before. */
  sentAt: Nullable(Instant),
  evidence: Strict({
    productDescription: Type.String(),
    shippingCarrier: Type.String(),
    shippingTrackingNumber: Type.String(),
    shippingDate: Type.String(),
    refundPolicy: Type.String(),
    story: Type.String(),
  }),
  entries: Type.Array(EvidenceEntry),
  possible: Type.Array(Type.String()),
});
export type MakerDispute = Static<typeof MakerDispute>;

export const disputesApi = defineApi({
  'GET /orders/:id/disputes': {
    summary: "What the buyer's bank asks or takes back of my sale, what it is told, and what I added",
    action: 'dispute.answer',
    response: Strict({ items: Type.Array(MakerDispute) }),
  },
  'POST /disputes/:id/evidence': {
    summary: 'The maker adds words, pictures or a PDF to what the bank is told',
    action: 'dispute.answer',
    body: Strict({
      text: Type.String({ maxLength: 4000 }),
      pictures: Type.Array(Id, { maxItems: 6, description: 'Pictures of mine that are ready' }),
      paper: Type.Optional(
        Strict({
          kind: OneOf(paperKinds),
          pdf: Type.String({
            contentEncoding: 'base64',
            maxLength: Math.ceil(PAPER_BYTES / 3) * 4,
            description: 'A PDF in base64; the newest of its kind counts',
          }),
        }),
      ),
    }),
    response: MakerDispute,
    errors: ['invalid_transition', 'media_not_ready', 'paper_unreadable'],
    bodyBytes: 2_000_000,
    rateLimit: { max: 30, windowS: 600 },
  },
  'DELETE /disputes/:id/evidence/:entryId': {
    summary: 'The maker takes back what they added, before it is sent',
    action: 'dispute.answer',
    response: MakerDispute,
    errors: ['invalid_transition'],
  },
  'GET /disputes/:id/evidence/:entryId/paper': {
    summary: 'A PDF that was added; for the maker and those who answer disputes',
    action: 'dispute.read',
    file: 'application/pdf',
  },
  'GET /disputes/:id/pictures': {
    summary: 'The file that goes with the words: the piece as it was sold, and all pictures, as the bank gets it',
    action: 'dispute.read',
    file: 'application/pdf',
  },
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
    response: Strict({ ...Dispute.properties, evidence: Evidence, entries: Type.Array(EvidenceEntry) }),
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
