// A sale is undone: what a paid lock had sold is for sale again.
import { apply } from '@videowindow/contract/machine';
import { listingMachine } from '@videowindow/contract/machines/listing';
import type { Tx } from '#platform/database';
import { type LocksDeps, unitsOf } from './parts.ts';
import * as store from './store.ts';

/** Locks the piece of a lock; whoever undoes a sale does so before locking anything above. */
export const lockPiece = async (deps: LocksDeps, tx: Tx, id: string): Promise<void> => {
  const lock = await store.findLock(tx, id);
  if (lock) await deps.listings.lock(tx, lock.listingId);
};

/** Frees what a paid lock had sold. A piece that its maker sells anew by now, or no more, stays as it is. */
export const free = async (deps: LocksDeps, tx: Tx, id: string): Promise<void> => {
  const lock = await store.findLock(tx, id);
  const listing = lock && (await deps.listings.lock(tx, lock.listingId));
  if (lock?.state !== 'paid' || !listing) return;
  const newest = (await deps.listings.ofStories(tx, [lock.storyId])).get(lock.storyId);
  const facts = { saleUndone: true };
  if (newest?.id !== listing.id || !apply(listingMachine, listing.state, 'free', facts).ok) return;
  await deps.listings.move(tx, listing, 'free', facts, unitsOf(lock));
};
