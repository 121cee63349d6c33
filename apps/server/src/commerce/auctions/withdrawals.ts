// Bids that are taken out of a running auction: by their bidder, or since the maker blocked who placed them.
import { type Actor, DomainError } from '@videowindow/contract';
import type { RetractionView } from '@videowindow/contract/api/commerce';
import { recordAudit } from '#platform/audit';
import type { Tx } from '#platform/database';
import { authorize, personId } from '#platform/http';
import type { Entry, RetractionReason } from './log.ts';
import { stateNow } from './names.ts';
import {
  type AuctionsDeps,
  about,
  announce,
  commit,
  type Held,
  lockHeld,
  lockOwn,
  lockToJudge,
  readLog,
} from './parts.ts';
import { decideDisqualify, decideRetract, decideRetractFor, retractable } from './retraction.ts';
import type { Lot } from './store.ts';
import * as store from './store.ts';

/** What somebody may take back now. */
export const retractionOf = async (deps: AuctionsDeps, lot: Lot, bidder: string): Promise<RetractionView> => {
  const { db } = deps.database;
  const none = { what: 'none', bids: 0, bidAgain: false } as const;
  if (lot.auction.state !== 'live') return { ...none, why: 'not_live' };
  const now = (await deps.database.now(db)).getTime();
  const found = retractable(lot.auction, await readLog(db, lot), bidder, deps.rules, now);
  if (found.what === 'none') return { ...none, why: found.why };
  const bidAgain = !lot.auction.barred.some((each) => each.bidder === bidder);
  return { what: found.what, why: null, bids: found.bids.length, bidAgain };
};

/**
 * A bidder takes bids back: all of them, or near the end only the newest.
 * @throws DomainError not_found, auction_not_live, auction_ended, retraction_not_allowed
 */
export const retract = async (
  deps: AuctionsDeps,
  actor: Actor,
  id: string,
  reason: RetractionReason,
  requestId: string,
): Promise<Lot> => {
  authorize(actor, 'auction.bid');
  const bidder = personId(actor);
  return await deps.database.transaction(async (tx) => {
    const held = await lockHeld(deps, tx, id);
    if (!held) throw new DomainError('not_found');
    const log = await readLog(tx, held.lot);
    const decision = decideRetract(held.lot.auction, log, { bidder, reason }, deps.rules, held.now);
    const { lot, entries } = await commit(tx, held, decision);
    await recordAudit(tx, {
      actor: bidder,
      action: 'auction.bid_retracted',
      subject: id,
      requestId,
      facts: { reason },
    });
    await tell(deps, tx, lot, entries, held.now);
    await signalOften(deps, tx, lot, bidder, held.now);
    return lot;
  });
};

/**
 * Support takes bids back for their bidder, by the number that they go by here; also in the last hour. Nobody does it in
 * an auction that is theirs, or in which they bid.
 * @throws DomainError not_found, own_content, auction_not_live, auction_ended, retraction_not_allowed
 */
export const retractFor = async (
  deps: AuctionsDeps,
  actor: Actor,
  id: string,
  asked: { bidder: number; what: 'newest' | 'all'; reason: RetractionReason; note: string },
  requestId: string,
): Promise<Lot> => {
  const { bidder: number, what, reason, note } = asked;
  return await deps.database.transaction(async (tx) => {
    const held = await lockToJudge(deps, tx, actor, id);
    const bidder = await store.bidderNumbered(tx, id, number);
    if (!bidder) throw new DomainError('not_found');
    const log = await readLog(tx, held.lot);
    const decision = decideRetractFor(held.lot.auction, log, { bidder, reason, what }, held.now);
    const { lot, entries } = await commit(tx, held, decision);
    await recordAudit(tx, {
      actor: actor.id,
      action: 'auction.bid_retracted_for',
      subject: id,
      requestId,
      facts: { bidder: number, what, reason, note },
    });
    await tell(deps, tx, lot, entries, held.now);
    await signalOften(deps, tx, lot, bidder, held.now);
    return lot;
  });
};

/** Whoever takes bids back again and again is looked at. */
const signalOften = async (deps: AuctionsDeps, tx: Tx, lot: Lot, bidder: string, now: number): Promise<void> => {
  const { reviewAt, reviewWithinMs } = deps.rules;
  const times = await store.retractionsSince(tx, bidder, new Date(now - reviewWithinMs));
  if (times < reviewAt) return;
  const { storyId, title } = lot;
  await deps.locks.signal(tx, [{ personId: bidder, kind: 'retractions', otherId: null, storyId, title, times }]);
  await deps.events.emit(tx, 'bidder.review_due', bidder, { userId: bidder, auctionId: lot.id, retractions: times });
};

/** The maker blocks a bidder, by the number that they go by here. @throws DomainError not_found */
export const blockBidder = async (
  deps: AuctionsDeps,
  actor: Actor,
  id: string,
  number: number,
  requestId: string,
): Promise<Lot> =>
  await deps.database.transaction(async (tx) => {
    const held = await lockOwn(deps, tx, actor, id);
    const bidder = await store.bidderNumbered(tx, id, number);
    if (!bidder) throw new DomainError('not_found');
    const { lot } = await disqualify(deps, tx, held, bidder);
    await deps.block(tx, personId(actor), bidder, requestId);
    await recordAudit(tx, {
      actor: actor.id,
      action: 'auction.bidder_blocked',
      subject: id,
      requestId,
      facts: { number },
    });
    return lot;
  });

/** A maker has blocked somebody: their bids in the maker's running auctions count no longer. */
export const disqualifyBlocked = async (deps: AuctionsDeps, tx: Tx, makerId: string, bidder: string): Promise<void> => {
  for (const id of await store.runningWith(tx, makerId, bidder)) {
    const held = await lockHeld(deps, tx, id);
    if (held) await disqualify(deps, tx, held, bidder);
  }
};

/** The auction without a leader whom the maker has blocked: the event that says so may be on its way still. */
export const withoutBlocked = async (deps: AuctionsDeps, tx: Tx, held: Held): Promise<Held> => {
  let current = held;
  for (;;) {
    const leader = current.lot.auction.leader?.bidder;
    if (!leader || !(await deps.hasBlocked(tx, held.lot.makerId, leader))) return current;
    const next = await disqualify(deps, tx, current, leader);
    if (next === current) return current;
    current = next;
  }
};

/** Who has no bids that count, or where the hammer has fallen: nothing happens. */
const disqualify = async (deps: AuctionsDeps, tx: Tx, held: Held, bidder: string): Promise<Held> => {
  const decision = decideDisqualify(held.lot.auction, await readLog(tx, held.lot), bidder);
  if (!decision.ok) return held;
  const { lot, entries } = await commit(tx, held, decision);
  await tell(deps, tx, lot, entries, held.now);
  return { ...held, lot };
};

const tell = async (deps: AuctionsDeps, tx: Tx, lot: Lot, entries: readonly Entry[], now: number): Promise<void> => {
  await announce(deps, tx, lot, now);
  const { price, endsAt } = await stateNow(deps, tx, lot, now);
  for (const entry of entries) {
    if (entry.kind !== 'retracted' && entry.kind !== 'disqualified') continue;
    await deps.events.emit(tx, 'auction.bids_withdrawn', lot.id, {
      ...about(lot),
      how: entry.kind,
      bySupport: entry.kind === 'retracted' && entry.by === 'support',
      bidderId: entry.bidder,
      bidder: entry.number,
      leaderId: entry.left?.leader.bidder ?? null,
      price,
      endsAt,
    });
  }
};
