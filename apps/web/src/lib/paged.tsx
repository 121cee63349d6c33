import type { UseInfiniteQueryResult } from '@tanstack/react-query';
import { Button, EndOfList, ErrorState, ListSkeleton } from '@videowindow/ui';
import { type ReactNode, useEffect, useRef } from 'react';
import { requestIdOf, sentenceOf } from './queries.ts';

type Pages<T> = { pages: { items: T[] }[] };

/** A list read page by page, in all of its states: loading, empty, error, more, end. */
export function Paged<T>({
  query,
  empty,
  children,
  skeletonRows = 4,
  end = 'That is everything.',
}: {
  query: UseInfiniteQueryResult<Pages<T>, Error>;
  empty: ReactNode;
  children: (items: T[]) => ReactNode;
  skeletonRows?: number;
  /** Said at the end of a list of more than a handful. */
  end?: ReactNode;
}) {
  const { hasNextPage, isFetchingNextPage, fetchNextPage, isFetchNextPageError } = query;
  const sentinel = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const element = sentinel.current;
    if (!element || !hasNextPage || isFetchingNextPage || isFetchNextPageError) return;
    const observer = new IntersectionObserver(([entry]) => entry?.isIntersecting && void fetchNextPage(), {
      rootMargin: '600px',
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, [hasNextPage, isFetchingNextPage, isFetchNextPageError, fetchNextPage]);

  if (query.isPending) return <ListSkeleton rows={skeletonRows} />;
  if (!query.data) {
    return (
      <ErrorState requestId={requestIdOf(query.error)} busy={query.isFetching} onRetry={() => void query.refetch()}>
        {sentenceOf(query.error)}
      </ErrorState>
    );
  }
  const items = query.data.pages.flatMap((page) => page.items);
  if (items.length === 0) return empty;
  return (
    <>
      {children(items)}
      <div ref={sentinel}>
        {isFetchNextPageError ? (
          <div className="flex flex-wrap items-center justify-between gap-3 py-6 text-14 text-ink-2">
            <span>{sentenceOf(query.error)}</span>
            <Button variant="secondary" size="small" onClick={() => void fetchNextPage()}>
              Try again
            </Button>
          </div>
        ) : hasNextPage ? (
          <div className="pt-3">
            <ListSkeleton rows={2} label="More is loading" />
          </div>
        ) : (
          items.length > 5 && <EndOfList>{end}</EndOfList>
        )}
      </div>
    </>
  );
}
