import { useQueryClient } from '@tanstack/react-query';
import type { FeedItem } from '@videowindow/contract/api/discovery';
import { useEffect, useRef } from 'react';
import { keyOf } from '../../lib/queries.ts';
import { realtime } from '../../lib/server.ts';

/** Reads a story's sale anew when somebody changes it: an auction opens, a piece is sold or comes back. */
export function useListingNews({ story, sale }: FeedItem): void {
  const queries = useQueryClient();
  const isOpen = useRef(false);
  isOpen.current = sale.state === 'open';
  const storyId = story.id;
  const { listingId } = sale;
  useEffect(() => {
    if (!listingId) return;
    let known: number | null = null;
    return realtime.subscribe(`listing:${listingId}`, {
      onData: ({ state, version }) => {
        // The first answer tells what changed before anybody listened.
        const isNews = known === null ? (state === 'available') !== isOpen.current : version > known;
        known = version;
        if (isNews) {
          void queries.invalidateQueries({ queryKey: keyOf('GET /feed/story/:id', { params: { id: storyId } }) });
          void queries.invalidateQueries({ queryKey: keyOf('GET /stories/:storyId/listing', { params: { storyId } }) });
        }
      },
    });
  }, [listingId, storyId, queries]);
}
