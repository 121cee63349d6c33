// How a piece can be bought, as a card: beside the clip on a desk, on a story's page everywhere.

import { Link } from '@tanstack/react-router';
import { format, type Money } from '@videowindow/contract';
import type { AuctionState } from '@videowindow/contract/api/commerce';
import type { FeedItem, Sale } from '@videowindow/contract/api/discovery';
import { Button, buttonClass, Card, Countdown, Price, StatusChip } from '@videowindow/ui';
import { lazy, type ReactNode, Suspense, useState } from 'react';
import { useMe } from '../../app/session.ts';
import { dateTime } from '../../lib/dates.ts';
import { AuctionVoice } from './auction-voice.tsx';
import { BidLog } from './bid-log.tsx';
import { BuyNowButton } from './buy-now-button.tsx';
import { Roughly } from './display-currency.tsx';
import { EndingChip } from './ending-chip.tsx';
import { type MyAuction, useMyAuction } from './live-auction.ts';
import { bids, fixedPriceWords, isRunning } from './sale-words.ts';
import { backWords } from './vacation-words.ts';
import { WatchButton } from './watch-button.tsx';

const MakerAuctionControls = lazy(async () => ({
  default: (await import('./maker-auction-controls.tsx')).MakerAuctionControls,
}));

const ModeratorAuctionControls = lazy(async () => ({
  default: (await import('./moderator-auction-controls.tsx')).ModeratorAuctionControls,
}));
const RetractSheet = lazy(async () => ({ default: (await import('./retract-sheet.tsx')).RetractSheet }));

const TermsFacts = lazy(async () => ({ default: (await import('./terms-facts.tsx')).TermsFacts }));

export type BuyWay = 'bid' | 'offer' | 'buy';

export function SalePanel({ item, onBuy }: { item: FeedItem; onBuy: (way: BuyWay) => void }) {
  const { sale, story } = item;
  const isMine = useMe()?.id === story.maker.id;
  return (
    <div className="grid gap-4">
      {sale.auction ? (
        <AuctionCard item={item} snapshot={sale.auction} onBid={() => onBuy('bid')} />
      ) : (
        <OpenCard sale={sale} isMine={isMine} storyId={story.id} onBuy={onBuy} />
      )}
      <Suspense fallback={<div className="h-16" />}>
        <TermsFacts sale={sale} />
      </Suspense>
    </div>
  );
}

function OpenCard(props: { sale: Sale; isMine: boolean; storyId: string; onBuy: (way: BuyWay) => void }) {
  const { sale, isMine, storyId, onBuy } = props;
  const fixed = sale.kind === 'fixed_price';
  if (sale.state === 'sold' || sale.state === 'reserved' || sale.state === 'not_for_sale') {
    return (
      <Card tone="sunken">
        <ClosedWords state={sale.state} fixed={fixed} />
        {sale.backOn && <p className="mb-1 text-ink-2">Its maker is on holiday. {backWords(sale.backOn)}</p>}
        {isMine && sale.state === 'not_for_sale' && (
          <Link
            to="/studio/stories/$storyId"
            params={{ storyId }}
            search={{ part: 'sale' }}
            className={buttonClass({ variant: 'secondary', wide: true })}
          >
            Put it up for sale
          </Link>
        )}
      </Card>
    );
  }
  return (
    <Card tone="sunken" className="grid gap-3">
      <StatusChip tone="plain">
        {fixed ? 'For sale' : sale.acceptsOffers ? 'Open to offers' : 'Offers are paused'}
      </StatusChip>
      {sale.askingPrice && (
        <div>
          <p className="text-14 text-ink-2">{fixed ? (sale.topPrice ? 'From' : 'Price') : 'Asking price'}</p>
          <Price value={sale.askingPrice} size="huge" />
          <Roughly value={sale.askingPrice} />
        </div>
      )}
      {sale.leastOffer && sale.acceptsOffers && (
        <p className="text-14 text-ink-2">Offers from {format(sale.leastOffer)}. A good one may open an auction.</p>
      )}
      {isMine ? (
        <Link
          to="/studio/stories/$storyId"
          params={{ storyId }}
          search={{ part: 'sale' }}
          className={buttonClass({ variant: 'secondary', wide: true })}
        >
          Change the terms
        </Link>
      ) : fixed ? (
        <Button wide size="large" onClick={() => onBuy('buy')}>
          Buy, {fixedPriceWords(sale)}
        </Button>
      ) : (
        sale.acceptsOffers && (
          <Button wide size="large" onClick={() => onBuy('offer')}>
            Make an offer
          </Button>
        )
      )}
    </Card>
  );
}

function ClosedWords({ state, fixed }: { state: 'sold' | 'reserved' | 'not_for_sale'; fixed: boolean }) {
  const words = {
    sold: fixed ? ['Sold out', 'All of them have found their homes.'] : ['Sold', 'This piece has found its home.'],
    reserved: fixed
      ? ['Reserved', 'Somebody is paying for the last one right now. If they do not, it comes back within the hour.']
      : ['Reserved', 'Somebody has the first word on this piece right now. It may come back.'],
    not_for_sale: ['Not for sale', 'This one is only to be looked at for now.'],
  } as const;
  const [title, sentence] = words[state];
  return (
    <div className="grid gap-1.5">
      <StatusChip tone={state === 'sold' ? 'good' : 'plain'}>{title}</StatusChip>
      <p className="mb-1 text-ink-2">{sentence}</p>
    </div>
  );
}

function AuctionCard({ item, snapshot, onBid }: { item: FeedItem; snapshot: AuctionState; onBid: () => void }) {
  const mine = useMyAuction(snapshot);
  const { auction, me } = mine;
  const running = isRunning(auction.state);
  const [retracting, setRetracting] = useState(false);
  return (
    <>
      <Card tone="sunken" className={me?.lockId ? 'animate-flourish' : undefined}>
        <AuctionVoice mine={mine} />
        <div className="flex items-center justify-between gap-3">
          <span className="flex items-center gap-2 text-14 font-semibold">
            {running && <span aria-hidden className="size-2 rounded-full bg-kiln" />}
            Auction
            {running && <EndingChip endsAt={auction.endsAt} />}
          </span>
          {running ? (
            <Countdown endsAt={auction.endsAt} prefix="ends in" over="Closing…" />
          ) : (
            <AuctionChip state={auction.state} />
          )}
        </div>
        <p className="mt-3 text-14 text-ink-2">{priceWords(auction)}</p>
        <div className="mb-3 flex flex-wrap items-end justify-between gap-x-3">
          <div>
            <Price value={auction.price} size="huge" />
            <Roughly value={auction.price} />
          </div>
          <p className="pb-1.5 text-14 text-ink-2">
            {bids(auction.bidCount)}
            {running && mine.watching !== null && mine.watching > 1 && ` · ${mine.watching} watching`}
          </p>
        </div>
        {running && auction.reserveMet !== null && (
          <p className="mb-3">
            <StatusChip tone={auction.reserveMet ? 'good' : 'plain'}>
              {auction.reserveMet ? 'Reserve met' : 'Reserve not met yet'}
            </StatusChip>
          </p>
        )}
        <Standing mine={mine} />
        {running && !me?.isMaker && (
          <Button wide size="large" variant={mine.leading ? 'secondary' : 'primary'} onClick={onBid}>
            {mine.leading ? 'Raise my maximum' : `Bid ${format(auction.minNext)}`}
          </Button>
        )}
        {running && auction.buyNow && !me?.isMaker && !me?.lockId && (
          <BuyNowButton auction={auction} price={auction.buyNow} title={item.story.title} />
        )}
        {running && !me?.isMaker && <WatchButton mine={mine} />}
        {mine.possible.includes('retract') && me?.bidder != null && (
          <Button wide variant="quiet" size="small" className="mt-2" onClick={() => setRetracting(true)}>
            Take a bid back
          </Button>
        )}
        {retracting && (
          <Suspense fallback={null}>
            <RetractSheet auction={auction} title={item.story.title} onClose={() => setRetracting(false)} />
          </Suspense>
        )}
        {me?.lockId && (
          <Link to="/pay/$lockId" params={{ lockId: me.lockId }} className={buttonClass({ wide: true, size: 'large' })}>
            {auction.state === 'sold' ? 'See your order' : 'Pay for it'}
          </Link>
        )}
        {(mine.possible.includes('suspend') || mine.possible.includes('resume')) && (
          <Suspense fallback={null}>
            <ModeratorAuctionControls mine={mine} title={item.story.title} />
          </Suspense>
        )}
        {me?.isMaker && (
          <Suspense fallback={null}>
            <MakerAuctionControls mine={mine} title={item.story.title} />
          </Suspense>
        )}
      </Card>
      <BidLog auction={auction} />
    </>
  );
}

const priceWords = (auction: AuctionState): string => {
  if (auction.state === 'sold') return auction.leader ? `Sold to ${auction.leader.label}` : 'Sold';
  if (auction.state === 'closing') return auction.leader ? `Won by ${auction.leader.label}` : 'The last bid';
  return auction.leader ? `Highest bid · ${auction.leader.label}` : 'Starts at';
};

/** What the auction means for me right now. */
function Standing({ mine }: { mine: MyAuction }) {
  const { auction, me } = mine;
  const running = isRunning(auction.state);
  let words: ReactNode = null;
  if (running && me?.lockId)
    words = <Words tone="due">You are buying it now: it is yours when you have paid, if nobody was faster.</Words>;
  else if (running && mine.leading)
    words = <Words tone="good">You're the highest bidder at {format(auction.price)}.</Words>;
  else if (running && mine.outbid) words = <Words tone="due">You were outbid. {backInFor(auction.minNext)}</Words>;
  else if (me?.lockId && auction.state === 'sold') words = <Words tone="good">You have it, and it is paid.</Words>;
  else if (me?.lockId) words = <Words tone="good">You won it. It is held for you until you pay.</Words>;
  else if ((auction.state === 'closing' || auction.state === 'sold') && mine.outbid)
    words = <Words tone="plain">It went to somebody else this time.</Words>;
  else if (auction.state === 'suspended')
    words = <Words tone="due">A moderator has stopped the clock. Bids are safe; the lost time is given back.</Words>;
  else if (running && Date.parse(auction.capAt) <= Date.parse(auction.endsAt)) {
    words = <Words tone="due">Final call: the end does not move any more ({dateTime(auction.capAt)}).</Words>;
  }
  return <div className="mb-3 empty:hidden">{words}</div>;
}

const backInFor = (least: Money): string => `${format(least)} puts you back in front.`;

function Words({ tone, children }: { tone: 'good' | 'due' | 'plain'; children: ReactNode }) {
  const colour = { good: 'text-moss', due: 'text-amber', plain: 'text-ink-2' }[tone];
  return <p className={`text-14 font-semibold ${colour}`}>{children}</p>;
}

function AuctionChip({ state }: { state: AuctionState['state'] }) {
  switch (state) {
    case 'scheduled':
      return <StatusChip>Not begun</StatusChip>;
    case 'live':
      return (
        <StatusChip tone="live" dot>
          Live
        </StatusChip>
      );
    case 'closing':
      return <StatusChip tone="info">Hammer fallen</StatusChip>;
    case 'sold':
      return <StatusChip tone="good">Sold</StatusChip>;
    case 'no_sale':
      return <StatusChip>Ended without a sale</StatusChip>;
    case 'cancelled':
      return <StatusChip>Cancelled</StatusChip>;
    case 'suspended':
      return <StatusChip tone="due">Suspended</StatusChip>;
  }
}
