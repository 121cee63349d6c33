import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { WatchedAuction } from '@videowindow/contract/api/commerce';
import { buttonClass, Card, Countdown, EmptyState, Price } from '@videowindow/ui';
import { Eye } from 'lucide-react';
import { Loaded } from '../../lib/loaded.tsx';
import { read } from '../../lib/queries.ts';
import { EndingChip } from './ending-chip.tsx';
import { useLiveAuction } from './live-auction.ts';
import { Still, usePoster } from './piece.tsx';
import { bids, isRunning } from './sale-words.ts';

/** Auctions that I watch or have bid on, what ends first at the top. */
export function Watchlist() {
  const list = useQuery(read('GET /watchlist'));
  return (
    <Loaded query={list}>
      {({ items }) =>
        items.length === 0 ? (
          <EmptyState
            icon={<Eye aria-hidden size={26} />}
            title="Nothing on your list"
            action={
              <Link to="/" className={buttonClass()}>
                Find an auction
              </Link>
            }
          >
            Press “Watch it” beside an auction, and we tell you before it ends.
          </EmptyState>
        ) : (
          <ul className="grid grid-cols-1 gap-3 lg:grid-cols-2">
            {items.map((item) => (
              <li key={item.auction.id}>
                <WatchedCard item={item} />
              </li>
            ))}
          </ul>
        )
      }
    </Loaded>
  );
}

function WatchedCard({ item }: { item: WatchedAuction }) {
  const { auction } = useLiveAuction(item.auction);
  const posterUrl = usePoster(auction.storyId);
  const running = isRunning(auction.state);
  const leads = auction.leader !== null && auction.leader.bidder === item.bidder;
  return (
    <Link to="/s/$storyId" params={{ storyId: auction.storyId }} className="block h-full">
      <Card className="flex h-full gap-3.5">
        <Still url={posterUrl} className="h-24 w-18" />
        <div className="grid min-w-0 grow content-start gap-0.5">
          <p className="line-clamp-2 font-semibold">{item.title}</p>
          <Price value={auction.price} size="medium" />
          <p className="text-14 text-ink-2">
            {bids(auction.bidCount)}
            {item.bidder !== null &&
              (leads ? (
                <span className="font-semibold text-moss"> · {running ? 'you lead' : 'yours was the highest'}</span>
              ) : (
                <span className="font-semibold text-amber">
                  {' '}
                  · {running ? 'you were outbid' : 'it went to another'}
                </span>
              ))}
          </p>
          <p className="mt-0.5 flex flex-wrap items-center gap-2 text-14 text-ink-3">
            {running ? (
              <>
                <Countdown endsAt={auction.endsAt} prefix="ends in" over="Closing…" />
                <EndingChip endsAt={auction.endsAt} />
              </>
            ) : auction.state === 'suspended' ? (
              'Stopped for a while'
            ) : (
              'Over'
            )}
          </p>
        </div>
      </Card>
    </Link>
  );
}
