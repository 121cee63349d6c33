import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { format } from '@videowindow/contract';
import type { Lock, Offer } from '@videowindow/contract/api/commerce';
import { Button, buttonClass, Card, Countdown, EmptyState, Page, Section, useVoice } from '@videowindow/ui';
import { ShoppingBag } from 'lucide-react';
import { Paged } from '../../lib/paged.tsx';
import { keyOf, read, readPages, sentenceOf } from '../../lib/queries.ts';
import { client } from '../../lib/server.ts';
import { useTitle } from '../../lib/title.ts';
import { OfferStateChip } from './offer-state.tsx';
import { OrderRow } from './order-row.tsx';

/** What I bought, what waits for my payment, what I offered. */
export function OrdersPage() {
  useTitle('Orders');
  const locks = useQuery(read('GET /locks'));
  const offers = useInfiniteQuery(readPages('GET /offers', { query: { as: 'buyer' } }));
  const orders = useInfiniteQuery(readPages('GET /orders', { query: { as: 'buyer' } }));
  const waiting = locks.data?.items.filter((lock) => lock.state !== 'paid' && lock.state !== 'released') ?? [];
  const pending = offers.data?.pages.flatMap((page) => page.items).filter((offer) => offer.state === 'pending') ?? [];
  return (
    <Page title="Orders">
      {waiting.length > 0 && (
        <Section title="Held for you until you pay">
          <ul className="grid gap-3">
            {waiting.map((lock) => (
              <li key={lock.id}>
                <LockRow lock={lock} />
              </li>
            ))}
          </ul>
        </Section>
      )}
      {pending.length > 0 && (
        <Section title="Your offers">
          <ul className="grid gap-3">
            {pending.map((offer) => (
              <li key={offer.id}>
                <OfferRow offer={offer} />
              </li>
            ))}
          </ul>
        </Section>
      )}
      <Section title="Bought">
        <Paged
          query={orders}
          empty={
            <EmptyState
              icon={<ShoppingBag aria-hidden size={26} />}
              title="Nothing bought yet"
              action={
                <Link to="/" className={buttonClass()}>
                  See what is being made
                </Link>
              }
            >
              What you buy is here, from the payment until it is in your hands.
            </EmptyState>
          }
        >
          {(items) => (
            <ul className="grid gap-3">
              {items.map((order) => (
                <li key={order.id}>
                  <OrderRow order={order} side="buyer" />
                </li>
              ))}
            </ul>
          )}
        </Paged>
      </Section>
    </Page>
  );
}

function LockRow({ lock }: { lock: Lock }) {
  return (
    <Card className="flex flex-wrap items-center justify-between gap-3">
      <div>
        <p className="font-semibold">{lock.storyTitle}</p>
        <p className="text-14 text-ink-3">
          {format(lock.total)} · <Countdown endsAt={lock.expiresAt} prefix="time left" over="The time is over" />
        </p>
      </div>
      <Link to="/pay/$lockId" params={{ lockId: lock.id }} className={buttonClass()}>
        Pay
      </Link>
    </Card>
  );
}

function OfferRow({ offer }: { offer: Offer }) {
  const queries = useQueryClient();
  const { toast } = useVoice();
  const withdraw = useMutation({
    mutationFn: () => client.call('POST /offers/:id/withdraw', { params: { id: offer.id } }),
    onSuccess: () => toast({ text: 'Your offer is taken back.' }),
    onError: (error) => toast({ text: sentenceOf(error), tone: 'bad' }),
    onSettled: () => queries.invalidateQueries({ queryKey: keyOf('GET /offers') }),
  });
  return (
    <Card className="flex flex-wrap items-center justify-between gap-3">
      <div className="grid gap-1">
        <Link to="/s/$storyId" params={{ storyId: offer.storyId }} className="font-semibold">
          {offer.storyTitle}
        </Link>
        <p className="flex flex-wrap items-center gap-2 text-14 text-ink-3">
          {format(offer.amount)} <OfferStateChip state={offer.state} />
          <Countdown endsAt={offer.expiresAt} prefix="answer within" over="" className="font-normal" />
        </p>
      </div>
      {offer.possible.includes('withdraw') && (
        <Button variant="secondary" busy={withdraw.isPending} onClick={() => withdraw.mutate()}>
          Take back
        </Button>
      )}
    </Card>
  );
}
