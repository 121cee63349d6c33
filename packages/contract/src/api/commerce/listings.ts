// what is sold, and how it is sent
import { type Static, Type } from 'typebox';
import { defineApi } from '../../endpoint.ts';
import { Cursor, Id, Instant, Money, Nullable, OneOf, Page, PositiveMoney, PriceMoney, Strict } from '../../schema.ts';
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
  price: PriceMoney,
  further: { ...PriceMoney, description: 'For each further piece that travels with it' },
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

/** Within how many days of its arrival a piece may be sent back, 0: not at all, and who pays for the parcel. */
export const ReturnsPolicy = Strict({
  days: Type.Unsafe<0 | 14 | 30 | 60>({ type: 'integer', enum: [0, 14, 30, 60] }),
  postage: OneOf(['buyer', 'maker']),
});
export type ReturnsPolicy = Static<typeof ReturnsPolicy>;

/** What the maker said of a piece after others began to rely on its words. */
export const Addition = Strict({ at: Instant, text: Type.String() });
export type Addition = Static<typeof Addition>;

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
  shipping: { ...Shipping, description: 'Where a profile is named, its values count' },
  shippingProfileId: Type.Optional(Nullable(Id)),
  returns: Type.Optional(ReturnsPolicy),
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
  shippingProfileId: Nullable({ ...Id, description: 'Null for everybody but the maker' }),
  returns: ReturnsPolicy,
  additions: Type.Array(Addition),
  backOn: Nullable({ ...Instant, description: 'When a piece that is paused by a holiday is sold again' }),
  acceptsOffers: Type.Boolean(),
  leastOffer: Money,
  currency: Type.String(),
  version: Type.Integer(),
  possible: Type.Array(Type.String()),
});
export type Listing = Static<typeof Listing>;

/** One way of sending that a maker uses for many pieces. */
export const ShippingProfile = Strict({
  id: Id,
  name: Type.String(),
  shipping: Shipping,
  listings: Type.Integer({ description: 'Open listings that use it' }),
});
export type ShippingProfile = Static<typeof ShippingProfile>;

const ProfileTerms = Strict({ name: Type.String({ minLength: 1, maxLength: 60 }), shipping: Shipping });
const profileErrors = ['currency_mismatch', 'name_taken'] as const;

/** A piece among its maker's pieces. */
export const ListingRow = Strict({
  id: Id,
  storyId: Id,
  storyTitle: Type.String(),
  posterUrl: Nullable(Type.String()),
  storyListed: Type.Boolean({ description: 'Whether its story is shown; else nobody can buy it yet' }),
  kind: OneOf(listingKinds),
  state: OneOf(listingStates),
  price: Nullable(Money),
  topPrice: Nullable(Money),
  unitsFree: Type.Integer(),
  unitsHeld: Type.Integer(),
  profileName: Nullable(Type.String()),
  backOn: Nullable(Instant),
  possible: Type.Array(Type.String()),
});
export type ListingRow = Static<typeof ListingRow>;

/** What is changed in many listings at once. */
export const BulkChange = Type.Union([
  Strict({ kind: Type.Literal('price'), percent: Type.Integer({ minimum: -90, maximum: 500 }) }),
  Strict({ kind: Type.Literal('pause') }),
  Strict({ kind: Type.Literal('resume') }),
  Strict({ kind: Type.Literal('shipping'), profileId: Id }),
]);
export type BulkChange = Static<typeof BulkChange>;

const ImportProblem = Strict({
  line: Type.Integer({ description: 'Of the file, counted from 1' }),
  column: Nullable(Type.String()),
  message: Type.String(),
});

/** What a file changes, or would change. Nothing is changed while anything in it is wrong. */
export const ImportOutcome = Strict({
  changed: Type.Integer(),
  created: Type.Integer({ description: 'New drafts, from lines without a story' }),
  problems: Type.Array(ImportProblem),
});
export type ImportOutcome = Static<typeof ImportOutcome>;

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
  'POST /listings/:id/additions': {
    summary: 'Say something more of a piece whose words others rely on now; dated, and never changed',
    action: 'listing.edit',
    body: Strict({ text: Type.String({ minLength: 1, maxLength: 1000 }) }),
    response: Listing,
    errors: ['invalid_transition'],
  },
  'POST /listings/:id/relist': {
    summary: 'Sell the piece again on the terms it had, after it was sold or withdrawn',
    action: 'listing.edit',
    response: Listing,
    status: 201,
    errors: ['invalid_transition', 'listing_unavailable'],
  },
  'POST /listings/:id/duplicate': {
    summary: 'A new draft with the story and the terms of this one',
    action: 'listing.edit',
    response: Strict({ storyId: Id }),
    status: 201,
  },
  'GET /listings': {
    summary: 'My pieces for sale, newest first',
    action: 'listing.edit',
    query: Strict({
      state: Type.Optional(OneOf(listingStates)),
      kind: Type.Optional(OneOf(listingKinds)),
      cursor: Type.Optional(Cursor),
      limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 100, default: 20 })),
    }),
    response: Page(ListingRow),
  },
  'POST /listings/bulk': {
    summary: 'Change many of my listings; each is changed, or its reason told',
    action: 'listing.edit',
    body: Strict({ ids: Type.Array(Id, { minItems: 1, maxItems: 100, uniqueItems: true }), change: BulkChange }),
    response: Strict({ items: Type.Array(Strict({ id: Id, problem: Nullable(Type.String()) })) }),
  },
  'GET /listings/file': {
    summary: 'My listings as a table, a line a kind',
    action: 'listing.edit',
    file: 'text/csv',
  },
  'POST /listings/import': {
    summary: 'Change listings by such a table, or see what it would change and what is wrong in which line',
    action: 'listing.edit',
    body: Strict({ csv: Type.String({ maxLength: 1_000_000 }), dryRun: Type.Boolean() }),
    response: ImportOutcome,
    bodyBytes: 3_000_000,
    rateLimit: { max: 60, windowS: 3600 },
  },
  'GET /makers/me/shipping-profiles': {
    summary: 'My ways of sending',
    action: 'listing.edit',
    response: Strict({ items: Type.Array(ShippingProfile) }),
  },
  'POST /makers/me/shipping-profiles': {
    summary: 'A new way of sending',
    action: 'listing.edit',
    body: ProfileTerms,
    response: ShippingProfile,
    status: 201,
    errors: profileErrors,
  },
  'PUT /shipping-profiles/:id': {
    summary: 'Change a way of sending; pieces that nobody bids for or pays follow, the others keep what was promised',
    action: 'listing.edit',
    body: ProfileTerms,
    response: ShippingProfile,
    errors: profileErrors,
  },
  'DELETE /shipping-profiles/:id': {
    summary: 'Forget a way of sending; pieces that use it keep its values',
    action: 'listing.edit',
  },
  'GET /makers/:id/vacation': {
    summary: 'Until when a maker is away; null when they are not',
    action: 'listing.read',
    response: Strict({ returnsAt: Nullable(Instant) }),
  },
  'PUT /makers/me/vacation': {
    summary: 'Go away until a moment, or come back now (null): listings pause until then, auctions that run go on',
    action: 'listing.edit',
    body: Strict({ returnsAt: Nullable(Instant) }),
    response: Strict({ returnsAt: Nullable(Instant) }),
  },
});
