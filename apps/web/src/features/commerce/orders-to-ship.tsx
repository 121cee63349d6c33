import { useInfiniteQuery } from '@tanstack/react-query';
import type { Order } from '@videowindow/contract/api/commerce';
import { EmptyState, Section } from '@videowindow/ui';
import { PackageOpen } from 'lucide-react';
import { Paged } from '../../lib/paged.tsx';
import { readPages } from '../../lib/queries.ts';
import { StudioPage } from '../content/studio-nav.tsx';
import { OrderRow } from './order-row.tsx';

/** What I sold: first what waits for me, then the rest. */
export function StudioOrdersPage() {
  const orders = useInfiniteQuery(readPages('GET /orders', { query: { as: 'maker' } }));
  return (
    <StudioPage title="Orders">
      <Paged
        query={orders}
        empty={
          <EmptyState icon={<PackageOpen aria-hidden size={26} />} title="Nothing to send yet">
            When somebody has paid for a piece, it appears here with the address, and we send you a mail.
          </EmptyState>
        }
      >
        {(items) => {
          const waiting = items.filter((order) => order.state === 'awaiting_shipment');
          const others = items.filter((order) => order.state !== 'awaiting_shipment');
          return (
            <>
              {waiting.length > 0 && (
                <Section title={`To send or hand over (${waiting.length})`}>
                  <OrderList orders={waiting} />
                </Section>
              )}
              {others.length > 0 && (
                <Section title="On their way and done">
                  <OrderList orders={others} />
                </Section>
              )}
            </>
          );
        }}
      </Paged>
    </StudioPage>
  );
}

const OrderList = ({ orders }: { orders: Order[] }) => (
  <ul className="grid gap-3">
    {orders.map((order) => (
      <li key={order.id}>
        <OrderRow order={order} side="maker" />
      </li>
    ))}
  </ul>
);
