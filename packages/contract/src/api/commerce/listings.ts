// what is sold, and how it is sent
import { type Static, Type } from 'typebox';
import { defineApi } from '../../endpoint.ts';
import { Id, Money, Nullable, OneOf, PositiveMoney, Strict } from '../../schema.ts';
import { OfferPolicy } from '../people.ts';

/** How offers for one piece are taken, and on which terms its auction runs. */
export const SalePolicy = Strict({
  ...OfferPolicy.properties,
  /** Below it an auction ends without a sale. Nobody else sees it. */
  reserve: Type.Optional(PositiveMoney),
  /** For this a bidder may have it at once, while that is open. */
  buyNow: Type.Optional(PositiveMoney),
});
export type SalePolicy = Static<typeof SalePolicy>;

export const listingStates = ['available', 'in_auction', 'locked', 'sold', 'paused', 'withdrawn'] as const;

export const listingKinds = ['offers', 'fixed_price'] as const;

export const Country = Type.String({ pattern: '^[A-Z]{2}$', description: 'ISO 3166-1' });

/** Where pieces are sent at one price. */
export const ShippingZone = Strict({
  countries: Type.Array(Country, { maxItems: 250, description: 'Empty: the rest of the world' }),
  price: Money,
  further: { ...Money, description: 'For each further piece that travels with it' },
});
export type ShippingZone = Static<typeof ShippingZone>;

/** What it costs to send the piece, and whether it can be fetched. Shown before anybody bids or buys. */
export const Shipping = Strict({
  zones: Type.Array(ShippingZone, { maxItems: 20, description: 'Empty: pickup only' }),
  combined: Type.Boolean({ description: 'Different pieces to one buyer travel together' }),
  handlingDays: Type.Integer({ minimum: 1, maximum: 30 }),
  pickup: Type.Boolean(),
  pickupPlace: Nullable(Type.String({ maxLength: 120 })),
});
export type Shipping = Static<typeof Shipping>;

const OptionText = Type.String({ minLength: 1, maxLength: 40 });

/** What was chosen of a piece that comes in several kinds: `Size: Large`. */
export const ChosenOption = Strict({ name: Type.String(), value: Type.String() });
export type ChosenOption = Static<typeof ChosenOption>;

const variantTerms = {
  options: Type.Array(OptionText, { maxItems: 3, description: 'One value for each option name, in their order' }),
  price: PositiveMoney,
  quantity: Type.Integer({ minimum: 0, maximum: 10_000, description: 'Pieces that can be bought now' }),
  sku: Nullable(Type.String({ minLength: 1, maxLength: 60 })),
};

/** One kind of the piece, at its price. A piece without options has one. */
export const VariantTerms = Strict(variantTerms);
export type VariantTerms = Static<typeof VariantTerms>;

/** `sku` is null for everybody but the maker. */
export const Variant = Strict({ id: Id, ...variantTerms });
export type Variant = Static<typeof Variant>;

/** How a piece is sold: one piece through offers and an auction, or any number at fixed prices. */
export const ListingTerms = Strict({
  kind: Type.Optional(OneOf(listingKinds)),
  askingPrice: Nullable({ ...PositiveMoney, description: 'Of kind `offers`; at fixed prices it follows from them' }),
  offerPolicy: SalePolicy,
  optionNames: Type.Optional(Type.Array(OptionText, { maxItems: 3 })),
  variants: Type.Optional(Type.Array(VariantTerms, { maxItems: 100 })),
  shipping: Shipping,
  version: Type.Optional(
    Type.Integer({ description: 'The version that is changed; it is refused when stock or state moved since' }),
  ),
});
export type ListingTerms = Static<typeof ListingTerms>;

export const Listing = Strict({
  id: Id,
  storyId: Id,
  makerId: Id,
  kind: OneOf(listingKinds),
  state: OneOf(listingStates),
  askingPrice: Nullable({ ...Money, description: 'At fixed prices the lowest of them' }),
  offerPolicy: Nullable(SalePolicy),
  optionNames: Type.Array(Type.String()),
  variants: Type.Array(Variant),
  unitsHeld: Type.Integer({ description: 'Pieces that buyers are paying for right now' }),
  shipping: Shipping,
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
    errors: ['story_frozen', 'currency_mismatch', 'version_conflict'],
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
