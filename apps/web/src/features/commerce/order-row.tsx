import { Link } from '@tanstack/react-router';
import type { Order } from '@videowindow/contract/api/commerce';
import { Price, StatusChip, useServerNow } from '@videowindow/ui';
import { orderChip, orderDue, otherOf, type Side } from './order-words.ts';
import { Still } from './piece.tsx';

/** One order in a list. */
function OrderRow({ order, side }: { order: Order; side: Side }) {
  const now = useServerNow(60_000);
  const chip = orderChip(order, now);
  return (
    <Link
      to="/orders/$orderId"
      params={{ orderId: order.id }}
      className="flex gap-4 rounded-card border border-line bg-sheet p-3 transition-colors duration-120 hover:border-line-strong"
    >
      <Still url={order.posterUrl} className="h-24 w-18" />
      <span className="grid min-w-0 grow content-start gap-0.5">
        <span className="flex items-start justify-between gap-3">
          <span className="line-clamp-2 min-w-0 font-semibold">{order.storyTitle}</span>
          <Price value={order.total} size="small" />
        </span>
        <span className="truncate text-14 text-ink-3">
          {side === 'maker' ? `for ${order.buyer.displayName}` : otherOf(order, side).displayName} · {order.number}
        </span>
        <span className="mt-2 flex flex-wrap items-center gap-x-2.5 gap-y-1">
          <StatusChip tone={chip.tone}>{chip.label}</StatusChip>
          <span className="text-14 text-ink-3">{orderDue(order)}</span>
        </span>
      </span>
    </Link>
  );
}

/** Orders, one below the other. */
export const OrderList = ({ orders, side }: { orders: readonly Order[]; side: Side }) => (
  <ul className="grid grid-cols-1 gap-3 lg:grid-cols-2">
    {orders.map((order) => (
      <li key={order.id}>
        <OrderRow order={order} side={side} />
      </li>
    ))}
  </ul>
);
