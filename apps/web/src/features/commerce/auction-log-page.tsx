// Everything that happened in an auction, as everybody may see it.
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { format } from '@videowindow/contract';
import type { AuctionLogEntry } from '@videowindow/contract/api/commerce';
import { Button, ConfirmDialog, EmptyState, Page, useVoice } from '@videowindow/ui';
import { Gavel } from 'lucide-react';
import { useState } from 'react';
import { NotFoundPage } from '../../app/errors.tsx';
import { dateTime } from '../../lib/dates.ts';
import { Paged } from '../../lib/paged.tsx';
import { isMissing, keyOf, read, sentenceOf } from '../../lib/queries.ts';
import { client } from '../../lib/server.ts';
import { TextLink } from '../../lib/text-link.tsx';
import { useTitle } from '../../lib/title.ts';
import { eventWords } from './auction-words.ts';
import { isRunning } from './sale-words.ts';
import { TakeBackSheet } from './take-back-sheet.tsx';

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
  const [blocking, setBlocking] = useState<AuctionLogEntry | null>(null);
  const isMine = auction.data?.me.isMaker === true && isRunning(auction.data.state);
  const [takingBack, setTakingBack] = useState<AuctionLogEntry | null>(null);
  const isSupport = auction.data?.possible.includes('retractFor') === true;
  if (isMissing(auction.error)) return <NotFoundPage />;
  return (
    <Page
      width="form"
      over={
        auction.data ? (
          <TextLink to="/s/$storyId" params={{ storyId: auction.data.storyId }}>
            The auction
          </TextLink>
        ) : (
          '\u00a0' // its place, until it is known where that leads
        )
      }
      title="Every bid"
      intro="The public record of this auction, the newest first. Bidders go by a number, or by their handle where they like that."
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
              <Line
                key={entry.seq}
                entry={entry}
                onBlock={isMine && isNewestOf(entry, items) ? setBlocking : undefined}
                onTakeBack={isSupport && isNewestOf(entry, items) ? setTakingBack : undefined}
              />
            ))}
          </ol>
        )}
      </Paged>
      {blocking && <BlockDialog auctionId={auctionId} entry={blocking} onClose={() => setBlocking(null)} />}
      {takingBack && <TakeBackSheet auctionId={auctionId} entry={takingBack} onClose={() => setTakingBack(null)} />}
    </Page>
  );
}

/** Once for each bidder, beside their newest bid that counts. */
const isNewestOf = (entry: AuctionLogEntry, items: readonly AuctionLogEntry[]) =>
  entry === items.find((each) => each.kind === 'bid' && !each.withdrawn && each.bidder === entry.bidder);

/** A maker stops somebody from bidding. Their bids count no longer. */
function BlockDialog({
  auctionId,
  entry,
  onClose,
}: {
  auctionId: string;
  entry: AuctionLogEntry;
  onClose: () => void;
}) {
  const queries = useQueryClient();
  const { toast } = useVoice();
  const params = { id: auctionId };
  const block = useMutation({
    mutationFn: () => client.call('POST /auctions/:id/block', { params, body: { bidder: entry.bidder ?? 0 } }),
    onSuccess: (next) => queries.setQueryData(keyOf('GET /auctions/:id', { params }), next),
    onError: (error) => toast({ text: sentenceOf(error), tone: 'bad' }),
    onSettled: onClose,
  });
  return (
    <ConfirmDialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={`Block ${entry.label}?`}
      confirm="Block"
      danger
      busy={block.isPending}
      onConfirm={() => block.mutate()}
    >
      Their bids count no longer, so the price may fall to what the others bid. They cannot buy from you any more.
    </ConfirmDialog>
  );
}

type OnEntry = ((entry: AuctionLogEntry) => void) | undefined;

function Line({ entry, onBlock, onTakeBack }: { entry: AuctionLogEntry; onBlock: OnEntry; onTakeBack: OnEntry }) {
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
      <span className="flex w-full items-center gap-3 sm:w-auto">
        <time dateTime={entry.at} className="figures grow text-14 text-ink-3">
          {dateTime(entry.at)}
        </time>
        {onBlock && (
          <Button variant="quiet" size="small" className="-mr-3" onClick={() => onBlock(entry)}>
            Block <span className="sr-only">{entry.label}</span>
          </Button>
        )}
        {onTakeBack && (
          <Button variant="quiet" size="small" className="-mr-3" onClick={() => onTakeBack(entry)}>
            Take back <span className="sr-only">the bid of {entry.label}</span>
          </Button>
        )}
      </span>
    </li>
  );
}
