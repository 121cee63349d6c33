// A buyer's bank takes the money of an order back that was not sent yet: nobody asks for it to be sent until the bank has
// decided, and the time that this took is given back. What happens to the money is the room of disputes' business.
import type { disputeStates } from '@videowindow/contract/api/commerce';
import { apply } from '@videowindow/contract/machine';
import { orderMachine } from '@videowindow/contract/machines/order';
import type { Money } from '@videowindow/contract/money';
import type { Tx } from '#platform/database';
import { lockWithPiece, undo } from './cancel.ts';
import { cancelsAt, nextShipReminder } from './order.ts';
import { CANCEL_UNSENT, type OrdersDeps, REMIND_TO_SHIP, rulesOf } from './parts.ts';
import type { Order } from './store.ts';
import * as store from './store.ts';

type Dispute = {
  paymentId: string;
  inquiry: boolean;
  amount: Money;
  state: (typeof disputeStates)[number];
};

/** Twice is once. A question of a bank that has taken nothing changes nothing. */
export const disputeChanged = async (deps: OrdersDeps, tx: Tx, dispute: Dispute): Promise<void> => {
  const placed = (await store.ordersOfPayments(tx, [dispute.paymentId])).get(dispute.paymentId);
  const known = placed && (await store.findOrder(tx, placed.id));
  if (known?.state !== 'awaiting_shipment') return;
  const order = await lockWithPiece(deps, tx, known);
  if (order.state !== 'awaiting_shipment') return;
  if (dispute.state === 'won' || dispute.state === 'closed') return await goOn(deps, tx, order);
  if (dispute.state === 'lost') return await lose(deps, tx, order, dispute.amount);
  if (dispute.inquiry || order.disputedAt) return;
  await store.updateOrder(tx, order.id, { disputed_at: await deps.database.now(tx) });
  for (const timer of [REMIND_TO_SHIP, CANCEL_UNSENT]) await deps.timers.clear(tx, timer, order.id);
};

/** The buyer has all of their money by their bank: there is nothing to be sent, and the piece is for sale again. */
const lose = async (deps: OrdersDeps, tx: Tx, order: Order, amount: Money): Promise<void> => {
  const everything = amount.amount >= order.item.amount + order.shipping.amount;
  if (!everything || !apply(orderMachine, order.state, 'cancel', { nothingLeft: true }).ok) {
    return await goOn(deps, tx, order);
  }
  await undo(deps, tx, order, 'issue', { reason: null, actorId: null });
};

/** It is to be sent after all: the clocks go on where they stood. */
const goOn = async (deps: OrdersDeps, tx: Tx, order: Order): Promise<void> => {
  if (!order.disputedAt) return;
  const now = await deps.database.now(tx);
  const lost = now.getTime() - order.disputedAt.getTime();
  const due = { paidAt: order.paidAt.getTime(), shipBy: order.shipBy.getTime() + lost };
  await store.updateOrder(tx, order.id, { disputed_at: null, ship_by: new Date(due.shipBy) });
  const rules = rulesOf(deps, order);
  const reminder = nextShipReminder(due, now.getTime(), rules);
  if (reminder) await deps.timers.set(tx, REMIND_TO_SHIP, order.id, new Date(reminder.at));
  await deps.timers.set(tx, CANCEL_UNSENT, order.id, new Date(cancelsAt(due, rules)));
};
