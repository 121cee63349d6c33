// what is wrong with an order: issues, the order's thread, and the platform's decision
import { type Static, Type } from 'typebox';
import { defineApi } from '../../endpoint.ts';
import { Id, Instant, Money, Nullable, OneOf, Page, PageQuery, PositiveMoney, Strict } from '../../schema.ts';
import { ImageView } from '../media.ts';
import { PAPER_BYTES } from './disputes.ts';
import { carrierStatuses, Order } from './orders.ts';

/** `return`: nothing is wrong with it, but the maker takes pieces back. */
export const issueReasons = ['not_arrived', 'damaged', 'not_as_described', 'return', 'other'] as const;
export type IssueReason = (typeof issueReasons)[number];

export const issueStates = [
  'open',
  'answered',
  'escalated',
  'resolved',
  'refunded',
  'partially_refunded',
  'decided',
] as const;

/** What the buyer sticks on the parcel in which the piece goes back. */
export const ReturnLabel = Strict({
  id: Id,
  /** Who gave it, and pays for it. */
  by: OneOf(['maker', 'platform']),
  carrier: Type.String(),
  trackingNumber: Nullable(Type.String()),
  /** Null where the maker has it from elsewhere, or another one paid. */
  cost: Nullable(Money),
  at: Instant,
  /** The file is there; it is forgotten when the issue is long over. */
  file: Type.Boolean(),
  /** The newest that its carrier said of it. */
  scan: Nullable(Strict({ status: OneOf(carrierStatuses), at: Instant, place: Nullable(Type.String()) })),
});
export type ReturnLabel = Static<typeof ReturnLabel>;

/** One carrier's price for the parcel. */
export const LabelRate = Strict({
  id: Type.String(),
  carrier: Type.String(),
  service: Type.String(),
  price: Money,
  days: Nullable(Type.Integer()),
});
export type LabelRate = Static<typeof LabelRate>;

export const Issue = Strict({
  id: Id,
  orderId: Id,
  reason: OneOf(issueReasons),
  state: OneOf(issueStates),
  openedAt: Instant,
  answerBy: Instant,
  decideBy: Nullable(Instant),
  refundAt: Instant,
  /** The amount that one side has named; the other may agree to it. */
  proposal: Nullable(Strict({ by: OneOf(['buyer', 'maker']), amount: Money })),
  refunded: Money,
  closedAt: Nullable(Instant),
  /** The newest one that was given to the buyer. */
  label: Nullable(ReturnLabel),
  possible: Type.Array(Type.String()),
});
export type Issue = Static<typeof Issue>;

export const messageKinds = [
  'message',
  'opened',
  'proposed',
  'agreed',
  'refunded',
  'resolved',
  'escalated',
  'decided',
  'ran_out',
  'label',
] as const;

/** One entry of an order's thread: words, or a step of an issue with words. */
export const OrderMessage = Strict({
  id: Id,
  from: OneOf(['buyer', 'maker', 'platform']),
  kind: OneOf(messageKinds),
  text: Type.String(),
  amount: Nullable(Money),
  pictures: Type.Array(ImageView),
  at: Instant,
});
export type OrderMessage = Static<typeof OrderMessage>;

/** All that the two sides of an order said to each other, oldest first, and its newest issue. */
export const OrderThread = Strict({
  orderId: Id,
  messages: Type.Array(OrderMessage),
  issue: Nullable(Issue),
  /** Reasons for which an issue can be opened now. */
  reasons: Type.Array(OneOf(issueReasons)),
  /** What is left of the money that was paid. */
  left: Money,
});
export type OrderThread = Static<typeof OrderThread>;

const line = (most: number) => Type.String({ minLength: 1, maxLength: most, pattern: '\\S' });
/** Where the piece goes back to. It stands on the label, which the buyer reads. */
const ReturnAddress = Strict({
  name: line(100),
  line1: line(200),
  line2: Nullable(Type.String({ maxLength: 200 })),
  city: line(100),
  region: Nullable(Type.String({ maxLength: 100 })),
  postalCode: Nullable(Type.String({ maxLength: 20 })),
  country: Type.String({ pattern: '^[A-Z]{2}$' }),
});

const Words = Type.String({ maxLength: 4000 });
const SomeWords = Type.String({ minLength: 1, maxLength: 4000 });
const Pictures = Type.Array(Id, { maxItems: 6, description: 'Pictures of mine that are ready' });

export const issuesApi = defineApi({
  'GET /orders/:id/thread': {
    summary: 'What was said about an order, and its newest issue',
    action: 'order.read',
    response: OrderThread,
  },
  'POST /orders/:id/messages': {
    summary: 'Write to the other side. Of the maker it counts as an answer to an open issue',
    action: 'order.message',
    body: Strict({ text: SomeWords, pictures: Pictures }),
    response: OrderThread,
    errors: ['media_not_ready'],
    rateLimit: { max: 60, windowS: 600 },
  },
  'POST /orders/:id/issues': {
    summary: 'The buyer says what is wrong; until that is settled the money stays where it is',
    action: 'issue.open',
    body: Strict({ reason: OneOf(issueReasons), text: SomeWords, pictures: Pictures }),
    response: OrderThread,
    errors: ['invalid_transition', 'issue_not_possible', 'media_not_ready'],
  },
  'POST /issues/:id/propose': {
    summary: 'Name an amount that goes back to the buyer; it stands until the other side agrees or names another',
    action: 'order.message',
    body: Strict({ amount: PositiveMoney, text: Words }),
    response: OrderThread,
    errors: ['invalid_transition', 'refund_exceeds_captured', 'currency_mismatch'],
  },
  'POST /issues/:id/agree': {
    summary: 'Agree to the amount that the other side named: it goes back, and the issue is over',
    action: 'order.message',
    body: Strict({ amount: PositiveMoney }),
    response: OrderThread,
    idempotency: 'required',
    errors: ['invalid_transition', 'version_conflict', 'payment_disputed'],
  },
  'POST /issues/:id/refund': {
    summary: 'The maker gives everything back',
    action: 'issue.answer',
    body: Strict({ text: Words }),
    response: OrderThread,
    idempotency: 'required',
    errors: ['invalid_transition', 'payment_disputed'],
  },
  'POST /issues/:id/resolve': {
    summary: 'The buyer says that all is well now',
    action: 'issue.open',
    response: OrderThread,
    errors: ['invalid_transition'],
  },
  'POST /issues/:id/escalate': {
    summary:
      'Ask the platform to decide: the buyer after an answer or when there is none, the maker when two days are over',
    action: 'order.message',
    body: Strict({ text: Words }),
    response: OrderThread,
    errors: ['invalid_transition'],
  },
  'POST /issues/:id/decide': {
    summary: 'The platform decides how much goes back, which may be nothing; both sides read why',
    action: 'issue.decide',
    body: Strict({
      refund: Strict({
        amount: Type.Integer({ minimum: 0, maximum: 10_000_000_000 }),
        currency: Money.properties.currency,
      }),
      reason: SomeWords,
    }),
    response: Issue,
    idempotency: 'required',
    errors: ['invalid_transition', 'refund_exceeds_captured', 'currency_mismatch', 'payment_disputed'],
  },
  'POST /issues/:id/label/quote': {
    summary: 'Ask carriers what a label costs that brings the piece back; nothing is bought',
    action: 'order.message',
    body: Strict({
      to: ReturnAddress,
      parcel: Strict({
        grams: Type.Integer({ minimum: 1, maximum: 70_000 }),
        lengthMm: Type.Integer({ minimum: 10, maximum: 3_000 }),
        widthMm: Type.Integer({ minimum: 10, maximum: 3_000 }),
        heightMm: Type.Integer({ minimum: 1, maximum: 3_000 }),
      }),
    }),
    response: Strict({ quoteId: Id, rates: Type.Array(LabelRate) }),
    errors: ['invalid_transition', 'label_refused', 'capability_off', 'external_service_unavailable'],
    rateLimit: { max: 30, windowS: 600 },
  },
  'POST /issues/:id/label/buy': {
    summary: 'Buy it for the buyer: the maker owes what it costs, or the platform bears it where staff buy it',
    action: 'order.message',
    body: Strict({ quoteId: Id, rateId: Type.String({ minLength: 1, maxLength: 200 }) }),
    response: Strict({ label: ReturnLabel }),
    idempotency: 'required',
    errors: ['invalid_transition', 'label_refused', 'capability_off', 'external_service_unavailable'],
  },
  'POST /issues/:id/label': {
    summary: 'Give the buyer a label that was bought elsewhere',
    action: 'order.message',
    body: Strict({
      carrier: Type.String({ minLength: 1, maxLength: 60 }),
      trackingNumber: Type.Optional(Type.String({ maxLength: 60 })),
      pdf: Type.String({ contentEncoding: 'base64', maxLength: Math.ceil(PAPER_BYTES / 3) * 4 }),
    }),
    response: Strict({ label: ReturnLabel }),
    errors: ['invalid_transition', 'paper_unreadable'],
    bodyBytes: 2_000_000,
    rateLimit: { max: 30, windowS: 600 },
  },
  'GET /issues/:id/label/file': {
    summary: 'The label, to be printed: for the two sides of the order, and staff who decide',
    action: 'order.read',
    file: 'application/pdf',
  },
  'GET /moderation/issues': {
    summary: 'Issues that wait for the platform, most urgent first',
    action: 'issue.decide',
    query: PageQuery,
    response: Page(Strict({ issue: Issue, order: Order })),
  },
  'GET /moderation/issues/:id': {
    summary: 'An issue that was brought before the platform: the order, all that was said, and the evidence',
    action: 'issue.decide',
    response: Strict({ issue: Issue, order: Order, thread: OrderThread }),
  },
});
