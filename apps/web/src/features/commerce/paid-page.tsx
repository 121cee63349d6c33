// Back from the provider's checkout. Only the server's word counts: until it has the money this page waits.
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { format } from '@videowindow/contract';
import type { Lock } from '@videowindow/contract/api/commerce';
import { buttonClass, EmptyState, Page, Spinner } from '@videowindow/ui';
import { CircleCheck } from 'lucide-react';
import { useEffect, useState } from 'react';
import { date } from '../../lib/dates.ts';
import { Loaded } from '../../lib/loaded.tsx';
import { read } from '../../lib/queries.ts';
import { useTitle } from '../../lib/title.ts';
import { LockOutcome } from './lock-outcome.tsx';
import { stageOf } from './lock-words.ts';
import { firstName } from './order-words.ts';
import { PieceCard, usePoster } from './piece.tsx';

const route = getRouteApi('/signed-in/pay/$lockId/done');

/** After this long the wait is worth a word, after that a way back. */
const SLOW_MS = 12_000;
const TOO_SLOW_MS = 60_000;

export function PaidPage() {
  const { lockId } = route.useParams();
  useTitle('Your payment');
  const waited = useWaited();
  const queries = useQueryClient();
  const query = useQuery({
    ...read('GET /locks/:id', { params: { id: lockId } }),
    staleTime: 0,
    refetchInterval: ({ state }) => {
      const lock = state.data;
      if (lock && ((lock.state === 'paid' && lock.orderId) || lock.state === 'released')) return false;
      return waited < TOO_SLOW_MS ? 1_000 : 5_000;
    },
    // Somebody waits for this and may be looking at their bank's app meanwhile.
    refetchIntervalInBackground: true,
  });
  const orderId = query.data?.orderId ?? null;
  useEffect(() => {
    if (!orderId) return;
    for (const stale of ['GET /orders', 'GET /locks'] as const) void queries.invalidateQueries({ queryKey: [stale] });
  }, [queries, orderId]);

  return (
    <Loaded query={query} skeleton={<Waiting waited={0} />}>
      {(lock) => {
        if (lock.state === 'paid' && lock.orderId) return <Paid lock={lock} orderId={lock.orderId} />;
        if (stageOf(lock) === 'gone') return <LockOutcome lock={lock} />;
        return <Waiting waited={waited} lock={lock} />;
      }}
    </Loaded>
  );
}

function Paid({ lock, orderId }: { lock: Lock; orderId: string }) {
  const order = useQuery(read('GET /orders/:id', { params: { id: orderId } })).data;
  const posterUrl = usePoster(lock.storyId);
  return (
    <Page
      width="form"
      over={order ? `Order ${order.number}` : ' '}
      title="Paid, and yours"
      intro={`Thank you. ${firstName(lock.maker)} has been told.`}
    >
      <div role="status" className="grid gap-5">
        <div className="rounded-card animate-flourish">
          <PieceCard
            storyId={lock.storyId}
            title={lock.storyTitle}
            person={lock.maker.displayName}
            posterUrl={posterUrl}
            price={order?.total ?? lock.total}
            note={
              <span className="flex items-center gap-1.5 font-semibold text-moss">
                <CircleCheck aria-hidden size={16} /> Paid
              </span>
            }
          />
        </div>
        {order && (
          <p className="text-ink-2">
            {order.delivery === 'pickup'
              ? `Fetch it by ${date(order.shipBy)}: your code for the handover is on the order's page.`
              : `It is sent by ${date(order.shipBy)}. We tell you when it is on its way.`}
          </p>
        )}
        <Link to="/orders/$orderId" params={{ orderId }} className={buttonClass({ size: 'large', wide: true })}>
          See your order
        </Link>
      </div>
    </Page>
  );
}

function Waiting({ waited, lock }: { waited: number; lock?: Lock }) {
  const bankDecides = lock?.state === 'processing';
  return (
    <div className="grid min-h-[70dvh] place-items-center">
      <h1 tabIndex={-1} className="sr-only">
        Your payment
      </h1>
      <div role="status">
        <EmptyState
          icon={<Spinner size={26} />}
          title={bankDecides ? 'Your bank is deciding' : 'Waiting for the payment'}
          action={
            lock && waited >= TOO_SLOW_MS ? (
              <Link to="/pay/$lockId" params={{ lockId: lock.id }} className={buttonClass({ variant: 'secondary' })}>
                Back to the payment
              </Link>
            ) : undefined
          }
        >
          <p>
            {bankDecides
              ? 'The payment was begun. Some banks take minutes, some a day; the piece is held until they have answered.'
              : 'You are back from the checkout. In a moment the payment provider tells us how it went.'}
          </p>
          {waited >= SLOW_MS && !bankDecides && (
            <p className="mt-2">
              This takes a little longer than usual. Nothing is lost: {lock ? format(lock.total) : 'a payment'} that was
              made arrives here, even when you close this page, and we write to you.
            </p>
          )}
        </EmptyState>
      </div>
    </div>
  );
}

/** Milliseconds since this page was opened, in steps of a second. */
function useWaited(): number {
  const [since] = useState(() => performance.now());
  const [waited, setWaited] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => setWaited(performance.now() - since), 1_000);
    return () => clearInterval(timer);
  }, [since]);
  return waited;
}
