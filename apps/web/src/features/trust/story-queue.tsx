import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query';
import type { Answer } from '@videowindow/client';
import { classNames, EmptyState, IconButton, ListSkeleton, useServerNow } from '@videowindow/ui';
import { ChevronLeft, ChevronRight, Coffee } from 'lucide-react';
import { useEffect, useState } from 'react';
import { ago } from '../../lib/dates.ts';
import { Paged } from '../../lib/paged.tsx';
import { read, readPages } from '../../lib/queries.ts';
import { Thumbhash } from '../../lib/thumbhash.tsx';
import { StoryReview } from './story-review.tsx';

type Waiting = Answer<'GET /moderation/queue'>['items'][number];

const queueQuery = readPages('GET /moderation/queue', { query: {} });

/** Stories that wait, oldest first; one of them is open. */
export function StoryQueue() {
  const queue = useInfiniteQuery({ ...queueQuery, refetchInterval: 30_000 });
  return (
    <Paged
      query={queue}
      empty={
        <EmptyState icon={<Coffee aria-hidden size={26} />} title="Nothing waits">
          Every story has been looked at. New ones appear here by themselves.
        </EmptyState>
      }
    >
      {(items) => <Desk items={items} />}
    </Paged>
  );
}

function Desk({ items }: { items: readonly Waiting[] }) {
  const [openId, setOpenId] = useState<string | null>(null);
  // Where the open one stood: when it leaves the queue, the one that moved up into its place is next.
  const [place, setPlace] = useState(0);
  const found = items.findIndex(({ story }) => story.id === openId);
  const at = found >= 0 ? found : Math.min(place, items.length - 1);
  const open = items[at];
  const go = (to: number) => {
    const target = items[Math.min(items.length - 1, Math.max(0, to))];
    if (!target) return;
    setOpenId(target.story.id);
    setPlace(Math.max(0, to));
  };
  usePreparedClip(items[at + 1]?.story.mediaId ?? null);
  if (!open) return <ListSkeleton rows={1} />;
  return (
    <div className="grid gap-6 xl:grid-cols-[13rem_minmax(0,1fr)]">
      <ol aria-label="Waiting stories" className="hidden min-w-0 grid-cols-1 content-start gap-1.5 xl:grid">
        {items.map((waiting, index) => (
          <li key={waiting.story.id}>
            <QueueEntry waiting={waiting} isOpen={index === at} onOpen={() => go(index)} />
          </li>
        ))}
      </ol>
      <div className="min-w-0">
        <div className="mb-3 flex items-center justify-between gap-3 xl:hidden">
          <p className="text-14 text-ink-3">
            {at + 1} of {items.length}
          </p>
          <div className="flex">
            <IconButton
              label="Previous story (K)"
              disabled={at === 0}
              icon={<ChevronLeft aria-hidden size={22} />}
              onClick={() => go(at - 1)}
            />
            <IconButton
              label="Next story (J)"
              disabled={at === items.length - 1}
              icon={<ChevronRight aria-hidden size={22} />}
              onClick={() => go(at + 1)}
            />
          </div>
        </div>
        <StoryReview
          key={`${open.story.id}-${open.story.version}`}
          story={open.story}
          submittedAt={open.submittedAt}
          onNext={() => go(at + 1)}
          onPrevious={() => go(at - 1)}
          onDecided={() => setPlace(at)}
        />
      </div>
    </div>
  );
}

function QueueEntry({ waiting, isOpen, onOpen }: { waiting: Waiting; isOpen: boolean; onOpen: () => void }) {
  const now = useServerNow(30_000);
  const { story } = waiting;
  return (
    <button
      type="button"
      aria-current={isOpen}
      onClick={onOpen}
      className={classNames(
        'flex w-full items-center gap-3 rounded-control border p-2 text-left transition-colors duration-120',
        isOpen ? 'border-line bg-sheet' : 'border-transparent hover:bg-ink/5',
      )}
    >
      {/* The stills of a clip that is not public need its grant; the impression needs none. */}
      <span className="relative h-14 w-10.5 shrink-0 overflow-hidden rounded-control bg-ink/8">
        {story.media && <Thumbhash hash={story.media.thumbhash} className="absolute inset-0" />}
      </span>
      <span className="min-w-0">
        <span className={classNames('block truncate text-14', isOpen && 'font-semibold')}>{story.title}</span>
        <span className="block truncate text-12 text-ink-3">
          {story.maker.displayName} · {ago(waiting.submittedAt, now)}
        </span>
      </span>
    </button>
  );
}

/** Asks for the next clip's grant ahead, so that J shows a picture at once. */
function usePreparedClip(mediaId: string | null): void {
  const queries = useQueryClient();
  useEffect(() => {
    if (mediaId) {
      void queries.prefetchQuery({
        ...read('GET /media/:id/playback', { params: { id: mediaId } }),
        staleTime: 8 * 60_000,
      });
    }
  }, [queries, mediaId]);
}
