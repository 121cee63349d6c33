import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { format } from '@videowindow/contract';
import type { AuctionLogEntry, AuctionState } from '@videowindow/contract/api/commerce';
import { buttonClass, Skeleton, useServerNow } from '@videowindow/ui';
import { ago } from '../../lib/dates.ts';
import { read } from '../../lib/queries.ts';
import { eventWords } from './auction-words.ts';

const FEW = 4;

/** What changes who leads at what price; the rest of the log is on its own page. */
const shownInLog = new Set<AuctionLogEntry['kind']>(['bid', 'retracted', 'disqualified', 'bought']);

/** The newest bids, first the newest. Read again when the auction has gone on. */
export function BidLog({ auction }: { auction: AuctionState }) {
  const now = useServerNow(5000);
  const { data, isPending, isError, refetch } = useQuery({
    ...read('GET /auctions/:id/events', { params: { id: auction.id }, query: { limit: FEW * 2 } }),
    queryKey: ['GET /auctions/:id/events', auction.id, auction.seq],
    placeholderData: keepPreviousData,
    staleTime: Number.POSITIVE_INFINITY,
  });
  if (auction.seq === 1) return <p className="text-14 text-ink-3">No bids yet. The first one may be yours.</p>;
  if (isError) {
    return (
      <p className="text-14 text-ink-3">
        The bids did not load.{' '}
        <button type="button" className="min-h-11 font-semibold text-indigo" onClick={() => void refetch()}>
          Try again
        </button>
      </p>
    );
  }
  const entries = data?.items.filter((entry) => shownInLog.has(entry.kind)) ?? [];
  const shown = entries.slice(0, FEW);
  return (
    <div>
      <ul aria-label="Bids">
        {isPending &&
          Array.from({ length: Math.min(FEW, auction.bidCount) }, (_, row) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: rows without identity
            <li key={row} className="border-b border-line py-3">
              <Skeleton className="h-4 w-full" />
            </li>
          ))}
        {shown.map((entry) => (
          <li key={entry.seq} className="flex items-baseline gap-3 border-b border-line py-2.5 text-16">
            <span className="min-w-0 grow truncate">
              {entry.kind === 'bid' ? entry.label : <span className="text-14 text-ink-3">{eventWords(entry)}</span>}
              {entry.automatic && <span className="text-ink-3"> · automatic</span>}
            </span>
            {entry.withdrawn ? (
              <s className="figures text-ink-3">
                <span className="sr-only">Taken back: </span>
                {entry.amount && format(entry.amount)}
              </s>
            ) : (
              <span className="figures font-semibold">{entry.amount && format(entry.amount)}</span>
            )}
            <time dateTime={entry.at} className="figures w-20 shrink-0 text-right text-14 text-ink-3">
              {ago(entry.at, now)}
            </time>
          </li>
        ))}
      </ul>
      {(auction.bidCount > FEW || auction.seq > auction.bidCount + 1) && (
        <Link
          to="/a/$auctionId/log"
          params={{ auctionId: auction.id }}
          className={`-ml-3 ${buttonClass({ variant: 'quiet', size: 'small' })}`}
        >
          Every bid
        </Link>
      )}
    </div>
  );
}
