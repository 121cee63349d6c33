// A page to print and put into the parcel: what is in it, for whom, from whom. No prices: it may be a present.
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import type { Order } from '@videowindow/contract/api/commerce';
import { Button, buttonClass } from '@videowindow/ui';
import { Printer } from 'lucide-react';
import { date } from '../../../lib/dates.ts';
import { Loaded } from '../../../lib/loaded.tsx';
import { read } from '../../../lib/queries.ts';
import { useTitle } from '../../../lib/title.ts';
import { addressLines } from '../order-facts.tsx';

const route = getRouteApi('/signed-in/makers/orders/$orderId/slip');

export function PackingSlipPage() {
  const { orderId } = route.useParams();
  const query = useQuery(read('GET /orders/:id', { params: { id: orderId } }));
  useTitle(query.data ? `Packing slip ${query.data.number}` : 'Packing slip');
  return <Loaded query={query}>{(order) => <Slip order={order} />}</Loaded>;
}

function Slip({ order }: { order: Order }) {
  return (
    <div className="mx-auto w-full max-w-[44rem] px-5 pt-6 pb-16 md:px-8 print:p-0">
      <div className="mb-6 flex flex-wrap gap-2 print:hidden">
        <Button icon={<Printer aria-hidden size={18} />} onClick={() => window.print()}>
          Print
        </Button>
        <Link to="/orders/$orderId" params={{ orderId: order.id }} className={buttonClass({ variant: 'secondary' })}>
          Back to the order
        </Link>
      </div>
      <article className="rounded-card border border-line bg-sheet p-8 print:border-0 print:bg-white print:p-0 print:text-black">
        <header className="flex flex-wrap items-baseline justify-between gap-4 border-b border-line pb-4">
          <h1 tabIndex={-1} className="font-title text-28 font-semibold">
            Packing slip
          </h1>
          <p className="figures text-ink-2 print:text-black">Order {order.number}</p>
        </header>
        <div className="grid gap-6 py-6 sm:grid-cols-2">
          <div>
            <h2 className="mb-1 text-14 font-semibold text-ink-3">From</h2>
            <p>{order.maker.displayName}</p>
            <p className="text-ink-3">@{order.maker.handle}</p>
          </div>
          <div>
            <h2 className="mb-1 text-14 font-semibold text-ink-3">To</h2>
            {order.address ? (
              <address className="not-italic">
                {addressLines(order.address).map((line, place) => (
                  // biome-ignore lint/suspicious/noArrayIndexKey: the lines of one address
                  <span key={place} className="block">
                    {line}
                  </span>
                ))}
              </address>
            ) : (
              <p>{order.delivery === 'pickup' ? `Fetched by ${order.buyer.displayName}` : order.buyer.displayName}</p>
            )}
          </div>
        </div>
        <table className="w-full border-t border-line text-left">
          <thead>
            <tr className="text-14 text-ink-3">
              <th className="py-2 font-semibold">Piece</th>
              <th className="py-2 text-right font-semibold">Number</th>
            </tr>
          </thead>
          <tbody>
            {order.lines.map((line, place) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: the lines of one order, always in the same order
              <tr key={place} className="border-t border-line">
                <td className="py-3">{[line.title, ...line.options.map(({ value }) => value)].join(', ')}</td>
                <td className="figures py-3 text-right">{line.quantity}</td>
              </tr>
            ))}
          </tbody>
        </table>
        <p className="mt-8 text-14 text-ink-2 print:text-black">
          Paid on {date(order.timeline[0]?.at ?? order.shipBy)}. Thank you for buying what somebody made.
        </p>
      </article>
    </div>
  );
}
