// How a piece can be bought, as one line over the clip on a phone.

import { Link } from '@tanstack/react-router';
import { format } from '@videowindow/contract';
import type { AuctionState } from '@videowindow/contract/api/commerce';
import type { FeedItem } from '@videowindow/contract/api/discovery';
import { Button, buttonClass, Countdown, Price } from '@videowindow/ui';
import type { ReactNode } from 'react';
import { useMe } from '../../app/session.ts';
import { useLiveAuction } from './live-auction.ts';
import type { BuyWay } from './sale-panel.tsx';
import { bids, fixedPriceWords, isRunning, saleLabel } from './sale-words.ts';

type Props = {
  item: FeedItem;
  onBuy: (way: BuyWay) => void;
  /** Whether it is looked at: then its auction is followed. */
  active: boolean;
};

export function SaleBar({ item, onBuy, active }: Props) {
  const { sale, story } = item;
  const isMine = useMe()?.id === story.maker.id;
  if (sale.state === 'not_for_sale') return null;
  if (sale.auction && sale.state === 'auction') {
    return (
      <AuctionBar
        snapshot={sale.auction}
        storyId={story.id}
        isMine={isMine}
        active={active}
        onBid={() => onBuy('bid')}
      />
    );
  }
  return (
    <Bar
      over={saleLabel(sale)}
      figures={sale.askingPrice ? <Price value={sale.askingPrice} size="medium" /> : null}
      action={
        sale.state === 'open' && sale.kind === 'fixed_price' && !isMine ? (
          <Button onClick={() => onBuy('buy')}>Buy, {fixedPriceWords(sale).replace(/[.,]00$/, '')}</Button>
        ) : sale.state === 'open' && sale.acceptsOffers && !isMine ? (
          <Button onClick={() => onBuy('offer')}>Make an offer</Button>
        ) : (
          <StoryLink storyId={story.id} />
        )
      }
    />
  );
}

type AuctionBarProps = {
  snapshot: AuctionState;
  storyId: string;
  isMine: boolean;
  active: boolean;
  onBid: () => void;
};

function AuctionBar(props: AuctionBarProps) {
  const { auction } = useLiveAuction(props.snapshot, props.active);
  const running = isRunning(auction.state);
  const units = format(auction.minNext).replace(/[.,]00$/, '');
  return (
    <Bar
      live={running}
      over={`Auction · ${bids(auction.bidCount)}`}
      figures={
        <>
          <Price value={auction.price} size="medium" className="text-28!" />
          {running ? (
            <Countdown endsAt={auction.endsAt} prefix="ends in" over="Closing…" />
          ) : (
            <span className="font-semibold text-ink-2">{auction.state === 'sold' ? 'Sold' : 'Ended'}</span>
          )}
        </>
      }
      action={
        running && !props.isMine ? (
          <Button onClick={props.onBid}>Bid {units}</Button>
        ) : (
          <StoryLink storyId={props.storyId} />
        )
      }
    />
  );
}

const StoryLink = ({ storyId }: { storyId: string }) => (
  <Link to="/s/$storyId" params={{ storyId }} className={buttonClass({ variant: 'glass' })}>
    See the story
  </Link>
);

function Bar({ over, figures, action, live }: { over: string; figures: ReactNode; action: ReactNode; live?: boolean }) {
  return (
    <div className="flex items-center justify-between gap-3 rounded-card border border-white/15 bg-black/65 px-4 py-3 text-ink">
      <div className="min-w-0">
        <p className="flex items-center gap-2 text-14 font-semibold text-ink-2">
          {live && <span aria-hidden className="size-2 rounded-full bg-kiln" />}
          {over}
        </p>
        <div className="flex flex-wrap items-baseline gap-x-3">{figures}</div>
      </div>
      {action}
    </div>
  );
}
