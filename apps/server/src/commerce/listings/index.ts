// listings: what is sold, on which terms, and whether it can be.
import type { Actor } from '@videowindow/contract';
import type { Facts } from '@videowindow/contract/machine';
import type { ListingCommand, ListingGuard } from '@videowindow/contract/machines/listing';
import type { Reader, Tx } from '#platform/database';
import type { Room } from '#platform/room';
import { listingChannel } from './channel.ts';
import { isFrozen, type Listing, type Variant } from './listing.ts';
import { move, type UnitsOf } from './moves.ts';
import { type ListingsDeps, storyFor, visibleStory } from './parts.ts';
import { personal } from './personal.ts';
import { listingsRoutes } from './routes.ts';
import * as store from './store.ts';
import { RETURN, returnWhenDue } from './vacation.ts';
import { lockVariant } from './variants.ts';

export type { Listing, Variant } from './listing.ts';
export type { UnitsOf } from './moves.ts';
export type { ListingsDeps, StoryFacts } from './parts.ts';

export type Listings = ReturnType<typeof createListings>;

export const createListings = (deps: ListingsDeps) => {
  const room: Room = {
    personal,
    routes: [listingsRoutes(deps)],
    channels: [listingChannel(deps)],
    timers: { [RETURN]: (tx, id) => returnWhenDue(deps, tx, id) },
    subscribers: [
      { name: 'listings', on: { 'story.discarded': (tx, { payload }) => store.deleteUnseen(tx, payload.storyId) } },
    ],
  };
  return {
    room,
    /** The listing, locked until the transaction ends; it comes first in the order of locks. Null when there is none. */
    lock: (tx: Tx, id: string): Promise<Listing | null> => store.lockListing(tx, id),
    /** The story's open listing, locked; null when nothing of it is for sale. */
    lockOfStory: (tx: Tx, storyId: string): Promise<Listing | null> => store.lockOpenListing(tx, storyId),
    /**
     * Moves a listing that the caller has locked and, where it comes in kinds, so many units of one; and says so.
     * @throws DomainError listing_locked, listing_unavailable, sold_out, invalid_transition
     */
    move: (
      tx: Tx,
      listing: Listing,
      command: ListingCommand,
      facts?: Facts<ListingGuard>,
      of?: UnitsOf | null,
    ): Promise<Listing> => move(deps, tx, listing, command, facts, of),
    /** One kind of a listing that the caller has locked, locked as well; null when it has none of that id. */
    lockVariant: (tx: Tx, listingId: string, id: string): Promise<Variant | null> => lockVariant(tx, listingId, id),
    find: (reader: Reader, id: string): Promise<Listing | null> => store.findListing(reader, id),
    /** For each story its newest listing; stories that were never for sale are left out. */
    ofStories: (reader: Reader, storyIds: readonly string[]): Promise<Map<string, Listing>> =>
      store.newestOfStories(reader, storyIds),
    /** What makers added to some listings after others began to rely on their words. */
    additionsOf: (reader: Reader, ids: readonly string[]) => store.additionsOf(reader, ids),
    /** Whether buyers rely on what the story says now, so that it must not change. */
    async isStoryFrozen(reader: Reader, storyId: string): Promise<boolean> {
      const listing = (await store.newestOfStories(reader, [storyId])).get(storyId);
      return listing !== undefined && isFrozen(listing);
    },
    /** The story behind a sale, when this person may know of it. @throws DomainError not_found */
    visibleStory: (reader: Reader, actor: Actor, storyId: string) => visibleStory(deps, reader, actor, storyId),
    /** Whether this person may know of the story behind a sale. */
    maySee: async (reader: Reader, actor: Actor, storyId: string): Promise<boolean> =>
      (await storyFor(deps, reader, actor, storyId)) !== null,
  };
};
