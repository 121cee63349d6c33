// listings, offers, auctions, locks, orders, payments, ledger
import { type Static, Type } from 'typebox';
import { defineApi } from '../endpoint.ts';
import { Cursor, Id, Instant, Money, Nullable, OneOf, Page, PositiveMoney, Strict } from '../schema.ts';
import { OfferPolicy, PersonSummary } from './people.ts';

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

export const offerStates = [
  'pending',
  'accepted',
  'countered',
  'declined',
  'auto_declined',
  'expired',
  'withdrawn',
  'superseded',
  'converted_to_bid',
] as const;

export const Offer = Strict({
  id: Id,
  listingId: Id,
  storyId: Id,
  storyTitle: Type.String(),
  buyer: PersonSummary,
  makerId: Id,
  /** Who named the price: a maker answers an offer with one. */
  from: OneOf(['buyer', 'maker']),
  /** The offer that this one was the answer to. */
  answers: Nullable(Id),
  amount: Money,
  state: OneOf(offerStates),
  expiresAt: Instant,
  createdAt: Instant,
  auctionId: Nullable(Id),
  lockId: Nullable(Id),
  possible: Type.Array(Type.String(), { description: 'Commands that the reader may give now' }),
});
export type Offer = Static<typeof Offer>;

export const offersApi = defineApi({
  'POST /stories/:storyId/offers': {
    summary: 'Offer a price. It may become a binding bid. 201 also when it is declined at once',
    action: 'offer.create',
    body: Strict({ amount: PositiveMoney }),
    response: Offer,
    status: 201,
    idempotency: 'required',
    errors: [
      'offer_below_minimum',
      'offer_limit_reached',
      'seller_cannot_bid',
      'bidder_blocked',
      'listing_unavailable',
      'listing_locked',
      'currency_mismatch',
      'strikes_exceeded',
    ],
  },
  'GET /offers': {
    summary: 'Offers that I made, or that were made to me',
    action: 'offer.read',
    query: Strict({
      as: OneOf(['buyer', 'maker']),
      state: Type.Optional(OneOf(offerStates)),
      from: Type.Optional(OneOf(['buyer', 'maker'])),
      cursor: Type.Optional(Cursor),
      limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 100, default: 20 })),
    }),
    response: Page(Offer),
  },
  'GET /offers/:id': { summary: 'One offer', action: 'offer.read', response: Offer },
  'POST /offers/:id/withdraw': {
    summary: 'Take my offer back',
    action: 'offer.withdraw',
    response: Offer,
    errors: ['invalid_transition', 'offer_expired'],
  },
  'POST /offers/:id/accept': {
    summary: 'Agree to this price, as whom it was offered to: the piece is locked for the buyer',
    action: 'offer.answer',
    response: Offer,
    idempotency: 'required',
    errors: ['invalid_transition', 'offer_expired', 'listing_unavailable', 'listing_locked', 'payouts_disabled'],
  },
  'POST /offers/:id/counter': {
    summary:
      'Answer with another price: a new offer the other way, which stands as long as any. The maker names more than was offered, the buyer less than was named',
    action: 'offer.answer',
    body: Strict({ amount: PositiveMoney }),
    response: Offer,
    status: 201,
    idempotency: 'required',
    errors: [
      'invalid_transition',
      'offer_expired',
      'listing_unavailable',
      'listing_locked',
      'payouts_disabled',
      'counter_out_of_range',
      'currency_mismatch',
      'offer_limit_reached',
    ],
  },
  'POST /offers/:id/decline': {
    summary: 'Say no',
    action: 'offer.answer',
    response: Offer,
    errors: ['invalid_transition', 'offer_expired'],
  },
  'POST /offers/:id/open-auction': {
    summary: 'Open an auction in which this offer is the first bid',
    action: 'offer.openAuction',
    response: Offer,
    idempotency: 'required',
    errors: ['invalid_transition', 'offer_expired', 'listing_unavailable', 'listing_locked', 'payouts_disabled'],
  },
});

export const auctionStates = ['scheduled', 'live', 'closing', 'sold', 'no_sale', 'cancelled', 'suspended'] as const;

/** The live state of an auction; published on the channel `auction:{id}` with `seq` as its version. */
export const AuctionState = Strict({
  id: Id,
  listingId: Id,
  storyId: Id,
  state: OneOf(auctionStates),
  seq: Type.Integer({ description: 'Gapless per auction; rises with every event of its log' }),
  price: Money,
  minNext: Money,
  bidCount: Type.Integer(),
  /** Who leads: a handle when they allow it, else 'Bidder 3'. */
  leader: Nullable(Strict({ bidder: Type.Integer(), label: Type.String() })),
  startsAt: Instant,
  endsAt: Instant,
  capAt: Instant,
  extensions: Type.Integer(),
  serverTime: Instant,
});
export type AuctionState = Static<typeof AuctionState>;

export const AuctionView = Strict({
  ...AuctionState.properties,
  me: Strict(
    {
      bidder: Nullable(Type.Integer()),
      leading: Type.Boolean(),
      /** Up to which amount I would go, while I lead; nobody else hears it. */
      maximum: Nullable(Money),
      isMaker: Type.Boolean(),
      lockId: Nullable(Id),
    },
    { description: 'What this is to the reader' },
  ),
  secondChance: Nullable(
    Strict(
      { decideBy: Instant, depth: Type.Integer(), next: Nullable(Strict({ label: Type.String(), amount: Money })) },
      { description: "For the maker, when the winner did not pay and it is the maker's turn to choose" },
    ),
  ),
  quickAmounts: Type.Array(Money),
  possible: Type.Array(Type.String()),
});
export type AuctionView = Static<typeof AuctionView>;

/** One entry of an auction's public log. */
export const AuctionLogEntry = Strict({
  seq: Type.Integer(),
  kind: OneOf(['opened', 'bid', 'extended', 'accepted', 'closed', 'cancelled']),
  bidder: Nullable(Type.Integer()),
  label: Nullable(Type.String()),
  amount: Nullable(Money),
  automatic: Type.Boolean(),
  at: Instant,
});
export type AuctionLogEntry = Static<typeof AuctionLogEntry>;

export const auctionsApi = defineApi({
  'GET /auctions/:id': { summary: 'An auction now', action: 'auction.read', response: AuctionView },
  'GET /auctions/:id/events': {
    summary: 'Its public log, newest first',
    action: 'auction.read',
    query: Strict({
      before: Type.Optional(Type.Integer({ minimum: 1, maximum: 2 ** 31 - 1 })),
      limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 100, default: 20 })),
    }),
    response: Strict({ items: Type.Array(AuctionLogEntry), next: Nullable(Type.Integer()) }),
  },
  'POST /auctions/:id/bids': {
    summary:
      'Bid an amount, or a secret maximum, of which only as much is bid as it takes to lead. The Idempotency-Key is the client key of the bid',
    action: 'auction.bid',
    body: Type.Union([Strict({ amount: PositiveMoney }), Strict({ maximum: PositiveMoney })]),
    response: Strict({
      accepted: Type.Boolean(),
      /** False when somebody's maximum is as high, and answered it. */
      leading: Type.Boolean(),
      seq: Type.Integer(),
      auction: AuctionState,
    }),
    status: 201,
    idempotency: 'own',
    errors: [
      'auction_not_live',
      'auction_ended',
      'bid_too_low',
      'bid_not_above_own_max',
      'seller_cannot_bid',
      'bidder_blocked',
      'currency_mismatch',
      'strikes_exceeded',
    ],
    rateLimit: { max: 60, windowS: 60 },
  },
  'POST /auctions/:id/accept': {
    summary: "The maker takes the visible price now. `expectedSeq` must be the log's newest",
    action: 'auction.manage',
    body: Strict({ expectedSeq: Type.Integer() }),
    response: AuctionView,
    idempotency: 'required',
    errors: ['auction_not_live', 'auction_ended', 'version_conflict', 'invalid_transition'],
  },
  'POST /auctions/:id/cancel': {
    summary: 'The maker ends it without a sale: freely without bids, else at least 12 h before the end',
    action: 'auction.manage',
    response: AuctionView,
    errors: ['auction_not_live', 'auction_ended', 'invalid_transition'],
  },
  'POST /auctions/:id/second-chance': {
    summary: 'After a winner who did not pay: ask the next bidder, or end it and sell anew',
    action: 'auction.manage',
    body: Strict({ choice: OneOf(['ask', 'relist']) }),
    response: AuctionView,
    errors: ['invalid_transition'],
  },
});

export const lockStates = ['held', 'checkout_open', 'processing', 'paid', 'releasing', 'released'] as const;

/** A piece held for one person until they pay. */
export const Lock = Strict({
  id: Id,
  storyId: Id,
  storyTitle: Type.String(),
  maker: PersonSummary,
  reason: OneOf(['auction', 'offer', 'second_chance']),
  state: OneOf(lockStates),
  released: Nullable(OneOf(['expired', 'failed', 'cancelled', 'declined'])),
  item: Money,
  shipping: Money,
  total: Money,
  expiresAt: Instant,
  serverTime: Instant,
  pickup: Type.Boolean({ description: 'Whether the piece may be fetched instead of sent' }),
  shippable: Type.Boolean(),
  orderId: Nullable(Id),
  possible: Type.Array(Type.String()),
});
export type Lock = Static<typeof Lock>;

export const locksApi = defineApi({
  'GET /locks': {
    summary: 'Pieces that wait for my payment',
    action: 'lock.read',
    response: Strict({ items: Type.Array(Lock) }),
  },
  'GET /locks/:id': { summary: 'One of them', action: 'lock.read', response: Lock },
  'POST /locks/:id/checkout': {
    summary: 'Open the hosted checkout; asking again gives the same address',
    action: 'lock.pay',
    body: Strict({ delivery: OneOf(['ship', 'pickup']) }),
    response: Strict({ url: Type.String(), expiresAt: Instant }),
    idempotency: 'required',
    errors: [
      'lock_expired',
      'invalid_transition',
      'checkout_in_progress',
      'external_service_unavailable',
      'capability_off',
    ],
  },
  'POST /locks/:id/decline': {
    summary: 'Say no to a second chance, without a strike',
    action: 'lock.pay',
    response: Lock,
    errors: ['invalid_transition'],
  },
});

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

export const paymentsApi = defineApi({
  'POST /webhooks/stripe/:endpoint': {
    summary: "The payment provider's webhooks, signed; `endpoint` is `platform` or `connect`",
    action: 'provider.webhook',
    rawBody: true,
    response: Strict({ received: Type.Boolean() }),
    errors: ['malformed_request', 'capability_off'],
  },
});

export const ledgerApi = defineApi({
  'GET /makers/me/balance': {
    summary: 'What is held for me, what was paid out, and the ledger lines behind it',
    action: 'ledger.read',
    response: Strict({
      held: Money,
      paidOut: Money,
      lines: Type.Array(
        Strict({
          at: Instant,
          kind: Type.String(),
          orderId: Nullable(Id),
          amount: Type.Integer(),
          currency: Type.String(),
        }),
      ),
    }),
  },
});
