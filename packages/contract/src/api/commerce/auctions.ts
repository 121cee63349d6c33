// auctions, bids and their log
import { type Static, Type } from 'typebox';
import { defineApi } from '../../endpoint.ts';
import { Id, Instant, Money, Nullable, OneOf, PositiveMoney, Strict } from '../../schema.ts';

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
  reserveMet: Nullable(Type.Boolean({ description: 'Null when there is no reserve; how much it is nobody hears' })),
  buyNow: Nullable(Money),
  serverTime: Instant,
});
export type AuctionState = Static<typeof AuctionState>;

/** How much more the next bid must be, by the price, in minor units: below `below` (null: from there on) it is `by`. */
const Increments = Strict({
  currency: Type.String(),
  steps: Type.Array(Strict({ below: Nullable(Type.Integer()), by: Type.Integer() })),
});

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
      {
        decideBy: Instant,
        depth: Type.Integer(),
        next: Nullable(Strict({ label: Type.String(), amount: Money, belowReserve: Type.Boolean() })),
      },
      { description: "For the maker, when the winner did not pay and it is the maker's turn to choose" },
    ),
  ),
  watchers: Type.Integer({ description: 'How many keep an eye on it' }),
  watching: Type.Boolean({ description: 'Whether I do' }),
  reserve: Nullable(Money),
  quickAmounts: Type.Array(Money),
  increments: Increments,
  extendsWithinMinutes: Type.Number({ description: 'A bid in so many last minutes makes it longer' }),
  possible: Type.Array(Type.String()),
});
export type AuctionView = Static<typeof AuctionView>;

export const retractionReasons = ['wrong_amount', 'description_changed', 'maker_unreachable'] as const;

/** An auction that somebody watches or has bid on. */
export const WatchedAuction = Strict({
  auction: AuctionState,
  title: Type.String(),
  watching: Type.Boolean(),
  bidder: Nullable(Type.Integer()),
  leading: Type.Boolean(),
});
export type WatchedAuction = Static<typeof WatchedAuction>;

/** What somebody may take back of their bids. */
export const RetractionView = Strict({
  /** Near the end only the newest, while it is young. */
  what: OneOf(['all', 'newest', 'none']),
  why: Nullable(OneOf(['no_bid', 'too_old', 'too_late', 'not_live'])),
  bids: Type.Integer(),
  bidAgain: Type.Boolean({ description: 'Whether one may bid once more, below it, after a wrong amount' }),
});
export type RetractionView = Static<typeof RetractionView>;

/** One entry of an auction's public log. */
export const AuctionLogEntry = Strict({
  seq: Type.Integer(),
  kind: OneOf([
    'opened',
    'bid',
    'extended',
    'accepted',
    'closed',
    'cancelled',
    'retracted',
    'disqualified',
    'suspended',
    'resumed',
    'bought',
  ]),
  bidder: Nullable(Type.Integer()),
  label: Nullable(Type.String()),
  amount: Nullable(Money),
  automatic: Type.Boolean(),
  withdrawn: Type.Boolean({ description: 'The bid was taken back, or its bidder disqualified' }),
  reason: Nullable(OneOf(retractionReasons)),
  bySupport: Type.Boolean({ description: 'Support took it back for its bidder' }),
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
      'card_required',
      'bid_after_retraction',
    ],
    rateLimit: { max: 60, windowS: 60 },
  },
  'POST /auctions/:id/watch': {
    summary: 'Keep an eye on it, or no longer: one is told before it ends, by default an hour',
    action: 'auction.watch',
    body: Strict({ watching: Type.Boolean() }),
    response: Strict({ watchers: Type.Integer(), watching: Type.Boolean() }),
    errors: ['watch_limit_reached'],
  },
  'GET /watchlist': {
    summary: 'Auctions that I watch or have bid on: what ends first comes first, then what is over',
    action: 'auction.watch',
    response: Strict({ items: Type.Array(WatchedAuction) }),
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
  'POST /auctions/:id/buy-now': {
    summary:
      'Have it at once, for the price that is named: there is half an hour to pay, once for each person. Bidding goes on; whoever has paid first has it',
    action: 'auction.bid',
    response: AuctionView,
    idempotency: 'required',
    errors: [
      'auction_not_live',
      'auction_ended',
      'buy_now_closed',
      'seller_cannot_bid',
      'bidder_blocked',
      'strikes_exceeded',
      'card_required',
      'listing_unavailable',
    ],
  },
  'GET /auctions/:id/retraction': {
    summary: 'Which of my bids I may take back now',
    action: 'auction.bid',
    response: RetractionView,
  },
  'POST /auctions/:id/retract': {
    summary: 'Take my bids back, or only my newest within 12 h of the end. Everybody sees it in the log',
    action: 'auction.bid',
    body: Strict({ reason: OneOf(retractionReasons) }),
    response: AuctionView,
    idempotency: 'required',
    errors: ['auction_not_live', 'auction_ended', 'retraction_not_allowed'],
  },
  'POST /auctions/:id/retract-for': {
    summary: 'Support takes bids back for their bidder, also in the last hour; everybody sees it, the record keeps why',
    action: 'moderation.decide',
    body: Strict({
      bidder: Type.Integer({ minimum: 1, description: 'Their number in the public log' }),
      what: OneOf(['newest', 'all']),
      reason: OneOf(retractionReasons),
      note: Type.String({ minLength: 1, maxLength: 2000, pattern: '\\S', description: 'Kept with the record' }),
    }),
    response: AuctionView,
    idempotency: 'required',
    errors: ['auction_not_live', 'auction_ended', 'retraction_not_allowed', 'own_content'],
  },
  'POST /auctions/:id/block': {
    summary: 'The maker blocks a bidder, whose bids count no longer',
    action: 'auction.manage',
    body: Strict({ bidder: Type.Integer({ minimum: 1 }) }),
    response: AuctionView,
  },
  'POST /auctions/:id/suspend': {
    summary: 'A moderator stops the clock: nobody may bid',
    action: 'moderation.decide',
    body: Strict({ reason: Type.String({ minLength: 1, maxLength: 2000 }) }),
    response: AuctionView,
    errors: ['invalid_transition', 'own_content'],
  },
  'POST /auctions/:id/resume': {
    summary: 'A moderator lets it go on; the end shifts by the time that was lost',
    action: 'moderation.decide',
    response: AuctionView,
    errors: ['invalid_transition', 'own_content'],
  },
  'POST /auctions/:id/end': {
    summary: 'A moderator ends an auction that is stopped, without a sale: the piece is free again',
    action: 'moderation.decide',
    body: Strict({ reason: Type.String({ minLength: 1, maxLength: 2000 }) }),
    response: AuctionView,
    errors: ['invalid_transition', 'own_content'],
  },
  'POST /auctions/:id/second-chance': {
    summary:
      'After a winner who did not pay: ask the next bidder; end it and sell anew; or end it with an offer to the next bidder at a price of mine, which stands as long as any',
    action: 'auction.manage',
    body: Type.Union([
      Strict({ choice: OneOf(['ask', 'relist']) }),
      Strict({ choice: Type.Literal('offer'), amount: PositiveMoney }),
    ]),
    response: AuctionView,
    errors: ['invalid_transition', 'currency_mismatch'],
  },
});
