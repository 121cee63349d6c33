// Offers: made by buyers, judged by the maker's policy, answered by the maker or by time.
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
import { judgeOffer } from '@videowindow/contract/offer-policy';
import type { Auctions } from '#commerce/auctions';
import type { Listing, Listings } from '#commerce/listings';
import type { Locks } from '#commerce/locks';
import { recordAudit } from '#platform/audit';
import { newId } from '#platform/crypto';
import type { Database, Reader, Tx } from '#platform/database';
import type { Events } from '#platform/events';
import { authorize, personId } from '#platform/http';
import type { Timers } from '#platform/jobs';
import { isCounter, type OfferRules, recipientOf, type Side, senderOf } from './offer.ts';
import type { Offer } from './store.ts';
import * as store from './store.ts';

export type OffersDeps = {
  database: Database;
  events: Events;
  timers: Timers;
  listings: Listings;
  locks: Locks;
  auctions: Auctions;
  /** Whether the maker's payout account is ready: without it nothing is sold. Payments plugs it in. */
  canBePaid(reader: Reader, makerId: string): Promise<boolean>;
  rules: OfferRules;
};

export const EXPIRE = 'offer.expire';

/**
 * Offers a price. The answer may be at once: declined below the maker's limit, or the opening bid of an auction.
 * @throws DomainError not_found, seller_cannot_bid, listing_locked, listing_unavailable, currency_mismatch,
 * offer_below_minimum, offer_limit_reached, strikes_exceeded, card_required, bidder_blocked
 */
export const make = async (
  deps: OffersDeps,
  actor: Actor,
  storyId: string,
  amount: Money,
  requestId: string,
): Promise<Offer> => {
  authorize(actor, 'offer.create');
  const buyerId = personId(actor);
  const story = await deps.listings.visibleStory(deps.database.db, actor, storyId);
  if (story.makerId === buyerId) throw new DomainError('seller_cannot_bid');
  if (!story.isShown) throw new DomainError('listing_unavailable');
  await deps.locks.assertMayBid(deps.database.db, buyerId, amount, story.makerId);
  return await deps.database.transaction(async (tx) => {
    const listing = await deps.listings.lockOfStory(tx, storyId);
    if (!listing) throw new DomainError('listing_unavailable');
    assertFree(listing);
    if (!listing.offerPolicy.acceptsOffers) throw new DomainError('listing_unavailable');
    if (amount.currency !== listing.currency)
      throw new DomainError('currency_mismatch', { expected: listing.currency });
    const judged = judgeOffer(listing.offerPolicy, listing.askingPrice, amount);
    if (judged.outcome === 'below_minimum') throw new DomainError('offer_below_minimum', { minimum: judged.minimum });
    if ((await store.countOfBuyer(tx, listing.id, buyerId)) >= deps.rules.perBuyer) {
      throw new DomainError('offer_limit_reached');
    }
    const createdAt = await deps.database.now(tx);
    await supersede(deps, tx, await store.lockPending(tx, listing.id, buyerId), createdAt, null);
    const offer: Offer = {
      id: newId(),
      from: 'buyer',
      answers: null,
      listingId: listing.id,
      storyId,
      makerId: listing.makerId,
      buyerId,
      title: story.title,
      amount,
      state: offerMachine.initial,
      expiresAt: new Date(createdAt.getTime() + deps.rules.lifeMs),
      createdAt,
      auctionId: null,
      lockId: null,
    };
    await store.insertOffer(tx, offer);
    await recordAudit(tx, { actor: buyerId, action: 'offer.made', subject: offer.id, requestId, facts: { amount } });
    if (judged.outcome === 'auto_decline') {
      const state = next(offer, 'autoDecline', { belowPolicy: true });
      return await store.answerOffer(tx, offer.id, { state, at: createdAt });
    }
    // A maker who can't be paid yet is asked instead: the policy must not sell what could not be settled.
    if (judged.outcome === 'open_auction' && (await deps.canBePaid(tx, listing.makerId))) {
      return await convert(deps, tx, offer, listing, { meetsPolicy: true });
    }
    await deps.timers.set(tx, EXPIRE, offer.id, offer.expiresAt);
    await deps.events.emit(tx, 'offer.made', offer.id, about(offer));
    return offer;
  });
};

/** Whoever made it takes it back. @throws DomainError not_found, offer_expired, invalid_transition */
export const withdraw = async (deps: OffersDeps, actor: Actor, id: string, requestId: string): Promise<Offer> =>
  await deps.database.transaction(async (tx) => {
    const offer = await store.lockOffer(tx, id);
    if (!offer) throw new DomainError('not_found');
    authorize(actor, 'offer.withdraw', { ownerId: senderOf(offer) });
    const now = await deps.database.now(tx);
    assertInTime(offer, now);
    const state = next(offer, 'withdraw', { bySender: true });
    await deps.timers.clear(tx, EXPIRE, id);
    await recordAudit(tx, { actor: actor.id, action: 'offer.withdrawn', subject: id, requestId });
    return await store.answerOffer(tx, id, { state, at: now });
  });

/**
 * Whom it was offered to says yes or no; a maker may open an auction with it.
 * @throws DomainError not_found, offer_expired, invalid_transition, listing_locked, listing_unavailable, payouts_disabled
 */
export const answer = async (
  deps: OffersDeps,
  actor: Actor,
  id: string,
  what: 'accept' | 'decline' | 'openAuction',
  requestId: string,
): Promise<Offer> =>
  await deps.database.transaction(async (tx) => {
    const { listing, offer, now } = await lockToAnswer(
      deps,
      tx,
      actor,
      id,
      what === 'openAuction' ? 'offer.openAuction' : 'offer.answer',
    );
    // Whoever answers twice is told about the offer, not about the piece that the first answer took.
    next(offer, what, { byRecipient: true, fromBuyer: offer.from === 'buyer', pieceFree: true });
    await recordAudit(tx, { actor: actor.id, action: `offer.${what}`, subject: id, requestId });
    if (what === 'decline') {
      return await settle(deps, tx, offer, next(offer, 'decline', { byRecipient: true }), now, {});
    }
    assertFree(listing);
    if (!(await deps.canBePaid(tx, offer.makerId))) throw new DomainError('payouts_disabled');
    if (what === 'openAuction') return await convert(deps, tx, offer, listing, { byRecipient: true });
    const state = next(offer, 'accept', { byRecipient: true, pieceFree: true });
    const lock = await deps.locks.hold(tx, {
      listing,
      title: offer.title,
      buyerId: offer.buyerId,
      item: offer.amount,
      reason: 'offer',
      auctionId: null,
    });
    return await settle(deps, tx, offer, state, now, { lockId: lock.id });
  });

/**
 * Whom it was offered to names another price: an offer the other way, in place of this one.
 * A buyer's counts among the offers that one may make, and is declined at once below the maker's limit.
 * @throws DomainError not_found, offer_expired, invalid_transition, listing_locked, listing_unavailable,
 * payouts_disabled, currency_mismatch, counter_out_of_range, offer_limit_reached
 */
export const counter = async (
  deps: OffersDeps,
  actor: Actor,
  id: string,
  amount: Money,
  requestId: string,
): Promise<Offer> =>
  await deps.database.transaction(async (tx) => {
    const { listing, offer, now } = await lockToAnswer(deps, tx, actor, id, 'offer.answer');
    const { counterOffers } = deps.rules;
    const state = next(offer, 'counter', { byRecipient: true, pieceFree: true, counterOffers });
    assertFree(listing);
    if (!(await deps.canBePaid(tx, offer.makerId))) throw new DomainError('payouts_disabled');
    if (amount.currency !== listing.currency)
      throw new DomainError('currency_mismatch', { expected: listing.currency });
    const judged = judgeOffer(listing.offerPolicy, listing.askingPrice, amount);
    const below = offer.from === 'maker' && judged.outcome === 'below_minimum';
    if (!isCounter(offer, amount) || below) {
      const least = judged.outcome === 'below_minimum' ? judged.minimum : undefined;
      throw new DomainError(
        'counter_out_of_range',
        offer.from === 'buyer' ? { above: offer.amount } : { below: offer.amount, least },
      );
    }
    const from: Side = offer.from === 'buyer' ? 'maker' : 'buyer';
    if (from === 'buyer' && (await store.countOfBuyer(tx, listing.id, offer.buyerId)) >= deps.rules.perBuyer) {
      throw new DomainError('offer_limit_reached');
    }
    await deps.timers.clear(tx, EXPIRE, offer.id);
    await store.answerOffer(tx, offer.id, { state, at: now });
    const made: Offer = {
      ...offer,
      id: newId(),
      from,
      answers: offer.id,
      amount,
      state: offerMachine.initial,
      expiresAt: new Date(now.getTime() + deps.rules.lifeMs),
      createdAt: now,
    };
    await store.insertOffer(tx, made);
    await recordAudit(tx, { actor: actor.id, action: 'offer.counter', subject: made.id, requestId, facts: { amount } });
    if (from === 'buyer' && judged.outcome === 'auto_decline') {
      return await store.answerOffer(tx, made.id, { state: next(made, 'autoDecline', { belowPolicy: true }), at: now });
    }
    await deps.timers.set(tx, EXPIRE, made.id, made.expiresAt);
    await deps.events.emit(tx, 'offer.countered', made.id, about(made));
    return made;
  });

/**
 * The listing and the offer, both locked, for whom the offer was made to, while it stands.
 * @throws DomainError not_found, offer_expired
 */
const lockToAnswer = async (
  deps: OffersDeps,
  tx: Tx,
  actor: Actor,
  id: string,
  action: 'offer.answer' | 'offer.openAuction',
): Promise<{ listing: Listing; offer: Offer; now: Date }> => {
  const known = await store.findOffer(tx, id);
  if (!known) throw new DomainError('not_found');
  authorize(actor, action, { ownerId: recipientOf(known) });
  const listing = await deps.listings.lock(tx, known.listingId);
  const offer = await store.lockOffer(tx, id);
  if (!listing || !offer) throw new DomainError('not_found');
  const now = await deps.database.now(tx);
  assertInTime(offer, now);
  return { listing, offer, now };
};

/** The offer becomes the opening bid; everybody else who had offered is invited to bid. */
const convert = async (
  deps: OffersDeps,
  tx: Tx,
  offer: Offer,
  listing: Listing,
  who: Facts<OfferGuard>,
): Promise<Offer> => {
  const state = next(offer, 'openAuction', { ...who, fromBuyer: offer.from === 'buyer', pieceFree: true });
  const lot = await deps.auctions.open(tx, {
    listing,
    title: offer.title,
    opening: { bidder: offer.buyerId, amount: offer.amount },
  });
  const now = await deps.database.now(tx);
  const converted = await settle(deps, tx, offer, state, now, { auctionId: lot.id });
  await supersede(deps, tx, await store.lockPending(tx, listing.id), now, 'superseded');
  return converted;
};

/** The timer: nobody answered in time. */
export const expire = async (deps: OffersDeps, tx: Tx, id: string): Promise<void> => {
  const offer = await store.lockOffer(tx, id);
  if (!offer) return;
  const now = await deps.database.now(tx);
  if (now < offer.expiresAt) return await deps.timers.set(tx, EXPIRE, id, offer.expiresAt);
  const move = apply(offerMachine, offer.state, 'expire', { due: true });
  if (move.ok) await settle(deps, tx, offer, move.to, now, {});
};

/** The piece is sold: what was still offered for it is over. */
export const closePending = async (deps: OffersDeps, tx: Tx, listingId: string): Promise<void> => {
  const pending = await store.lockPending(tx, listingId);
  if (pending.length > 0) await supersede(deps, tx, pending, await deps.database.now(tx), 'piece_sold');
};

/** An auction has begun, somebody else has the piece, or (null: nobody is told) the same person has offered anew. */
const supersede = async (
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

const settle = async (
  deps: OffersDeps,
  tx: Tx,
  offer: Offer,
  state: OfferState,
  at: Date,
  became: { auctionId?: string; lockId?: string },
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

const next = (offer: Offer, command: OfferCommand, facts: Facts<OfferGuard>): OfferState => {
  const move = apply(offerMachine, offer.state, command, facts);
  if (move.ok) return move.to;
  throw new DomainError('invalid_transition', { from: move.from, command, possible: move.possible });
};

const assertFree = (listing: Listing): void => {
  if (listing.state === 'available') return;
  throw new DomainError(listing.state === 'locked' ? 'listing_locked' : 'listing_unavailable', {
    state: listing.state,
  });
};

/** An offer whose time is over counts as expired, though its timer may come a moment later. */
const assertInTime = (offer: Offer, now: Date): void => {
  if (offer.state === 'expired' || (offer.state === 'pending' && now >= offer.expiresAt)) {
    throw new DomainError('offer_expired', { expiresAt: offer.expiresAt.toISOString() });
  }
};

const about = (offer: Offer) => ({
  offerId: offer.id,
  listingId: offer.listingId,
  storyId: offer.storyId,
  makerId: offer.makerId,
  buyerId: offer.buyerId,
  from: offer.from,
  title: offer.title,
  amount: offer.amount,
});
