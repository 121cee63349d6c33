// Sale locks: hold a piece, open its checkout, let it go.
//
// Phases of a checkout: prepare (transaction: the lock says it is open) → call (the provider makes a session, or gives
// the one that lives) → if the provider can't be reached the lock is held again and nothing is lost.
// Phases of letting go: expire (transaction: releasing, a job) → call (the provider ends its session) → confirm
// (transaction: released, the piece is free). Until the provider has said so a payment may still arrive, and wins.
import { type Actor, DomainError } from '@videowindow/contract';
import { type Facts, possibleCommands } from '@videowindow/contract/machine';
import { type LockCommand, type LockGuard, lockMachine } from '@videowindow/contract/machines/lock';
import type { Money } from '@videowindow/contract/money';
import type { Listing, Listings } from '#commerce/listings';
import { isShippable } from '#commerce/listings';
import type { Payments } from '#commerce/payments';
import { recordAudit } from '#platform/audit';
import { newId } from '#platform/crypto';
import type { Database, Tx } from '#platform/database';
import type { Events } from '#platform/events';
import { authorize } from '#platform/http';
import type { Jobs, Timers } from '#platform/jobs';
import type { Log } from '#platform/telemetry';
import {
  deliveryPaid,
  expiryOf,
  feeOn,
  type LockReason,
  type LockRules,
  nextReminder,
  type ReleaseReason,
  sessionEnd,
  step,
  stretch,
  totalOf,
} from './lock.ts';
import type { Lock } from './store.ts';
import * as store from './store.ts';

/** The provider's hosted checkout. */
export type Checkouts = Payments['checkouts'];

export type LocksDeps = {
  database: Database;
  events: Events;
  timers: Timers;
  jobs: Jobs;
  log: Log;
  listings: Listings;
  checkouts: Checkouts;
  rules: LockRules;
};

export const EXPIRE = 'lock.expire';
export const REMIND = 'lock.remind';
export const RELEASE = 'locks.release';
const ALARM_AFTER_MS = 3_600_000;

/** Holds a piece for somebody. The caller has locked the listing. @throws DomainError listing_locked, listing_unavailable */
export const hold = async (
  deps: LocksDeps,
  tx: Tx,
  sale: {
    listing: Listing;
    title: string;
    buyerId: string;
    item: Money;
    reason: LockReason;
    auctionId: string | null;
  },
): Promise<Lock> => {
  const { listing } = sale;
  await deps.listings.move(tx, listing, 'lock');
  const heldAt = await deps.database.now(tx);
  const lock: Lock = {
    id: newId(),
    listingId: listing.id,
    storyId: listing.storyId,
    makerId: listing.makerId,
    buyerId: sale.buyerId,
    title: sale.title,
    reason: sale.reason,
    auctionId: sale.auctionId,
    state: 'held',
    releaseReason: null,
    item: sale.item,
    shipping: isShippable(listing.shipping) ? listing.shipping.price : null,
    fee: feeOn(sale.item, deps.rules),
    pickup: listing.shipping.pickup,
    handlingDays: listing.shipping.handlingDays,
    shipsTo: listing.shipping.shipsTo,
    delivery: null,
    heldAt,
    expiresAt: new Date(expiryOf(sale.reason, heldAt.getTime(), deps.rules)),
    stretched: false,
    releasingAt: null,
  };
  await store.insertLock(tx, lock);
  await deps.timers.set(tx, EXPIRE, lock.id, lock.expiresAt);
  await setReminder(deps, tx, lock, heldAt);
  await deps.events.emit(tx, 'lock.held', lock.id, {
    ...about(lock),
    auctionId: lock.auctionId,
    reason: lock.reason,
    total: totalOf(lock),
    expiresAt: lock.expiresAt.toISOString(),
  });
  return lock;
};

/**
 * Opens the hosted checkout; asking again gives the same address.
 * @throws DomainError not_found, lock_expired, invalid_transition, validation_failed, external_service_unavailable
 */
export const checkout = async (
  deps: LocksDeps,
  actor: Actor,
  id: string,
  delivery: 'ship' | 'pickup',
  requestId: string,
): Promise<{ url: string; expiresAt: Date }> => {
  const known = await ownLock(deps, actor, id);
  assertDeliverable(known, delivery);
  // Who changes their mind about the delivery pays another amount: the session that lives must end first.
  if (known.delivery !== null && known.delivery !== delivery && known.state === 'checkout_open') {
    if ((await deps.checkouts.close(id)) === 'paid') throw refused(known, 'checkout');
  }
  const { lock, now } = await deps.database.transaction((tx) =>
    prepareCheckout(deps, tx, actor, id, delivery, requestId),
  );
  try {
    const session = await deps.checkouts.open({
      lockId: lock.id,
      buyerId: lock.buyerId,
      makerId: lock.makerId,
      title: lock.title,
      item: lock.item,
      shipping: delivery === 'ship' ? lock.shipping : null,
      total: totalOf(lock),
      fee: lock.fee,
      shipsTo: lock.shipsTo,
      expiresAt: new Date(sessionEnd(lock.expiresAt.getTime(), now.getTime(), deps.rules)),
    });
    // The time may have ended while the provider was answering: then nobody must be able to pay this session.
    const after = await store.findLock(deps.database.db, id);
    if (after?.state === 'releasing' || after?.state === 'released') {
      await deps.checkouts.close(id);
      throw expired(after);
    }
    return session;
  } catch (error) {
    await deps.database.transaction((tx) => endSession(tx, id));
    throw error;
  }
};

const prepareCheckout = async (
  deps: LocksDeps,
  tx: Tx,
  actor: Actor,
  id: string,
  delivery: 'ship' | 'pickup',
  requestId: string,
): Promise<{ lock: Lock; now: Date }> => {
  const lock = await store.lockLock(tx, id);
  if (!lock) throw new DomainError('not_found');
  const now = await deps.database.now(tx);
  const inTime = now < lock.expiresAt;
  const taken = step(lock.state, 'checkout', { byBuyer: true, inTime });
  if (!taken)
    throw inTime && lock.state !== 'releasing' && lock.state !== 'released' ? refused(lock, 'checkout') : expired(lock);
  const expiresAt = new Date(
    stretch({ expiresAt: lock.expiresAt.getTime(), stretched: lock.stretched }, now.getTime(), deps.rules),
  );
  const stretched = expiresAt > lock.expiresAt;
  const open = await store.updateLock(tx, id, {
    state: taken.to,
    delivery,
    expires_at: expiresAt,
    stretched: lock.stretched || stretched,
  });
  if (stretched) await deps.timers.set(tx, EXPIRE, id, expiresAt);
  await recordAudit(tx, {
    actor: actor.id,
    action: 'lock.checkout_opened',
    subject: id,
    requestId,
    facts: { delivery },
  });
  return { lock: open, now };
};

/** The buyer of a second chance says no. @throws DomainError not_found, invalid_transition */
export const decline = async (deps: LocksDeps, actor: Actor, id: string, requestId: string): Promise<Lock> => {
  await ownLock(deps, actor, id);
  return await deps.database.transaction(async (tx) => {
    const lock = await store.lockLock(tx, id);
    if (!lock) throw new DomainError('not_found');
    const facts: Facts<LockGuard> = { byBuyer: true, secondChance: lock.reason === 'second_chance' };
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

/** The timer: tells the buyer that time runs, and sets the next reminder. */
export const remind = async (deps: LocksDeps, tx: Tx, id: string): Promise<void> => {
  const lock = await store.lockLock(tx, id);
  if (lock?.state !== 'held' && lock?.state !== 'checkout_open') return;
  const now = await deps.database.now(tx);
  if (now >= lock.expiresAt) return;
  await setReminder(deps, tx, lock, now);
  await deps.events.emit(tx, 'lock.reminder_due', id, {
    ...about(lock),
    total: totalOf(lock),
    expiresAt: lock.expiresAt.toISOString(),
  });
};

/** Starts letting go; the job asks the provider, `confirmRelease` ends it. */
const letGo = async (deps: LocksDeps, tx: Tx, lock: Lock, reason: ReleaseReason): Promise<Lock> => {
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
  await deps.listings.move(tx, listing, taken.listing, { auctionGoesOn: lock.auctionId !== null });
  await deps.events.emit(tx, 'lock.released', id, {
    ...about(lock),
    auctionId: lock.auctionId,
    why: lock.releaseReason,
  });
};

/**
 * The money is here: the lock is paid and the piece is sold.
 * @returns the lock, or null when it was released before: then the money must go back.
 */
export const pay = async (
  deps: LocksDeps,
  tx: Tx,
  id: string,
  amount: Money,
): Promise<{ lock: Lock; first: boolean } | null> => {
  const both = await lockBoth(deps, tx, id);
  if (!both) return null;
  const { listing, lock } = both;
  if (lock.state === 'paid') return { lock, first: false };
  const taken = step(lock.state, 'pay');
  if (!taken?.listing) return null;
  const paid = await store.updateLock(tx, id, {
    state: taken.to,
    delivery: deliveryPaid(lock, amount),
    ended_at: await deps.database.now(tx),
  });
  await deps.listings.move(tx, listing, taken.listing);
  await deps.timers.clear(tx, EXPIRE, id);
  await deps.timers.clear(tx, REMIND, id);
  await deps.events.emit(tx, 'lock.paid', id, { ...about(paid), auctionId: paid.auctionId, total: totalOf(paid) });
  return { lock: paid, first: true };
};

/** The provider's session died before it was paid: the piece is still held. */
export const endSession = async (tx: Tx, id: string): Promise<void> => {
  const lock = await store.lockLock(tx, id);
  const taken = lock && step(lock.state, 'sessionEnded');
  if (taken) await store.updateLock(tx, id, { state: taken.to });
};

/** Looks for locks whose release hangs, and has them tried again. */
export const sweepReleasing = async (deps: LocksDeps): Promise<void> => {
  const now = await deps.database.now(deps.database.db);
  const hanging = await store.releasingSince(deps.database.db, new Date(now.getTime() - 5 * 60_000));
  for (const lock of hanging) {
    await deps.database.transaction((tx) =>
      deps.jobs.enqueue(tx, RELEASE, { lockId: lock.id }, { key: `${RELEASE}:${lock.id}` }),
    );
  }
};

/** The listing and then its lock, both locked. */
const lockBoth = async (deps: LocksDeps, tx: Tx, id: string): Promise<{ listing: Listing; lock: Lock } | null> => {
  const known = await store.findLock(tx, id);
  if (!known) return null;
  const listing = await deps.listings.lock(tx, known.listingId);
  const lock = await store.lockLock(tx, id);
  return listing && lock ? { listing, lock } : null;
};

const ownLock = async (deps: LocksDeps, actor: Actor, id: string): Promise<Lock> => {
  const lock = await store.findLock(deps.database.db, id);
  if (!lock) throw new DomainError('not_found');
  authorize(actor, 'lock.pay', { ownerId: lock.buyerId });
  return lock;
};

const setReminder = async (deps: LocksDeps, tx: Tx, lock: Lock, now: Date): Promise<void> => {
  const at = nextReminder(
    { heldAt: lock.heldAt.getTime(), expiresAt: lock.expiresAt.getTime() },
    now.getTime(),
    deps.rules,
  );
  if (at !== null) await deps.timers.set(tx, REMIND, lock.id, new Date(at));
};

const assertDeliverable = (lock: Lock, delivery: 'ship' | 'pickup'): void => {
  const possible = delivery === 'ship' ? lock.shipping !== null : lock.pickup;
  if (possible) return;
  const message = delivery === 'ship' ? 'this piece can only be fetched' : 'this piece can only be sent';
  throw new DomainError('validation_failed', { fields: [{ path: 'delivery', message }] });
};

const about = (lock: Lock) => ({
  lockId: lock.id,
  listingId: lock.listingId,
  storyId: lock.storyId,
  makerId: lock.makerId,
  title: lock.title,
  buyerId: lock.buyerId,
});

const expired = (lock: Lock): DomainError =>
  new DomainError('lock_expired', { expiresAt: lock.expiresAt.toISOString() });

const refused = (lock: Lock, command: LockCommand, facts: Facts<LockGuard> = {}): DomainError =>
  new DomainError('invalid_transition', {
    from: lock.state,
    command,
    possible: possibleCommands(lockMachine, lock.state, facts),
  });
