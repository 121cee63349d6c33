// Having the piece at once: whoever tries has half an hour to pay while bidding goes on, and the first who has paid has it.
import { type Actor, DomainError } from '@videowindow/contract';
import { recordAudit } from '#platform/audit';
import type { Tx } from '#platform/database';
import { authorize, personId } from '#platform/http';
import { decideBuy, isBuyNowOpen, notOpen } from './auction.ts';
import { CLOSE, refusalError } from './bids.ts';
import { stateNow } from './names.ts';
import { type AuctionsDeps, about, announce, commit, lockHeld } from './parts.ts';
import type { Lot } from './store.ts';
import * as store from './store.ts';
import { ENDING } from './watch.ts';

/**
 * Begins somebody's one attempt; asking again while it lasts gives the same.
 * @throws DomainError not_found, auction_not_live, auction_ended, buy_now_closed, seller_cannot_bid, bidder_blocked,
 * strikes_exceeded, card_required, listing_unavailable (its maker cannot be paid for now)
 */
export const buyNow = async (deps: AuctionsDeps, actor: Actor, id: string, requestId: string): Promise<Lot> => {
  authorize(actor, 'auction.bid');
  const buyerId = personId(actor);
  return await deps.database.transaction(async (tx) => {
    const held = await lockHeld(deps, tx, id);
    if (!held) throw new DomainError('not_found');
    const { listing, lot, now } = held;
    const before = await deps.locks.attemptOf(tx, id, buyerId);
    if (before && before.state !== 'released') return lot;
    if (buyerId === lot.makerId) throw new DomainError('seller_cannot_bid');
    if ((await deps.arePairsApart(tx, [[lot.makerId, buyerId]]))[0]) throw new DomainError('bidder_blocked');
    const closed = notOpen(lot.auction, now);
    if (closed) throw refusalError(closed);
    const { buyNow: offered } = lot.auction.terms;
    if (before || !offered || !isBuyNowOpen(lot.auction, now)) {
      throw new DomainError('buy_now_closed', { why: before ? 'tried' : 'over' });
    }
    await deps.locks.assertMayBid(tx, buyerId, offered.price, lot);
    if (!(await deps.canBePaid(tx, lot.makerId))) throw new DomainError('listing_unavailable');
    const { id: lockId } = await deps.locks.hold(tx, {
      listing,
      title: lot.title,
      buyerId,
      item: offered.price,
      reason: 'buy_now',
      auctionId: id,
    });
    await recordAudit(tx, { actor: buyerId, action: 'auction.buy_now', subject: id, requestId, facts: { lockId } });
    return lot;
  });
};

/**
 * The payment of an attempt is here, and the caller has locked the listing and the auction.
 * @returns false when the auction was over before: then the money must go back
 */
export const sellNow = async (deps: AuctionsDeps, tx: Tx, id: string, buyerId: string): Promise<boolean> => {
  const found = await store.lockAuction(tx, id);
  if (!found) return false;
  const number = await store.numberOf(tx, id, buyerId);
  const decision = decideBuy(found.lot.auction, { bidder: buyerId, number }, found.now);
  if (!decision.ok) return false;
  const bidders = await store.biddersOf(tx, id);
  const { lot } = await commit(tx, found, decision);
  await deps.timers.clear(tx, CLOSE, id);
  await deps.timers.clear(tx, ENDING, id);
  await deps.locks.cancelAttempts(tx, id, buyerId);
  await announce(deps, tx, lot, found.now);
  await deps.events.emit(tx, 'auction.closed', id, {
    ...about(lot),
    outcome: 'bought',
    winnerId: buyerId,
    price: lot.auction.asked?.amount ?? null,
    loserIds: bidders.filter((bidder) => bidder !== buyerId),
    auction: await stateNow(deps, tx, lot, found.now),
  });
  return true;
};
