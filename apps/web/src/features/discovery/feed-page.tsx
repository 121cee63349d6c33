import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { FeedItem } from '@videowindow/contract/api/discovery';
import { buttonClass, EmptyState, EndOfList, ErrorState, Skeleton, Spinner, TextSkeleton } from '@videowindow/ui';
import { Clapperboard } from 'lucide-react';
import { lazy, Suspense, useCallback, useDeferredValue, useEffect, useRef, useState } from 'react';
import { requestIdOf, sentenceOf } from '../../lib/queries.ts';
import { useTitle } from '../../lib/title.ts';
import { useKeys } from '../../lib/use-keys.ts';
import { useIsNarrow } from '../../lib/use-phone.ts';
import { BuySheets } from '../commerce/buy-sheets.tsx';
import type { BuyWay } from '../commerce/sale-panel.tsx';
import { useBuy, wayOf } from '../commerce/use-buy.ts';
import type { ClipHandle } from '../player/clip-player.tsx';
import { usePlayerKeys } from '../player/use-player-keys.ts';
import { ClipActions } from './clip-actions.tsx';
import { FeedClip } from './feed-clip.tsx';
import { feedPlace } from './feed-place.ts';
import { feedQuery } from './feed-query.ts';
import { FeedStage, type StageHandle } from './feed-stage.tsx';
import { useFirstPicture } from './first-picture.ts';

/** Beside the clip on a wide window only: it comes after the first picture, and to phones not at all. */
const StoryPanel = lazy(async () => ({ default: (await import('./story-panel.tsx')).StoryPanel }));

/** The next page is asked for when this many clips are left. */
const AHEAD = 4;

export function FeedPage() {
  useTitle('For you');
  const feed = useInfiniteQuery(feedQuery);
  const items = feed.data?.pages.flatMap((page) => page.items) ?? [];
  useFirstPicture(!feed.isPending);
  return (
    <div className="h-full bg-black text-ink md:bg-transparent">
      <h1 tabIndex={-1} className="sr-only">
        For you
      </h1>
      {feed.isPending ? (
        <FeedSkeleton />
      ) : feed.isError && items.length === 0 ? (
        <Island>
          <ErrorState
            title="The feed did not load"
            requestId={requestIdOf(feed.error)}
            busy={feed.isFetching}
            onRetry={() => void feed.refetch()}
          >
            {sentenceOf(feed.error)}
          </ErrorState>
        </Island>
      ) : items.length === 0 ? (
        <Island>
          <EmptyState
            icon={<Clapperboard aria-hidden size={26} />}
            title="Nothing to watch yet"
            action={
              <Link to="/create" className={buttonClass()}>
                Show how you make things
              </Link>
            }
          >
            Stories appear here as soon as a maker's first one is approved.
          </EmptyState>
        </Island>
      ) : (
        <Feed items={items} feed={feed} />
      )}
    </div>
  );
}

type FeedState = {
  hasNextPage: boolean;
  isFetchingNextPage: boolean;
  isFetchNextPageError: boolean;
  error: Error | null;
  fetchNextPage: () => unknown;
};

function Feed({ items, feed }: { items: FeedItem[]; feed: FeedState }) {
  const [index, setIndex] = useState(() => feedPlace.find(items));
  const [running, setRunning] = useState<string | null>(null);
  const stage = useRef<StageHandle>(null);
  const clip = useRef<ClipHandle>(null);
  const isNarrow = useIsNarrow();
  const item = items[index];
  // The next clip is shown first; then, when nobody waits any more, the one behind it is made ready.
  const around = useDeferredValue(index);
  const buying = useBuy(item?.story.id);
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = feed;

  useEffect(() => {
    if (item) feedPlace.keep(item.story.id);
  }, [item]);
  useEffect(() => {
    if (hasNextPage && !isFetchingNextPage && index >= items.length - AHEAD) void fetchNextPage();
  }, [index, items.length, hasNextPage, isFetchingNextPage, fetchNextPage]);

  const step = useCallback((by: 1 | -1) => stage.current?.go(by), []);
  const latestBuy = useRef(buying.buy);
  latestBuy.current = buying.buy;
  const buy = useCallback((way: BuyWay | null) => latestBuy.current(way), []);
  const playerKeys = usePlayerKeys(clip, item?.story.media);
  useKeys({
    j: () => step(1),
    arrowdown: () => step(1),
    pagedown: () => step(1),
    k: () => step(-1),
    arrowup: () => step(-1),
    pageup: () => step(-1),
    b: () => item && buy(wayOf(item.sale)),
    ...playerKeys,
  });

  return (
    <div className="grid h-full lg:grid-cols-[minmax(0,1fr)_25rem]">
      <div className="relative min-h-0">
        <FeedStage
          ref={stage}
          count={items.length}
          index={index}
          around={around}
          onIndex={setIndex}
          end={<FeedEnd feed={feed} onTop={() => stage.current?.jump(0)} />}
        >
          {(place, active) => {
            const shown = items[place];
            if (!shown) return null;
            return (
              <FeedClip
                item={shown}
                isFirst={place === 0}
                active={active}
                held={active && buying.open !== null}
                mayLoad={running === items[around]?.story.id}
                isNarrow={isNarrow}
                clip={clip}
                onStep={step}
                onPlaying={setRunning}
                onBuy={buy}
              />
            );
          }}
        </FeedStage>
        {!isNarrow && item && (
          <div className="absolute right-5 bottom-8">
            <ClipActions item={item} clip={clip} look="outlined" onStep={step} isFirst={index === 0} />
          </div>
        )}
      </div>
      <aside aria-label="The story" className="hidden overflow-y-auto border-l border-line bg-sheet px-6 py-7 lg:block">
        {item && !isNarrow && (
          <Suspense fallback={<TextSkeleton />}>
            <StoryPanel key={item.story.id} item={item} onBuy={buy} heading="h2" />
          </Suspense>
        )}
      </aside>
      {item && <BuySheets item={item} open={buying.open} onClose={buying.close} />}
    </div>
  );
}

function FeedEnd({ feed, onTop }: { feed: FeedState; onTop: () => void }) {
  return (
    <Island>
      {feed.isFetchNextPageError ? (
        <ErrorState requestId={requestIdOf(feed.error)} onRetry={() => void feed.fetchNextPage()}>
          {sentenceOf(feed.error)}
        </ErrorState>
      ) : feed.hasNextPage ? (
        <p className="flex items-center gap-3 text-ink-2">
          <Spinner /> More clips are coming
        </p>
      ) : (
        <div className="w-full max-w-100 px-6 text-center">
          <EndOfList>That is everything for now.</EndOfList>
          <button type="button" onClick={onTop} className={buttonClass({ variant: 'secondary' })}>
            Back to the first
          </button>
        </div>
      )}
    </Island>
  );
}

/** Where there is no clip: dark on a phone, as the feed is; the page's own theme on a desk. */
function Island({ children }: { children: React.ReactNode }) {
  const isNarrow = useIsNarrow();
  return (
    <div data-theme={isNarrow ? 'dark' : undefined} className="grid size-full place-items-center bg-paper">
      {children}
    </div>
  );
}

function FeedSkeleton() {
  return (
    <div role="status" className="grid h-full lg:grid-cols-[minmax(0,1fr)_25rem]">
      <span className="sr-only">The feed is loading</span>
      <div data-theme="dark" className="clip-box">
        <div className="clip-frame feed-skeleton flex flex-col justify-end gap-3 bg-sheet p-5">
          <Skeleton className="h-4 w-1/3" />
          <Skeleton className="h-4 w-2/3" />
          <Skeleton className="mt-2 h-16 w-full lg:hidden" />
        </div>
      </div>
      <div className="hidden gap-4 border-l border-line bg-sheet px-6 py-8 lg:grid lg:content-start">
        <Skeleton className="h-8 w-2/3" />
        <Skeleton className="h-52 w-full rounded-card" />
        <Skeleton className="h-4 w-full" />
        <Skeleton className="h-4 w-5/6" />
      </div>
    </div>
  );
}
