// The realtime channel `listing:{id}`: whether the piece can be bought now, for everybody who may see its story.
import { DomainError } from '@videowindow/contract';
import type { Channel } from '#platform/realtime';
import { type ListingsDeps, visibleStory } from './parts.ts';
import * as store from './store.ts';

export const listingChannel = (deps: ListingsDeps): Channel => ({
  prefix: 'listing',
  kind: 'state',
  async authorize(actor, id) {
    const listing = await store.findListing(deps.database.db, id);
    if (!listing) return false;
    try {
      await visibleStory(deps, deps.database.db, actor, listing.storyId);
      return true;
    } catch (error) {
      if (error instanceof DomainError) return false;
      throw error;
    }
  },
  async read(id) {
    const listing = await store.findListing(deps.database.db, id);
    return listing && { offset: listing.version, data: { state: listing.state, version: listing.version } };
  },
  publish(event) {
    if (event.type !== 'listing.changed') return null;
    const { listingId, state, version } = event.payload;
    return { id: listingId, offset: version, data: { state, version } };
  },
});
