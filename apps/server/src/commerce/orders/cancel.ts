// An order that is never sent: reminders, and a cancellation that gives everything back and the piece to the market.
import { type Actor, DomainError } from '@videowindow/contract';
import { apply } from '@videowindow/contract/machine';
import { orderMachine } from '@videowindow/contract/machines/order';
import { recordAudit } from '#platform/audit';
import type { Tx } from '#platform/database';
import { giveBack } from './give-back.ts';
import { leftOf } from './issue.ts';
import { mayBuyerCancel, nextShipReminder, shipReminderDue } from './order.ts';
import { about, next, type OrdersDeps, REMIND_TO_SHIP, rulesOf, sideOf } from './parts.ts';
import { endClocks } from './progress.ts';
import type { CancelledBy, Order } from './store.ts';
import * as store from './store.ts';

/**
 * Either side cancels: the maker at any time before it is sent, at the price of a strike; the buyer when it is late.
 * @throws DomainError not_found, invalid_transition, payment_disputed
 */
export const cancel = async (
  deps: OrdersDeps,
  actor: Actor,
  id: string,
  reason: string,
  requestId: string,
): Promise<Order> =>
  await deps.database.transaction(async (tx) => {
    const known = await store.findOrder(tx, id);
    if (!known) throw new DomainError('not_found');
    const side = sideOf(known, actor);
    const order = await lockWithPiece(deps, tx, known);
    const now = await deps.database.now(tx);
    const facts = {
      byMaker: side === 'maker',
      byBuyer: side === 'buyer',
      overdue: mayBuyerCancel(order, now, rulesOf(deps, order)),
    };
    const to = next(order, 'cancel', { ...facts, undisputed: true });
    if (order.disputedAt) throw new DomainError('payment_disputed');
    await recordAudit(tx, {
      actor: actor.id,
      action: 'order.cancelled',
      subject: id,
      requestId,
      facts: { side },
      before: { state: order.state },
      after: { state: to },
    });
    return await undo(deps, tx, order, side, { reason: reason || null, actorId: actor.id });
  });

/** The timer: it was never sent. */
export const cancelWhenDue = async (deps: OrdersDeps, tx: Tx, id: string): Promise<void> => {
  const known = await store.findOrder(tx, id);
  if (!known) return;
  const order = await lockWithPiece(deps, tx, known);
  const facts = { due: true, undisputed: order.disputedAt === null };
  if (!apply(orderMachine, order.state, 'cancel', facts).ok) return;
  await undo(deps, tx, order, 'time', { reason: null, actorId: null });
};

/** The order, and before it its piece, both locked. */
export const lockWithPiece = async (deps: OrdersDeps, tx: Tx, known: Order): Promise<Order> => {
  await deps.locks.lockPiece(tx, known.lockId);
  const order = await store.lockOrder(tx, known.id);
  if (!order) throw new Error(`order ${known.id} is gone`);
  return order;
};

/**
 * Cancels an order that may be: everything that is left goes back to the buyer, and the piece is for sale again. The
 * piece and the order are locked. `issue`: the money went back already, by
 * an issue, an admin or a bank.
 */
export const undo = async (
  deps: OrdersDeps,
  tx: Tx,
  order: Order,
  by: CancelledBy,
  why: { reason: string | null; actorId: string | null },
): Promise<Order> => {
  const now = await deps.database.now(tx);
  const left = leftOf(order, (await store.refundedOf(tx, [order.id])).get(order.id) ?? 0);
  const refundId =
    by === 'issue' || left.amount === 0
      ? null
      : await giveBack(deps, tx, order, {
          amount: left,
          everything: true,
          reason: 'cancelled',
          key: `order:${order.id}:cancelled`,
          by: why.actorId,
          announced: by !== 'buyer',
          now,
        });
  await store.closeIssues(tx, order.id, now);
  const cancelled = await store.updateOrder(tx, order.id, { state: 'cancelled', cancelled_by: by, completed_at: now });
  await store.addMoment(tx, order.id, { kind: `cancelled_by_${by}`, at: now, note: why.reason });
  await endClocks(deps, tx, order, now);
  await deps.locks.free(tx, order.lockId);
  await deps.events.emit(tx, 'order.cancelled', order.id, {
    ...about(cancelled),
    by,
    reason: why.reason,
    ...(refundId && { refundId }),
    // A maker who does not send what was paid for, or lets the time run out, has a strike.
    strike: by === 'maker' || by === 'time',
  });
  return cancelled;
};

/** The timer: tells the maker that time runs, at last the buyer that they may cancel, and sets the next reminder. */
export const remindToShip = async (deps: OrdersDeps, tx: Tx, id: string): Promise<void> => {
  const order = await store.lockOrder(tx, id);
  if (order?.state !== 'awaiting_shipment' || order.disputedAt) return;
  const now = (await deps.database.now(tx)).getTime();
  const due = { paidAt: order.paidAt.getTime(), shipBy: order.shipBy.getTime() };
  const rules = rulesOf(deps, order);
  const following = nextShipReminder(due, now, rules);
  if (following) await deps.timers.set(tx, REMIND_TO_SHIP, id, new Date(following.at));
  const kind = shipReminderDue(due, now, rules);
  if (!kind) return;
  await deps.events.emit(tx, 'order.ship_reminder_due', id, {
    ...about(order),
    kind,
    delivery: order.delivery,
    shipBy: order.shipBy.toISOString(),
    buyerMayCancelAt: new Date(due.shipBy + rules.buyerCancelMs).toISOString(),
  });
};
