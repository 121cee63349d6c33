// An order on its way: delivered by somebody's word or by time, and completed when nobody can complain any more.
import { apply } from '@videowindow/contract/machine';
import { type OrderState, orderMachine } from '@videowindow/contract/machines/order';
import { add } from '@videowindow/contract/money';
import type { Tx } from '#platform/database';
import { completesAt } from './order.ts';
import {
  ASSUME_DELIVERED,
  about,
  CANCEL_UNSENT,
  COMPLETE,
  FORGET_ADDRESS,
  isSettled,
  type OrdersDeps,
  payableOf,
  REMIND_TO_SHIP,
  rulesOf,
} from './parts.ts';
import type { DeliveryHow, Order } from './store.ts';
import * as store from './store.ts';

/** The timer: nobody saw it arrive, but it must have. */
export const assumeDelivered = async (deps: OrdersDeps, tx: Tx, id: string): Promise<void> => {
  const order = await store.lockOrder(tx, id);
  if (!order) return;
  const move = apply(orderMachine, order.state, 'deliver', { due: true });
  if (move.ok) await deliver(deps, tx, order, move.to, 'assumed_delivered');
};

/** The timer: the time to complain is over. With an open issue nothing happens; its end sets the timer anew. */
export const completeWhenDue = async (deps: OrdersDeps, tx: Tx, id: string): Promise<void> => {
  const order = await store.lockOrder(tx, id);
  if (!order) return;
  const move = apply(orderMachine, order.state, 'complete', { due: true, settled: await isSettled(tx, id) });
  if (move.ok) await complete(deps, tx, order, move.to);
};

/** It is there, by `how`. The order is locked. */
export const deliver = async (
  deps: OrdersDeps,
  tx: Tx,
  order: Order,
  state: OrderState,
  how: DeliveryHow,
): Promise<Order> => {
  const now = await deps.database.now(tx);
  const seen = how !== 'assumed_delivered';
  const due = new Date(completesAt(now.getTime(), seen, rulesOf(deps, order)));
  const delivered = await store.updateOrder(tx, order.id, {
    state,
    delivered_at: now,
    delivery_seen: seen,
    delivery_how: how,
    completes_at: due,
  });
  await store.addMoment(tx, order.id, { kind: how, at: now, note: null });
  for (const timer of [REMIND_TO_SHIP, CANCEL_UNSENT, ASSUME_DELIVERED]) await deps.timers.clear(tx, timer, order.id);
  await deps.timers.set(tx, COMPLETE, order.id, due);
  await deps.events.emit(tx, 'order.delivered', order.id, { ...about(delivered), how, completesAt: due.toISOString() });
  return delivered;
};

/** The order is over; what is left of the money goes to the maker. The order is locked. */
export const complete = async (deps: OrdersDeps, tx: Tx, order: Order, state: OrderState): Promise<Order> => {
  const now = await deps.database.now(tx);
  const completed = await store.updateOrder(tx, order.id, { state, completed_at: now, completes_at: null });
  const payable = payableOf(order);
  await store.addMoment(tx, order.id, { kind: 'completed', at: now, note: null });
  await endClocks(deps, tx, order, now);
  const heldBy = await deps.funds.release(tx, {
    orderId: order.id,
    paymentId: order.paymentId,
    makerId: order.makerId,
    payable,
  });
  const back = await store.refundedOf(tx, [order.id]);
  const everything = (back.get(order.id) ?? 0) >= add(order.item, order.shipping).amount;
  await deps.events.emit(tx, 'order.completed', order.id, {
    ...about(completed),
    payable,
    everything,
    heldBy: [...heldBy],
  });
  return completed;
};

/** Nothing of a finished order falls due any more, but that its address is forgotten. */
export const endClocks = async (deps: OrdersDeps, tx: Tx, order: Order, now: Date): Promise<void> => {
  for (const timer of [REMIND_TO_SHIP, CANCEL_UNSENT, ASSUME_DELIVERED, COMPLETE])
    await deps.timers.clear(tx, timer, order.id);
  if (order.addressSealed === null) return;
  await deps.timers.set(tx, FORGET_ADDRESS, order.id, new Date(now.getTime() + rulesOf(deps, order).forgetAddressMs));
};

/** The timer: nobody needs the address any more. While an issue of the finished order is open, somebody may. */
export const forgetAddress = async (deps: OrdersDeps, tx: Tx, id: string): Promise<void> => {
  const order = await store.lockOrder(tx, id);
  if (!order || (order.state !== 'completed' && order.state !== 'cancelled')) return;
  if (await isSettled(tx, id)) await store.updateOrder(tx, id, { address_sealed: null });
  else await deps.timers.set(tx, FORGET_ADDRESS, id, new Date((await deps.database.now(tx)).getTime() + 86_400_000));
};
