import { useQuery } from '@tanstack/react-query';
import { Skeleton } from '@videowindow/ui';
import { read } from '../../../lib/queries.ts';
import { StoryPicture } from './story-picture.tsx';

/** A picture that is not for everybody (yet), for its maker and for who reviews it: seeing it is granted first. */
export function OwnPicture({ mediaId, alt }: { mediaId: string; alt: string }) {
  const seen = useQuery({
    ...read('GET /media/:id/image', { params: { id: mediaId } }),
    staleTime: 8 * 60_000,
    refetchOnWindowFocus: false,
  });
  if (seen.data) return <StoryPicture image={seen.data.image} alt={alt} />;
  if (seen.isPending) return <Skeleton className="aspect-3/2 w-full rounded-card" />;
  return <p className="rounded-card bg-ink/6 p-4 text-14 text-ink-3">This picture is not ready.</p>;
}
