import { readPages } from '../../lib/queries.ts';

/** Kept as it is while one watches: a feed that reorders itself under the thumb is worse than one that is a little old. */
export const feedQuery = {
  ...readPages('GET /feed/:name', { params: { name: 'for-you' }, query: { limit: 10 } }),
  staleTime: 10 * 60_000,
  refetchOnWindowFocus: false,
};
