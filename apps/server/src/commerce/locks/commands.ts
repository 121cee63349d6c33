// Sale locks: a piece is held, its buyer reminded, its payment taken. The checkout and the release have their own files.
import type { ChosenOption } from '@videowindow/contract/api/commerce';
import type { Money } from '@videowindow/contract/money';
import { postageOf, zoneOf } from '@videowindow/contract/shipping';
import type { Listing } from '#commerce/listings';
import { newId } from '#platform/crypto';
import type { Tx } from '#platform/database';
import {
  clocksOf,
  deliveryPaid,
  expiryOf,
  feeOn,
  type LockReason,
  nextReminder,
  shippingPaid,
  step,
  totalOf,
} from './lock.ts';
import { about, EXPIRE, type LocksDeps, lockBoth, REMIND, unitsOf, waitingAuction } from './parts.ts';
import type { Lock } from './store.ts';
import * as store from './store.ts';

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
    /** Of a piece that comes in kinds: how many of which. */
    of?: { variantId: string; quantity: number; options: readonly ChosenOption[] };
    /** Where the buyer lives, as far as they said. */
    country?: string | null;
  },
): Promise<Lock> => {
  const { listing } = sale;
  const { zones } = listing.shipping;
  const { remindAt, remindBeforeMs, extendMs } = deps.rules;
  const quantity = sale.of?.quantity ?? 1;
  const named = sale.country ? zoneOf(zones, sale.country) : null;
  const zone = named ?? zones[0];
  // Who buys now while bidding goes on holds nothing until they have paid.
  if (sale.reason !== 'buy_now') await deps.listings.move(tx, listing, 'lock', {}, sale.of ?? null);
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
    variantId: sale.of?.variantId ?? null,
    quantity,
    options: sale.of?.options ?? [],
    item: sale.item,
    shipping: zone ? postageOf(zone, quantity) : null,
    fee: feeOn(sale.item, deps.rules),
    pickup: listing.shipping.pickup,
    handlingDays: listing.shipping.handlingDays,
    zones,
    returns: listing.returns,
    country: named && sale.country ? sale.country : null,
    delivery: null,
    heldAt,
    expiresAt: new Date(expiryOf(sale.reason, heldAt.getTime(), deps.rules)),
    stretched: false,
    extension: null,
    paymentFailed: false,
    combined: listing.shipping.combined,
    travelsWith: null,
    clocks: { remindAt, remindBeforeMs, extendMs },
    releasingAt: null,
  };
  await store.insertLock(tx, lock);
  await deps.timers.set(tx, EXPIRE, lock.id, lock.expiresAt);
  // Half an hour is over before a reminder is read.
  if (lock.reason !== 'fixed_price' && lock.reason !== 'buy_now') await setReminder(deps, tx, lock, heldAt);
  await deps.events.emit(tx, 'lock.held', lock.id, {
    ...about(lock),
    auctionId: waitingAuction(lock),
    reason: lock.reason,
    total: totalOf(lock),
    expiresAt: lock.expiresAt.toISOString(),
  });
  return lock;
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
  const { lock } = both;
  let { listing } = both;
  if (lock.state === 'paid') return { lock, first: false };
  const taken = step(lock.state, 'pay');
  if (!taken?.listing) return null;
  if (lock.reason === 'buy_now') {
    if (lock.auctionId === null) throw new Error('whoever buys now does so in an auction');
    if (!(await deps.auctions.sell(tx, lock.auctionId, lock.buyerId))) {
      await tooLate(deps, tx, lock);
      return null;
    }
    // The move that `hold` makes for everybody else.
    listing = await deps.listings.move(tx, listing, 'lock');
  }
  const paid = await store.updateLock(tx, id, {
    state: taken.to,
    delivery: deliveryPaid(lock, amount),
    shipping_amount: shippingPaid(lock, amount)?.amount ?? null,
    ended_at: await deps.database.now(tx),
  });
  await deps.listings.move(tx, listing, taken.listing, {}, unitsOf(paid));
  await deps.timers.clear(tx, EXPIRE, id);
  await deps.timers.clear(tx, REMIND, id);
  await deps.events.emit(tx, 'lock.paid', id, {
    ...about(paid),
    auctionId: waitingAuction(paid),
    total: totalOf(paid),
  });
  return { lock: paid, first: true };
};

/** Somebody else had the piece before the money came, which goes back: nothing of this attempt can be paid any more. */
const tooLate = async (deps: LocksDeps, tx: Tx, lock: Lock): Promise<void> => {
  const now = await deps.database.now(tx);
  await store.updateLock(tx, lock.id, {
    state: 'released',
    release_reason: lock.releaseReason ?? 'cancelled',
    releasing_at: lock.releasingAt ?? now,
    ended_at: now,
  });
  await deps.timers.clear(tx, EXPIRE, lock.id);
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

/** Sets the reminder that comes next, if any does. */
export const setReminder = async (deps: LocksDeps, tx: Tx, lock: Lock, now: Date): Promise<void> => {
  const at = nextReminder(
    { heldAt: lock.heldAt.getTime(), expiresAt: lock.expiresAt.getTime() },
    now.getTime(),
    clocksOf(lock, deps.rules),
  );
  if (at !== null) await deps.timers.set(tx, REMIND, lock.id, new Date(at));
};
