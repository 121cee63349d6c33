// What the commands of this room share: what it was made with, the rows it locks, how an offer is settled.
// Locks: listing → (what the answer opens: an auction or a sale lock) → offers by id.
import { type Actor, DomainError } from '@videowindow/contract';
import { apply, type Facts } from '@videowindow/contract/machine';
import {
  type OfferCommand,
  type OfferGuard,
  type OfferState,
  offerMachine,
} from '@videowindow/contract/machines/offer';
import type { Money } from '@videowindow/contract/money';
import type { Auctions } from '#commerce/auctions';
import type { Listing, Listings } from '#commerce/listings';
import type { Locks } from '#commerce/locks';
import type { ReceivingStep } from '#commerce/payments';
import type { Database, Reader, Tx } from '#platform/database';
import type { Events } from '#platform/events';
import { authorize } from '#platform/http';
import type { Timers } from '#platform/jobs';
import { type OfferRules, recipientOf, senderOf } from './offer.ts';
import type { Offer } from './store.ts';
import * as store from './store.ts';

export type OffersDeps = {
  database: Database;
  events: Events;
  timers: Timers;
  listings: Listings;
  locks: Locks;
  auctions: Auctions;
  /** What the maker has to do before they can be paid, null when nothing is missing. Payments plugs it in. */
  receivingStep(reader: Reader, makerId: string): Promise<ReceivingStep>;
  /** Who of these is not there for this reader. */
  hiddenFrom(reader: Reader, person: string | null, others: readonly string[]): Promise<Set<string>>;
  rules: OfferRules;
};

export const EXPIRE = 'offer.expire';

/**
 * The listing and the offer, both locked, for whom the offer was made to, while it stands. `isRepeat`: it was answered
 * with this very key.
 * @throws DomainError not_found, offer_expired
 */
export const lockToAnswer = async (
  deps: OffersDeps,
  tx: Tx,
  actor: Actor,
  id: string,
  action: 'offer.answer' | 'offer.openAuction',
  key: string | null,
): Promise<{ listing: Listing; offer: Offer; now: Date; isRepeat: boolean }> => {
  const known = await store.findOffer(tx, id);
  if (!known) throw new DomainError('not_found');
  authorize(actor, action, { ownerId: recipientOf(known) });
  const listing = await deps.listings.lock(tx, known.listingId);
  const offer = await store.lockOffer(tx, id);
  if (!listing || !offer) throw new DomainError('not_found');
  const now = await deps.database.now(tx);
  const isRepeat = key !== null && offer.answerKey === key;
  if (!isRepeat) {
    // What waits for an answer is nothing between two of whom one has blocked the other.
    const other = senderOf(offer);
    if ((await deps.hiddenFrom(tx, actor.id, [other])).has(other)) throw new DomainError('not_found');
    assertInTime(offer, now);
  }
  return { listing, offer, now, isRepeat };
};

/** An auction has begun, somebody else has the piece, or (null: nobody is told) the same person has offered anew. */
export const supersede = async (
  deps: OffersDeps,
  tx: Tx,
  offers: readonly Offer[],
  now: Date,
  why: 'superseded' | 'piece_sold' | null,
): Promise<void> => {
  for (const offer of offers) {
    const state = next(offer, 'supersede', { pieceTaken: true });
    if (why) await settle(deps, tx, offer, state, now, {}, why);
    else {
      await deps.timers.clear(tx, EXPIRE, offer.id);
      await store.answerOffer(tx, offer.id, { state, at: now });
    }
  }
};

export const settle = async (
  deps: OffersDeps,
  tx: Tx,
  offer: Offer,
  state: OfferState,
  at: Date,
  became: { auctionId?: string; lockId?: string; key?: string | null },
  why: 'superseded' | 'piece_sold' = 'superseded',
): Promise<Offer> => {
  const answered = await store.answerOffer(tx, offer.id, { state, at, ...became });
  await deps.timers.clear(tx, EXPIRE, offer.id);
  if (
    state === 'accepted' ||
    state === 'declined' ||
    state === 'expired' ||
    state === 'superseded' ||
    state === 'converted_to_bid'
  ) {
    await deps.events.emit(tx, 'offer.answered', offer.id, {
      ...about(answered),
      answer: state === 'superseded' ? why : state,
    });
  }
  return answered;
};

export const next = (offer: Offer, command: OfferCommand, facts: Facts<OfferGuard>): OfferState => {
  const move = apply(offerMachine, offer.state, command, facts);
  if (move.ok) return move.to;
  throw new DomainError('invalid_transition', { from: move.from, command, possible: move.possible });
};

export const assertFree = (listing: Listing): void => {
  if (listing.state === 'available') return;
  throw new DomainError(listing.state === 'locked' ? 'listing_locked' : 'listing_unavailable', {
    state: listing.state,
  });
};

/** An offer whose time is over counts as expired, though its timer may come a moment later. */
export const assertInTime = (offer: Offer, now: Date): void => {
  if (offer.state === 'expired' || (offer.state === 'pending' && now >= offer.expiresAt)) {
    throw new DomainError('offer_expired', { expiresAt: offer.expiresAt.toISOString() });
  }
};

export const about = (offer: Offer) => ({
  offerId: offer.id,
  listingId: offer.listingId,
  storyId: offer.storyId,
  makerId: offer.makerId,
  buyerId: offer.buyerId,
  from: offer.from,
  title: offer.title,
  amount: offer.amount,
});

/**
 * Whether the piece may change hands: its story is shown, nobody else has it, and its maker can be paid.
 * @throws DomainError listing_locked, listing_unavailable, payouts_disabled (no account yet), kyc_required (the provider
 * asks for more)
 */
export const assertSellable = async (deps: OffersDeps, tx: Tx, listing: Listing): Promise<void> => {
  assertFree(listing);
  const maker: Actor = { id: listing.makerId, roles: [] };
  if (!(await deps.listings.visibleStory(tx, maker, listing.storyId)).isShown) {
    throw new DomainError('listing_unavailable');
  }
  const missing = await deps.receivingStep(tx, listing.makerId);
  if (missing) throw new DomainError(missing === 'complete' ? 'kyc_required' : 'payouts_disabled');
};

/** A buyer binds themselves to a price. @throws DomainError strikes_exceeded, card_required, bidder_blocked */
export const assertBuyerMay = (deps: OffersDeps, tx: Tx, offer: Offer, amount: Money): Promise<void> =>
  deps.locks.assertMayBid(tx, offer.buyerId, amount, offer);
