// Letting go of a piece: expire or decline (transaction: releasing, a job) → call (the provider ends its sessions) →
// confirm (transaction: released, the piece is free). Until the provider has said so a payment may still arrive, and wins.
import { type Actor, DomainError } from '@videowindow/contract';
import type { Facts } from '@videowindow/contract/machine';
import type { LockGuard } from '@videowindow/contract/machines/lock';
import { recordAudit } from '#platform/audit';
import type { Reader, Tx } from '#platform/database';
import { authorize } from '#platform/http';
import { isStrike, type ReleaseReason, step } from './lock.ts';
import {
  about,
  EXPIRE,
  freeToGo,
  type LocksDeps,
  lockBoth,
  ownLock,
  REMIND,
  refused,
  unitsOf,
  waitingAuction,
} from './parts.ts';
import type { Lock } from './store.ts';
import * as store from './store.ts';
import { strike } from './strikes.ts';

/** The job that ends what the provider still has open. */
export const RELEASE = 'locks.release';
/** A release that hangs this long is an alarm; after `SWEEP_AFTER_MS` it is tried anew. */
const ALARM_AFTER_MS = 3_600_000;
const SWEEP_AFTER_MS = 5 * 60_000;

/** The buyer of a second chance, or of a piece at a fixed price, says no. @throws DomainError not_found, invalid_transition */
export const decline = async (deps: LocksDeps, actor: Actor, id: string, requestId: string): Promise<Lock> => {
  await ownLock(deps, actor, id);
  return await deps.database.transaction(async (tx) => {
    const lock = await store.lockLock(tx, id);
    if (!lock) throw new DomainError('not_found');
    const facts: Facts<LockGuard> = { byBuyer: true, ...freeToGo(lock) };
    if (!step(lock.state, 'decline', facts)) throw refused(lock, 'decline', facts);
    await recordAudit(tx, { actor: actor.id, action: 'lock.declined', subject: id, requestId });
    return await letGo(deps, tx, lock, 'declined');
  });
};

/** The timer: the time to pay is over, unless it was stretched or the lock has moved on. */
export const expire = async (deps: LocksDeps, tx: Tx, id: string): Promise<void> => {
  const lock = await store.lockLock(tx, id);
  if (!lock) return;
  const now = await deps.database.now(tx);
  if (now < lock.expiresAt) return await deps.timers.set(tx, EXPIRE, id, lock.expiresAt);
  if (step(lock.state, 'expire', { due: true })) await letGo(deps, tx, lock, 'expired');
};

/** Bidding is over, or the piece is sold: nobody can buy it now any more. The caller has locked listing and auction. */
export const cancelAttempts = async (deps: LocksDeps, tx: Tx, auctionId: string, except?: string): Promise<void> => {
  for (const lock of await store.lockLocks(tx, { auctionId, reason: 'buy_now', open: true })) {
    if (lock.buyerId !== except && step(lock.state, 'cancel', { saleOver: true })) {
      await letGo(deps, tx, lock, 'cancelled');
    }
  }
};

/** Starts letting go; the job asks the provider, `confirmRelease` ends it. */
export const letGo = async (deps: LocksDeps, tx: Tx, lock: Lock, reason: ReleaseReason): Promise<Lock> => {
  const releasing = await store.updateLock(tx, lock.id, {
    state: 'releasing',
    release_reason: reason,
    releasing_at: await deps.database.now(tx),
  });
  await deps.timers.clear(tx, REMIND, lock.id);
  await deps.timers.clear(tx, EXPIRE, lock.id);
  await deps.jobs.enqueue(tx, RELEASE, { lockId: lock.id }, { key: `${RELEASE}:${lock.id}` });
  return releasing;
};

/** The job: the provider ends its sessions, then the piece is free. Safe to repeat; fails while the provider is silent. */
export const release = async (deps: LocksDeps, lockId: string): Promise<void> => {
  const lock = await store.findLock(deps.database.db, lockId);
  if (lock?.state !== 'releasing') return;
  const outcome = await deps.checkouts.close(lockId).catch((error) => {
    const sinceMs = deps.database.clock().getTime() - (lock.releasingAt?.getTime() ?? 0);
    if (sinceMs > ALARM_AFTER_MS)
      deps.log.error({ err: error, lockId }, 'alarm: a lock cannot be released for over an hour');
    throw error;
  });
  // Paid after all: the captured payment is on its way here as an event.
  if (outcome === 'closed') await deps.database.transaction((tx) => confirmRelease(deps, tx, lockId));
};

const confirmRelease = async (deps: LocksDeps, tx: Tx, id: string): Promise<void> => {
  const both = await lockBoth(deps, tx, id);
  if (!both) return;
  const { listing, lock } = both;
  const taken = step(lock.state, 'confirmRelease', { providerConfirmed: true });
  if (!taken?.listing || !lock.releaseReason) return;
  await store.updateLock(tx, id, { state: taken.to, ended_at: await deps.database.now(tx) });
  if (lock.reason !== 'buy_now') {
    await deps.listings.move(tx, listing, taken.listing, { auctionGoesOn: lock.auctionId !== null }, unitsOf(lock));
  }
  if (isStrike(lock.reason, lock.releaseReason)) {
    await strike(deps, tx, { personId: lock.buyerId, kind: 'unpaid', subjectId: id, title: lock.title });
  }
  await deps.events.emit(tx, 'lock.released', id, {
    ...about(lock),
    auctionId: waitingAuction(lock),
    why: lock.releaseReason,
  });
};

/** Looks for locks whose release hangs, and has them tried again. */
export const sweepReleasing = async (deps: LocksDeps): Promise<void> => {
  const now = await deps.database.now(deps.database.db);
  const hanging = await store.releasingSince(deps.database.db, new Date(now.getTime() - SWEEP_AFTER_MS));
  for (const lock of hanging) {
    await deps.database.transaction((tx) =>
      deps.jobs.enqueue(tx, RELEASE, { lockId: lock.id }, { key: `${RELEASE}:${lock.id}` }),
    );
  }
};

/** Locks whose release hangs for so long that a person may end it. */
export const stuckLocks = async (
  deps: LocksDeps,
  reader: Reader,
): Promise<{ id: string; title: string; releasingAt: Date }[]> => {
  const now = await deps.database.now(reader);
  const hanging = await store.releasingSince(reader, new Date(now.getTime() - ALARM_AFTER_MS));
  return hanging.map(({ id, title, releasingAt }) => ({ id, title, releasingAt: releasingAt ?? now }));
};

/**
 * An admin says in the provider's place that nothing can be paid any more. A payment that comes after all is late, and
 * goes back by itself.
 * @throws DomainError not_found, invalid_transition (not releasing, or not for an hour)
 */
export const overrideRelease = (
  deps: LocksDeps,
  actor: Actor,
  id: string,
  reason: string,
  requestId: string,
): Promise<void> => {
  authorize(actor, 'payment.manage');
  return deps.database.transaction(async (tx) => {
    const both = await lockBoth(deps, tx, id);
    if (!both) throw new DomainError('not_found');
    const now = await deps.database.now(tx);
    const since = both.lock.releasingAt?.getTime() ?? now.getTime();
    if (both.lock.state !== 'releasing' || now.getTime() - since < ALARM_AFTER_MS) {
      throw refused(both.lock, 'confirmRelease');
    }
    await recordAudit(tx, {
      actor: actor.id,
      action: 'lock.release_overridden',
      subject: id,
      requestId,
      facts: { reason },
    });
    await confirmRelease(deps, tx, id);
  });
};
