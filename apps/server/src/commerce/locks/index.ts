// locks: one piece is kept for one person while they pay.
import type { Actor } from '@videowindow/contract';
import type { Money } from '@videowindow/contract/money';
import type { Reader, Tx } from '#platform/database';
import type { Room } from '#platform/room';
import { assertWithin, bidLimit } from './bidding.ts';
import { type Bond, bondsOf, type Piece, refuseBound } from './bonds.ts';
import { renewSessions, sessionOver } from './checkout.ts';
import { hold, pay, remind } from './commands.ts';
import { EXPIRE, type LocksDeps, REMIND } from './parts.ts';
import { personal } from './personal.ts';
import { promiseBroken, promised } from './promised.ts';
import { cancelAttempts, expire, overrideRelease, RELEASE, release, stuckLocks, sweepReleasing } from './release.ts';
import { type LocksReads, locksRoutes } from './routes.ts';
import { type Signal, signal } from './signals.ts';
import * as store from './store.ts';
import { bidderStanding, strike } from './strikes.ts';
import { free, lockPiece } from './undo.ts';

export { assertWithin, type BidLimit } from './bidding.ts';
export type { Bond } from './bonds.ts';
export { defaultLockRules, type LockReason, type LockRules, type ReleaseReason, totalOf } from './lock.ts';
export type { Signal } from './signals.ts';
export type { Lock } from './store.ts';

export type Locks = ReturnType<typeof createLocks>;

export const createLocks = (deps: LocksDeps & LocksReads) => {
  const room: Room = {
    personal,
    routes: [locksRoutes(deps)],
    timers: {
      [EXPIRE]: (tx, id) => expire(deps, tx, id),
      [REMIND]: (tx, id) => remind(deps, tx, id),
    },
    jobs: {
      [RELEASE]: { handle: ({ lockId }: { lockId: string }) => release(deps, lockId) },
      'locks.sweep_releasing': { cron: '*/5 * * * *', handle: () => sweepReleasing(deps) },
    },
    subscribers: [
      {
        name: 'locks',
        on: {
          'payment.session_expired': (tx, event) => sessionOver(deps, tx, event.payload.lockId),
          'payment.processing': (tx, event) => promised(tx, event.payload.lockId),
          'payment.failed': (tx, event) => promiseBroken(deps, tx, event.payload.lockId),
          async 'order.cancelled'(tx, { payload }) {
            if (!payload.strike) return;
            const { makerId, orderId, title } = payload;
            await strike(deps, tx, { personId: makerId, kind: 'order_cancelled', subjectId: orderId, title });
          },
        },
      },
    ],
  };
  return {
    room,
    /** Holds a piece for somebody; the caller has locked its listing. @throws DomainError listing_locked, listing_unavailable */
    hold: (tx: Tx, sale: Parameters<typeof hold>[2]) => hold(deps, tx, sale),
    /** The money is here. `first` is false for a repeat; null when the lock had been released and the money must go back. */
    pay: (tx: Tx, id: string, amount: Money) => pay(deps, tx, id, amount),
    /** Pages of these locks end soon: whose time to pay goes on has a new one. */
    renewSessions: (ids: readonly string[]) => renewSessions(deps, ids),
    /** Locks the piece of a lock, before anything above it is locked. */
    lockPiece: (tx: Tx, id: string) => lockPiece(deps, tx, id),
    /** The sale is undone: the piece of a paid lock is for sale again, where it still can be. */
    free: (tx: Tx, id: string) => free(deps, tx, id),
    /** What somebody tried to buy now of a running auction, whatever became of it. */
    attemptOf: (reader: Reader, auctionId: string, buyerId: string) =>
      store.newestLock(reader, { auctionId, buyerId, reason: 'buy_now' }),
    /** Nobody can buy a piece now any more, but for `except`, who has paid. Listing and auction are locked. */
    cancelAttempts: (tx: Tx, auctionId: string, except?: string) => cancelAttempts(deps, tx, auctionId, except),
    /** Counts something against a person; the same thing twice is once. */
    strike: (tx: Tx, given: Parameters<typeof strike>[2]) => strike(deps, tx, given),
    /** How far somebody may bind themselves now. @throws DomainError strikes_exceeded when not at all */
    bidLimit: (reader: Reader, person: string) => bidLimit(deps, reader, person),
    /** The most that somebody may bid for want of a saved card; null when there is no such limit, or no bid at all. */
    bidsUpTo: async (reader: Reader, person: string): Promise<Money | null> => {
      if ((await bidderStanding(deps, reader, person)) === 'suspended') return null;
      return (await bidLimit(deps, reader, person)).upTo;
    },
    /**
     * The same for one amount and a piece of a maker.
     * @throws DomainError strikes_exceeded, card_required{upTo, why}, bidder_blocked where the two belong together
     */
    async assertMayBid(reader: Reader, person: string, amount: Money, piece: Piece): Promise<void> {
      assertWithin(await bidLimit(deps, reader, person), amount);
      await refuseBound(deps, person, piece, await bondsOf(deps, reader, [person]));
    },
    /** What ties these people to anybody else: a card, a home. */
    bondsOf: (reader: Reader, people: readonly string[]) => bondsOf(deps, reader, people),
    /** @throws DomainError bidder_blocked where one of the bonds is to the maker of a piece */
    refuseBound: (person: string, piece: Piece, bonds: readonly Bond[]) => refuseBound(deps, person, piece, bonds),
    /** Keeps that somebody should look at bidders. */
    signal: (reader: Reader, signals: readonly Signal[]) => signal(deps, reader, signals),
    /** Locks whose release hangs for more than an hour. */
    stuck: (reader: Reader) => stuckLocks(deps, reader),
    /** Frees a piece without the provider's word. @throws DomainError not_found, invalid_transition */
    override: (actor: Actor, id: string, reason: string, requestId: string) =>
      overrideRelease(deps, actor, id, reason, requestId),
    /** Has releases that hang tried again. */
    sweepReleasing: () => sweepReleasing(deps),
    find: (reader: Reader, id: string) => store.findLock(reader, id),
    /** Somebody's newest lock of an auction; null when it was never their turn. */
    newestOfAuction: (reader: Reader, auctionId: string, buyerId: string) =>
      store.newestLock(reader, { auctionId, buyerId }),
  };
};
