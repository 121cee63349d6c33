import { Link } from '@tanstack/react-router';

/** Leads to an order from wherever money tells of it; without `title` where that stands beside it already. */
export function OrderLink({ order }: { order: { id: string; number: number; title?: string } }) {
  return (
    <Link to="/orders/$orderId" params={{ orderId: order.id }} className="text-indigo underline underline-offset-2">
      Order {order.number}
      {order.title !== undefined && `, ${order.title}`}
    </Link>
  );
}
