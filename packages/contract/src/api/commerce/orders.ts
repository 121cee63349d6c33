// from paid to completed
import { type Static, Type } from 'typebox';
import { defineApi } from '../../endpoint.ts';
import { Cursor, Id, Instant, Money, Nullable, OneOf, Page, Strict } from '../../schema.ts';
import { sectionKinds } from '../content.ts';
import { ImageView } from '../media.ts';
import { PersonSummary } from '../people.ts';
import { Addition, ChosenOption, ReturnsPolicy } from './listings.ts';

export const orderStates = ['awaiting_shipment', 'shipped', 'delivered', 'completed', 'cancelled'] as const;

export const carrierStatuses = [
  'accepted',
  'in_transit',
  'out_for_delivery',
  'delivered',
  'failed',
  'returned',
] as const;

export const Address = Strict({
  name: Type.String(),
  line1: Type.String(),
  line2: Nullable(Type.String()),
  city: Type.String(),
  region: Nullable(Type.String()),
  postalCode: Nullable(Type.String()),
  country: Type.String(),
});
export type Address = Static<typeof Address>;

export const Order = Strict({
  id: Id,
  number: Type.Integer(),
  storyId: Id,
  storyTitle: Type.String(),
  posterUrl: Nullable(Type.String()),
  maker: PersonSummary,
  buyer: PersonSummary,
  state: OneOf(orderStates),
  delivery: OneOf(['ship', 'pickup']),
  lines: Type.Array(
    Strict({ title: Type.String(), options: Type.Array(ChosenOption), quantity: Type.Integer(), unit: Money }),
  ),
  item: Money,
  shipping: Money,
  total: Money,
  fee: Nullable(Money),
  returns: ReturnsPolicy,
  /** Other orders that travel in the same parcel. */
  together: Type.Array(Strict({ id: Id, number: Type.Integer() })),
  shipBy: Instant,
  shipment: Nullable(Strict({ carrier: Type.String(), trackingNumber: Type.String(), shippedAt: Instant })),
  /** The newest that its carrier said of it. */
  scan: Nullable(Strict({ status: OneOf(carrierStatuses), at: Instant, place: Nullable(Type.String()) })),
  address: Nullable(Address),
  handoverCode: Nullable(Type.String({ description: 'Shown to the buyer of a pickup; the maker asks for it' })),
  timeline: Type.Array(Strict({ kind: Type.String(), at: Instant, note: Nullable(Type.String()) })),
  completesAt: Nullable(Instant),
  /** From when on the buyer may cancel what was not sent; null once it was. */
  buyerMayCancelAt: Nullable(Instant),
  /** The buyer's bank has the money back while it decides: nothing can be given back, and what was not sent waits. */
  disputed: Type.Boolean(),
  /** When it is cancelled by itself; null once it was sent. */
  cancelsAt: Nullable(Instant),
  /** What went back to the buyer so far. */
  refunded: Money,
  /** Something is wrong with it, and not settled yet. */
  issueOpen: Type.Boolean(),
  /** Included in the total. */
  tax: Nullable(
    Strict({
      bps: Nullable(Type.Integer({ description: 'Null where it is of more than one rate, or none is known' })),
      amount: Money,
      owedBy: OneOf(['maker', 'marketplace']),
    }),
  ),
  invoices: Type.Array(
    Strict({
      id: Id,
      kind: OneOf(['invoice', 'credit_note']),
      number: Type.Integer(),
      issuedAt: Instant,
      amount: Money,
    }),
  ),
  possible: Type.Array(Type.String()),
});
export type Order = Static<typeof Order>;

/** What the buyer saw when it was sold. */
export const PieceAsSold = Strict({
  title: Type.String(),
  caption: Type.String(),
  sections: Type.Array(
    Strict({
      kind: OneOf(sectionKinds),
      text: Type.String(),
      pictures: Type.Array(Strict({ alt: Type.String(), image: ImageView })),
    }),
  ),
  /** Words that the maker added while it was on offer. */
  additions: Type.Array(Addition),
});
export type PieceAsSold = Static<typeof PieceAsSold>;

/** What a carrier, or a program between, says of a parcel. `id` is the carrier's own for this piece of news. */
export const CarrierNews = Strict({
  id: Type.String({ minLength: 1, maxLength: 200 }),
  trackingNumber: Type.String({ minLength: 1, maxLength: 60 }),
  status: OneOf(carrierStatuses),
  at: Instant,
  place: Type.Optional(Type.String({ maxLength: 120 })),
});
export type CarrierNews = Static<typeof CarrierNews>;

export const ordersApi = defineApi({
  'POST /webhooks/carriers': {
    summary: 'News of parcels, signed: `Carrier-Signature: t=SECONDS,v1=HEX`, HMAC-SHA256 of `SECONDS.BODY`',
    action: 'provider.webhook',
    rawBody: true,
    response: Strict({ received: Type.Boolean() }),
    errors: ['malformed_request', 'capability_off'],
  },
  'POST /webhooks/easypost': {
    summary: "EasyPost's events, signed in its `X-Hmac-Signature`: where parcels are whose labels it sold",
    action: 'provider.webhook',
    rawBody: true,
    response: Strict({ received: Type.Boolean() }),
    errors: ['malformed_request', 'capability_off'],
  },
  'GET /orders': {
    summary: 'What I bought, or what I sold',
    action: 'order.read',
    query: Strict({
      as: OneOf(['buyer', 'maker']),
      state: Type.Optional(OneOf(orderStates)),
      cursor: Type.Optional(Cursor),
      limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 100, default: 20 })),
    }),
    response: Page(Order),
  },
  'GET /orders/export': {
    summary: 'What I sold as a table, newest first; addresses only of what is to be sent',
    action: 'order.export',
    query: Strict({ from: Type.Optional(Instant), to: Type.Optional(Instant) }),
    file: 'text/csv',
    rateLimit: { max: 20, windowS: 600 },
  },
  'GET /orders/:id/invoices/:invoiceId': {
    summary: 'An invoice or a credit note of an order, for its two sides',
    action: 'order.read',
    file: 'application/pdf',
  },
  'GET /orders/:id': { summary: 'One order', action: 'order.read', response: Order },
  'GET /orders/:id/piece': {
    summary:
      'The piece as it was sold: words and pictures, kept with the order. For its two sides, and staff who decide',
    action: 'order.read',
    response: PieceAsSold,
  },
  'POST /orders/:id/ship': {
    summary: 'The maker has sent it',
    action: 'order.ship',
    body: Strict({
      carrier: Type.String({ minLength: 1, maxLength: 60 }),
      trackingNumber: Type.String({ minLength: 1, maxLength: 60 }),
    }),
    response: Order,
    errors: ['invalid_transition'],
  },
  'POST /orders/:id/handover': {
    summary: 'The maker hands it over against the code that the buyer shows',
    action: 'order.ship',
    body: Strict({ code: Type.String({ pattern: '^[0-9]{6}$' }) }),
    response: Order,
    errors: ['invalid_transition', 'handover_code_wrong', 'rate_limited'],
  },
  'POST /orders/:id/cancel': {
    summary: 'Cancel what was not sent: everything is paid back. The maker at any time, the buyer when it is late',
    action: 'order.cancel',
    body: Strict({ reason: Type.String({ maxLength: 500 }) }),
    response: Order,
    idempotency: 'required',
    errors: ['invalid_transition', 'payment_disputed'],
  },
  'POST /orders/:id/confirm': {
    summary: 'The buyer has it: delivered and completed, and the maker is paid',
    action: 'order.confirm',
    response: Order,
    idempotency: 'required',
    errors: ['invalid_transition'],
  },
});
