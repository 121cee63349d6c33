// offers and counter-offers
import { type Static, Type } from 'typebox';
import { defineApi } from '../../endpoint.ts';
import { Cursor, Id, Instant, Money, Nullable, OneOf, Page, PositiveMoney, Strict } from '../../schema.ts';
import { PersonSummary } from '../people.ts';

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

/** Somebody was faster, or the time is over. */
const answered = ['invalid_transition', 'offer_expired'] as const;
/** The piece cannot be had now. */
const notForSale = ['listing_unavailable', 'listing_locked'] as const;
/** Nor can its maker be paid. */
const cannotSell = [...notForSale, 'payouts_disabled', 'kyc_required'] as const;
/** The buyer may not bind themselves. */
const mayNotBuy = ['strikes_exceeded', 'card_required', 'bidder_blocked'] as const;

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
      'currency_mismatch',
      ...notForSale,
      ...mayNotBuy,
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
    errors: answered,
  },
  'POST /offers/:id/accept': {
    summary: 'Agree to this price, as whom it was offered to: the piece is locked for the buyer',
    action: 'offer.answer',
    response: Offer,
    idempotency: 'required',
    errors: [...answered, ...cannotSell, ...mayNotBuy],
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
      ...answered,
      ...cannotSell,
      ...mayNotBuy,
      'counter_out_of_range',
      'currency_mismatch',
      'offer_limit_reached',
    ],
  },
  'POST /offers/:id/decline': {
    summary: 'Say no',
    action: 'offer.answer',
    response: Offer,
    errors: answered,
  },
  'POST /offers/:id/open-auction': {
    summary: 'Open an auction in which this offer is the first bid',
    action: 'offer.openAuction',
    response: Offer,
    idempotency: 'required',
    errors: [...answered, ...cannotSell],
  },
});
