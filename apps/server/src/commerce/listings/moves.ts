// The step that a listing takes, and its units with it: by the maker, and by the rooms above.
import { DomainError } from '@videowindow/contract';
import { apply, type Facts } from '@videowindow/contract/machine';
import { type ListingCommand, type ListingGuard, listingMachine } from '@videowindow/contract/machines/listing';
import type { Tx } from '#platform/database';
import { type Listing, shiftOf, unitFacts } from './listing.ts';
import { announce, type ListingsDeps } from './parts.ts';
import * as store from './store.ts';
import { shiftVariant } from './variants.ts';

/** Steps after which a piece may be free again. */
const COMES_BACK: readonly ListingCommand[] = ['endAuction', 'release', 'free'];

/** Units of a piece that comes in kinds. */
export type UnitsOf = { readonly variantId: string; readonly quantity: number };

/**
 * Moves a listing that the caller has locked, and its units with it.
 * @param of the units that are locked, sold, released or freed, where the piece comes in kinds; else its one unit
 * @throws DomainError invalid_transition; listing_locked or listing_unavailable when it cannot be sold from there;
 * sold_out when there are not so many left
 */
export const move = async (
  deps: Pick<ListingsDeps, 'database' | 'events'>,
  tx: Tx,
  listing: Listing,
  what: ListingCommand,
  facts: Facts<ListingGuard> = {},
  of: UnitsOf | null = null,
): Promise<Listing> => {
  const shift = shiftOf(what, of?.quantity ?? 1);
  const units = { free: listing.units.free + shift.free, held: listing.units.held + shift.held };
  const backOn = COMES_BACK.includes(what) ? await store.vacationOf(tx, listing.makerId) : null;
  const known = { ...unitFacts(units), onVacation: backOn !== null, ...facts };
  const moved = apply(listingMachine, listing.state, what, known);
  if (!moved.ok) {
    if (what === 'openAuction' || what === 'lock') throw unavailable(listing);
    throw new DomainError('invalid_transition', { from: moved.from, command: what, possible: moved.possible });
  }
  // A kind that the maker has dropped since takes nothing back.
  if (of && shift.free !== 0 && !(await shiftVariant(tx, of.variantId, shift.free))) {
    if (what === 'lock') throw new DomainError('sold_out');
    units.free = listing.units.free;
  }
  if (backOn && moved.to === 'paused' && listing.state !== 'paused') await store.setBackOn(tx, listing.id, backOn);
  const next = await store.updateState(tx, listing.id, { state: moved.to, units }, await deps.database.now(tx));
  await announce(deps, tx, next);
  return next;
};

/** Why a piece cannot be sold from its state. */
const unavailable = (listing: Listing): DomainError =>
  new DomainError(listing.state === 'locked' ? 'listing_locked' : 'listing_unavailable', { state: listing.state });
