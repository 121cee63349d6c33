// what is sold, and how it is sent
import { type Static, Type } from 'typebox';
import { defineApi } from '../../endpoint.ts';
import { Id, Money, Nullable, OneOf, PositiveMoney, Strict } from '../../schema.ts';
import { OfferPolicy } from '../people.ts';

export const listingStates = ['available', 'in_auction', 'locked', 'sold', 'paused', 'withdrawn'] as const;

/** What it costs to send the piece, and whether it can be fetched. Shown before anybody bids. */
export const Shipping = Strict({
  price: Nullable(Money),
  shipsTo: Type.Array(Type.String({ pattern: '^[A-Z]{2}$' }), {
    maxItems: 250,
    description: 'ISO 3166; empty: pickup only',
  }),
  handlingDays: Type.Integer({ minimum: 1, maximum: 30 }),
  pickup: Type.Boolean(),
  pickupPlace: Nullable(Type.String({ maxLength: 120 })),
});
export type Shipping = Static<typeof Shipping>;

/** Selling one piece through offers and an auction. */
export const ListingTerms = Strict({
  askingPrice: Nullable(PositiveMoney),
  offerPolicy: OfferPolicy,
  shipping: Shipping,
});
export type ListingTerms = Static<typeof ListingTerms>;

export const Listing = Strict({
  id: Id,
  storyId: Id,
  makerId: Id,
  state: OneOf(listingStates),
  ...ListingTerms.properties,
  offerPolicy: Nullable(OfferPolicy),
  acceptsOffers: Type.Boolean(),
  leastOffer: Money,
  currency: Type.String(),
  version: Type.Integer(),
  possible: Type.Array(Type.String()),
});
export type Listing = Static<typeof Listing>;

export const listingsApi = defineApi({
  'GET /stories/:storyId/listing': {
    summary: 'The open listing of a story. `offerPolicy` is null for everybody but its maker',
    action: 'listing.read',
    response: Listing,
  },
  'PUT /stories/:storyId/listing': {
    summary: 'Sell the piece of a story, or change the terms while nobody relies on them',
    action: 'listing.edit',
    body: ListingTerms,
    response: Listing,
    errors: ['story_frozen', 'currency_mismatch'],
  },
  'POST /listings/:id/pause': {
    summary: 'Take no offers for now',
    action: 'listing.edit',
    response: Listing,
    errors: ['invalid_transition'],
  },
  'POST /listings/:id/resume': {
    summary: 'Take offers again',
    action: 'listing.edit',
    response: Listing,
    errors: ['invalid_transition'],
  },
  'POST /listings/:id/withdraw': {
    summary: 'No longer for sale',
    action: 'listing.edit',
    response: Listing,
    errors: ['invalid_transition'],
  },
});
