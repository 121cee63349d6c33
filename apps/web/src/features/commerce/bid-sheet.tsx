import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { isApiError } from '@videowindow/client';
import { compare, format, type Money } from '@videowindow/contract';
import type { AuctionState } from '@videowindow/contract/api/commerce';
import type { FeedItem } from '@videowindow/contract/api/discovery';
import { minNext, quickAmounts } from '@videowindow/contract/increments';
import {
  Button,
  Card,
  Countdown,
  FormProblem,
  MoneyField,
  Price,
  QuickAmounts,
  Sheet,
  Switch,
  useVoice,
} from '@videowindow/ui';
import { useState } from 'react';
import { useSite } from '../../app/site.tsx';
import { keyOf, sentenceOf } from '../../lib/queries.ts';
import { client } from '../../lib/server.ts';
import { useDecisionKey } from '../../lib/use-decision-key.ts';
import { CardNeeded } from './card-needed.tsx';
import { Roughly } from './display-currency.tsx';
import { useMyAuction } from './live-auction.ts';
import { bids, hours, isRunning, minutes } from './sale-words.ts';

type Props = { item: FeedItem; snapshot: AuctionState; onClose: () => void };

/** Bid: quick amounts that follow the price, one's own amount, one press. Never optimistic: the server's word counts. */
export function BidSheet({ item, snapshot, onClose }: Props) {
  const { story } = item;
  const mine = useMyAuction(snapshot);
  const { auction } = mine;
  const { toast } = useVoice();
  const queries = useQueryClient();
  const [choice, setChoice] = useState<number | 'other'>('other');
  const [touched, setTouched] = useState(false);
  const [wantsMaximum, setWantsMaximum] = useState(false);
  const [own, setOwn] = useState<{ text: string; amount: Money | null }>({ text: '', amount: null });
  const key = useDecisionKey();
  const payHours = useSite()?.payHours;

  // Whoever leads raises what they would pay: the price moves only when somebody else bids.
  const top = mine.leading ? (mine.me?.maximum ?? auction.price) : null;
  const maximum = wantsMaximum || mine.leading;
  const amounts = top ? quickAmounts(minNext(top, mine.increments), mine.increments) : mine.quickAmounts;
  // Untouched, the choice is the least bid, and follows the price.
  const least = amounts[0] ?? auction.minNext;
  const offered = amounts.map((one) => one.amount);
  const picked = touched && (choice === 'other' || offered.includes(choice)) ? choice : least.amount;
  const amount = picked === 'other' ? own.amount : { amount: picked, currency: least.currency };
  const running = isRunning(auction.state);

  const bid = useMutation({
    mutationFn: (money: Money) => {
      const idempotencyKey = key.of(`${maximum ? 'up to' : 'bid'} ${money.amount}`);
      const input = { params: { id: auction.id }, idempotencyKey };
      return maximum
        ? client.call('POST /auctions/:id/bids', { ...input, body: { maximum: money } })
        : client.call('POST /auctions/:id/bids', { ...input, body: { amount: money } });
    },
    onSuccess: (answer) => {
      void queries.invalidateQueries({ queryKey: keyOf('GET /auctions/:id', { params: { id: auction.id } }) });
      const price = format(answer.auction.price);
      // Somebody's maximum answered at once: the sheet stays, for the next bid.
      if (!answer.leading) return toast({ text: `Somebody would go higher, and leads at ${price}.`, tone: 'bad' });
      toast({ text: `You're the highest bidder at ${price}.`, tone: 'good' });
      onClose();
    },
    onError: () => {
      // A refused bid is over; the next press is a new decision, even at the same amount.
      key.over();
      void queries.invalidateQueries({ queryKey: keyOf('GET /auctions/:id', { params: { id: auction.id } }) });
    },
  });

  const tooLow = amount !== null && (top ? compare(amount, top) <= 0 : compare(amount, auction.minNext) < 0);
  const verb = mine.leading ? 'Go up to' : maximum ? 'Bid up to' : 'Bid';
  const ownError =
    picked !== 'other' || own.text === ''
      ? undefined
      : own.amount === null
        ? 'Write an amount like 85 or 85.50.'
        : tooLow
          ? top
            ? `You go up to ${format(top)} already.`
            : `The least bid is ${format(auction.minNext)}.`
          : undefined;

  return (
    <Sheet
      open
      onOpenChange={(open) => !open && onClose()}
      title={story.title}
      subtitle={[`by ${story.maker.displayName}`, story.maker.city].filter(Boolean).join(' · ')}
      aside={running ? <Countdown endsAt={auction.endsAt} over="Closing…" className="text-14" /> : undefined}
      footer={
        <form
          onSubmit={(event) => {
            event.preventDefault();
            if (amount && !tooLow && !bid.isPending) bid.mutate(amount);
          }}
        >
          <Button type="submit" wide size="large" busy={bid.isPending} disabled={!running || !amount || tooLow}>
            {running ? `${verb} ${amount ? format(amount) : ''}` : 'The auction has ended'}
          </Button>
          <p className="mt-2.5 text-center text-14 text-ink-3">
            A bid is binding. {payHours && `If you win you have ${hours(payHours)} to pay. `}
            {mine.extendsWithinMinutes === null
              ? 'A late bid extends the auction.'
              : `A bid in the last ${minutes(mine.extendsWithinMinutes)} extends the auction.`}
          </p>
        </form>
      }
    >
      <Card tone="sunken" className="mb-5 flex items-end justify-between gap-3">
        <div>
          <p className="text-14 text-ink-2">{auction.leader ? `Highest bid · ${auction.leader.label}` : 'Starts at'}</p>
          <Price value={auction.price} size="large" />
          <Roughly value={auction.price} />
        </div>
        <div className="text-right text-14 text-ink-2">
          <p>
            {bids(auction.bidCount)}
            {mine.watching !== null && mine.watching > 1 && ` · ${mine.watching} watching`}
          </p>
          {mine.leading && (
            <p className="font-semibold text-moss">
              You lead{top && compare(top, auction.price) > 0 && ` · up to ${format(top)}`}
            </p>
          )}
          {auction.reserveMet !== null && <p>{auction.reserveMet ? 'Reserve met' : 'Reserve not met yet'}</p>}
          {mine.outbid && <p className="font-semibold text-amber">You were outbid</p>}
        </div>
      </Card>
      <QuickAmounts
        legend={maximum ? 'Your maximum' : 'Your bid'}
        amounts={amounts}
        value={picked}
        onChange={(next) => {
          setTouched(true);
          setChoice(next);
        }}
      />
      {picked === 'other' && (
        <MoneyField
          className="mt-4"
          label="Your own amount"
          currency={least.currency}
          value={own.text}
          onChange={(text, money) => setOwn({ text, amount: money })}
          hint={top ? `More than ${format(top)}` : `At least ${format(auction.minNext)}`}
          error={ownError}
          autoFocus
        />
      )}
      <div className="mt-5">
        {mine.leading ? (
          <p className="text-14 text-ink-3">Nobody sees your maximum. The price moves only when somebody else bids.</p>
        ) : (
          <Switch
            label="Only as much as it takes"
            hint="Keeps you in front up to this amount. Nobody sees it."
            checked={wantsMaximum}
            onChange={setWantsMaximum}
          />
        )}
      </div>
      {bid.isError && <BidProblem error={bid.error} least={auction.minNext} />}
    </Sheet>
  );
}

function BidProblem({ error, least }: { error: Error; least: Money }) {
  return (
    <FormProblem className="mt-4">
      {isApiError(error, 'bid_too_low')
        ? `Somebody was faster. The least bid is now ${format(least)}.`
        : isApiError(error, 'bid_not_above_own_max')
          ? 'You lead already with that amount.'
          : sentenceOf(error)}
      <CardNeeded error={error} />
      {isApiError(error, 'sign_in_required') && (
        <>
          {' '}
          <Link to="/sign-in" search={{ back: location.pathname }} className="font-semibold underline">
            Sign in
          </Link>
        </>
      )}
    </FormProblem>
  );
}
