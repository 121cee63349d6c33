// A piece that is held for me: what it costs, how I get it, how long it waits, and the one button.
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { isApiError } from '@videowindow/client';
import { format } from '@videowindow/contract';
import type { Lock } from '@videowindow/contract/api/commerce';
import { isOnePrice } from '@videowindow/contract/shipping';
import { Button, Card, ConfirmDialog, Countdown, Page, Skeleton } from '@videowindow/ui';
import { useState } from 'react';
import { dateTime } from '../../lib/dates.ts';
import { Loaded } from '../../lib/loaded.tsx';
import { newKey } from '../../lib/new-key.ts';
import { keyOf, read, sentenceOf } from '../../lib/queries.ts';
import { client } from '../../lib/server.ts';
import { useTitle } from '../../lib/title.ts';
import { useReturn } from '../../lib/use-return.ts';
import { useBuyerCountry } from './buyer-country.ts';
import { CountrySelect } from './country-select.tsx';
import { DeliveryChoice } from './delivery-choice.tsx';
import { LockOutcome } from './lock-outcome.tsx';
import {
  askAgainMs,
  chosenWords,
  type Delivery,
  deliveriesOf,
  reasonWords,
  shippingFor,
  stageOf,
  totalFor,
} from './lock-words.ts';
import { MoreTime } from './more-time.tsx';
import { PieceCard, usePoster } from './piece.tsx';
import { SumLines } from './sum-lines.tsx';

const payRoute = getRouteApi('/signed-in/pay/$lockId');
const backRoute = getRouteApi('/signed-in/pay/$lockId/back');

export function PayPage() {
  return <Pay lockId={payRoute.useParams().lockId} />;
}

/** Back from the provider's page without having paid. */
export function NotPaidPage() {
  return <Pay lockId={backRoute.useParams().lockId} turnedBack />;
}

function Pay({ lockId, turnedBack = false }: { lockId: string; turnedBack?: boolean }) {
  useTitle('Pay');
  const query = useQuery({
    ...read('GET /locks/:id', { params: { id: lockId } }),
    refetchInterval: ({ state }) => askAgainMs(state.data),
    // What was true a moment ago is not good enough for paying.
    staleTime: 0,
  });
  return (
    <Loaded query={query} skeleton={<PaySkeleton />}>
      {(lock) =>
        stageOf(lock) === 'open' ? (
          <OpenLock lock={lock} turnedBack={turnedBack} onStale={() => void query.refetch()} />
        ) : (
          <LockOutcome lock={lock} />
        )
      }
    </Loaded>
  );
}

function OpenLock({ lock, turnedBack, onStale }: { lock: Lock; turnedBack: boolean; onStale: () => void }) {
  const ways = deliveriesOf(lock);
  const [picked, setPicked] = useState<Delivery | null>(null);
  // What it could have travelled with may be sent while one looks.
  const chosen = picked !== null && ways.includes(picked) ? picked : (ways[0] ?? 'ship');
  const posterUrl = usePoster(lock.storyId);
  const [remembered, remember] = useBuyerCountry();
  // Where all places cost the same the provider's page asks for the address, and nothing has to be said before.
  const asksCountry = chosen === 'ship' && !isOnePrice(lock.zones);
  const country = asksCountry ? remembered : null;
  const shipping =
    chosen === 'together' ? (lock.together?.shipping ?? null) : chosen === 'ship' ? shippingFor(lock, country) : null;
  const unreachable = chosen === 'ship' && shipping === null;
  const total = totalFor(lock, chosen, shipping);
  const checkout = useMutation({
    mutationFn: () =>
      client.call('POST /locks/:id/checkout', {
        params: { id: lock.id },
        body:
          chosen === 'together'
            ? { delivery: 'ship', together: true }
            : { delivery: chosen, ...(country ? { country } : {}) },
        // A key a press: asking again is meant to be asked again, since an older session may have ended.
        idempotencyKey: newKey(),
      }),
    onSuccess: ({ url }) => location.assign(url),
    onError: onStale,
  });
  useReturn(() => {
    checkout.reset();
    onStale();
  });

  return (
    <Page
      width="form"
      over={reasonWords[lock.reason]}
      title={lock.reason === 'buy_now' ? 'Pay to have it' : 'Held for you'}
      intro={
        lock.reason === 'second_chance'
          ? 'Whoever won did not pay, so it can be yours. You are free to say no.'
          : lock.reason === 'buy_now'
            ? 'Bidding goes on until somebody has paid: whoever pays first has it. You have this one try, and leaving it counts as a missed payment.'
            : undefined
      }
    >
      <div className="grid grid-cols-1 gap-5">
        {lock.paymentFailed && (
          <p role="status" className="rounded-control bg-amber/12 px-4 py-3 text-14">
            Your bank did not pay. Nothing was charged, and it is still held for you: please pay another way.
          </p>
        )}
        {turnedBack && !lock.paymentFailed && (
          <p role="status" className="rounded-control bg-amber/12 px-4 py-3 text-14">
            You came back without paying. Nothing was charged, and you can still pay.
          </p>
        )}
        <PieceCard
          storyId={lock.storyId}
          title={lock.storyTitle}
          person={[chosenWords(lock), lock.maker.displayName].filter(Boolean).join(' · ')}
          posterUrl={posterUrl}
          price={lock.item}
          note={
            <>
              <Countdown endsAt={lock.expiresAt} prefix="pay within" over="Time is over" onEnd={onStale} />
              <span className="block">until {dateTime(lock.expiresAt)}</span>
            </>
          }
        />
        <form
          className="grid gap-5"
          onSubmit={(event) => {
            event.preventDefault();
            if (!unreachable && !checkout.isPending && !checkout.isSuccess) checkout.mutate();
          }}
        >
          <DeliveryChoice
            lock={lock}
            country={isOnePrice(lock.zones) ? null : remembered}
            value={chosen}
            onChange={setPicked}
          />
          {asksCountry && (
            <div className="flex flex-wrap items-center justify-between gap-x-4">
              <span className="text-14 font-semibold text-ink-2">It goes to</span>
              <CountrySelect value={country} label="The country it goes to" onChange={remember} />
              {unreachable && (
                <p role="alert" className="w-full text-14 text-madder">
                  {country ? `${lock.maker.displayName} does not send it there.` : 'Choose where it goes.'}
                </p>
              )}
            </div>
          )}
          <Card>
            <SumLines
              lines={[
                { label: lock.quantity > 1 ? `${lock.quantity} pieces` : 'The piece', amount: lock.item },
                ...(shipping ? [{ label: 'Shipping', amount: shipping }] : []),
              ]}
              total={total}
              label="To pay"
            />
          </Card>
          <p className="text-14 text-ink-3">
            You pay on our payment provider's page. {lock.maker.displayName} is paid when you have the piece.
          </p>
          <div className={payBar}>
            {checkout.isError && (
              <p role="alert" className="rounded-control bg-madder/8 px-4 py-3 text-14 text-madder">
                {payProblem(checkout.error)}
              </p>
            )}
            <Button
              type="submit"
              wide
              size="large"
              busy={checkout.isPending || checkout.isSuccess}
              disabled={unreachable}
            >
              {checkout.isSuccess ? 'Opening the checkout' : `Pay ${format(total)}`}
            </Button>
          </div>
        </form>
        <MoreTime lock={lock} />
        {lock.possible.includes('decline') && <Decline lock={lock} />}
      </div>
    </Page>
  );
}

/** On a phone the button, and what became of pressing it, stay in view above the tab bar. */
const payBar =
  'sticky bottom-[calc(4rem+1px+env(safe-area-inset-bottom))] -mx-5 grid gap-2.5 border-t border-line bg-paper px-5 py-3 ' +
  'md:static md:mx-0 md:border-0 md:p-0';

const payProblem = (error: Error): string =>
  isApiError(error, 'external_service_unavailable')
    ? 'The payment provider does not answer right now. Nothing was charged, and the piece stays yours; try again in a moment.'
    : sentenceOf(error);

/** A second chance, and what one chose to buy, may be let go, without a strike. */
function Decline({ lock }: { lock: Lock }) {
  const [asking, setAsking] = useState(false);
  const queries = useQueryClient();
  const params = { id: lock.id };
  const decline = useMutation({
    mutationFn: () => client.call('POST /locks/:id/decline', { params }),
    onSuccess: (next) => {
      setAsking(false);
      queries.setQueryData(keyOf('GET /locks/:id', { params }), next);
      void queries.invalidateQueries({ queryKey: ['GET /locks'] });
    },
  });
  return (
    <div className="grid gap-2 border-t border-line pt-4">
      <Button variant="quiet" wide onClick={() => setAsking(true)}>
        No, thank you
      </Button>
      <ConfirmDialog
        open={asking}
        onOpenChange={setAsking}
        title={`Let ${lock.storyTitle} go?`}
        confirm="Let it go"
        cancel="Keep it"
        danger
        busy={decline.isPending}
        onConfirm={() => decline.mutate()}
      >
        {lock.reason === 'fixed_price' ? 'Others can buy it then.' : 'It goes to somebody else.'} Saying no costs
        nothing, and cannot be taken back.
        {decline.isError && (
          <span role="alert" className="mt-2 block text-14 text-madder">
            {sentenceOf(decline.error)}
          </span>
        )}
      </ConfirmDialog>
    </div>
  );
}

function PaySkeleton() {
  return (
    <div role="status" className="mx-auto grid w-full max-w-[36rem] gap-5 px-5 pt-6 md:px-8 md:pt-9">
      <span className="sr-only">Loading</span>
      <Skeleton className="h-8 w-48" />
      <Skeleton className="h-35 w-full rounded-card" />
      <Skeleton className="h-16 w-full" />
      <Skeleton className="h-28 w-full rounded-card" />
      <Skeleton className="h-13 w-full" />
    </div>
  );
}
