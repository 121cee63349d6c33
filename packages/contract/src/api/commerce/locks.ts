// a piece held until it is paid
import { type Static, Type } from 'typebox';
import { defineApi } from '../../endpoint.ts';
import { Id, Instant, Money, Nullable, OneOf, Strict } from '../../schema.ts';
import { PersonSummary } from '../people.ts';
import { ChosenOption, Country, ReturnsPolicy, ShippingZone } from './listings.ts';

export const lockStates = ['held', 'checkout_open', 'processing', 'paid', 'releasing', 'released'] as const;

/** A piece held for one person until they pay. */
export const Lock = Strict({
  id: Id,
  storyId: Id,
  storyTitle: Type.String(),
  maker: PersonSummary,
  reason: OneOf(['auction', 'offer', 'second_chance', 'fixed_price', 'buy_now']),
  state: OneOf(lockStates),
  released: Nullable(OneOf(['expired', 'failed', 'cancelled', 'declined'])),
  options: Type.Array(ChosenOption),
  quantity: Type.Integer(),
  item: { ...Money, description: 'The price of all pieces' },
  shipping: Money,
  total: Money,
  expiresAt: Instant,
  serverTime: Instant,
  pickup: Type.Boolean({ description: 'Whether the piece may be fetched instead of sent' }),
  shippable: Type.Boolean(),
  zones: Type.Array(ShippingZone, { description: 'What sending costs where' }),
  returns: ReturnsPolicy,
  country: Nullable(Type.String({ description: 'Where it goes, ISO 3166; null until it is chosen' })),
  orderId: Nullable(Id),
  extension: Nullable(OneOf(['asked', 'given'])),
  /** An order of the same maker that is not sent yet and that it may travel with: to its address, for so much more. */
  together: Nullable(Strict({ orderNumber: Type.Integer(), country: Type.String(), shipping: Money })),
  paymentFailed: Type.Boolean({ description: 'A bank did not pay what it had promised; it can be paid anew' }),
  possible: Type.Array(Type.String()),
});
export type Lock = Static<typeof Lock>;

/** The same as its maker sees it. */
export const Hold = Strict({
  id: Id,
  storyId: Id,
  storyTitle: Type.String(),
  buyer: PersonSummary,
  state: OneOf(lockStates),
  item: Money,
  expiresAt: Instant,
  extension: Nullable(OneOf(['asked', 'given'])),
  extensionHours: Type.Number(),
  possible: Type.Array(Type.String()),
});
export type Hold = Static<typeof Hold>;

/** Something that counts against a person. */
export const Strike = Strict({
  id: Id,
  kind: OneOf(['unpaid', 'auction_cancelled', 'order_cancelled']),
  title: Type.String({ description: 'The piece that it was about' }),
  at: Instant,
  appeal: Nullable(Type.String()),
  answer: Nullable(OneOf(['upheld', 'lifted'])),
  possible: Type.Array(Type.String()),
});
export type Strike = Static<typeof Strike>;

export const bidderSignalKinds = ['maker_card', 'maker_home', 'bidder_card', 'bidder_home', 'retractions'] as const;
export type BidderSignalKind = (typeof bidderSignalKinds)[number];

/** Why somebody should look at a bidder: what they share with a maker or another bidder, or how often they took bids back. */
export const BidderSignal = Strict({
  id: Id,
  person: PersonSummary,
  kind: OneOf(bidderSignalKinds),
  other: Nullable(PersonSummary),
  storyId: Id,
  title: Type.String({ description: 'The piece that it was about, the newest' }),
  times: Type.Integer(),
  at: Instant,
});
export type BidderSignal = Static<typeof BidderSignal>;

/** `warned`: the next one costs something. `card`: a saved card is needed to bid. */
export const bidderStandings = ['good', 'warned', 'card', 'suspended'] as const;

export const locksApi = defineApi({
  'GET /strikes': {
    summary: 'What counts against me, and what that means for my next bid',
    action: 'strike.read',
    response: Strict({ standing: OneOf(bidderStandings), items: Type.Array(Strike) }),
  },
  'POST /strikes/:id/appeal': {
    summary: 'Say why it was not my fault; once',
    action: 'strike.appeal',
    body: Strict({ text: Type.String({ minLength: 1, maxLength: 2000 }) }),
    response: Strike,
    errors: ['invalid_transition'],
  },
  'GET /moderation/appeals': {
    summary: 'Appeals that wait for a person, the oldest first',
    action: 'moderation.queue',
    response: Strict({ items: Type.Array(Strict({ ...Strike.properties, person: PersonSummary })) }),
  },
  'POST /moderation/appeals/:id/answer': {
    summary: 'Lift a strike, or uphold it',
    action: 'moderation.decide',
    body: Strict({ answer: OneOf(['upheld', 'lifted']) }),
    response: Strike,
    errors: ['invalid_transition'],
  },
  'GET /moderation/bidders': {
    summary:
      'Bidders to look at: who shares a card or a home with a maker or another bidder, who takes bids back too often',
    action: 'moderation.queue',
    response: Strict({ items: Type.Array(BidderSignal) }),
  },
  'POST /moderation/bidders/:id/looked': {
    summary: 'I have looked at it; what I found is kept with the record',
    action: 'moderation.decide',
    body: Strict({ reason: Type.String({ minLength: 1, maxLength: 2000 }) }),
  },
  'GET /locks': {
    summary: 'Pieces that wait for my payment',
    action: 'lock.read',
    response: Strict({ items: Type.Array(Lock) }),
  },
  'GET /locks/:id': { summary: 'One of them', action: 'lock.read', response: Lock },
  'POST /locks/:id/checkout': {
    summary: 'Open the hosted checkout; asking again gives the same address',
    action: 'lock.pay',
    body: Strict({
      delivery: OneOf(['ship', 'pickup']),
      country: Type.Optional({ ...Country, description: 'Where it goes; needed where that changes the price' }),
      together: Type.Optional(Type.Boolean({ description: 'In the parcel that `together` of the lock names' })),
    }),
    response: Strict({ url: Type.String(), expiresAt: Instant }),
    idempotency: 'required',
    errors: [
      'lock_expired',
      'payment_failed',
      'invalid_transition',
      'checkout_in_progress',
      'external_service_unavailable',
      'capability_off',
    ],
  },
  'POST /listings/:id/buy': {
    summary: 'Reserve pieces at a fixed price; there is half an hour to pay',
    action: 'listing.buy',
    body: Strict({
      variantId: Id,
      quantity: Type.Integer({ minimum: 1, maximum: 100 }),
      country: Type.Optional(Country),
    }),
    response: Lock,
    status: 201,
    idempotency: 'required',
    rateLimit: { max: 60, windowS: 3600 },
    errors: ['seller_cannot_bid', 'listing_locked', 'listing_unavailable', 'sold_out', 'checkout_in_progress'],
  },
  'POST /locks/:id/ask-extension': {
    summary: 'Ask the maker for more time to pay; once',
    action: 'lock.pay',
    response: Lock,
    errors: ['invalid_transition'],
  },
  'GET /locks/:id/hold': { summary: 'What is held for a buyer of mine', action: 'lock.extend', response: Hold },
  'POST /locks/:id/extend': {
    summary: 'The maker gives more time to pay (by default a day); once',
    action: 'lock.extend',
    response: Hold,
    errors: ['invalid_transition'],
  },
  'POST /locks/:id/decline': {
    summary: 'Say no to a second chance, or to what was to be bought; without a strike',
    action: 'lock.pay',
    response: Lock,
    errors: ['invalid_transition'],
  },
});
