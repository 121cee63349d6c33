import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { Story } from '@videowindow/contract/api/content';
import { buttonClass, EmptyState, StatusChip } from '@videowindow/ui';
import { Clapperboard } from 'lucide-react';
import { dateTime } from '../../lib/dates.ts';
import { Paged } from '../../lib/paged.tsx';
import { read, readPages } from '../../lib/queries.ts';
import { Poster } from './poster.tsx';
import { StoryStateChips } from './story-state.tsx';
import { StudioPage } from './studio-nav.tsx';
import { isActive, useUpload } from './uploads.ts';
import { UploadsPanel } from './uploads-panel.tsx';

/** My stories, last changed first. */
export function StudioStoriesPage() {
  const stories = useInfiniteQuery(readPages('GET /stories', { query: {} }));
  return (
    <StudioPage title="Stories">
      <UploadsPanel />
      <Paged
        query={stories}
        empty={
          <EmptyState
            icon={<Clapperboard aria-hidden size={26} />}
            title="Your first story starts here"
            action={
              <Link to="/create" className={buttonClass()}>
                Upload a video
              </Link>
            }
          >
            Show how a piece is made. It is saved as you write, and nobody sees it before you send it for review.
          </EmptyState>
        }
      >
        {(items) => (
          <ul className="grid gap-3 lg:grid-cols-2">
            {items.map((story) => (
              <li key={story.id}>
                <StoryRow story={story} />
              </li>
            ))}
          </ul>
        )}
      </Paged>
    </StudioPage>
  );
}

function StoryRow({ story }: { story: Story }) {
  return (
    <Link
      to="/studio/stories/$storyId"
      params={{ storyId: story.id }}
      className="flex gap-4 rounded-card border border-line bg-sheet p-3 transition-colors duration-120 hover:border-line-strong"
    >
      <StoryPoster story={story} />
      <span className="grid min-w-0 grow content-start gap-1.5">
        <span className="truncate font-semibold">{story.title || 'Without a title'}</span>
        <span className="flex flex-wrap gap-1.5">
          <StoryStateChips story={story} />
          <MediaChip story={story} />
        </span>
        <span className="text-14 text-ink-3">Changed {dateTime(story.updatedAt)}</span>
        {story.review && story.state === 'changes_requested' && (
          <span className="line-clamp-2 text-14 text-amber">{story.review.reason}</span>
        )}
      </span>
    </Link>
  );
}

/** What is not in the feed is private, its still as well: it is granted first. */
function StoryPoster({ story }: { story: Story }) {
  const isPublic = story.state === 'listed' && story.visibility === 'public';
  const playback = useQuery({
    ...read('GET /media/:id/playback', { params: { id: story.mediaId ?? '' } }),
    staleTime: 8 * 60_000,
    refetchOnWindowFocus: false,
    enabled: !isPublic && story.media !== null,
  });
  return <Poster media={isPublic ? story.media : (playback.data?.media ?? null)} className="h-24 w-18" />;
}

/** Says something only where the video is not simply there. */
function MediaChip({ story }: { story: Story }) {
  const upload = useUpload(story.mediaId);
  if (upload && isActive(upload)) {
    const progress = upload.progress ? Math.round((upload.progress.sentBytes / upload.progress.totalBytes) * 100) : 0;
    return <StatusChip tone="live">Sending {progress}%</StatusChip>;
  }
  switch (story.mediaState) {
    case 'uploading':
      return <StatusChip tone="due">Upload not finished</StatusChip>;
    case 'uploaded':
    case 'processing':
      return (
        <StatusChip tone="live" dot>
          Preparing
        </StatusChip>
      );
    case 'rejected':
    case 'failed':
      return <StatusChip tone="bad">Video not usable</StatusChip>;
    case null:
      return story.state === 'draft' ? <StatusChip>No video yet</StatusChip> : null;
    default:
      return null;
  }
}
