// The realtime channel `listing:{id}`: whether the piece can be bought now, for everybody who may see its story.
import type { Channel } from '#platform/realtime';
import { type ListingsDeps, storyFor } from './parts.ts';
import * as store from './store.ts';

export const listingChannel = (deps: ListingsDeps): Channel => ({
  prefix: 'listing',
  kind: 'state',
  async authorize(actor, id) {
    const listing = await store.findListing(deps.database.db, id);
    return listing !== null && (await storyFor(deps, deps.database.db, actor, listing.storyId)) !== null;
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
