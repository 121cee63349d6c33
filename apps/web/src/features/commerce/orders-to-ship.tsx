import { useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { buttonClass, EmptyState, Tabs } from '@videowindow/ui';
import { Download, PackageCheck, PackageOpen } from 'lucide-react';
import { Paged } from '../../lib/paged.tsx';
import { readPages } from '../../lib/queries.ts';
import { StudioPage } from '../content/studio-nav.tsx';
import { OrderList } from './order-row.tsx';

const route = getRouteApi('/signed-in/makers/studio/orders');

/** What I sold: first what somebody waits for. */
export function StudioOrdersPage() {
  const { tab = 'to-send' } = route.useSearch();
  const navigate = route.useNavigate();
  return (
    <StudioPage title="Orders">
      <Tabs
        look="pill"
        label="Orders"
        value={tab}
        onChange={(next) => void navigate({ search: next === 'all' ? { tab: 'all' } : {}, replace: true })}
        tabs={[
          { value: 'to-send', label: 'To send or hand over', content: <ToSend /> },
          { value: 'all', label: 'All', content: <All /> },
        ]}
      />
      <p className="mt-6">
        <a href="/api/v1/orders/export" download className={buttonClass({ variant: 'secondary', size: 'small' })}>
          <Download aria-hidden size={16} />
          All orders as a table
        </a>
      </p>
    </StudioPage>
  );
}

function ToSend() {
  const orders = useInfiniteQuery(readPages('GET /orders', { query: { as: 'maker', state: 'awaiting_shipment' } }));
  return (
    <Paged
      query={orders}
      empty={
        <EmptyState icon={<PackageCheck aria-hidden size={26} />} title="Nothing waits to be sent">
          As soon as a piece of yours is paid, it appears here with the address and the day by which it goes out.
        </EmptyState>
      }
    >
      {(items) => <OrderList orders={items} side="maker" />}
    </Paged>
  );
}

function All() {
  const orders = useInfiniteQuery(readPages('GET /orders', { query: { as: 'maker' } }));
  return (
    <Paged
      query={orders}
      empty={
        <EmptyState icon={<PackageOpen aria-hidden size={26} />} title="Nothing sold yet">
          Your first sale will be here. A piece sells when its story is in the feed and its terms are set.
        </EmptyState>
      }
    >
      {(items) => <OrderList orders={items} side="maker" />}
    </Paged>
  );
}
