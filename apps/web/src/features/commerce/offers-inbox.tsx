import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { format } from '@videowindow/contract';
import type { Offer } from '@videowindow/contract/api/commerce';
import { Button, Card, ConfirmDialog, Countdown, EmptyState, Price, useVoice } from '@videowindow/ui';
import { HandCoins } from 'lucide-react';
import { useRef, useState } from 'react';
import { newKey } from '../../lib/new-key.ts';
import { Paged } from '../../lib/paged.tsx';
import { keyOf, readPages, sentenceOf } from '../../lib/queries.ts';
import { client } from '../../lib/server.ts';
import { StudioPage } from '../content/studio-nav.tsx';
import { OfferStateChip } from './offer-state.tsx';

/** Offers made to me, and my answers. */
export function StudioOffersPage() {
  const offers = useInfiniteQuery(readPages('GET /offers', { query: { as: 'maker' } }));
  return (
    <StudioPage title="Offers">
      <Paged
        query={offers}
        empty={
          <EmptyState icon={<HandCoins aria-hidden size={26} />} title="No offers yet">
            When somebody offers for a piece of yours, it waits here for your answer, and we send you a mail.
          </EmptyState>
        }
      >
        {(items) => (
          <ul className="grid gap-3">
            {items.map((offer) => (
              <li key={offer.id}>
                <OfferCard offer={offer} />
              </li>
            ))}
          </ul>
        )}
      </Paged>
    </StudioPage>
  );
}

type Answer = 'accept' | 'decline' | 'openAuction';

const questions: Record<
  Answer,
  { title: (amount: string) => string; confirm: string; words: (offer: Offer) => string }
> = {
  accept: {
    title: (amount) => `Sell it for ${amount}?`,
    confirm: 'Accept',
    words: (offer) =>
      `${offer.storyTitle} is held for ${offer.buyer.displayName}, who has 48 hours to pay. Other offers end.`,
  },
  openAuction: {
    title: (amount) => `Open the auction at ${amount}?`,
    confirm: 'Open it',
    words: (offer) =>
      `The offer of ${offer.buyer.displayName} becomes the first bid. Everybody can bid; the highest one buys.`,
  },
  decline: {
    title: (amount) => `Decline ${amount}?`,
    confirm: 'Decline',
    words: (offer) => `${offer.buyer.displayName} is told, and may offer again.`,
  },
};

function OfferCard({ offer }: { offer: Offer }) {
  const [asking, setAsking] = useState<Answer | null>(null);
  const key = useRef(newKey());
  const queries = useQueryClient();
  const { toast } = useVoice();
  const answer = useMutation({
    mutationFn: (way: Answer) => {
      const params = { id: offer.id };
      if (way === 'decline') return client.call('POST /offers/:id/decline', { params });
      const input = { params, idempotencyKey: key.current };
      if (way === 'accept') return client.call('POST /offers/:id/accept', input);
      return client.call('POST /offers/:id/open-auction', input);
    },
    onSuccess: (_, way) => {
      const done = {
        accept: 'Sold. The buyer is asked to pay.',
        openAuction: 'The auction is open.',
        decline: 'Declined.',
      };
      toast({ text: done[way], tone: 'good' });
    },
    onError: (error) => toast({ text: sentenceOf(error), tone: 'bad' }),
    onSettled: () => {
      setAsking(null);
      key.current = newKey();
      void queries.invalidateQueries({ queryKey: keyOf('GET /offers') });
    },
  });
  const question = asking && questions[asking];
  const may = (way: Answer) => offer.possible.includes(way);
  return (
    <Card className="grid gap-3 sm:grid-cols-[1fr_auto] sm:items-center">
      <div className="grid gap-1.5">
        <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
          <Price value={offer.amount} />
          <OfferStateChip state={offer.state} />
        </div>
        <p className="text-ink-2">
          <Link to="/@{$handle}" params={{ handle: offer.buyer.handle }} className="font-semibold text-ink">
            {offer.buyer.displayName}
          </Link>{' '}
          for{' '}
          <Link to="/s/$storyId" params={{ storyId: offer.storyId }} className="font-semibold text-ink">
            {offer.storyTitle}
          </Link>
        </p>
        {offer.state === 'pending' && (
          <p className="text-14 text-ink-3">
            <Countdown
              endsAt={offer.expiresAt}
              prefix="Answer within"
              over="Its time is over"
              className="font-normal"
            />
          </p>
        )}
        {offer.auctionId && (
          <Link to="/s/$storyId" params={{ storyId: offer.storyId }} className="text-14 font-semibold text-indigo">
            See the auction
          </Link>
        )}
      </div>
      <div className="flex flex-wrap gap-2 empty:hidden">
        {may('accept') && <Button onClick={() => setAsking('accept')}>Accept {format(offer.amount)}</Button>}
        {may('openAuction') && (
          <Button variant="secondary" onClick={() => setAsking('openAuction')}>
            Open an auction
          </Button>
        )}
        {may('decline') && (
          <Button variant="quiet" onClick={() => setAsking('decline')}>
            Decline
          </Button>
        )}
      </div>
      {question && asking && (
        <ConfirmDialog
          open
          onOpenChange={(open) => !open && setAsking(null)}
          title={question.title(format(offer.amount))}
          confirm={question.confirm}
          busy={answer.isPending}
          onConfirm={() => answer.mutate(asking)}
        >
          {question.words(offer)}
        </ConfirmDialog>
      )}
    </Card>
  );
}
