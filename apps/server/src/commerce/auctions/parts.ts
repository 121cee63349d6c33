// What the commands of this room share: what it was made with, the rows it locks, how it writes a decision down.
// Whoever needs more than the auction locks in this order: listing → auction → lock.
import { type Actor, DomainError } from '@videowindow/contract';
import type { Money } from '@videowindow/contract/money';
import type { Listing, Listings } from '#commerce/listings';
import type { Locks } from '#commerce/locks';
import type { Reader, Tx } from '#platform/database';
import { authorize, personId } from '#platform/http';
import type { Log } from '#platform/telemetry';
import type { AuctionRules, Decision } from './auction.ts';
import { type BidsDeps, CLOSE, refusalError } from './bids.ts';
import type { Entry } from './log.ts';
import { stateNow } from './names.ts';
import { dueAt, record } from './replay.ts';
import type { Lot } from './store.ts';
import * as store from './store.ts';

export type AuctionsDeps = BidsDeps & {
  listings: Listings;
  locks: Locks;
  rules: AuctionRules;
  log: Log;
  /** Whether the maker's payout account is ready: without it nothing is sold. */
  canBePaid(reader: Reader, makerId: string): Promise<boolean>;
  /** For each pair, in their order: whether one of them blocked the other. */
  arePairsApart(reader: Reader, pairs: readonly (readonly [string, string])[]): Promise<boolean[]>;
  /** Whether one person has blocked another, and how one does. */
  hasBlocked(reader: Reader, blocker: string, blocked: string): Promise<boolean>;
  block(tx: Tx, blocker: string, blocked: string, requestId: string): Promise<void>;
  /** The maker names somebody a price for a piece that is locked; offers, the room above, plugs it in. */
  propose(tx: Tx, sale: { listing: Listing; title: string; buyerId: string; amount: Money }): Promise<void>;
};

/** The timer at which the maker's silence means: ask the next bidder. */
export const CHOOSE = 'auction.choose';

/** An auction and its listing, both locked, and the time read after that. */
export type Held = { listing: Listing; lot: Lot; now: number };

/** Locks the listing and then the auction; null when there is none. */
export const lockHeld = async (deps: AuctionsDeps, tx: Tx, id: string): Promise<Held | null> => {
  const known = await store.findAuction(tx, id);
  const listing = known && (await deps.listings.lock(tx, known.listingId));
  const found = listing && (await store.lockAuction(tx, id));
  return found ? { listing, ...found } : null;
};

/** The same for its maker. @throws DomainError not_found */
export const lockOwn = async (deps: AuctionsDeps, tx: Tx, actor: Actor, id: string): Promise<Held> => {
  const held = await lockHeld(deps, tx, id);
  if (!held) throw new DomainError('not_found');
  authorize(actor, 'auction.manage', { ownerId: held.lot.makerId });
  return held;
};

/** The same for a moderator, who has no part in it. @throws DomainError not_found, own_content */
export const lockToJudge = async (deps: AuctionsDeps, tx: Tx, actor: Actor, id: string): Promise<Held> => {
  authorize(actor, 'moderation.decide');
  const held = await lockHeld(deps, tx, id);
  if (!held) throw new DomainError('not_found');
  const me = personId(actor);
  if (held.lot.makerId === me || (await store.numberOf(tx, id, me)) !== null) throw new DomainError('own_content');
  return held;
};

/** Writes a decision down, or throws its refusal. */
export const commit = async (
  tx: Tx,
  { lot, now }: { lot: Lot; now: number },
  decision: Decision,
): Promise<{ lot: Lot; entries: Entry[] }> => {
  if (!decision.ok) {
    const { ok: _refused, ...refusal } = decision;
    throw refusalError(refusal);
  }
  const { auction, entries } = record(lot.auction, decision.happenings, now);
  await store.writeDecided(tx, [{ id: lot.id, auction, entries, answers: [], at: now }]);
  return { lot: { ...lot, auction }, entries };
};

/** The whole log, oldest first. */
export const readLog = (tx: Reader, lot: Lot): Promise<Entry[]> =>
  store.readLog(tx, { id: lot.id, currency: lot.auction.terms.startPrice.currency });

/** Sets the timer that this auction waits for, where it waits for one. */
export const setTimer = async (deps: AuctionsDeps, tx: Tx, lot: Lot): Promise<void> => {
  const due = dueAt(lot.auction);
  if (due !== null) await deps.timers.set(tx, lot.auction.state === 'live' ? CLOSE : CHOOSE, lot.id, new Date(due));
};

/** Says how the auction stands now. */
export const announce = async (deps: AuctionsDeps, tx: Tx, lot: Lot, now: number): Promise<void> =>
  await deps.events.emit(tx, 'auction.changed', lot.id, {
    auctionId: lot.id,
    auction: await stateNow(deps, tx, lot, now),
  });

/** What every event about an auction says. */
export const about = (lot: Lot) => ({
  auctionId: lot.id,
  listingId: lot.listingId,
  storyId: lot.storyId,
  makerId: lot.makerId,
  title: lot.title,
});
