// The checkout of a lock: prepare (transaction: the lock says it is open) → call (the provider makes a session, or gives
// the one that lives) → if the provider can't be reached the lock is held again and nothing is lost.
import { type Actor, DomainError } from '@videowindow/contract';
import type { Money } from '@videowindow/contract/money';
import { isOnePrice, postageOf, zoneOf } from '@videowindow/contract/shipping';
import { recordAudit } from '#platform/audit';
import { commitLazily, type Tx } from '#platform/database';
import { authorize } from '#platform/http';
import { sessionEnd, step, stretch, totalOf } from './lock.ts';
import { EXPIRE, expired, type LocksDeps, refused } from './parts.ts';
import type { Lock } from './store.ts';
import * as store from './store.ts';
import { type Together, togetherWith } from './together.ts';

/**
 * Opens the hosted checkout; asking again gives the same address while it is good.
 * @param where the country it goes to, ISO 3166, needed where zones differ in price; or with what is to be sent already
 * @throws DomainError not_found, lock_expired, payment_failed (it did not come, and the time is over), validation_failed,
 * checkout_in_progress (a bank has promised it), invalid_transition, external_service_unavailable
 */
export const checkout = async (
  deps: LocksDeps,
  actor: Actor,
  id: string,
  delivery: 'ship' | 'pickup',
  requestId: string,
  where: { country?: string | null; together?: boolean } = {},
): Promise<{ url: string; expiresAt: Date }> => {
  const asked = { delivery, country: where.country ?? null, together: where.together === true, requestId };
  let begun = await prepareCheckout(deps, actor, id, asked, 'unless_changed');
  if ('changed' in begun) {
    // Who changes their mind about the way pays another amount: the session that lives must end first.
    if ((await deps.checkouts.close(id)) === 'paid') throw refused(begun.changed, 'checkout');
    begun = await prepareCheckout(deps, actor, id, asked, 'whatever_it_was');
  }
  if ('changed' in begun) throw new Error('a way that may change was refused');
  const { lock, now } = begun;
  try {
    return await openSession(deps, lock, now);
  } catch (error) {
    await deps.database.transaction((tx) => endSession(tx, id));
    throw error;
  }
};

/** The provider's session of a lock whose checkout is open. @throws DomainError as above */
const openSession = async (deps: LocksDeps, lock: Lock, now: Date): Promise<{ url: string; expiresAt: Date }> => {
  const session = await deps.checkouts.open({
    lockId: lock.id,
    buyerId: lock.buyerId,
    makerId: lock.makerId,
    title: labelOf(lock),
    item: lock.item,
    shipping: lock.delivery === 'ship' ? lock.shipping : null,
    total: totalOf(lock),
    fee: lock.fee,
    // Whatever travels with another has its address.
    shipsTo: lock.travelsWith ? [] : lock.country ? [lock.country] : lock.zones.flatMap((zone) => zone.countries),
    expiresAt: new Date(sessionEnd(lock.expiresAt.getTime(), now.getTime(), deps.rules)),
    lockEndsAt: lock.expiresAt,
  });
  // The time may have ended while the provider was answering: then nobody must be able to pay this session.
  const after = await store.findLock(deps.database.db, lock.id);
  if (after?.state === 'releasing' || after?.state === 'released') {
    await deps.checkouts.close(lock.id);
    throw expired(after);
  }
  return session;
};

/** Pages of these locks end soon: whose time to pay goes on has a new one, before anybody misses the old one. */
export const renewSessions = async (deps: LocksDeps, ids: readonly string[]): Promise<void> => {
  const now = await deps.database.now(deps.database.db);
  for (const lock of await store.payableLocks(deps.database.db, ids)) {
    try {
      if (now < lock.expiresAt) await openSession(deps, lock, now);
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      // Paid meanwhile, over meanwhile, or nobody answers: whoever comes back asks again.
      deps.log.warn({ err: error, lockId: lock.id }, 'a checkout that ends soon was not renewed');
    }
  }
};

/** The lock says that its checkout is open; `changed` when another way was chosen than the one that can be paid now. */
const prepareCheckout = (
  deps: LocksDeps,
  actor: Actor,
  id: string,
  asked: { delivery: 'ship' | 'pickup'; country: string | null; together: boolean; requestId: string },
  when: 'unless_changed' | 'whatever_it_was',
): Promise<{ lock: Lock; now: Date } | { changed: Lock }> =>
  deps.database.transaction(async (tx) => {
    const lock = await store.lockLock(tx, id);
    if (!lock) throw new DomainError('not_found');
    authorize(actor, 'lock.pay', { ownerId: lock.buyerId });
    const way = asked.together
      ? inParcel(asked.delivery === 'ship' ? (await togetherWith(deps, tx, lock.buyerId, [lock])).get(id) : undefined)
      : wayOf(lock, asked.delivery, asked.country);
    const same = lock.delivery === way.delivery && lock.country === way.country && lock.travelsWith === way.travelsWith;
    const changed = lock.delivery !== null && !same;
    if (changed && lock.state === 'checkout_open' && when === 'unless_changed') return { changed: lock };
    const now = await deps.database.now(tx);
    const inTime = now < lock.expiresAt;
    const taken = step(lock.state, 'checkout', { byBuyer: true, inTime });
    if (!taken) {
      if (lock.state === 'processing') throw new DomainError('checkout_in_progress', { lockId: id });
      const isOver = !inTime || lock.state === 'releasing' || lock.state === 'released';
      throw isOver ? expired(lock) : refused(lock, 'checkout');
    }
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
      payment_failed: false,
      travels_with: way.travelsWith,
    });
    if (stretched) await deps.timers.set(tx, EXPIRE, id, expiresAt);
    await recordAudit(tx, {
      actor: actor.id,
      action: 'lock.checkout_opened',
      subject: id,
      requestId: asked.requestId,
      facts: { delivery: way.delivery },
    });
    // A payment that is prepared next takes this along to the disk; what is lost before is asked for again.
    await commitLazily(tx);
    return { lock: open, now };
  });

/** A session of the provider's died before it was paid. Nothing has changed where another one took its place. */
export const sessionOver = async (deps: LocksDeps, tx: Tx, id: string): Promise<void> => {
  if (!(await deps.checkouts.isOpen(tx, id))) await endSession(tx, id);
};

/** Nothing can be paid now: the piece is still held. */
const endSession = async (tx: Tx, id: string): Promise<void> => {
  const lock = await store.lockLock(tx, id);
  const taken = lock && step(lock.state, 'sessionEnded');
  if (taken) await store.updateLock(tx, id, { state: taken.to });
};

/** How the piece goes, and what that costs; `shipping` is null when it is fetched. */
type Way = {
  delivery: 'ship' | 'pickup';
  country: string | null;
  shipping: Money | null;
  travelsWith: string | null;
};

/** @throws DomainError validation_failed when there is no such parcel any more */
const inParcel = (together: Together | undefined): Way => {
  if (!together) {
    throw new DomainError('validation_failed', {
      fields: [{ path: 'together', message: 'nothing waits that it could travel with' }],
    });
  }
  const { country, shipping, lockId } = together;
  return { delivery: 'ship', country, shipping, travelsWith: lockId };
};

/** @throws DomainError validation_failed when the maker does not offer this way, or the price of it needs a country */
const wayOf = (lock: Lock, delivery: 'ship' | 'pickup', asked: string | null): Way => {
  const possible = delivery === 'ship' ? lock.zones.length > 0 : lock.pickup;
  if (!possible) {
    const message = delivery === 'ship' ? 'this piece can only be fetched' : 'this piece can only be sent';
    throw new DomainError('validation_failed', { fields: [{ path: 'delivery', message }] });
  }
  if (delivery === 'pickup') return { delivery, country: null, shipping: null, travelsWith: null };
  // Where a parcel goes that it was to travel with says nothing of where it goes alone.
  const country = asked ?? (lock.travelsWith === null ? lock.country : null);
  const zone = country === null ? (isOnePrice(lock.zones) ? lock.zones[0] : null) : zoneOf(lock.zones, country);
  if (!zone) {
    const message = country === null ? 'where it goes decides what that costs' : 'it is not sent there';
    throw new DomainError('validation_failed', { fields: [{ path: 'country', message }] });
  }
  return { delivery, country, shipping: postageOf(zone, lock.quantity), travelsWith: null };
};

/** The piece on the provider's page: `Tea bowl, Large × 2`. */
const labelOf = ({ title, options, quantity }: Lock): string =>
  [title, ...options.map(({ value }) => value)].join(', ') + (quantity > 1 ? ` × ${quantity}` : '');
