// Money that went back by another way than ours: an admin's refund, a lost dispute. The order follows it.
import { apply } from '@videowindow/contract/machine';
import { orderMachine } from '@videowindow/contract/machines/order';
import type { Money } from '@videowindow/contract/money';
import type { Tx } from '#platform/database';
import { lockWithPiece, undo } from './cancel.ts';
import { issueCreditNote } from './invoices.ts';
import type { OrdersDeps } from './parts.ts';
import { complete } from './progress.ts';
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
  const order = await lockWithPiece(deps, tx, known);
  const at = await deps.database.now(tx);
  const isNew = await store.addRefund(tx, { refundId: refund.refundId, orderId: order.id, amount: refund.amount, at });
  await issueCreditNote(deps, tx, order, refund);
  if (!isNew) return;
  await store.addMoment(tx, order.id, { kind: 'refunded', at, note: null });
  if (!refund.everything) return;
  await store.closeIssues(tx, order.id, at);
  if (apply(orderMachine, order.state, 'cancel', { nothingLeft: true }).ok) {
    await undo(deps, tx, order, 'issue', { reason: null, actorId: null });
    return;
  }
  const move = apply(orderMachine, order.state, 'complete', { nothingLeft: true });
  if (move.ok) await complete(deps, tx, order, move.to);
};
