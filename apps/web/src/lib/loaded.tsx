import type { UseQueryResult } from '@tanstack/react-query';
import { ErrorState, ListSkeleton } from '@videowindow/ui';
import type { ReactNode } from 'react';
import { NotFoundPage } from '../app/errors.tsx';
import { isMissing, requestIdOf, sentenceOf } from './queries.ts';

/** One read in all of its states. What is not there, or not one's own, is not found. */
export function Loaded<T>({
  query,
  children,
  skeleton,
}: {
  query: UseQueryResult<T, Error>;
  children: (value: T) => ReactNode;
  skeleton?: ReactNode;
}) {
  if (query.data !== undefined) return children(query.data);
  if (query.isPending) return skeleton ?? <ListSkeleton rows={3} />;
  if (isMissing(query.error)) return <NotFoundPage />;
  return (
    <ErrorState requestId={requestIdOf(query.error)} busy={query.isFetching} onRetry={() => void query.refetch()}>
      {sentenceOf(query.error)}
    </ErrorState>
  );
}
