// What makers do with listings, and the moves that the rooms above make with them.
import { type Actor, DomainError } from '@videowindow/contract';
import type { ListingTerms } from '@videowindow/contract/api/commerce';
import { apply, type Facts } from '@videowindow/contract/machine';
import { type ListingCommand, type ListingGuard, listingMachine } from '@videowindow/contract/machines/listing';
import { recordAudit } from '#platform/audit';
import { newId } from '#platform/crypto';
import type { Database, Reader, Tx } from '#platform/database';
import type { Events } from '#platform/events';
import { authorize } from '#platform/http';
import { isFrozen, type Listing, problemsOf, shiftOf, unitFacts } from './listing.ts';
import * as store from './store.ts';
import { shiftVariant, writeVariants } from './variants.ts';

/** What a listing must know of its story; content plugs it in. */
export type StoryFacts = {
  readonly id: string;
  readonly makerId: string;
  readonly title: string;
  readonly listed: boolean;
};

export type ListingsDeps = {
  database: Database;
  events: Events;
  /** The marketplace's settlement currency. */
  currency: string;
  /** A story by id, null when there is none. Whoever may see it is decided here. */
  story(reader: Reader, id: string): Promise<StoryFacts | null>;
  /** Whether one of the two blocked the other. */
  areApart(reader: Reader, person: string | null, other: string): Promise<boolean>;
};

/** The story, when this person may know of it: its maker, staff, and everybody once it is listed. */
export const visibleStory = async (
  deps: ListingsDeps,
  reader: Reader,
  actor: Actor,
  storyId: string,
): Promise<StoryFacts> => {
  const story = await deps.story(reader, storyId);
  if (!story) throw new DomainError('not_found');
  if (story.makerId === actor.id || actor.roles.some((role) => role === 'moderator' || role === 'admin')) return story;
  if (!story.listed || (await deps.areApart(reader, actor.id, story.makerId))) throw new DomainError('not_found');
  return story;
};

/**
 * Sells the piece of a story, or changes the terms while nobody relies on them.
 * @throws DomainError not_found, story_frozen, version_conflict, currency_mismatch, validation_failed
 */
export const putTerms = async (
  deps: ListingsDeps,
  actor: Actor,
  storyId: string,
  terms: ListingTerms,
): Promise<Listing> => {
  const story = await visibleStory(deps, deps.database.db, actor, storyId);
  authorize(actor, 'listing.edit', { ownerId: story.makerId });
  const problems = problemsOf(terms, deps.currency);
  if (problems === 'currency_mismatch') throw new DomainError('currency_mismatch', { expected: deps.currency });
  if (problems.length > 0) throw new DomainError('validation_failed', { fields: problems });

  return await deps.database.transaction(async (tx) => {
    await store.lockStorysListings(tx, storyId);
    const open = await store.lockOpenListing(tx, storyId);
    const now = await deps.database.now(tx);
    if (open && isFrozen(open)) throw new DomainError('story_frozen', { state: open.state });
    // What is read as 3 and written as 4 must not bring back a piece that was sold in between.
    if (terms.version !== undefined && terms.version !== (open?.version ?? 0))
      throw new DomainError('version_conflict');
    const listing = open
      ? await store.updateTerms(tx, open.id, terms, now)
      : await store.insertListing(tx, {
          id: newId(),
          storyId,
          makerId: story.makerId,
          currency: deps.currency,
          terms,
          now,
        });
    await writeVariants(tx, listing.id, terms.kind === 'fixed_price' ? (terms.variants ?? []) : []);
    await announce(deps, tx, listing);
    return listing;
  });
};

/** The maker pauses, resumes or withdraws. @throws DomainError not_found, invalid_transition */
export const command = async (
  deps: ListingsDeps,
  actor: Actor,
  id: string,
  what: 'pause' | 'resume' | 'withdraw',
  requestId: string,
): Promise<Listing> =>
  await deps.database.transaction(async (tx) => {
    const listing = await store.lockListing(tx, id);
    if (!listing) throw new DomainError('not_found');
    authorize(actor, 'listing.edit', { ownerId: listing.makerId });
    const moved = await move(deps, tx, listing, what, { byMaker: true });
    await recordAudit(tx, { actor: actor.id, action: `listing.${what}`, subject: id, requestId });
    return moved;
  });

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
  const moved = apply(listingMachine, listing.state, what, { ...unitFacts(units), ...facts });
  if (!moved.ok) {
    if (what === 'openAuction' || what === 'lock') throw unavailable(listing);
    throw new DomainError('invalid_transition', { from: moved.from, command: what, possible: moved.possible });
  }
  // A kind that the maker has dropped since takes nothing back.
  if (of && shift.free !== 0 && !(await shiftVariant(tx, of.variantId, shift.free))) {
    if (what === 'lock') throw new DomainError('sold_out');
    units.free = listing.units.free;
  }
  const next = await store.updateState(tx, listing.id, { state: moved.to, units }, await deps.database.now(tx));
  await announce(deps, tx, next);
  return next;
};

/** Why a piece cannot be sold from its state. */
const unavailable = (listing: Listing): DomainError =>
  new DomainError(listing.state === 'locked' ? 'listing_locked' : 'listing_unavailable', { state: listing.state });

const announce = (deps: Pick<ListingsDeps, 'events'>, tx: Tx, listing: Listing): Promise<void> =>
  deps.events.emit(tx, 'listing.changed', listing.id, {
    listingId: listing.id,
    storyId: listing.storyId,
    makerId: listing.makerId,
    state: listing.state,
    version: listing.version,
  });
