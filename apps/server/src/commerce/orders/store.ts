// SQL of orders and their timelines.
import type { ReturnsPolicy } from '@videowindow/contract/api/commerce';
import type { OrderState } from '@videowindow/contract/machines/order';
import { type Money, money } from '@videowindow/contract/money';
import type { Generated, Selectable, Updateable } from 'kysely';
import { type Reader, sql, type Tx } from '#platform/database';
import type { Delivery, OrderRules } from './order.ts';
import type { Tax } from './tax.ts';

/** How it came to be known that a piece is there. */
export type DeliveryHow = 'handed_over' | 'received' | 'assumed_delivered' | 'scanned';
/** Who or what cancelled an order. */
export type CancelledBy = 'buyer' | 'maker' | 'time' | 'issue';

type Tables = {
  orders: {
    id: string;
    number: Generated<number>;
    lock_id: string;
    payment_id: string;
    listing_id: string;
    story_id: string;
    maker_id: string;
    buyer_id: string;
    title: string;
    state: OrderState;
    delivery: Delivery;
    currency: string;
    item_amount: number;
    shipping_amount: number;
    fee_amount: number;
    returns: Generated<ReturnsPolicy>;
    paid_at: Date;
    ship_by: Date;
    carrier: string | null;
    tracking_number: string | null;
    shipped_at: Date | null;
    delivered_at: Date | null;
    delivery_seen: boolean | null;
    delivery_how: DeliveryHow | null;
    rules: Partial<OrderRules> | null;
    abroad: Generated<boolean>;
    cancelled_by: CancelledBy | null;
    tax_bps: number | null;
    tax_amount: number | null;
    tax_owed_by: Generated<Tax['owedBy']>;
    completes_at: Date | null;
    completed_at: Date | null;
    address_sealed: string | null;
    handover_sealed: string | null;
    code_tries: Generated<number>;
    code_window_at: Date | null;
    disputed_at: Date | null;
    travels_with: string | null;
    created_at: Date;
  };
  order_timeline: { order_id: string; seq: number; kind: string; at: Date; note: string | null };
};

export type Order = {
  readonly id: string;
  /** What people call it; rises, but may have gaps. */
  readonly number: number;
  readonly lockId: string;
  readonly paymentId: string;
  readonly listingId: string;
  readonly storyId: string;
  readonly makerId: string;
  readonly buyerId: string;
  readonly title: string;
  readonly state: OrderState;
  readonly delivery: Delivery;
  readonly item: Money;
  readonly shipping: Money;
  readonly fee: Money;
  /** What was promised about sending it back when it was sold. */
  readonly returns: ReturnsPolicy;
  readonly paidAt: Date;
  readonly shipBy: Date;
  /** In force when it was placed. */
  readonly rules: Partial<OrderRules> | null;
  /** It goes to another country than makers send from. */
  readonly abroad: boolean;
  readonly deliveryHow: DeliveryHow | null;
  readonly completedAt: Date | null;
  readonly deliveredAt: Date | null;
  readonly cancelledBy: CancelledBy | null;
  /** Included in what was paid. */
  readonly tax: Tax | null;
  readonly shipment: { readonly carrier: string; readonly trackingNumber: string; readonly shippedAt: Date } | null;
  readonly completesAt: Date | null;
  /** Sealed; opened only for those who may read it. */
  readonly addressSealed: string | null;
  readonly handoverSealed: string | null;
  readonly codeTries: number;
  readonly codeWindowAt: Date | null;
  /** Since when a bank has had its money back and decides; null for almost all. */
  readonly disputedAt: Date | null;
  /** The order into whose parcel it goes. */
  readonly travelsWith: string | null;
};

export type Moment = { readonly kind: string; readonly at: Date; readonly note: string | null };

const tables = (reader: Reader) => reader.withTables<Tables>();

const orderOf = (row: Selectable<Tables['orders']>): Order => ({
  id: row.id,
  number: row.number,
  lockId: row.lock_id,
  paymentId: row.payment_id,
  listingId: row.listing_id,
  storyId: row.story_id,
  makerId: row.maker_id,
  buyerId: row.buyer_id,
  title: row.title,
  state: row.state,
  delivery: row.delivery,
  item: money(row.item_amount, row.currency),
  shipping: money(row.shipping_amount, row.currency),
  fee: money(row.fee_amount, row.currency),
  returns: row.returns,
  paidAt: row.paid_at,
  shipBy: row.ship_by,
  shipment:
    row.carrier !== null && row.tracking_number !== null && row.shipped_at !== null
      ? { carrier: row.carrier, trackingNumber: row.tracking_number, shippedAt: row.shipped_at }
      : null,
  rules: row.rules,
  abroad: row.abroad,
  deliveryHow: row.delivery_how,
  completedAt: row.completed_at,
  deliveredAt: row.delivered_at,
  cancelledBy: row.cancelled_by,
  tax:
    row.tax_amount === null
      ? null
      : { bps: row.tax_bps, amount: money(row.tax_amount, row.currency), owedBy: row.tax_owed_by },
  completesAt: row.completes_at,
  addressSealed: row.address_sealed,
  handoverSealed: row.handover_sealed,
  codeTries: row.code_tries,
  codeWindowAt: row.code_window_at,
  disputedAt: row.disputed_at,
  travelsWith: row.travels_with,
});

const firstOf = (rows: readonly Selectable<Tables['orders']>[]): Order | null => (rows[0] ? orderOf(rows[0]) : null);

export const lockOrder = async (tx: Tx, id: string): Promise<Order | null> =>
  firstOf(await tables(tx).selectFrom('orders').selectAll().where('id', '=', id).forUpdate().execute());

export const findOrder = async (reader: Reader, id: string): Promise<Order | null> =>
  firstOf(await tables(reader).selectFrom('orders').selectAll().where('id', '=', id).execute());

export const ordersByIds = async (reader: Reader, ids: readonly string[]): Promise<Order[]> => {
  if (ids.length === 0) return [];
  return (
    await tables(reader)
      .selectFrom('orders')
      .selectAll()
      .where('id', 'in', [...ids])
      .execute()
  ).map(orderOf);
};

/** What a maker sold between two moments, newest first. */
export const soldBetween = async (
  reader: Reader,
  makerId: string,
  { from, to }: { from: Date | null; to: Date | null },
  limit: number,
): Promise<Order[]> => {
  let query = tables(reader).selectFrom('orders').selectAll().where('maker_id', '=', makerId);
  if (from) query = query.where('paid_at', '>=', from);
  if (to) query = query.where('paid_at', '<', to);
  return (await query.orderBy('number', 'desc').limit(limit).execute()).map(orderOf);
};

/** The order that a lock became. */
export const orderOfLock = async (reader: Reader, lockId: string): Promise<Order | null> =>
  firstOf(await tables(reader).selectFrom('orders').selectAll().where('lock_id', '=', lockId).execute());

/** What a buyer has paid of some makers' and is to be sent, oldest first. */
export const unsentOrders = async (
  reader: Reader,
  { buyerId, makerIds }: { buyerId: string; makerIds: readonly string[] },
): Promise<Order[]> => {
  if (makerIds.length === 0) return [];
  const query = tables(reader)
    .selectFrom('orders')
    .selectAll()
    .where('buyer_id', '=', buyerId)
    .where('maker_id', 'in', [...makerIds])
    .where('state', '=', 'awaiting_shipment')
    .where('delivery', '=', 'ship')
    .where('disputed_at', 'is', null);
  return (await query.orderBy('number').execute()).map(orderOf);
};

/** The orders of some parcels, by the order that each travels with; those that go alone in theirs are left out. */
export const travellingWith = async (reader: Reader, hosts: readonly string[]): Promise<Order[]> => {
  if (hosts.length === 0) return [];
  const inside = tables(reader)
    .selectFrom('orders')
    .select('travels_with')
    .where('travels_with', 'in', [...hosts]);
  const query = tables(reader)
    .selectFrom('orders')
    .selectAll()
    .where((each) => each.or([each('travels_with', 'in', [...hosts]), each('id', 'in', inside)]));
  return (await query.orderBy('number').execute()).map(orderOf);
};

/** The order that each lock became. */
export const ordersOfLocks = async (reader: Reader, lockIds: readonly string[]): Promise<Map<string, string>> => {
  if (lockIds.length === 0) return new Map();
  const rows = await tables(reader)
    .selectFrom('orders')
    .select(['id', 'lock_id'])
    .where('lock_id', 'in', [...lockIds])
    .execute();
  return new Map(rows.map((row) => [row.lock_id, row.id]));
};

/** The order that each payment became, as people call it. */
export const ordersOfPayments = async (
  reader: Reader,
  paymentIds: readonly string[],
): Promise<Map<string, Pick<Order, 'id' | 'number' | 'title'>>> => {
  if (paymentIds.length === 0) return new Map();
  const rows = await tables(reader)
    .selectFrom('orders')
    .select(['id', 'number', 'title', 'payment_id'])
    .where('payment_id', 'in', [...paymentIds])
    .execute();
  return new Map(rows.map(({ payment_id, ...order }) => [payment_id, order]));
};

/** How many of these orders somebody buys or sells. */
export const countOf = async (reader: Reader, ids: readonly string[], personId: string): Promise<number> => {
  if (ids.length === 0) return 0;
  const { count } = await tables(reader)
    .selectFrom('orders')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .where('id', 'in', [...ids])
    .where((each) => each.or([each('buyer_id', '=', personId), each('maker_id', '=', personId)]))
    .executeTakeFirstOrThrow();
  return Number(count);
};

type Page = { personId: string; state: OrderState | null; limit: number };

/** What a person bought, newest first, below a number; served by orders_buyer. */
export const pageOfBought = async (reader: Reader, page: Page & { below: number | null }): Promise<Order[]> => {
  let query = tables(reader).selectFrom('orders').selectAll().where('buyer_id', '=', page.personId);
  if (page.state !== null) query = query.where('state', '=', page.state);
  if (page.below !== null) query = query.where('number', '<', page.below);
  return (await query.orderBy('number', 'desc').limit(page.limit).execute()).map(orderOf);
};

/** Makers see first what must be sent first: seconds since 1970 while it waits; the rest comes behind, newest first. */
const URGENCY = sql<number>`case when state = 'awaiting_shipment' then floor(extract(epoch from ship_by))::bigint
                             else 1000000000000 - number end`;

/** Where a maker's page goes on behind this order. */
export const urgencyOf = (order: Order): [number, number] => [
  order.state === 'awaiting_shipment' ? Math.floor(order.shipBy.getTime() / 1000) : 1_000_000_000_000 - order.number,
  order.number,
];

/** What a maker sold, most urgent first; served by orders_maker. */
export const pageOfSold = async (
  reader: Reader,
  page: Page & { behind: readonly [number, number] | null },
): Promise<Order[]> => {
  let query = tables(reader).selectFrom('orders').selectAll().where('maker_id', '=', page.personId);
  if (page.state !== null) query = query.where('state', '=', page.state);
  if (page.behind !== null) {
    const [urgency, number] = page.behind;
    query = query.where(sql<boolean>`(${URGENCY}, number) > (${urgency}, ${number})`);
  }
  return (await query.orderBy(URGENCY).orderBy('number').limit(page.limit).execute()).map(orderOf);
};

/** What went back to the buyer of some orders, in minor units of each order's currency. */
export const refundedOf = async (reader: Reader, orderIds: readonly string[]): Promise<Map<string, number>> => {
  if (orderIds.length === 0) return new Map();
  const { rows } = await sql<{ id: string; amount: number }>`
    select order_id as id, sum(amount)::bigint as amount from order_refunds
    where order_id = any(${[...orderIds]}::uuid[]) group by order_id`.execute(reader);
  return new Map(rows.map(({ id, amount }) => [id, Number(amount)]));
};

/** Writes down what goes back. Twice is once. @returns whether it is new */
export const addRefund = async (
  tx: Tx,
  refund: { refundId: string; orderId: string; amount: Money; at: Date },
): Promise<boolean> => {
  const { rows } = await sql`
    insert into order_refunds (refund_id, order_id, amount, at)
    values (${refund.refundId}, ${refund.orderId}, ${refund.amount.amount}, ${refund.at})
    on conflict do nothing returning 1`.execute(tx);
  return rows.length > 0;
};

/** Those of some orders that have an open issue. */
export const withOpenIssue = async (reader: Reader, orderIds: readonly string[]): Promise<Set<string>> => {
  if (orderIds.length === 0) return new Set();
  const { rows } = await sql<{ id: string }>`
    select order_id as id from order_issues
    where order_id = any(${[...orderIds]}::uuid[]) and closed_at is null`.execute(reader);
  return new Set(rows.map(({ id }) => id));
};

/** The order was cancelled and everything goes back: what was wrong with it is settled by that. */
export const closeIssues = async (tx: Tx, orderId: string, now: Date): Promise<void> => {
  await sql`
    update order_issues set state = 'refunded', closed_at = ${now}
    where order_id = ${orderId} and closed_at is null`.execute(tx);
};

export const insertOrder = async (tx: Tx, order: Omit<Order, 'number'>): Promise<Order> => {
  const row = await tables(tx)
    .insertInto('orders')
    .values({
      id: order.id,
      lock_id: order.lockId,
      payment_id: order.paymentId,
      listing_id: order.listingId,
      story_id: order.storyId,
      maker_id: order.makerId,
      buyer_id: order.buyerId,
      title: order.title,
      state: order.state,
      delivery: order.delivery,
      currency: order.item.currency,
      item_amount: order.item.amount,
      shipping_amount: order.shipping.amount,
      fee_amount: order.fee.amount,
      returns: sql<ReturnsPolicy>`${JSON.stringify(order.returns)}::jsonb`,
      paid_at: order.paidAt,
      ship_by: order.shipBy,
      rules: sql`${JSON.stringify(order.rules)}::jsonb`,
      abroad: order.abroad,
      tax_bps: order.tax?.bps ?? null,
      tax_amount: order.tax?.amount.amount ?? null,
      tax_owed_by: order.tax?.owedBy ?? 'maker',
      address_sealed: order.addressSealed,
      handover_sealed: order.handoverSealed,
      travels_with: order.travelsWith,
      created_at: order.paidAt,
    })
    .returningAll()
    .executeTakeFirstOrThrow();
  return orderOf(row);
};

export const updateOrder = async (tx: Tx, id: string, change: Updateable<Tables['orders']>): Promise<Order> =>
  orderOf(
    await tables(tx).updateTable('orders').set(change).where('id', '=', id).returningAll().executeTakeFirstOrThrow(),
  );

/** Adds a moment to the order's timeline; the order is locked by this transaction. */
export const addMoment = async (tx: Tx, orderId: string, moment: Moment): Promise<void> => {
  await sql`
    insert into order_timeline (order_id, seq, kind, at, note)
    select ${orderId}, coalesce(max(seq), 0) + 1, ${moment.kind}, ${moment.at}, ${moment.note}
    from order_timeline
    where order_id = ${orderId}`.execute(tx);
};

/** The timelines of some orders, each oldest first. */
export const timelinesOf = async (reader: Reader, orderIds: readonly string[]): Promise<Map<string, Moment[]>> => {
  const timelines = new Map<string, Moment[]>(orderIds.map((id) => [id, []]));
  if (orderIds.length === 0) return timelines;
  const rows = await tables(reader)
    .selectFrom('order_timeline')
    .selectAll()
    .where('order_id', 'in', [...orderIds])
    .orderBy('order_id')
    .orderBy('seq')
    .execute();
  for (const { order_id, kind, at, note } of rows) timelines.get(order_id)?.push({ kind, at, note });
  return timelines;
};

/** Orders by their number, or a person's newest on either side. */
export const searchOrders = async (
  reader: Reader,
  by: { number: number } | { personId: string },
  limit: number,
): Promise<Order[]> => {
  let query = tables(reader).selectFrom('orders').selectAll();
  if ('number' in by) query = query.where('number', '=', by.number);
  else query = query.where((eb) => eb.or([eb('buyer_id', '=', by.personId), eb('maker_id', '=', by.personId)]));
  return (await query.orderBy('number', 'desc').limit(limit).execute()).map(orderOf);
};

/** Orders on their way with a tracking number, given without gaps; served by orders_tracking. */
export const shippedWith = async (reader: Reader, number: string): Promise<string[]> => {
  const { rows } = await sql<{ id: string }>`
    select id from orders
    where state = 'shipped' and upper(regexp_replace(tracking_number, '[^A-Za-z0-9]', '', 'g')) = ${number}
    order by id`.execute(reader);
  return rows.map(({ id }) => id);
};
