// orders: one paid piece on its way from the maker to the buyer.
import type { Reader } from '#platform/database';
import type { Room } from '#platform/room';
import { ASSUME_DELIVERED, assumeDelivered, COMPLETE, completeWhenDue, type OrdersDeps, place } from './commands.ts';
import { type OrdersReads, ordersRoutes } from './routes.ts';
import * as store from './store.ts';

export { defaultOrderRules, type OrderRules } from './order.ts';
export type { Order } from './store.ts';

export type Orders = ReturnType<typeof createOrders>;

export const createOrders = (deps: OrdersDeps & OrdersReads) => {
  const room: Room = {
    routes: [ordersRoutes(deps)],
    timers: {
      [ASSUME_DELIVERED]: (tx, id) => assumeDelivered(deps, tx, id),
      [COMPLETE]: (tx, id) => completeWhenDue(deps, tx, id),
    },
    subscribers: [
      {
        name: 'orders',
        on: { 'payment.captured': (tx, event) => place(deps, tx, event.payload) },
      },
    ],
  };
  return {
    room,
    find: (reader: Reader, id: string) => store.findOrder(reader, id),
    /** The order that each lock became. */
    ofLocks: (reader: Reader, lockIds: readonly string[]): Promise<Map<string, string>> =>
      store.ordersOfLocks(reader, lockIds),
    /** The order that each payment became, as people call it. */
    ofPayments: (reader: Reader, paymentIds: readonly string[]) => store.ordersOfPayments(reader, paymentIds),
  };
};
