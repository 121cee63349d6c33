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

/**
 * The tax in a maker's prices that they owe themselves, by month in UTC (`2026-11`), in minor units: of what was sold in
 * it, less the part of it that went back in it, rounded as on the credit notes (`taxBack`).
 */
export const ownTaxOf = async (
  reader: Reader,
  makerId: string,
  span: { from: Date; to: Date },
  currency: string,
): Promise<Map<string, number>> => {
  const { rows } = await sql<{ month: string; amount: number }>`
    with sold as (
      select id, paid_at, tax_amount as tax, item_amount + shipping_amount as price
      from orders
      where maker_id = ${makerId} and currency = ${currency} and tax_amount > 0 and tax_owed_by = 'maker'
    ), back as (
      select r.at, s.tax, s.price, r.amount,
             sum(r.amount) over (partition by r.order_id order by r.at, r.refund_id)::bigint as up_to
      from order_refunds r join sold s on s.id = r.order_id
    ), moved as (
      select paid_at as at, tax as amount from sold
      union all
      select at, (2 * tax * (up_to - amount) + price) / (2 * price) - (2 * tax * up_to + price) / (2 * price) from back
    )
    select to_char(at at time zone 'UTC', 'YYYY-MM') as month, sum(amount)::bigint as amount
    from moved where at >= ${span.from} and at < ${span.to}
    group by 1`.execute(reader);
  return new Map(rows.map(({ month, amount }) => [month, amount]));
};
