// Buying at a fixed price: units of one kind are reserved for a buyer, who has half an hour to pay.
import { type Actor, DomainError } from '@videowindow/contract';
import { multiply } from '@videowindow/contract/money';
import { recordAudit } from '#platform/audit';
import { authorize, personId } from '#platform/http';
import { hold } from './commands.ts';
import type { LocksDeps } from './parts.ts';
import type { Lock } from './store.ts';
import * as store from './store.ts';

/**
 * Reserves units of a piece. Who reserves the same again gets the reservation that stands.
 * @throws DomainError not_found, seller_cannot_bid, listing_locked, listing_unavailable (also while its maker cannot be paid), sold_out,
 * checkout_in_progress when something else of the piece is reserved already
 */
export const buy = async (
  deps: LocksDeps,
  actor: Actor,
  listingId: string,
  want: { variantId: string; quantity: number; country?: string | null },
  requestId: string,
): Promise<Lock> => {
  authorize(actor, 'listing.buy');
  const buyerId = personId(actor);
  const known = await deps.listings.find(deps.database.db, listingId);
  if (!known) throw new DomainError('not_found');
  const story = await deps.listings.visibleStory(deps.database.db, actor, known.storyId);
  if (story.makerId === buyerId) throw new DomainError('seller_cannot_bid');
  if (!story.isShown || known.kind !== 'fixed_price') throw new DomainError('listing_unavailable');
  return await deps.database.transaction(async (tx) => {
    // The order of locks: the listing, then its kind. Buyers of one piece queue at the listing's row.
    const listing = await deps.listings.lock(tx, listingId);
    const variant = listing && (await deps.listings.lockVariant(tx, listingId, want.variantId));
    if (!listing || !variant) throw new DomainError('not_found');
    const standing = await store.newestLock(tx, { listingId, buyerId, reason: 'fixed_price', open: true });
    if (standing) {
      const same = standing.variantId === variant.id && standing.quantity === want.quantity;
      if (same && standing.state !== 'releasing') return standing;
      throw new DomainError('checkout_in_progress', { lockId: standing.id });
    }
    if (listing.state === 'available' && variant.quantity < want.quantity) {
      throw new DomainError('sold_out', { left: variant.quantity });
    }
    if (!(await deps.canBePaid(tx, listing.makerId))) throw new DomainError('listing_unavailable');
    const lock = await hold(deps, tx, {
      listing,
      title: story.title,
      buyerId,
      item: multiply(variant.price, want.quantity),
      reason: 'fixed_price',
      auctionId: null,
      of: {
        variantId: variant.id,
        quantity: want.quantity,
        options: listing.optionNames.map((name, at) => ({ name, value: variant.options[at] ?? '' })),
      },
      country: want.country ?? null,
    });
    await recordAudit(tx, { actor: buyerId, action: 'listing.bought', subject: listingId, requestId });
    return lock;
  });
};
