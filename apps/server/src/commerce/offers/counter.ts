// Prices that answer: a counter-offer by either side, and what a maker names to somebody who had bid.
import { type Actor, DomainError } from '@videowindow/contract';
import { offerMachine } from '@videowindow/contract/machines/offer';
import type { Money } from '@videowindow/contract/money';
import { judgeOffer } from '@videowindow/contract/offer-policy';
import type { Listing } from '#commerce/listings';
import { recordAudit } from '#platform/audit';
import { newId } from '#platform/crypto';
import type { Tx } from '#platform/database';
import { isCounter, type Side } from './offer.ts';
import { about, assertBuyerMay, assertSellable, EXPIRE, lockToAnswer, next, type OffersDeps } from './parts.ts';
import type { Offer } from './store.ts';
import * as store from './store.ts';

/**
 * Whom it was offered to names another price: an offer the other way, in place of this one.
 * A buyer's counts among the offers that one may make, and is declined at once below the maker's limit.
 * @throws DomainError not_found, offer_expired, invalid_transition, listing_locked, listing_unavailable,
 * payouts_disabled, kyc_required, currency_mismatch, counter_out_of_range, offer_limit_reached; for a buyer strikes_exceeded,
 * card_required, bidder_blocked
 */
export const counter = async (
  deps: OffersDeps,
  actor: Actor,
  id: string,
  amount: Money,
  requestId: string,
  key: string | null = null,
): Promise<Offer> =>
  await deps.database.transaction(async (tx) => {
    const { listing, offer, now, isRepeat } = await lockToAnswer(deps, tx, actor, id, 'offer.answer', key);
    const first = isRepeat ? await store.answerTo(tx, id) : null;
    if (first) return first;
    const { counterOffers } = deps.rules;
    const state = next(offer, 'counter', { byRecipient: true, pieceFree: true, counterOffers });
    await assertSellable(deps, tx, listing);
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
    if (from === 'buyer') await assertBuyerMay(deps, tx, offer, amount);
    await deps.timers.clear(tx, EXPIRE, offer.id);
    await store.answerOffer(tx, offer.id, { state, at: now, key });
    const made: Offer = {
      ...offer,
      id: newId(),
      from,
      answers: offer.id,
      amount,
      state: offerMachine.initial,
      expiresAt: new Date(now.getTime() + deps.rules.lifeMs),
      createdAt: now,
      madeKey: null,
      answerKey: null,
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

/** Names a price to somebody who had bid for the piece: an offer of its maker's that answers none. */
export const propose = async (
  deps: OffersDeps,
  tx: Tx,
  sale: { listing: Listing; title: string; buyerId: string; amount: Money },
): Promise<void> => {
  const { listing, title, buyerId, amount } = sale;
  if (amount.currency !== listing.currency) throw new DomainError('currency_mismatch', { expected: listing.currency });
  const createdAt = await deps.database.now(tx);
  const offer: Offer = {
    id: newId(),
    from: 'maker',
    answers: null,
    listingId: listing.id,
    storyId: listing.storyId,
    makerId: listing.makerId,
    buyerId,
    title,
    amount,
    state: offerMachine.initial,
    expiresAt: new Date(createdAt.getTime() + deps.rules.lifeMs),
    createdAt,
    auctionId: null,
    lockId: null,
    madeKey: null,
    answerKey: null,
  };
  await store.insertOffer(tx, offer);
  await deps.timers.set(tx, EXPIRE, offer.id, offer.expiresAt);
  await deps.events.emit(tx, 'offer.made', offer.id, about(offer));
};
