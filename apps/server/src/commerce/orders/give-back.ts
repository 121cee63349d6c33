// Money of an order goes back by a decision of this room: the refund, what the order knows of it, and the credit note that
// its mail carries, in one transaction.
import type { Money } from '@videowindow/contract/money';
import type { RefundWish } from '#commerce/payments';
import type { Tx } from '#platform/database';
import { issueCreditNote } from './invoices.ts';
import type { OrdersDeps } from './parts.ts';
import type { Order } from './store.ts';
import * as store from './store.ts';

/**
 * Gives an amount of a locked order back; `everything` is all that is left, however much that is.
 * @returns the refund's id
 * @throws DomainError as payments' `refund` does
 */
export const giveBack = async (
  deps: OrdersDeps,
  tx: Tx,
  order: Order,
  back: Pick<RefundWish, 'reason' | 'key' | 'by' | 'announced'> & { amount: Money; everything: boolean; now: Date },
): Promise<string> => {
  const { amount, everything, now, ...wish } = back;
  const { id: refundId } = await deps.funds.refund(tx, {
    ...wish,
    paymentId: order.paymentId,
    ...(everything ? {} : { amount }),
  });
  await store.addRefund(tx, { refundId, orderId: order.id, amount, at: now });
  await issueCreditNote(deps, tx, order, { refundId, amount });
  return refundId;
};
