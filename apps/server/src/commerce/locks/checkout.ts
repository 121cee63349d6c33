// The checkout of a lock: prepare (transaction: the lock says it is open) → call (the provider makes a session, or gives
// the one that lives) → if the provider can't be reached the lock is held again and nothing is lost.
import { type Actor, DomainError } from '@videowindow/contract';
import { recordAudit } from '#platform/audit';
import type { Tx } from '#platform/database';
import { sessionEnd, step, stretch, totalOf } from './lock.ts';
import { EXPIRE, expired, type LocksDeps, ownLock, refused } from './parts.ts';
import type { Lock } from './store.ts';
import * as store from './store.ts';

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

/** The provider's session died before it was paid: the piece is still held. */
export const endSession = async (tx: Tx, id: string): Promise<void> => {
  const lock = await store.lockLock(tx, id);
  const taken = lock && step(lock.state, 'sessionEnded');
  if (taken) await store.updateLock(tx, id, { state: taken.to });
};

const assertDeliverable = (lock: Lock, delivery: 'ship' | 'pickup'): void => {
  const possible = delivery === 'ship' ? lock.shipping !== null : lock.pickup;
  if (possible) return;
  const message = delivery === 'ship' ? 'this piece can only be fetched' : 'this piece can only be sent';
  throw new DomainError('validation_failed', { fields: [{ path: 'delivery', message }] });
};
