// A maker's sales in sums, for whoever watches over money.
import { type Reader, sql } from '#platform/database';

/** More orders of a month than this say nothing new about who bought them. */
const BOUGHT_AT_MOST = 1000;

export type Sales = {
  /** Minor units, of the last 24 hours and of the 90 days before them. */
  readonly today: number;
  readonly before: number;
  /** Orders of the last 30 days, and those of them of which something went back. */
  readonly sales: number;
  readonly refunded: number;
  /** By whom and by which payment they were bought. */
  readonly bought: readonly { readonly paymentId: string; readonly buyerId: string }[];
};

/** @param since what was sold before it counts in `before` only; null: everything counts. Served by orders_maker. */
export const salesOf = async (reader: Reader, makerId: string, since: Date | null): Promise<Sales> => {
  const recent = sql`paid_at > app_now() - interval '30 days' and paid_at > coalesce(${since}::timestamptz, '-infinity')`;
  const { rows } = await sql<Omit<Sales, 'bought'>>`
    select
      coalesce(sum(item_amount + shipping_amount) filter (
        where paid_at > app_now() - interval '1 day' and ${recent}), 0)::bigint as today,
      coalesce(sum(item_amount + shipping_amount) filter (
        where paid_at <= app_now() - interval '1 day'), 0)::bigint as before,
      count(*) filter (where ${recent}) as sales,
      count(*) filter (
        where ${recent} and exists (select from order_refunds r where r.order_id = orders.id)) as refunded
    from orders
    where maker_id = ${makerId} and paid_at > app_now() - interval '91 days'`.execute(reader);
  const { rows: bought } = await sql<Sales['bought'][number]>`
    select payment_id as "paymentId", buyer_id as "buyerId" from orders
    where maker_id = ${makerId} and ${recent}
    order by number desc limit ${BOUGHT_AT_MOST}`.execute(reader);
  return { ...(rows[0] ?? { today: 0, before: 0, sales: 0, refunded: 0 }), bought };
};
