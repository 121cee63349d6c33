// Money that went back by another way than ours: an admin's refund, a lost dispute. The order follows it.
import { apply } from '@videowindow/contract/machine';
import { orderMachine } from '@videowindow/contract/machines/order';
import type { Money } from '@videowindow/contract/money';
import type { Tx } from '#platform/database';
import { lockWithPiece, undo } from './cancel.ts';
import { issueCreditNote } from './invoices.ts';
import type { OrdersDeps } from './parts.ts';
import { complete } from './progress.ts';
import type { Order } from './store.ts';
import * as store from './store.ts';

/** Twice, and what this room did itself, is nothing. */
export const paymentRefunded = async (
  deps: OrdersDeps,
  tx: Tx,
  refund: { refundId: string; paymentId: string; amount: Money; everything: boolean },
): Promise<void> => {
  const placed = (await store.ordersOfPayments(tx, [refund.paymentId])).get(refund.paymentId);
  const known = placed && (await store.findOrder(tx, placed.id));
  if (!known) return;
  await wentBack(deps, tx, await lockWithPiece(deps, tx, known), { ...refund, moment: 'refunded' });
};

/** An amount of a locked order went back, once for each `refundId`; with nothing left the order is over. */
export const wentBack = async (
  deps: OrdersDeps,
  tx: Tx,
  order: Order,
  back: { refundId: string; amount: Money; everything: boolean; moment: 'refunded' | 'lost_to_bank' },
): Promise<void> => {
  const at = await deps.database.now(tx);
  const isNew = await store.addRefund(tx, { refundId: back.refundId, orderId: order.id, amount: back.amount, at });
  await issueCreditNote(deps, tx, order, back);
  if (!isNew) return;
  await store.addMoment(tx, order.id, { kind: back.moment, at, note: null });
  if (!back.everything) return;
  await store.closeIssues(tx, order.id, at);
  if (apply(orderMachine, order.state, 'cancel', { nothingLeft: true }).ok) {
    await undo(deps, tx, order, 'issue', { reason: null, actorId: null });
    return;
  }
  const move = apply(orderMachine, order.state, 'complete', { nothingLeft: true });
  if (move.ok) await complete(deps, tx, order, move.to);
};
