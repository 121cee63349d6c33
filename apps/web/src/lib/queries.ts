import { infiniteQueryOptions, QueryClient, queryOptions } from '@tanstack/react-query';
import { type Answer, ApiError, type CallInput, type EndpointName } from '@videowindow/client';
import { client } from './server.ts';

export { isMissing, sentenceOf } from './sentence.ts';

type Input<K extends EndpointName> = Omit<CallInput<K>, 'signal' | 'timeoutMs'>;
type InputArguments<K extends EndpointName> =
  Record<never, never> extends Input<K> ? [input?: Input<K>] : [input: Input<K>];

// `call` leaves its input out where none is needed, by a tuple that can't be resolved while the endpoint is open;
// `read` and `readPages` ask for the same input by the same types.
const call = client.call as (endpoint: EndpointName, input: object) => Promise<unknown>;

/** The cache's key of all answers of an endpoint, or of the one to an input. */
export const keyOf = <K extends EndpointName>(endpoint: K, input?: Input<K>): readonly unknown[] =>
  input === undefined ? [endpoint] : [endpoint, input];

/** A read through the cache; its key is the endpoint and the input. */
export function read<K extends EndpointName>(endpoint: K, ...[input]: InputArguments<K>) {
  return queryOptions({
    queryKey: keyOf(endpoint, input),
    // The answer's type is the endpoint's own.
    queryFn: ({ signal }) => call(endpoint, { ...input, signal }) as Promise<Answer<K>>,
  });
}

type PagedName = {
  [K in EndpointName]: Answer<K> extends { items: unknown[]; next: string | null } ? K : never;
}[EndpointName];

/** A list read page by page: the cursor of the next page comes with each one. */
export function readPages<K extends PagedName>(endpoint: K, ...[input]: InputArguments<K>) {
  return infiniteQueryOptions({
    queryKey: [...keyOf(endpoint, input), 'pages'],
    initialPageParam: null as string | null,
    queryFn: ({ pageParam, signal }) => {
      // A paged endpoint's input has a query or may have one.
      const asked = (input as { query?: object } | undefined)?.query;
      const query = { ...asked, ...(pageParam !== null && { cursor: pageParam }) };
      // As in `read`.
      return call(endpoint, { ...input, query, signal }) as Promise<Answer<K>>;
    },
    // PagedName has made sure that a page has `next`.
    getNextPageParam: (last) => (last as { next: string | null }).next,
  });
}

/** The cache. The client below it repeats by itself, so nothing is repeated here. */
export const createQueryClient = (): QueryClient =>
  new QueryClient({
    defaultOptions: {
      queries: { retry: false, staleTime: 15_000, refetchOnWindowFocus: true },
      mutations: { retry: false },
    },
  });

export const requestIdOf = (error: unknown): string | undefined =>
  error instanceof ApiError ? error.requestId : undefined;
