// The checkout of a lock: prepare (transaction: the lock says it is open) → call (the provider makes a session, or gives
// the one that lives) → if the provider can't be reached the lock is held again and nothing is lost.
import { type Actor, DomainError } from '@videowindow/contract';
import type { Money } from '@videowindow/contract/money';
import { isOnePrice, postageOf, zoneOf } from '@videowindow/contract/shipping';
import { recordAudit } from '#platform/audit';
import type { Tx } from '#platform/database';
import { sessionEnd, step, stretch, totalOf } from './lock.ts';
import { EXPIRE, expired, type LocksDeps, ownLock, refused } from './parts.ts';
import type { Lock } from './store.ts';
import * as store from './store.ts';

/**
 * Opens the hosted checkout; asking again gives the same address.
 * @param country where it goes, ISO 3166; needed where zones differ in price
 * @throws DomainError not_found, lock_expired, invalid_transition, validation_failed, external_service_unavailable
 */
export const checkout = async (
  deps: LocksDeps,
  actor: Actor,
  id: string,
  delivery: 'ship' | 'pickup',
  requestId: string,
  country: string | null = null,
): Promise<{ url: string; expiresAt: Date }> => {
  const known = await ownLock(deps, actor, id);
  const way = wayOf(known, delivery, country);
  // Who changes their mind about the way pays another amount: the session that lives must end first.
  const changed = known.delivery !== way.delivery || known.country !== way.country;
  if (known.delivery !== null && changed && known.state === 'checkout_open') {
    if ((await deps.checkouts.close(id)) === 'paid') throw refused(known, 'checkout');
  }
  const { lock, now } = await deps.database.transaction((tx) => prepareCheckout(deps, tx, actor, id, way, requestId));
  try {
    const session = await deps.checkouts.open({
      lockId: lock.id,
      buyerId: lock.buyerId,
      makerId: lock.makerId,
      title: labelOf(lock),
      item: lock.item,
      shipping: way.delivery === 'ship' ? lock.shipping : null,
      total: totalOf(lock),
      fee: lock.fee,
      shipsTo: lock.country ? [lock.country] : lock.zones.flatMap((zone) => zone.countries),
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
  way: Way,
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
    delivery: way.delivery,
    country: way.country,
    ...(way.shipping ? { shipping_amount: way.shipping.amount } : {}),
    expires_at: expiresAt,
    stretched: lock.stretched || stretched,
  });
  if (stretched) await deps.timers.set(tx, EXPIRE, id, expiresAt);
  await recordAudit(tx, {
    actor: actor.id,
    action: 'lock.checkout_opened',
    subject: id,
    requestId,
    facts: { delivery: way.delivery },
  });
  return { lock: open, now };
};

/** The provider's session died before it was paid: the piece is still held. */
export const endSession = async (tx: Tx, id: string): Promise<void> => {
  const lock = await store.lockLock(tx, id);
  const taken = lock && step(lock.state, 'sessionEnded');
  if (taken) await store.updateLock(tx, id, { state: taken.to });
};

/** How the piece goes, and what that costs; `shipping` is null when it is fetched. */
type Way = { delivery: 'ship' | 'pickup'; country: string | null; shipping: Money | null };

/** @throws DomainError validation_failed when the maker does not offer this way, or the price of it needs a country */
const wayOf = (lock: Lock, delivery: 'ship' | 'pickup', asked: string | null): Way => {
  const possible = delivery === 'ship' ? lock.zones.length > 0 : lock.pickup;
  if (!possible) {
    const message = delivery === 'ship' ? 'this piece can only be fetched' : 'this piece can only be sent';
    throw new DomainError('validation_failed', { fields: [{ path: 'delivery', message }] });
  }
  if (delivery === 'pickup') return { delivery, country: null, shipping: null };
  const country = asked ?? lock.country;
  const zone = country === null ? (isOnePrice(lock.zones) ? lock.zones[0] : null) : zoneOf(lock.zones, country);
  if (!zone) {
    const message = country === null ? 'where it goes decides what that costs' : 'it is not sent there';
    throw new DomainError('validation_failed', { fields: [{ path: 'country', message }] });
  }
  return { delivery, country, shipping: postageOf(zone, lock.quantity) };
};

/** The piece on the provider's page: `Tea bowl, Large × 2`. */
const labelOf = ({ title, options, quantity }: Lock): string =>
  [title, ...options.map(({ value }) => value)].join(', ') + (quantity > 1 ? ` × ${quantity}` : '');
