// Everything that happened in an auction, as everybody may see it.
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { format } from '@videowindow/contract';
import type { AuctionLogEntry } from '@videowindow/contract/api/commerce';
import { buttonClass, EmptyState, Page } from '@videowindow/ui';
import { Gavel } from 'lucide-react';
import { dateTime } from '../../lib/dates.ts';
import { Paged } from '../../lib/paged.tsx';
import { keyOf, read } from '../../lib/queries.ts';
import { client } from '../../lib/server.ts';
import { useTitle } from '../../lib/title.ts';
import { eventWords } from './auction-words.ts';

const route = getRouteApi('/a/$auctionId/log');

export function AuctionLogPage() {
  useTitle('Bids');
  const { auctionId } = route.useParams();
  const params = { id: auctionId };
  const auction = useQuery(read('GET /auctions/:id', { params }));
  const log = useInfiniteQuery({
    queryKey: [...keyOf('GET /auctions/:id/events', { params }), auction.data?.seq ?? 0, 'pages'],
    initialPageParam: null as number | null,
    queryFn: async ({ pageParam, signal }) => {
      const query = { limit: 50, ...(pageParam !== null && { before: pageParam }) };
      const page = await client.call('GET /auctions/:id/events', { params, query, signal });
      // The pages of the app have text for a cursor.
      return { items: page.items, next: page.next === null ? null : String(page.next) };
    },
    getNextPageParam: (last) => (last.next === null ? null : Number(last.next)),
  });
  return (
    <Page
      width="form"
      title="Every bid"
      intro="The public record of this auction, the newest first. Bidders go by their number."
    >
      <Paged
        query={log}
        end="That is where it began."
        empty={
          <EmptyState icon={<Gavel aria-hidden size={26} />} title="Nothing yet">
            Bids appear here as they come.
          </EmptyState>
        }
      >
        {(items) => (
          <ol>
            {items.map((entry) => (
              <Line key={entry.seq} entry={entry} />
            ))}
          </ol>
        )}
      </Paged>
      {auction.data && (
        <Link
          to="/s/$storyId"
          params={{ storyId: auction.data.storyId }}
          className={`mt-6 ${buttonClass({ variant: 'secondary', wide: true })}`}
        >
          Back to the auction
        </Link>
      )}
    </Page>
  );
}

function Line({ entry }: { entry: AuctionLogEntry }) {
  const amount = entry.amount && format(entry.amount);
  return (
    <li className="flex flex-wrap items-baseline gap-x-3 border-b border-line py-2.5">
      <span className={`min-w-0 grow ${entry.kind === 'bid' ? '' : 'text-ink-2'}`}>
        {eventWords(entry)}
        {entry.automatic && <span className="text-ink-3"> · automatic</span>}
      </span>
      {amount &&
        (entry.withdrawn ? (
          <s className="figures text-ink-3">
            <span className="sr-only">Taken back: </span>
            {amount}
          </s>
        ) : (
          <span className="figures font-semibold">{amount}</span>
        ))}
      <time dateTime={entry.at} className="figures w-full text-14 text-ink-3 sm:w-auto">
        {dateTime(entry.at)}
      </time>
    </li>
  );
}
