// HTTP of orders.
import { type Actor, DomainError } from '@videowindow/contract';
import { type Order as OrderView, ordersApi } from '@videowindow/contract/api/commerce';
import type { PersonSummary } from '@videowindow/contract/api/people';
import { add } from '@videowindow/contract/money';
import type { Reader } from '#platform/database';
import { authorize, cutPage, decodeCursor, implement, personId } from '#platform/http';
import { addressOf, confirm, handover, handoverCodeOf, type OrdersDeps, ship } from './commands.ts';
import { linesOf, type OrderLine } from './lines.ts';
import { buttons } from './order.ts';
import { findOrder, type Moment, type Order, pageOfOrders, timelinesOf } from './store.ts';

export type OrdersReads = {
  /** People by id, small. */
  people(reader: Reader, ids: readonly string[]): Promise<Map<string, PersonSummary>>;
  /** The picture of each story that has one. */
  posters(reader: Reader, storyIds: readonly string[]): Promise<Map<string, string>>;
};

type Deps = OrdersDeps & OrdersReads;

/** Orders as one of their two sides sees them; four reads, however many orders. */
const views = async (deps: Deps, orders: readonly Order[], readerId: string): Promise<OrderView[]> => {
  const { db } = deps.database;
  const ids = orders.map((order) => order.id);
  const people = await deps.people(
    db,
    orders.flatMap((order) => [order.makerId, order.buyerId]),
  );
  const posters = await deps.posters(
    db,
    orders.map((order) => order.storyId),
  );
  const timelines = await timelinesOf(db, ids);
  const lines = await linesOf(db, ids);
  return orders.flatMap((order) => {
    const maker = people.get(order.makerId);
    const buyer = people.get(order.buyerId);
    if (!maker || !buyer) return [];
    return [
      view(
        deps,
        order,
        {
          maker,
          buyer,
          poster: posters.get(order.storyId),
          timeline: timelines.get(order.id),
          lines: lines.get(order.id),
        },
        readerId,
      ),
    ];
  });
};

const view = (
  deps: Deps,
  order: Order,
  with_: {
    maker: PersonSummary;
    buyer: PersonSummary;
    poster: string | undefined;
    timeline: Moment[] | undefined;
    lines: OrderLine[] | undefined;
  },
  readerId: string,
): OrderView => {
  const isMaker = readerId === order.makerId;
  const isBuyer = readerId === order.buyerId;
  // The maker needs the address while the piece is on its way, and not longer.
  const onItsWay = order.state === 'awaiting_shipment' || order.state === 'shipped';
  return {
    id: order.id,
    number: order.number,
    storyId: order.storyId,
    storyTitle: order.title,
    posterUrl: with_.poster ?? null,
    maker: with_.maker,
    buyer: with_.buyer,
    state: order.state,
    delivery: order.delivery,
    lines: (with_.lines ?? []).map(({ title, options, quantity, unit }) => ({
      title,
      options: [...options],
      quantity,
      unit,
    })),
    item: order.item,
    shipping: order.shipping,
    total: add(order.item, order.shipping),
    fee: isMaker ? order.fee : null,
    shipBy: order.shipBy.toISOString(),
    shipment: order.shipment && { ...order.shipment, shippedAt: order.shipment.shippedAt.toISOString() },
    address: isBuyer || (isMaker && onItsWay) ? addressOf(deps, order) : null,
    handoverCode: isBuyer && order.state === 'awaiting_shipment' ? handoverCodeOf(deps, order) : null,
    timeline: (with_.timeline ?? []).map((moment) => ({ ...moment, at: moment.at.toISOString() })),
    completesAt: order.completesAt?.toISOString() ?? null,
    possible: buttons(order, isMaker ? 'maker' : isBuyer ? 'buyer' : 'neither'),
  };
};

export const ordersRoutes = (deps: Deps) => {
  const one = async (order: Order, actor: Actor): Promise<OrderView> => {
    const [seen] = await views(deps, [order], personId(actor));
    if (!seen) throw new DomainError('not_found');
    return seen;
  };
  return implement(ordersApi, {
    'GET /orders': async ({ query, context }) => {
      const me = personId(context.actor);
      const after = decodeCursor(query.cursor, ['number']);
      const limit = query.limit ?? 20;
      const rows = await pageOfOrders(deps.database.db, {
        as: query.as,
        personId: me,
        state: query.state ?? null,
        below: after?.[0] ?? null,
        limit: limit + 1,
      });
      const { shown, next } = cutPage(rows, limit, ({ number }) => [number]);
      return { items: await views(deps, shown, me), next };
    },
    'GET /orders/:id': async ({ params, context }) => {
      const order = await findOrder(deps.database.db, params.id);
      if (!order) throw new DomainError('not_found');
      const isMaker = context.actor.id === order.makerId;
      authorize(context.actor, 'order.read', { ownerId: isMaker ? order.makerId : order.buyerId });
      return await one(order, context.actor);
    },
    'POST /orders/:id/ship': async ({ params, body, context }) =>
      await one(await ship(deps, context.actor, params.id, body, context.requestId), context.actor),
    'POST /orders/:id/handover': async ({ params, body, context }) =>
      await one(await handover(deps, context.actor, params.id, body.code, context.requestId), context.actor),
    'POST /orders/:id/confirm': async ({ params, context }) =>
      await one(await confirm(deps, context.actor, params.id, context.requestId), context.actor),
  });
};
