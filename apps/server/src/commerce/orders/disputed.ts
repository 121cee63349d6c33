// A buyer's bank takes the money of an order back. Until it has decided nothing can be given back a second time, and nobody
// asks for the piece to be sent; the time that this took is given back. With the money gone for good the order is over.
// What happens to the maker's part is the room of disputes' business.
import type { disputeStates } from '@videowindow/contract/api/commerce';
import { type Money, money } from '@videowindow/contract/money';
import type { Tx } from '#platform/database';
import { lockWithPiece } from './cancel.ts';
import { isOpen, leftOf } from './issue.ts';
import { issuesOf, updateIssue } from './issue-store.ts';
import { DECISION_DUE, REFUND_DUE } from './issues.ts';
import { cancelsAt, nextShipReminder } from './order.ts';
import { CANCEL_UNSENT, type OrdersDeps, REMIND_TO_SHIP, rulesOf } from './parts.ts';
import { wentBack } from './refunded.ts';
import type { Order } from './store.ts';
import * as store from './store.ts';

type Dispute = {
  disputeId: string;
  paymentId: string;
  inquiry: boolean;
  amount: Money;
  state: (typeof disputeStates)[number];
};

/** Twice is once. A question of a bank that has taken nothing changes nothing. */
export const disputeChanged = async (deps: OrdersDeps, tx: Tx, dispute: Dispute): Promise<void> => {
  const placed = (await store.ordersOfPayments(tx, [dispute.paymentId])).get(dispute.paymentId);
  const known = placed && (await store.findOrder(tx, placed.id));
  if (!known || known.state === 'cancelled') return;
  const order = await lockWithPiece(deps, tx, known);
  if (order.state === 'cancelled') return;
  if (dispute.state === 'won' || dispute.state === 'closed') return await goOn(deps, tx, order);
  if (dispute.state === 'lost') return await lose(deps, tx, order, dispute);
  if (dispute.inquiry || order.disputedAt) return;
  await store.updateOrder(tx, order.id, { disputed_at: await deps.database.now(tx) });
  for (const timer of [REMIND_TO_SHIP, CANCEL_UNSENT]) await deps.timers.clear(tx, timer, order.id);
};

/** The buyer has it by their bank: with nothing left the order is over, else it goes on with the rest. */
const lose = async (deps: OrdersDeps, tx: Tx, order: Order, dispute: Dispute): Promise<void> => {
  const left = leftOf(order, (await store.refundedOf(tx, [order.id])).get(order.id) ?? 0);
  // Refunds that were faster have taken a part of what the bank asked for.
  const amount = money(Math.min(dispute.amount.amount, left.amount), left.currency);
  await goOn(deps, tx, order);
  if (amount.amount === 0) return;
  const everything = amount.amount === left.amount;
  await wentBack(deps, tx, order, { refundId: dispute.disputeId, amount, everything, moment: 'lost_to_bank' });
};

/** The clocks go on where they stood: of a piece that is to be sent after all, and of an issue that is open. */
const goOn = async (deps: OrdersDeps, tx: Tx, order: Order): Promise<void> => {
  if (!order.disputedAt) return;
  const now = await deps.database.now(tx);
  const lost = now.getTime() - order.disputedAt.getTime();
  const later = (at: Date) => new Date(at.getTime() + lost);
  await store.updateOrder(tx, order.id, { disputed_at: null });
  if (order.state === 'awaiting_shipment') {
    const due = { paidAt: order.paidAt.getTime(), shipBy: later(order.shipBy).getTime() };
    await store.updateOrder(tx, order.id, { ship_by: new Date(due.shipBy) });
    const rules = rulesOf(deps, order);
    const reminder = nextShipReminder(due, now.getTime(), rules);
    if (reminder) await deps.timers.set(tx, REMIND_TO_SHIP, order.id, new Date(reminder.at));
    await deps.timers.set(tx, CANCEL_UNSENT, order.id, new Date(cancelsAt(due, rules)));
  }
  const issue = (await issuesOf(tx, order.id)).find(isOpen);
  if (!issue) return;
  const refundAt = later(issue.refundAt);
  const decideBy = issue.decideBy && later(issue.decideBy);
  await updateIssue(tx, issue.id, { state: issue.state, refundAt, ...(decideBy && { decideBy }) });
  await deps.timers.set(tx, REFUND_DUE, issue.id, refundAt);
  if (decideBy) await deps.timers.set(tx, DECISION_DUE, issue.id, decideBy);
};
