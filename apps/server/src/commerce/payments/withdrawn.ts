// What a buyer's bank takes back of a payment, and gives back when the dispute is won. To the shares it is as a refund:
// what was taken can be neither refunded nor taken a second time.

import { transferMachine } from '@videowindow/contract/machines/transfer';
import { type Money, money } from '@videowindow/contract/money';
import type { Share } from '#commerce/ledger';
import { newId } from '#platform/crypto';
import { sql, type Tx } from '#platform/database';
import type { PaymentsDeps } from './deps.ts';
import { leftOf, takeOut } from './refund.ts';
import { lockPayment, readShares, takeFromShares } from './store.ts';
import { enqueueTransfer } from './transfers.ts';

/**
 * Takes an amount out of the parts of a payment, or as much as refunds have left of it. Locks the payment's row.
 * @returns what was taken of whom; nothing when nothing was left
 */
export const withdraw = async (tx: Tx, paymentId: string, amount: Money): Promise<readonly Share[]> => {
  const payment = await lockPayment(tx, paymentId);
  if (!payment || amount.currency !== payment.amount.currency) return [];
  const shares = await readShares(tx, payment);
  const taking = Math.min(amount.amount, leftOf(shares));
  if (taking <= 0) return [];
  const taken = takeOut(shares, money(taking, amount.currency));
  await takeFromShares(tx, paymentId, taken);
  return taken;
};

/**
 * The parts are the makers' again; what had gone out and came back goes out once more. `cause` names it, once. The
 * makers' payables have been credited with it.
 */
export const restore = async (
  deps: PaymentsDeps,
  tx: Tx,
  given: { paymentId: string; parts: readonly Share[]; cause: string },
): Promise<void> => {
  await lockPayment(tx, given.paymentId);
  const back = given.parts.map(({ makerId, payable, fee, tax }) => ({
    makerId,
    payable: money(-payable.amount, payable.currency),
    fee: money(-fee.amount, fee.currency),
    ...(tax && { tax: money(-tax.amount, tax.currency) }),
  }));
  await takeFromShares(tx, given.paymentId, back);
  for (const { makerId, payable } of given.parts) {
    if (payable.amount === 0) continue;
    const id = newId();
    // Nothing was released so far: the release to come sends all of it.
    const { rows } = await sql`
      insert into transfers (id, payment_id, maker_id, order_id, purpose, amount, currency, state, created_at)
      select ${id}, payment_id, maker_id, order_id, ${given.cause}, ${payable.amount}, currency,
             ${transferMachine.initial}, ${await deps.database.now(tx)}
      from transfers
      where payment_id = ${given.paymentId} and maker_id = ${makerId} and purpose = 'sale'
      on conflict (payment_id, maker_id, purpose) do nothing
      returning 1`.execute(tx);
    if (rows.length > 0) await enqueueTransfer(deps, tx, id);
  }
};
