// One order, as its buyer or as its maker sees it.
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import type { Order } from '@videowindow/contract/api/commerce';
import { buttonClass, classNames, Page, Skeleton, Timeline, useServerNow } from '@videowindow/ui';
import { useMe } from '../../app/session.ts';
import { dateTime } from '../../lib/dates.ts';
import { Loaded } from '../../lib/loaded.tsx';
import { read } from '../../lib/queries.ts';
import { TextLink } from '../../lib/text-link.tsx';
import { useTitle } from '../../lib/title.ts';
import { ConfirmArrival } from './confirm-arrival.tsx';
import { Disputes } from './disputes/dispute-box.tsx';
import { HandoverCode, HandoverForm } from './handover.tsx';
import { AddressCard, inclusive, OrByItself, OrderSum, TrackingNumber } from './order-facts.tsx';
import { firstName, orderSteps, orderTitle, otherOf, type Side, scanWords, sideOf } from './order-words.ts';
import { CancelOrder } from './orders/cancel-order.tsx';
import { OrderReviews } from './orders/order-reviews.tsx';
import { OrderTalk } from './orders/thread.tsx';
import { PieceCard } from './piece.tsx';
import { ShipForm } from './ship-form.tsx';

const route = getRouteApi('/signed-in/orders/$orderId');

/** The other side acts too, and their notification is not the only way to hear of it. */
const ASK_AGAIN_MS = 30_000;

export function OrderPage() {
  const { orderId } = route.useParams();
  const me = useMe();
  const query = useQuery({
    ...read('GET /orders/:id', { params: { id: orderId } }),
    refetchInterval: ({ state }) => (isRunning(state.data) ? ASK_AGAIN_MS : false),
  });
  useTitle(query.data ? `Order ${query.data.number}` : 'Order');
  return (
    <Loaded query={query} skeleton={<OrderSkeleton />}>
      {(order) => <OrderView order={order} side={sideOf(order, me?.id)} />}
    </Loaded>
  );
}

const isRunning = (order: Order | undefined): boolean =>
  order !== undefined && order.state !== 'completed' && order.state !== 'cancelled';

function OrderView({ order, side }: { order: Order; side: Side }) {
  const other = otherOf(order, side);
  // On a phone what is to be done with the piece in hand comes first, else what happened.
  const hasTask =
    !order.disputed &&
    (order.handoverCode !== null || order.possible.includes('ship') || order.possible.includes('handover'));
  const part = (
    <div className="grid content-start gap-5 lg:col-start-2 lg:row-start-2">
      {side === 'maker' ? <MakerPart order={order} /> : <BuyerPart order={order} />}
    </div>
  );
  return (
    <Page
      over={
        <>
          <TextLink to={side === 'maker' ? '/studio/orders' : '/orders'}>Orders</TextLink> · Order {order.number}
        </>
      }
      title={orderTitle(order, side)}
    >
      <div className="grid gap-x-10 gap-y-6 lg:grid-cols-[minmax(0,1fr)_25rem] lg:grid-rows-[auto_1fr]">
        <div className="lg:col-start-2">
          <PieceCard
            storyId={order.storyId}
            title={order.storyTitle}
            person={side === 'maker' ? `for ${other.displayName}` : other.displayName}
            posterUrl={order.posterUrl}
            price={order.total}
            note={inclusive(order)}
          />
          <Link
            to="/orders/$orderId/piece"
            params={{ orderId: order.id }}
            className="mt-1 inline-flex min-h-11 items-center text-14 text-indigo underline underline-offset-2"
          >
            The piece as it was sold
          </Link>
          {order.together.length > 0 && <InOneParcel order={order} side={side} />}
        </div>
        {hasTask && part}
        <section aria-label="What happened" className="lg:col-start-1 lg:row-span-2 lg:row-start-1">
          <Timeline steps={orderSteps(order, side)} />
          {order.shipment && order.state === 'shipped' && (
            <div className="mt-5 grid justify-items-start gap-2">
              {order.scan && <p className="text-ink-2">{scanWords(order.scan)}</p>}
              <TrackingNumber shipment={order.shipment} />
            </div>
          )}
        </section>
        {!hasTask && part}
      </div>
      <div className="mt-8 border-t border-line pt-6">
        {side === 'maker' && <Disputes order={order} />}
        <OrderTalk order={order} side={side} />
        {(order.state === 'delivered' || order.state === 'completed') && <OrderReviews order={order} side={side} />}
      </div>
    </Page>
  );
}

/** What else is in its parcel. */
function InOneParcel({ order, side }: { order: Order; side: Side }) {
  return (
    <p className="text-14 text-ink-2">
      {side === 'maker' ? 'Paid for to be sent in one parcel with ' : 'It travels in one parcel with '}
      {order.together.map(({ id, number }, place) => (
        <span key={id}>
          {place > 0 && ', '}
          <Link to="/orders/$orderId" params={{ orderId: id }} className="text-indigo underline underline-offset-2">
            order {number}
          </Link>
        </span>
      ))}
      .
    </p>
  );
}

function BuyerPart({ order }: { order: Order }) {
  const maker = firstName(order.maker);
  const now = useServerNow(60_000);
  const late = order.state === 'awaiting_shipment' && !order.disputed && Date.parse(order.shipBy) < now;
  return (
    <>
      {order.handoverCode && <HandoverCode order={order} code={order.handoverCode} />}
      {order.possible.includes('confirm') && <ConfirmArrival order={order} />}
      {order.disputed && (
        <p className="text-ink-2">
          Your bank has taken the payment back and decides about it. Until then{' '}
          {order.state === 'awaiting_shipment'
            ? `${maker} sends nothing, and nothing can be cancelled here`
            : 'nothing can be given back here'}
          . If that was a mistake, ask your bank to stop it.
        </p>
      )}
      {order.state === 'awaiting_shipment' && !order.disputed && (
        <p className={classNames('text-14', late ? 'text-amber' : 'text-ink-3')}>
          {late
            ? `${maker} wanted to have it ready by ${dateTime(order.shipBy)}. Your money is held until you have the piece.`
            : order.delivery === 'pickup'
              ? `It is ready by ${dateTime(order.shipBy)}. Your money is held until you have the piece.`
              : `${maker} sends it by ${dateTime(order.shipBy)}. Your money is held until you have the piece.`}
        </p>
      )}
      {late && order.buyerMayCancelAt && !order.possible.includes('cancel') && (
        <p className="text-14 text-ink-3">From {dateTime(order.buyerMayCancelAt)} on you can cancel it.</p>
      )}
      {order.possible.includes('cancel') && <CancelOrder order={order} side="buyer" />}
      {order.address && <AddressCard address={order.address} side="buyer" />}
      <OrderSum order={order} side="buyer" />
    </>
  );
}

function MakerPart({ order }: { order: Order }) {
  const buyer = firstName(order.buyer);
  const now = useServerNow(60_000);
  const late = order.state === 'awaiting_shipment' && !order.disputed && Date.parse(order.shipBy) < now;
  return (
    <>
      {order.disputed && (
        <p className="text-ink-2">
          {buyer}'s bank has taken the money back and decides about it.{' '}
          {order.state === 'awaiting_shipment'
            ? 'Please do not send it before that: what is gone then may stay unpaid. The time that this takes is added to yours.'
            : 'Until then your part is frozen, and nothing can be given back here. What you can show the bank is asked for below.'}
        </p>
      )}
      {order.state === 'awaiting_shipment' && !order.disputed && (
        <p className={classNames('text-14', late ? 'font-semibold text-amber' : 'text-ink-2')}>
          {late ? 'This was due ' : order.delivery === 'pickup' ? 'Hand it over by ' : 'Send it by '}
          {dateTime(order.shipBy)}.{late && ` ${buyer} is waiting.`}
          {late && order.cancelsAt && ` On ${dateTime(order.cancelsAt)} it is cancelled by itself and paid back.`}
        </p>
      )}
      {order.address && <AddressCard address={order.address} side="maker" />}
      {order.disputed && order.state === 'awaiting_shipment' ? (
        <details>
          <summary className="inline-flex min-h-11 cursor-pointer items-center text-indigo underline underline-offset-2">
            It is gone already
          </summary>
          <div className="mt-2">
            <ShipOrHandOver order={order} />
          </div>
        </details>
      ) : (
        <ShipOrHandOver order={order} />
      )}
      {order.state === 'awaiting_shipment' && (
        <div className="flex flex-wrap items-center gap-2">
          <Link
            to="/orders/$orderId/slip"
            params={{ orderId: order.id }}
            className={buttonClass({ variant: 'secondary' })}
          >
            Packing slip
          </Link>
          {order.possible.includes('cancel') && <CancelOrder order={order} side="maker" />}
        </div>
      )}
      <OrderSum order={order} side="maker" />
      {(order.state === 'shipped' || order.state === 'delivered') && !order.issueOpen && !order.disputed && (
        <p className="text-14 text-ink-3">
          You are paid when {buyer} confirms
          <OrByItself order={order} />.
        </p>
      )}
    </>
  );
}

const ShipOrHandOver = ({ order }: { order: Order }) => (
  <>
    {order.possible.includes('ship') && <ShipForm order={order} />}
    {order.possible.includes('handover') && <HandoverForm order={order} />}
  </>
);

function OrderSkeleton() {
  return (
    <div role="status" className="mx-auto grid w-full max-w-page gap-6 px-5 pt-6 md:px-8 md:pt-9">
      <span className="sr-only">The order is loading</span>
      <div className="grid gap-2">
        <Skeleton className="h-4 w-24" />
        <Skeleton className="h-8 w-56" />
      </div>
      <Skeleton className="h-35 w-full rounded-card lg:w-100" />
      {[0, 1, 2, 3].map((step) => (
        <div key={step} className="flex gap-3.5">
          <Skeleton className="mt-1.5 size-3.5 rounded-full" />
          <div className="grid grow gap-2">
            <Skeleton className="h-4 w-40" />
            <Skeleton className="h-3.5 w-28" />
          </div>
        </div>
      ))}
    </div>
  );
}
