// A payment as those see it who answer for the money: the row, its parts, what went back, what went out.
import { DomainError } from '@videowindow/contract';
import type { Payment as PaymentView, Refund as RefundView } from '@videowindow/contract/api/commerce';
import { possibleCommands } from '@videowindow/contract/machine';
import { paymentMachine } from '@videowindow/contract/machines/payment';
import { type RefundState, refundMachine } from '@videowindow/contract/machines/refund';
import type { TransferState } from '@videowindow/contract/machines/transfer';
import { type Money, money, zero } from '@videowindow/contract/money';
import { type Reader, sql } from '#platform/database';
import type { PaymentsDeps } from './deps.ts';
import { type HeldShare, leftOf } from './refund.ts';
import { findPayment, type Payment, readShares } from './store.ts';

export type PaymentsReads = {
  /** Up to which amount somebody may bid without a saved card; null: without a limit, or not at all. A room above knows. */
  bidsUpTo(reader: Reader, personId: string): Promise<Money | null>;
  /** The order that each payment became; orders, the room above, plugs it in. */
  ordersOf(
    reader: Reader,
    paymentIds: readonly string[],
  ): Promise<ReadonlyMap<string, { id: string; number: number; title: string }>>;
};

/** @throws DomainError not_found */
export const paymentView = async (deps: PaymentsDeps & PaymentsReads, id: string): Promise<PaymentView> => {
  const { db } = deps.database;
  const payment = await findPayment(db, id);
  if (!payment) throw new DomainError('not_found');
  const shares = await readShares(db, payment);
  const transfers = await transfersOf(db, payment);
  const orders = await deps.ordersOf(db, [id]);
  const left = leftToRefund(payment, shares);
  return {
    id,
    lockId: payment.lock_id,
    orderId: orders.get(id)?.id ?? null,
    buyerId: payment.buyer_id,
    title: payment.request.lines[0]?.label ?? '',
    state: payment.state,
    amount: payment.amount,
    received: receivedOf(payment),
    refundable: left,
    at: payment.created_at.toISOString(),
    capturedAt: payment.captured_at?.toISOString() ?? null,
    shares: shares.map(({ makerId, payable, fee, tax, returned }) => ({
      makerId,
      payable,
      fee,
      tax: tax ?? zero(payable.currency),
      returned: money(returned.payable + returned.fee + returned.tax, payable.currency),
      transfer: transfers.get(makerId) ?? null,
    })),
    refunds: (await refundsOf(db, [id])).map(({ view }) => view),
    possible: possibleCommands(paymentMachine, payment.state, { everything: true }).filter(
      (command) => command === 'refund',
    ),
  };
};

/** What came, which for a payment in quarantine is not what was agreed. */
export const receivedOf = ({ received_amount, received_currency }: Payment): Money | null =>
  received_amount !== null && received_currency !== null ? money(received_amount, received_currency) : null;

const leftToRefund = (payment: Payment, shares: readonly HeldShare[]): Money => {
  const { currency } = payment.amount;
  if (payment.state === 'quarantined') return receivedOf(payment) ?? money(0, currency);
  return money(payment.captured_at ? leftOf(shares) : 0, currency);
};

/** Refunds of payments, oldest first. */
export const refundsOf = async (
  reader: Reader,
  paymentIds: readonly string[],
): Promise<{ paymentId: string; view: RefundView }[]> => {
  const { rows } = await sql<{
    id: string;
    paymentId: string;
    amount: number;
    currency: string;
    reason: RefundView['reason'];
    note: string | null;
    state: RefundState;
    at: Date;
  }>`
    select id, payment_id as "paymentId", amount, currency, reason, note, state, created_at as at
    from refunds where payment_id = any (${paymentIds}::uuid[])
    order by created_at, id`.execute(reader);
  return rows.map(({ id, paymentId, amount, currency, reason, note, state, at }) => ({
    paymentId,
    view: {
      id,
      amount: money(amount, currency),
      reason,
      note,
      state,
      at: at.toISOString(),
      possible: possibleCommands(refundMachine, state).filter((command) => command === 'retry'),
    },
  }));
};

const transfersOf = async (
  reader: Reader,
  { id, amount: { currency } }: Payment,
): Promise<Map<string, { state: TransferState; amount: Money; reversed: Money }>> => {
  const { rows } = await sql<{ makerId: string; state: TransferState; amount: number; reversed: number }>`
    select t.maker_id as "makerId", t.state, t.amount - t.netted as amount,
           coalesce((select sum(r.reversed) from transfer_reversals r where r.transfer_id = t.id), 0)::bigint as reversed
    from transfers t where t.payment_id = ${id}`.execute(reader);
  return new Map(
    rows.map(({ makerId, state, amount, reversed }) => [
      makerId,
      { state, amount: money(amount, currency), reversed: money(reversed, currency) },
    ]),
  );
};
