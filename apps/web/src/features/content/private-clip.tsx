import { useQuery, useQueryClient } from '@tanstack/react-query';
import { ErrorState, Skeleton } from '@videowindow/ui';
import { useEffect } from 'react';
import { keyOf, read, requestIdOf, sentenceOf } from '../../lib/queries.ts';
import { realtime } from '../../lib/server.ts';
import { ClipPlayer } from '../player/clip-player.tsx';

/** A clip that is not public: playing is granted first, and again before the grant ends. */
export function PrivateClip({ mediaId, title }: { mediaId: string; title: string }) {
  const playback = useQuery({
    ...read('GET /media/:id/playback', { params: { id: mediaId } }),
    staleTime: 8 * 60_000,
    refetchOnWindowFocus: false,
  });
  useNewAddresses(mediaId);
  if (playback.isPending) return <Skeleton className="size-full rounded-card" />;
  if (!playback.data) {
    return (
      <ErrorState requestId={requestIdOf(playback.error)} onRetry={() => void playback.refetch()}>
        {sentenceOf(playback.error)}
      </ErrorState>
    );
  }
  const { media } = playback.data;
  return (
    <div
      className="relative mx-auto w-full overflow-hidden rounded-card bg-black"
      style={{
        aspectRatio: `${media.width} / ${media.height}`,
        maxWidth: `calc(70dvh * ${media.width / media.height})`,
      }}
    >
      <ClipPlayer media={media} title={title || 'Your video'} active fit="contain" />
    </div>
  );
}

/** A clip that becomes public, or is made anew, moves to other addresses while somebody looks at it. */
function useNewAddresses(mediaId: string): void {
  const queries = useQueryClient();
  useEffect(() => {
    let isFirst = true;
    return realtime.subscribe(`media:${mediaId}`, {
      onData: () => {
        const params = { id: mediaId };
        if (!isFirst) void queries.invalidateQueries({ queryKey: keyOf('GET /media/:id/playback', { params }) });
        isFirst = false;
      },
    });
  }, [mediaId, queries]);
}
