// locks: one piece is kept for one person while they pay.
import type { Money } from '@videowindow/contract/money';
import type { Reader, Tx } from '#platform/database';
import type { Room } from '#platform/room';
import { endSession } from './checkout.ts';
import { hold, pay, remind } from './commands.ts';
import { EXPIRE, type LocksDeps, REMIND } from './parts.ts';
import { cancelAttempts, expire, RELEASE, release, sweepReleasing } from './release.ts';
import { type LocksReads, locksRoutes } from './routes.ts';
import * as store from './store.ts';
import { assertMayBid, strike } from './strikes.ts';
import { free, lockPiece } from './undo.ts';

export { defaultLockRules, type LockReason, type LockRules, type ReleaseReason, totalOf } from './lock.ts';
export type { Lock } from './store.ts';

export type Locks = ReturnType<typeof createLocks>;

export const createLocks = (deps: LocksDeps & LocksReads) => {
  const room: Room = {
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
        on: { 'payment.session_expired': (tx, event) => endSession(tx, event.payload.lockId) },
      },
    ],
  };
  return {
    room,
    /** Holds a piece for somebody; the caller has locked its listing. @throws DomainError listing_locked, listing_unavailable */
    hold: (tx: Tx, sale: Parameters<typeof hold>[2]) => hold(deps, tx, sale),
    /** The money is here. `first` is false for a repeat; null when the lock had been released and the money must go back. */
    pay: (tx: Tx, id: string, amount: Money) => pay(deps, tx, id, amount),
    /** Locks the piece of a lock, before anything above it is locked. */
    lockPiece: (tx: Tx, id: string) => lockPiece(deps, tx, id),
    /** The sale is undone: the piece of a paid lock is for sale again, where it still can be. */
    free: (tx: Tx, id: string) => free(deps, tx, id),
    /** What somebody tried to buy now of a running auction, whatever became of it. */
    attemptOf: (reader: Reader, auctionId: string, buyerId: string) => store.attemptOf(reader, auctionId, buyerId),
    /** Nobody can buy a piece now any more, but for `except`, who has paid. Listing and auction are locked. */
    cancelAttempts: (tx: Tx, auctionId: string, except?: string) => cancelAttempts(deps, tx, auctionId, except),
    /** Counts something against a person; the same thing twice is once. */
    strike: (tx: Tx, given: Parameters<typeof strike>[2]) => strike(deps, tx, given),
    /** @throws DomainError strikes_exceeded when somebody may not bid, or offer, for now */
    assertMayBid: (reader: Reader, person: string) => assertMayBid(deps, reader, person),
    /** Has releases that hang tried again. */
    sweepReleasing: () => sweepReleasing(deps),
    find: (reader: Reader, id: string) => store.findLock(reader, id),
    /** Somebody's newest lock of an auction; null when it was never their turn. */
    newestOfAuction: (reader: Reader, auctionId: string, buyerId: string) =>
      store.newestOfAuction(reader, auctionId, buyerId),
  };
};
