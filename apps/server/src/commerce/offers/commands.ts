// Offers: made by buyers, judged by the maker's policy, answered by the maker or by time.
import { type Actor, DomainError } from '@videowindow/contract';
import { apply, type Facts } from '@videowindow/contract/machine';
import { type OfferGuard, offerMachine } from '@videowindow/contract/machines/offer';
import type { Money } from '@videowindow/contract/money';
import { judgeOffer } from '@videowindow/contract/offer-policy';
import type { Listing } from '#commerce/listings';
import { recordAudit } from '#platform/audit';
import { newId } from '#platform/crypto';
import type { Reader, Tx } from '#platform/database';
import { authorize, personId } from '#platform/http';
import { senderOf } from './offer.ts';
import {
  about,
  assertBuyerMay,
  assertFree,
  assertInTime,
  assertSellable,
  EXPIRE,
  lockToAnswer,
  next,
  type OffersDeps,
  settle,
  supersede,
} from './parts.ts';
import type { Offer } from './store.ts';
import * as store from './store.ts';

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
  key: string | null = null,
): Promise<Offer> => {
  authorize(actor, 'offer.create');
  const buyerId = personId(actor);
  const first = await madeBefore(deps.database.db, { buyerId, storyId, key, amount });
  if (first) return first;
  const story = await deps.listings.visibleStory(deps.database.db, actor, storyId);
  if (story.makerId === buyerId) throw new DomainError('seller_cannot_bid');
  if (!story.isShown) throw new DomainError('listing_unavailable');
  await deps.locks.assertMayBid(deps.database.db, buyerId, amount, {
    makerId: story.makerId,
    storyId,
    title: story.title,
  });
  return await deps.database.transaction(async (tx) => {
    const listing = await deps.listings.lockOfStory(tx, storyId);
    if (!listing) throw new DomainError('listing_unavailable');
    const again = await madeBefore(tx, { buyerId, storyId, key, amount });
    if (again) return again;
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
      madeKey: key,
      answerKey: null,
    };
    await store.insertOffer(tx, offer);
    await recordAudit(tx, { actor: buyerId, action: 'offer.made', subject: offer.id, requestId, facts: { amount } });
    if (judged.outcome === 'auto_decline') {
      const state = next(offer, 'autoDecline', { belowPolicy: true });
      return await store.answerOffer(tx, offer.id, { state, at: createdAt });
    }
    // A maker who can't be paid yet is asked instead: the policy must not sell what could not be settled.
    if (judged.outcome === 'open_auction' && (await deps.receivingStep(tx, listing.makerId)) === null) {
      return await convert(deps, tx, offer, listing, { meetsPolicy: true });
    }
    await deps.timers.set(tx, EXPIRE, offer.id, offer.expiresAt);
    await deps.events.emit(tx, 'offer.made', offer.id, about(offer));
    return offer;
  });
};

/** What a request with this key has made: its first answer may have been lost. @throws DomainError idempotency_key_reused */
const madeBefore = async (
  reader: Reader,
  { key, amount, ...made }: { buyerId: string; storyId: string; key: string | null; amount: Money },
): Promise<Offer | null> => {
  const offer = key === null ? null : await store.offerMadeWith(reader, { ...made, key });
  if (!offer) return null;
  const same = offer.amount.amount === amount.amount && offer.amount.currency === amount.currency;
  if (!same) throw new DomainError('idempotency_key_reused');
  return offer;
};

const noteMove = (
  tx: Tx,
  actor: Actor,
  action: string,
  subject: string,
  requestId: string,
  before: Offer['state'],
  after: Offer['state'],
) =>
  recordAudit(tx, {
    actor: actor.id,
    action,
    subject,
    requestId,
    before: { state: before },
    after: { state: after },
  });

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
    await noteMove(tx, actor, 'offer.withdrawn', id, requestId, offer.state, state);
    return await store.answerOffer(tx, id, { state, at: now });
  });

/**
 * Whom it was offered to says yes or no; a maker may open an auction with it.
 * @throws DomainError not_found, offer_expired, invalid_transition, listing_locked, listing_unavailable,
 * payouts_disabled, kyc_required; for a buyer strikes_exceeded, card_required, bidder_blocked
 */
export const answer = async (
  deps: OffersDeps,
  actor: Actor,
  id: string,
  what: 'accept' | 'decline' | 'openAuction',
  requestId: string,
  key: string | null = null,
): Promise<Offer> =>
  await deps.database.transaction(async (tx) => {
    const action = what === 'openAuction' ? 'offer.openAuction' : 'offer.answer';
    const { listing, offer, now, isRepeat } = await lockToAnswer(deps, tx, actor, id, action, key);
    if (isRepeat) return offer;
    // Whoever answers twice is told about the offer, not about the piece that the first answer took.
    const to = next(offer, what, { byRecipient: true, fromBuyer: offer.from === 'buyer', pieceFree: true });
    await noteMove(tx, actor, `offer.${what}`, id, requestId, offer.state, to);
    if (what === 'decline') {
      return await settle(deps, tx, offer, next(offer, 'decline', { byRecipient: true }), now, {});
    }
    await assertSellable(deps, tx, listing);
    if (what === 'openAuction') return await convert(deps, tx, offer, listing, { byRecipient: true }, key);
    if (offer.from === 'maker') await assertBuyerMay(deps, tx, offer, offer.amount);
    const state = next(offer, 'accept', { byRecipient: true, pieceFree: true });
    const lock = await deps.locks.hold(tx, {
      listing,
      title: offer.title,
      buyerId: offer.buyerId,
      item: offer.amount,
      reason: 'offer',
      auctionId: null,
    });
    return await settle(deps, tx, offer, state, now, { lockId: lock.id, key });
  });

/** The offer becomes the opening bid; everybody else who had offered is invited to bid. */
const convert = async (
  deps: OffersDeps,
  tx: Tx,
  offer: Offer,
  listing: Listing,
  who: Facts<OfferGuard>,
  key: string | null = null,
): Promise<Offer> => {
  const state = next(offer, 'openAuction', { ...who, fromBuyer: offer.from === 'buyer', pieceFree: true });
  const lot = await deps.auctions.open(tx, {
    listing,
    title: offer.title,
    opening: { bidder: offer.buyerId, amount: offer.amount },
  });
  const now = await deps.database.now(tx);
  const converted = await settle(deps, tx, offer, state, now, { auctionId: lot.id, key });
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
