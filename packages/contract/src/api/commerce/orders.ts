// from paid to completed
import { type Static, Type } from 'typebox';
import { defineApi } from '../../endpoint.ts';
import { Cursor, Id, Instant, Money, Nullable, OneOf, Page, Strict } from '../../schema.ts';
import { PersonSummary } from '../people.ts';
import { ChosenOption } from './listings.ts';

export const orderStates = ['awaiting_shipment', 'shipped', 'delivered', 'completed', 'cancelled'] as const;

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
  shipBy: Instant,
  shipment: Nullable(Strict({ carrier: Type.String(), trackingNumber: Type.String(), shippedAt: Instant })),
  address: Nullable(Address),
  handoverCode: Nullable(Type.String({ description: 'Shown to the buyer of a pickup; the maker asks for it' })),
  timeline: Type.Array(Strict({ kind: Type.String(), at: Instant, note: Nullable(Type.String()) })),
  completesAt: Nullable(Instant),
  possible: Type.Array(Type.String()),
});
export type Order = Static<typeof Order>;

export const ordersApi = defineApi({
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
  'GET /orders/:id': { summary: 'One order', action: 'order.read', response: Order },
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
  'POST /orders/:id/confirm': {
    summary: 'The buyer has it: delivered and completed, and the maker is paid',
    action: 'order.confirm',
    response: Order,
    idempotency: 'required',
    errors: ['invalid_transition'],
  },
});
