// An auction opens, and its hammer falls: by the clock, by the maker, by moderation. Bids are in bids.ts, what comes after
// the hammer in second-chance.ts.
import type { Actor } from '@videowindow/contract';
import type { Money } from '@videowindow/contract/money';
import { auctionHours } from '@videowindow/contract/offer-policy';
import type { Listing } from '#commerce/listings';
import { recordAudit } from '#platform/audit';
import { newId } from '#platform/crypto';
import type { Tx } from '#platform/database';
import {
  type Decision,
  decideAccept,
  decideBid,
  decideCancel,
  decideClose,
  decideEnd,
  decideSuspend,
  termsFor,
} from './auction.ts';
import { CLOSE, refusalError } from './bids.ts';
import type { Entry } from './log.ts';
import { stateNow } from './names.ts';
import {
  type AuctionsDeps,
  about,
  commit,
  type Held,
  lockHeld,
  lockOwn,
  lockToJudge,
  readLog,
  setTimer,
} from './parts.ts';
import { open, record, replay } from './replay.ts';
import type { Lot } from './store.ts';
import * as store from './store.ts';
import { ENDING, endingAt } from './watch.ts';
import { withoutBlocked } from './withdrawals.ts';

/**
 * Opens an auction on a listing that the caller has locked, with an offer as its first bid.
 * @throws DomainError listing_locked, listing_unavailable
 */
export const openAuction = async (
  deps: AuctionsDeps,
  tx: Tx,
  sale: { listing: Listing; title: string; opening: { bidder: string; amount: Money } },
): Promise<Lot> => {
  const { listing, opening } = sale;
  await deps.listings.move(tx, listing, 'openAuction');
  const startsAt = (await deps.database.now(tx)).getTime();
  const terms = termsFor(deps.rules, {
    startPrice: opening.amount,
    startsAt,
    hours: auctionHours(listing.offerPolicy),
    reserve: listing.offerPolicy.reserve,
    buyNow: listing.offerPolicy.buyNow,
  });
  const first = open(terms, startsAt);
  const bid = decideBid(first.auction, { ...opening, number: null }, startsAt);
  if (!bid.ok) throw refusalError(bid);
  const recorded = record(first.auction, bid.happenings, startsAt);
  const lot: Lot = {
    id: newId(),
    listingId: listing.id,
    storyId: listing.storyId,
    makerId: listing.makerId,
    openerId: opening.bidder,
    title: sale.title,
    auction: recorded.auction,
  };
  await store.insertAuction(tx, lot);
  const entries = [first.entry, ...recorded.entries];
  await store.writeDecided(tx, [{ id: lot.id, auction: lot.auction, entries, answers: [], at: startsAt }]);
  await deps.timers.set(tx, CLOSE, lot.id, new Date(lot.auction.endsAt));
  await deps.timers.set(tx, ENDING, lot.id, new Date(endingAt(deps, lot)));
  await deps.events.emit(tx, 'auction.opened', lot.id, {
    ...about(lot),
    openerId: lot.openerId,
    auction: await stateNow(deps, tx, lot, startsAt),
  });
  return lot;
};

/**
 * The maker takes the standing price. Waits in the auction's line like a bid. The same acceptance again (its answer was
 * lost) is no refusal.
 * @throws DomainError not_found, auction_not_live, auction_ended, version_conflict, invalid_transition
 */
export const accept = async (
  deps: AuctionsDeps,
  actor: Actor,
  id: string,
  expectedSeq: number,
  requestId: string,
): Promise<Lot> =>
  await deps.database.transaction(async (tx) => {
    const own = await lockOwn(deps, tx, actor, id);
    if (await wasAccepted(tx, own.lot, expectedSeq)) return own.lot;
    const held = await withoutBlocked(deps, tx, own);
    const { lot, entries } = await commit(tx, held, decideAccept(held.lot.auction, expectedSeq, held.now));
    await recordAudit(tx, {
      actor: actor.id,
      action: 'auction.accepted',
      subject: id,
      requestId,
      before: { state: held.lot.auction.state },
      after: { state: lot.auction.state, price: lot.auction.asked?.amount ?? null },
    });
    await hammer(deps, tx, { ...held, lot }, entries);
    return lot;
  });

/** Whether the entry after `seq` is the maker's acceptance. */
const wasAccepted = async (tx: Tx, lot: Lot, seq: number): Promise<boolean> => {
  if (lot.auction.state === 'live' || lot.auction.seq <= seq) return false;
  const { currency } = lot.auction.terms.startPrice;
  const [entry] = await store.readLog(tx, { id: lot.id, currency }, { before: seq + 2, limit: 1 });
  return entry?.seq === seq + 1 && entry.kind === 'accepted';
};

/** The timer: the end has come, unless a late bid moved it. */
export const close = async (deps: AuctionsDeps, tx: Tx, id: string): Promise<void> => {
  const found = await lockHeld(deps, tx, id);
  if (!found) return;
  if (!decideClose(found.lot.auction, found.now).ok) return await setTimer(deps, tx, found.lot);
  const held = await withoutBlocked(deps, tx, found);
  const decision = decideClose(held.lot.auction, held.now);
  const { lot, entries } = await commit(tx, held, decision);
  await hammer(deps, tx, { ...held, lot }, entries);
};

/** The hammer fell: the winner gets a sale lock, or the piece is free again. */
const hammer = async (deps: AuctionsDeps, tx: Tx, held: Held, entries: readonly Entry[]): Promise<void> => {
  const { listing, lot, now } = held;
  const { asked } = lot.auction;
  await deps.timers.clear(tx, CLOSE, lot.id);
  await deps.timers.clear(tx, ENDING, lot.id);
  await deps.locks.cancelAttempts(tx, lot.id);
  await assertReplay(tx, lot);
  if (asked) {
    await deps.locks.hold(tx, {
      listing,
      title: lot.title,
      buyerId: asked.bidder,
      item: asked.amount,
      reason: 'auction',
      auctionId: lot.id,
    });
  } else {
    await deps.listings.move(tx, listing, 'endAuction');
  }
  const cancelled = entries.some((entry) => entry.kind === 'cancelled');
  const bidders = await store.biddersOf(tx, lot.id);
  await deps.events.emit(tx, 'auction.closed', lot.id, {
    ...about(lot),
    outcome: asked ? 'sold' : cancelled ? 'cancelled' : 'no_sale',
    winnerId: asked?.bidder ?? null,
    price: asked?.amount ?? null,
    loserIds: bidders.filter((bidder) => bidder !== asked?.bidder),
    auction: await stateNow(deps, tx, lot, now),
  });
};

/** The maker ends it without a sale. @throws DomainError not_found, auction_not_live, auction_ended, invalid_transition */
export const cancel = async (deps: AuctionsDeps, actor: Actor, id: string, requestId: string): Promise<Lot> =>
  await deps.database.transaction(async (tx) => {
    const held = await lockOwn(deps, tx, actor, id);
    const { lot, entries } = await commit(tx, held, decideCancel(held.lot.auction, deps.rules, held.now));
    await recordAudit(tx, {
      actor: actor.id,
      action: 'auction.cancelled',
      subject: id,
      requestId,
      before: { state: held.lot.auction.state },
      after: { state: lot.auction.state },
    });
    if (held.lot.auction.leader) {
      const { makerId, title } = held.lot;
      await deps.locks.strike(tx, { personId: makerId, kind: 'auction_cancelled', subjectId: id, title });
    }
    await hammer(deps, tx, { ...held, lot }, entries);
    return lot;
  });

/**
 * A moderator ends an auction that is stopped: the piece is free, and nobody owes anything.
 * @throws DomainError not_found, own_content, invalid_transition
 */
export const end = async (
  deps: AuctionsDeps,
  actor: Actor,
  id: string,
  reason: string,
  requestId: string,
): Promise<Lot> =>
  await deps.database.transaction(async (tx) => {
    const held = await lockToJudge(deps, tx, actor, id);
    const { lot, entries } = await commit(tx, held, decideEnd(held.lot.auction));
    await recordAudit(tx, {
      actor: actor.id,
      action: 'auction.ended',
      subject: id,
      requestId,
      facts: { reason },
      before: { state: held.lot.auction.state },
      after: { state: lot.auction.state },
    });
    await hammer(deps, tx, { ...held, lot }, entries);
    return lot;
  });

/** The story was removed by moderation: its running auction stops, where it had not been, and ends without a sale. */
export const stopOfStory = async (deps: AuctionsDeps, tx: Tx, storyId: string): Promise<void> => {
  const running = await store.runningOfStory(tx, storyId);
  const held = running && (await lockHeld(deps, tx, running.id));
  if (!held) return;
  const suspended: Decision =
    held.lot.auction.state === 'suspended' ? { ok: true, happenings: [] } : decideSuspend(held.lot.auction);
  if (!suspended.ok) return;
  const decision: Decision = { ok: true, happenings: [...suspended.happenings, { kind: 'cancelled' }] };
  const { lot, entries } = await commit(tx, held, decision);
  await hammer(deps, tx, { ...held, lot }, entries);
};

/** The winner is the leader of the replay; a row that says otherwise is a bug and must not sell anything. */
const assertReplay = async (tx: Tx, lot: Lot): Promise<void> => {
  const replayed = replay(await readLog(tx, lot));
  const same =
    replayed.seq === lot.auction.seq &&
    replayed.asked?.bidder === lot.auction.asked?.bidder &&
    replayed.asked?.amount.amount === lot.auction.asked?.amount.amount;
  if (!same) throw new Error(`auction ${lot.id} differs from the replay of its log`);
};
