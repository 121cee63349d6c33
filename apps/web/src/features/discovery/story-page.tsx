import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import type { FeedItem } from '@videowindow/contract/api/discovery';
import { ErrorState, Skeleton, TextSkeleton } from '@videowindow/ui';
import { useRef } from 'react';
import { NotFoundPage } from '../../app/errors.tsx';
import { isMissing, read, requestIdOf, sentenceOf } from '../../lib/queries.ts';
import { useTitle } from '../../lib/title.ts';
import { useKeys } from '../../lib/use-keys.ts';
import { useIsNarrow } from '../../lib/use-phone.ts';
import { BuySheets } from '../commerce/buy-sheets.tsx';
import { useBuy, wayOf } from '../commerce/use-buy.ts';
import { useListingNews } from '../commerce/use-listing-news.ts';
import { type ClipHandle, ClipPlayer } from '../player/clip-player.tsx';
import { usePlayerKeys } from '../player/use-player-keys.ts';
import { ClipActions } from './clip-actions.tsx';
import { ClipFrame } from './clip-frame.tsx';
import { StoryPanel } from './story-panel.tsx';

const route = getRouteApi('/s/$storyId');

/** One story, from a cold link as well: the clip, the piece, how it can be bought. */
export function StoryPage() {
  const { storyId } = route.useParams();
  const query = useQuery(read('GET /feed/story/:id', { params: { id: storyId } }));
  useTitle(query.data?.story.title ?? 'Story');
  if (query.isPending) return <StorySkeleton />;
  if (isMissing(query.error)) return <NotFoundPage />;
  if (!query.data) {
    return (
      <ErrorState requestId={requestIdOf(query.error)} busy={query.isFetching} onRetry={() => void query.refetch()}>
        {sentenceOf(query.error)}
      </ErrorState>
    );
  }
  return <StoryView key={storyId} item={query.data} />;
}

function StoryView({ item }: { item: FeedItem }) {
  const { act } = route.useSearch();
  const { media, title } = item.story;
  const clip = useRef<ClipHandle>(null);
  const isNarrow = useIsNarrow();
  const buying = useBuy(item.story.id, act ?? null);
  useListingNews(item);
  useKeys({
    ...usePlayerKeys(clip, media),
    b: () => buying.buy(wayOf(item.sale)),
  });
  return (
    <div className="lg:grid lg:h-full lg:grid-cols-[minmax(0,1fr)_25rem]">
      <div className="relative h-[min(72dvh,calc(100vw/0.75))] bg-black md:bg-transparent lg:h-full">
        <ClipFrame media={media}>
          <ClipPlayer
            ref={clip}
            media={media}
            title={title}
            by={item.story.maker.displayName}
            active
            held={buying.open !== null}
            fit="contain"
          />
          {isNarrow && (
            <div data-theme="dark" className="absolute right-2 bottom-5">
              <ClipActions item={item} clip={clip} look="glass" />
            </div>
          )}
        </ClipFrame>
        {!isNarrow && (
          <div className="absolute right-5 bottom-8">
            <ClipActions item={item} clip={clip} look="outlined" />
          </div>
        )}
      </div>
      <div className="overflow-y-auto border-line bg-sheet px-5 py-6 lg:border-l lg:px-6 lg:py-7">
        <StoryPanel item={item} onBuy={buying.buy} heading="h1" />
      </div>
      <BuySheets item={item} open={buying.open} onClose={buying.close} />
    </div>
  );
}

function StorySkeleton() {
  return (
    <div role="status" className="lg:grid lg:h-full lg:grid-cols-[minmax(0,1fr)_25rem]">
      <span className="sr-only">The story is loading</span>
      <div className="relative h-[min(72dvh,calc(100vw/0.75))] lg:h-full">
        <div className="clip-box">
          <div data-theme="dark" className="clip-frame feed-skeleton bg-sheet" />
        </div>
      </div>
      <div className="grid content-start gap-4 bg-sheet px-5 py-6 lg:border-l lg:border-line lg:px-6 lg:py-7">
        <Skeleton className="h-8 w-2/3" />
        <Skeleton className="h-52 w-full rounded-card" />
        <TextSkeleton lines={4} />
      </div>
    </div>
  );
}
