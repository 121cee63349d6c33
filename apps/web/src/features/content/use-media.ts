import { useQuery, useQueryClient } from '@tanstack/react-query';
import type { Media } from '@videowindow/contract/api/media';
import { useEffect } from 'react';
import { keyOf, read } from '../../lib/queries.ts';
import { realtime } from '../../lib/server.ts';

/** One's own clip, its progress live. */
export function useMedia(mediaId: string | null) {
  const queries = useQueryClient();
  const params = { id: mediaId ?? '' };
  useEffect(() => {
    if (!mediaId) return;
    const key = keyOf('GET /media/:id', { params: { id: mediaId } });
    return realtime.subscribe(`media:${mediaId}`, {
      onData: ({ state, progress }) => {
        const known = queries.getQueryData<Media>(key);
        if (known?.state === state) queries.setQueryData<Media>(key, { ...known, progress });
        // Another state brings more than its name: a view, a rejection; and a film can be watched while it is made.
        const grows = state === 'processing' && known?.view?.playableMs !== null;
        if (known?.state !== state || grows) void queries.invalidateQueries({ queryKey: key });
      },
    });
  }, [mediaId, queries]);
  return useQuery({ ...read('GET /media/:id', { params }), enabled: mediaId !== null });
}
