// Orders: placed when the money is here, shipped or handed over, confirmed, completed.
import { type Actor, DomainError } from '@videowindow/contract';
import type { Address } from '@videowindow/contract/api/commerce';
import { apply, type Facts } from '@videowindow/contract/machine';
import {
  type OrderCommand,
  type OrderGuard,
  type OrderState,
  orderMachine,
} from '@videowindow/contract/machines/order';
import { add, type Money, money, subtract, zero } from '@videowindow/contract/money';
import type { Locks } from '#commerce/locks';
import type { Payments } from '#commerce/payments';
import { recordAudit } from '#platform/audit';
import { equalInConstantTime, type Keyring, newId, randomDigits } from '#platform/crypto';
import type { Database, Tx } from '#platform/database';
import type { Events } from '#platform/events';
import { authorize } from '#platform/http';
import type { Timers } from '#platform/jobs';
import { insertLines } from './lines.ts';
import { completesAt, mayTryCode, type OrderRules, shipBy } from './order.ts';
import type { Order } from './store.ts';
import * as store from './store.ts';

export type OrdersDeps = {
  database: Database;
  events: Events;
  timers: Timers;
  keyring: Keyring;
  locks: Locks;
  /** The money behind an order. */
  funds: Payments['funds'];
  rules: OrderRules;
};

export const ASSUME_DELIVERED = 'order.assume_delivered';
export const COMPLETE = 'order.complete';
const ADDRESS = 'order-address';
const HANDOVER = 'order-handover';

/** A payment was captured: the lock is paid, the piece sold and the order placed, in one transaction. Twice is once. */
export const place = async (
  deps: OrdersDeps,
  tx: Tx,
  payment: { paymentId: string; lockId: string; amount: Money },
): Promise<void> => {
  const paid = await deps.locks.pay(tx, payment.lockId, payment.amount);
  if (!paid) return await deps.funds.returnLate(tx, payment.paymentId);
  if (!paid.first) return;
  const { lock } = paid;
  const paidAt = await deps.database.now(tx);
  const id = newId();
  const delivery = lock.delivery ?? 'ship';
  const address = delivery === 'ship' ? await deps.funds.addressOf(tx, payment.paymentId) : null;
  const order = await store.insertOrder(tx, {
    id,
    lockId: lock.id,
    paymentId: payment.paymentId,
    listingId: lock.listingId,
    storyId: lock.storyId,
    makerId: lock.makerId,
    buyerId: lock.buyerId,
    title: lock.title,
    state: orderMachine.initial,
    delivery,
    item: lock.item,
    shipping: delivery === 'ship' && lock.shipping ? lock.shipping : zero(lock.item.currency),
    fee: lock.fee,
    paidAt,
    shipBy: new Date(shipBy(paidAt.getTime(), lock.handlingDays)),
    shipment: null,
    completesAt: null,
    addressSealed: address && deps.keyring.encrypt(ADDRESS, JSON.stringify(address), id),
    handoverSealed: delivery === 'pickup' ? deps.keyring.encrypt(HANDOVER, randomDigits(6), id) : null,
    codeTries: 0,
    codeWindowAt: null,
  });
  await insertLines(tx, id, [
    {
      listingId: lock.listingId,
      variantId: lock.variantId,
      title: lock.title,
      options: lock.options,
      quantity: lock.quantity,
      unit: money(lock.item.amount / lock.quantity, lock.item.currency),
    },
  ]);
  await store.addMoment(tx, id, { kind: 'paid', at: paidAt, note: null });
  await deps.events.emit(tx, 'order.placed', id, {
    ...about(order),
    listingId: order.listingId,
    storyId: order.storyId,
    lockId: order.lockId,
    total: add(order.item, order.shipping),
    delivery: order.delivery,
    shipBy: order.shipBy.toISOString(),
  });
};

/** The maker has sent it. @throws DomainError not_found, invalid_transition */
export const ship = async (
  deps: OrdersDeps,
  actor: Actor,
  id: string,
  shipment: { carrier: string; trackingNumber: string },
  requestId: string,
): Promise<Order> =>
  await deps.database.transaction(async (tx) => {
    const order = await ownOrder(tx, actor, id, 'order.ship');
    const state = next(order, 'ship', { byMaker: true, toBeShipped: order.delivery === 'ship' });
    const now = await deps.database.now(tx);
    const { carrier, trackingNumber } = shipment;
    const shipped = await store.updateOrder(tx, id, {
      state,
      carrier,
      tracking_number: trackingNumber,
      shipped_at: now,
    });
    await store.addMoment(tx, id, { kind: 'shipped', at: now, note: `${carrier} ${trackingNumber}` });
    await deps.timers.set(tx, ASSUME_DELIVERED, id, new Date(now.getTime() + deps.rules.assumeDeliveredMs));
    await deps.events.emit(tx, 'order.shipped', id, { ...about(shipped), carrier, trackingNumber });
    await recordAudit(tx, { actor: actor.id, action: 'order.shipped', subject: id, requestId, facts: { carrier } });
    return shipped;
  });

/**
 * The maker hands it over against the buyer's code; wrong codes are counted.
 * @throws DomainError not_found, invalid_transition, handover_code_wrong, rate_limited
 */
export const handover = async (
  deps: OrdersDeps,
  actor: Actor,
  id: string,
  code: string,
  requestId: string,
): Promise<Order> => {
  // A wrong try must outlive its refusal, so the transaction returns what the refusal would roll back.
  const outcome = await deps.database.transaction(async (tx) => {
    const order = await ownOrder(tx, actor, id, 'order.ship');
    const facts = { byMaker: true, toBeCollected: order.delivery === 'pickup' };
    next(order, 'handover', { ...facts, codeMatches: true });
    const now = await deps.database.now(tx);
    const windowAt = order.codeWindowAt?.getTime() ?? null;
    if (!mayTryCode(order.codeTries, windowAt, now.getTime(), deps.rules)) {
      const retryAfterS = Math.ceil(((windowAt ?? 0) + deps.rules.codeWindowMs - now.getTime()) / 1000);
      throw new DomainError('rate_limited', { retryAfterS });
    }
    const expected = order.handoverSealed && deps.keyring.decrypt(HANDOVER, order.handoverSealed, id);
    if (!expected || !equalInConstantTime(expected, code)) {
      const fresh = windowAt === null || now.getTime() - windowAt >= deps.rules.codeWindowMs;
      await store.updateOrder(tx, id, {
        code_tries: fresh ? 1 : order.codeTries + 1,
        code_window_at: fresh ? now : order.codeWindowAt,
      });
      return 'wrong' as const;
    }
    await recordAudit(tx, { actor: actor.id, action: 'order.handed_over', subject: id, requestId });
    return await deliver(
      deps,
      tx,
      order,
      next(order, 'handover', { ...facts, codeMatches: true }),
      'handed_over',
      true,
    );
  });
  if (outcome === 'wrong') throw new DomainError('handover_code_wrong');
  return outcome;
};

/** The buyer has it and all is well: delivered and completed. @throws DomainError not_found, invalid_transition */
export const confirm = async (deps: OrdersDeps, actor: Actor, id: string, requestId: string): Promise<Order> =>
  await deps.database.transaction(async (tx) => {
    const order = await ownOrder(tx, actor, id, 'order.confirm');
    const to = next(order, 'confirm', { byBuyer: true });
    const there = order.state === 'shipped' ? await deliver(deps, tx, order, 'delivered', 'received', true) : order;
    await recordAudit(tx, { actor: actor.id, action: 'order.confirmed', subject: id, requestId });
    return await complete(deps, tx, there, to);
  });

/** The timer: nobody saw it arrive, but it must have. */
export const assumeDelivered = async (deps: OrdersDeps, tx: Tx, id: string): Promise<void> => {
  const order = await store.lockOrder(tx, id);
  if (!order) return;
  const move = apply(orderMachine, order.state, 'deliver', { due: true });
  if (move.ok) await deliver(deps, tx, order, move.to, 'assumed_delivered', false);
};

/** The timer: the time to complain is over. */
export const completeWhenDue = async (deps: OrdersDeps, tx: Tx, id: string): Promise<void> => {
  const order = await store.lockOrder(tx, id);
  if (!order) return;
  const move = apply(orderMachine, order.state, 'complete', { due: true });
  if (move.ok) await complete(deps, tx, order, move.to);
};

const deliver = async (
  deps: OrdersDeps,
  tx: Tx,
  order: Order,
  state: OrderState,
  kind: 'handed_over' | 'received' | 'assumed_delivered',
  seen: boolean,
): Promise<Order> => {
  const now = await deps.database.now(tx);
  const due = new Date(completesAt(now.getTime(), seen, deps.rules));
  const delivered = await store.updateOrder(tx, order.id, {
    state,
    delivered_at: now,
    delivery_seen: seen,
    completes_at: due,
  });
  await store.addMoment(tx, order.id, { kind, at: now, note: null });
  await deps.timers.clear(tx, ASSUME_DELIVERED, order.id);
  await deps.timers.set(tx, COMPLETE, order.id, due);
  await deps.events.emit(tx, 'order.delivered', order.id, {
    ...about(delivered),
    how: kind,
    completesAt: due.toISOString(),
  });
  return delivered;
};

const complete = async (deps: OrdersDeps, tx: Tx, order: Order, state: OrderState): Promise<Order> => {
  const now = await deps.database.now(tx);
  const completed = await store.updateOrder(tx, order.id, { state, completed_at: now, completes_at: null });
  const payable = subtract(add(order.item, order.shipping), order.fee);
  await store.addMoment(tx, order.id, { kind: 'completed', at: now, note: null });
  await deps.timers.clear(tx, COMPLETE, order.id);
  await deps.funds.release(tx, { orderId: order.id, paymentId: order.paymentId, makerId: order.makerId, payable });
  await deps.events.emit(tx, 'order.completed', order.id, { ...about(completed), payable });
  return completed;
};

/** Opens the sealed address. */
export const addressOf = (deps: Pick<OrdersDeps, 'keyring'>, order: Order): Address | null =>
  order.addressSealed === null
    ? null
    : // Sealed by `place` from what payments' schema had checked.
      (JSON.parse(deps.keyring.decrypt(ADDRESS, order.addressSealed, order.id)) as Address);

/** Opens the sealed handover code. */
export const handoverCodeOf = (deps: Pick<OrdersDeps, 'keyring'>, order: Order): string | null =>
  order.handoverSealed === null ? null : deps.keyring.decrypt(HANDOVER, order.handoverSealed, order.id);

const ownOrder = async (tx: Tx, actor: Actor, id: string, action: 'order.ship' | 'order.confirm'): Promise<Order> => {
  const order = await store.lockOrder(tx, id);
  if (!order) throw new DomainError('not_found');
  authorize(actor, action, { ownerId: action === 'order.ship' ? order.makerId : order.buyerId });
  return order;
};

const next = (order: Order, command: OrderCommand, facts: Facts<OrderGuard>): OrderState => {
  const move = apply(orderMachine, order.state, command, facts);
  if (move.ok) return move.to;
  throw new DomainError('invalid_transition', { from: move.from, command, possible: move.possible });
};

const about = (order: Order) => ({
  orderId: order.id,
  number: order.number,
  makerId: order.makerId,
  buyerId: order.buyerId,
  title: order.title,
});
