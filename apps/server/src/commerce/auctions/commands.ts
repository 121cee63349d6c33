// What happens to an auction beside bids: it opens, the hammer falls, it is paid or the next bidder is asked.
// Whoever needs more than the auction locks in this order: listing → auction → lock.
import { type Actor, DomainError } from '@videowindow/contract';
import { incrementTable } from '@videowindow/contract/increments';
import type { Money } from '@videowindow/contract/money';
import { auctionHours } from '@videowindow/contract/offer-policy';
import type { Listing, Listings } from '#commerce/listings';
import type { Locks } from '#commerce/locks';
import { recordAudit } from '#platform/audit';
import { newId } from '#platform/crypto';
import type { Tx } from '#platform/database';
import { authorize } from '#platform/http';
import {
  type AuctionRules,
  type Decision,
  decideAccept,
  decideAsk,
  decideBid,
  decideCancel,
  decideClose,
  decideDefault,
  decideGiveUp,
  decideSettle,
  decideSuspend,
  dueAt,
  nextBidder,
  open,
  record,
  replay,
  termsFor,
} from './auction.ts';
import { type BidsDeps, CLOSE, refusalError } from './bids.ts';
import type { DefaultReason, Entry } from './log.ts';
import type { Lot } from './store.ts';
import * as store from './store.ts';
import { stateOf } from './view.ts';

export type AuctionsDeps = BidsDeps & { listings: Listings; locks: Locks; rules: AuctionRules };

/** The timer at which the maker's silence means: ask the next bidder. */
export const CHOOSE = 'auction.choose';

type Held = { listing: Listing; lot: Lot; now: number };

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
    increments: incrementTable(listing.currency),
    startsAt,
    hours: auctionHours(listing.offerPolicy),
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
  await store.writeDecided(tx, lot.id, lot.auction, [first.entry, ...recorded.entries], [], startsAt);
  await deps.timers.set(tx, CLOSE, lot.id, new Date(lot.auction.endsAt));
  await deps.events.emit(tx, 'auction.opened', lot.id, {
    ...about(lot),
    openerId: lot.openerId,
    auction: stateOf(lot, startsAt),
  });
  return lot;
};

/**
 * The maker takes the standing price. Waits in the auction's line like a bid.
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
    const held = await lockOwn(deps, tx, actor, id);
    const { lot, entries } = await commit(tx, held, decideAccept(held.lot.auction, expectedSeq, held.now));
    await recordAudit(tx, { actor: actor.id, action: 'auction.accepted', subject: id, requestId });
    await hammer(deps, tx, { ...held, lot }, entries);
    return lot;
  });

/** The timer: the end has come, unless a late bid moved it. */
export const close = async (deps: AuctionsDeps, tx: Tx, id: string): Promise<void> => {
  const held = await lockHeld(deps, tx, id);
  if (!held) return;
  const decision = decideClose(held.lot.auction, held.now);
  if (!decision.ok) return await setTimer(deps, tx, held.lot);
  const { lot, entries } = await commit(tx, held, decision);
  await hammer(deps, tx, { ...held, lot }, entries);
};

/** The hammer fell: the winner gets a sale lock, or the piece is free again. */
const hammer = async (deps: AuctionsDeps, tx: Tx, held: Held, entries: readonly Entry[]): Promise<void> => {
  const { listing, lot, now } = held;
  const { asked } = lot.auction;
  await deps.timers.clear(tx, CLOSE, lot.id);
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
    auction: stateOf(lot, now),
  });
};

/** The maker ends it without a sale. @throws DomainError not_found, auction_not_live, auction_ended, invalid_transition */
export const cancel = async (deps: AuctionsDeps, actor: Actor, id: string, requestId: string): Promise<Lot> =>
  await deps.database.transaction(async (tx) => {
    const held = await lockOwn(deps, tx, actor, id);
    const { lot, entries } = await commit(tx, held, decideCancel(held.lot.auction, deps.rules, held.now));
    await recordAudit(tx, { actor: actor.id, action: 'auction.cancelled', subject: id, requestId });
    await hammer(deps, tx, { ...held, lot }, entries);
    return lot;
  });

/** The story was removed by moderation: its running auction stops and ends without a sale. */
export const stopOfStory = async (deps: AuctionsDeps, tx: Tx, storyId: string): Promise<void> => {
  const running = await store.runningOfStory(tx, storyId);
  const held = running && (await lockHeld(deps, tx, running.id));
  if (!held) return;
  const suspended = decideSuspend(held.lot.auction);
  if (!suspended.ok) return;
  const decision: Decision = { ok: true, happenings: [...suspended.happenings, { kind: 'cancelled' }] };
  const { lot, entries } = await commit(tx, held, decision);
  await hammer(deps, tx, { ...held, lot }, entries);
};

/** The lock of the person who was asked is paid: sold. */
export const settle = async (deps: AuctionsDeps, tx: Tx, id: string, bidder: string): Promise<void> => {
  const found = await store.lockAuction(tx, id);
  if (!found) return;
  const decision = decideSettle(found.lot.auction, bidder);
  if (!decision.ok) return;
  const { lot } = await commit(tx, found, decision);
  await deps.timers.clear(tx, CHOOSE, id);
  await announce(deps, tx, lot, found.now);
};

/** The lock of the person who was asked was released: the maker may choose, or nobody is left to ask. */
export const unpaid = async (
  deps: AuctionsDeps,
  tx: Tx,
  id: string,
  bidder: string,
  why: DefaultReason,
): Promise<void> => {
  const held = await lockHeld(deps, tx, id);
  if (!held) return;
  const next = nextBidder(await readLog(tx, held.lot), bidder);
  const decision = decideDefault(held.lot.auction, bidder, why, next);
  if (!decision.ok) return;
  const { lot } = await commit(tx, held, decision);
  if (lot.auction.decideBy === null) {
    await deps.listings.move(tx, held.listing, 'endAuction');
  } else {
    const decideBy = new Date(lot.auction.decideBy);
    await deps.timers.set(tx, CHOOSE, id, decideBy);
    await deps.events.emit(tx, 'auction.second_chance_due', id, { ...about(lot), decideBy: decideBy.toISOString() });
  }
  await announce(deps, tx, lot, held.now);
};

/** The maker asks the next bidder, or would rather sell anew. @throws DomainError not_found, invalid_transition */
export const choose = async (
  deps: AuctionsDeps,
  actor: Actor,
  id: string,
  choice: 'ask' | 'relist',
  requestId: string,
): Promise<Lot> =>
  await deps.database.transaction(async (tx) => {
    const held = await lockOwn(deps, tx, actor, id);
    await recordAudit(tx, { actor: actor.id, action: `auction.second_chance_${choice}`, subject: id, requestId });
    return choice === 'ask' ? await askNext(deps, tx, held) : await giveUp(deps, tx, held);
  });

/** The timer: silence means ask. */
export const askWhenSilent = async (deps: AuctionsDeps, tx: Tx, id: string): Promise<void> => {
  const held = await lockHeld(deps, tx, id);
  const decideBy = held?.lot.auction.decideBy;
  if (!held || decideBy == null) return;
  if (held.now < decideBy) return await setTimer(deps, tx, held.lot);
  await askNext(deps, tx, held);
};

const askNext = async (deps: AuctionsDeps, tx: Tx, held: Held): Promise<Lot> => {
  const next = nextBidder(await readLog(tx, held.lot));
  const { lot } = await commit(tx, held, decideAsk(held.lot.auction, next));
  const { asked } = lot.auction;
  if (!asked) throw new Error('whoever was asked is in the auction');
  await deps.timers.clear(tx, CHOOSE, lot.id);
  await deps.locks.hold(tx, {
    listing: held.listing,
    title: lot.title,
    buyerId: asked.bidder,
    item: asked.amount,
    reason: 'second_chance',
    auctionId: lot.id,
  });
  await announce(deps, tx, lot, held.now);
  return lot;
};

const giveUp = async (deps: AuctionsDeps, tx: Tx, held: Held): Promise<Lot> => {
  const { lot } = await commit(tx, held, decideGiveUp(held.lot.auction));
  await deps.timers.clear(tx, CHOOSE, lot.id);
  await deps.listings.move(tx, held.listing, 'endAuction');
  await announce(deps, tx, lot, held.now);
  return lot;
};

/** Writes a decision down, or throws its refusal. */
const commit = async (
  tx: Tx,
  { lot, now }: { lot: Lot; now: number },
  decision: Decision,
): Promise<{ lot: Lot; entries: Entry[] }> => {
  if (!decision.ok) {
    const { ok: _refused, ...refusal } = decision;
    throw refusalError(refusal);
  }
  const { auction, entries } = record(lot.auction, decision.happenings, now);
  await store.writeDecided(tx, lot.id, auction, entries, [], now);
  return { lot: { ...lot, auction }, entries };
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

const readLog = (tx: Tx, lot: Lot): Promise<Entry[]> =>
  store.readLog(tx, { id: lot.id, currency: lot.auction.terms.startPrice.currency });

/** Sets the timer that this auction waits for, where it waits for one. */
const setTimer = async (deps: AuctionsDeps, tx: Tx, lot: Lot): Promise<void> => {
  const due = dueAt(lot.auction);
  if (due !== null) await deps.timers.set(tx, lot.auction.state === 'live' ? CLOSE : CHOOSE, lot.id, new Date(due));
};

const lockHeld = async (deps: AuctionsDeps, tx: Tx, id: string): Promise<Held | null> => {
  const known = await store.findAuction(tx, id);
  const listing = known && (await deps.listings.lock(tx, known.listingId));
  const found = listing && (await store.lockAuction(tx, id));
  return found ? { listing, ...found } : null;
};

const lockOwn = async (deps: AuctionsDeps, tx: Tx, actor: Actor, id: string): Promise<Held> => {
  const held = await lockHeld(deps, tx, id);
  if (!held) throw new DomainError('not_found');
  authorize(actor, 'auction.manage', { ownerId: held.lot.makerId });
  return held;
};

const announce = (deps: AuctionsDeps, tx: Tx, lot: Lot, now: number): Promise<void> =>
  deps.events.emit(tx, 'auction.changed', lot.id, { auctionId: lot.id, auction: stateOf(lot, now) });

const about = (lot: Lot) => ({
  auctionId: lot.id,
  listingId: lot.listingId,
  storyId: lot.storyId,
  makerId: lot.makerId,
  title: lot.title,
});
