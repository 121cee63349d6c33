// What I buy: what waits for my payment, what I bought, what I offered.
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { buttonClass, EmptyState, Page, Tabs } from '@videowindow/ui';
import { ShoppingBag } from 'lucide-react';
import { Loaded } from '../../lib/loaded.tsx';
import { Paged } from '../../lib/paged.tsx';
import { read, readPages } from '../../lib/queries.ts';
import { toYou } from '../../lib/text-link.tsx';
import { useTitle } from '../../lib/title.ts';
import { LocksToPay } from './locks-to-pay.tsx';
import { OffersMade } from './offers-made.tsx';
import { OrderList } from './order-row.tsx';
import { type OrdersTab, ordersTabs } from './orders-tabs.ts';
import { Watchlist } from './watchlist.tsx';

const route = getRouteApi('/signed-in/orders');

export function OrdersPage() {
  useTitle('Orders');
  const { tab } = route.useSearch();
  const navigate = route.useNavigate();
  const locks = useQuery(read('GET /locks'));
  const waiting = locks.data?.items.length ?? 0;
  // Without a choice: what waits for money comes first.
  const open: OrdersTab = tab ?? (waiting > 0 ? 'to-pay' : 'bought');
  return (
    <Page over={toYou} title="Orders">
      <Tabs
        label="Orders"
        value={open}
        onChange={(next) => void navigate({ search: { tab: ordersTabs.find((one) => one === next) }, replace: true })}
        tabs={[
          {
            value: 'to-pay',
            label: 'To pay',
            ...(waiting > 0 && { count: waiting }),
            content: <Loaded query={locks}>{({ items }) => <LocksToPay locks={items} />}</Loaded>,
          },
          { value: 'bought', label: 'Bought', content: <Bought /> },
          { value: 'watching', label: 'Watching', content: <Watchlist /> },
          { value: 'offers', label: 'Offers', content: <OffersMade /> },
        ]}
      />
    </Page>
  );
}

function Bought() {
  const orders = useInfiniteQuery(readPages('GET /orders', { query: { as: 'buyer' } }));
  return (
    <Paged
      query={orders}
      empty={
        <EmptyState
          icon={<ShoppingBag aria-hidden size={26} />}
          title="Nothing bought yet"
          action={
            <Link to="/" className={buttonClass()}>
              Watch and find a piece
            </Link>
          }
        >
          Pieces that you buy appear here, with where they are and what comes next.
        </EmptyState>
      }
    >
      {(items) => <OrderList orders={items} side="buyer" />}
    </Paged>
  );
}
