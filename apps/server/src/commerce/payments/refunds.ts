// Giving money back. Today only in full, for money that came when the piece was no longer held; the rest comes later.
import { apply } from '@videowindow/contract/machine';
import { paymentMachine } from '@videowindow/contract/machines/payment';
import { money } from '@videowindow/contract/money';
import { refundEntry, refundSentEntry } from '#commerce/ledger';
import { newId } from '#platform/crypto';
import { type Reader, sql, type Tx } from '#platform/database';
import { provider } from './checkout.ts';
import type { PaymentsDeps } from './deps.ts';
import { type RefundState, Refused } from './settlement.ts';
import { lockPayment, readShares, updatePayment } from './store.ts';

export const SEND_REFUND = 'payments.send_refund';

type RefundRow = {
  id: string;
  paymentId: string;
  amount: number;
  currency: string;
  state: 'wanted' | RefundState;
  refundId: string | null;
};

const COLUMNS = sql.raw('id, payment_id as "paymentId", amount, currency, state, refund_id as "refundId"');

/** Wants the whole of a captured payment given back; a job sees to it. Twice is once. */
export const returnLate = async (deps: PaymentsDeps, tx: Tx, paymentId: string): Promise<void> => {
  const payment = await lockPayment(tx, paymentId);
  if (!payment || !apply(paymentMachine, payment.state, 'refundLate', { lockReleased: true }).ok) return;
  const { rows } = await sql`select 1 from refunds where payment_id = ${paymentId}`.execute(tx);
  if (rows.length > 0) return;
  const id = newId();
  const { amount, currency } = payment.amount;
  await sql`
    insert into refunds (id, payment_id, amount, currency, reason, state, created_at)
    values (${id}, ${paymentId}, ${amount}, ${currency}, 'late', 'wanted', ${await deps.database.now(tx)})`.execute(tx);
  await deps.ledger.post(tx, refundEntry(paymentId, payment.amount, await readShares(tx, payment)));
  await deps.jobs.enqueue(tx, SEND_REFUND, { refundId: id }, { key: `${SEND_REFUND}:${id}` });
};

/** The job: asks the provider to give the money back, and writes down what it says. */
export const sendRefund = async (deps: PaymentsDeps, id: string): Promise<void> => {
  const { rows } = await sql<RefundRow & { intentId: string | null }>`
    select r.id, r.payment_id as "paymentId", r.amount, r.currency, r.state, r.refund_id as "refundId",
           p.intent_id as "intentId"
    from refunds r join payments p on p.id = r.payment_id
    where r.id = ${id}`.execute(deps.database.db);
  const refund = rows[0];
  if (refund?.state !== 'wanted' || !refund.intentId) return;
  try {
    const made = await provider(deps).refund({
      id,
      intentId: refund.intentId,
      amount: money(refund.amount, refund.currency),
    });
    await hear(deps, id, made);
  } catch (error) {
    if (error instanceof Refused) deps.log.error({ err: error, refundId: id }, 'alarm: the provider refused a refund');
    throw error;
  }
};

/** What the provider says of a refund now, by its own id; from a webhook. */
export const refreshRefund = async (deps: PaymentsDeps, providerId: string): Promise<void> => {
  const { refund, ...said } = await provider(deps).readRefund(providerId);
  if (refund) await hear(deps, refund, said);
};

/** Applies the provider's word: sent means that the buyer has it, failed that a person must look. */
const hear = (deps: PaymentsDeps, id: string, said: { id: string; state: RefundState }): Promise<void> =>
  deps.database.transaction(async (tx) => {
    const known = await findRefund(tx, id);
    const payment = known && (await lockPayment(tx, known.paymentId));
    // Read again under the payment's lock.
    const refund = await findRefund(tx, id);
    if (!payment || !refund || refund.state === 'sent' || refund.state === said.state) return;
    const now = await deps.database.now(tx);
    await sql`
      update refunds
      set state = ${said.state}, refund_id = ${said.id}, ended_at = ${said.state === 'pending' ? null : now}
      where id = ${id}`.execute(tx);
    if (said.state === 'failed') {
      deps.log.error({ refundId: id, paymentId: payment.id }, 'alarm: a refund failed');
      return;
    }
    if (said.state !== 'sent') return;
    const moved = apply(paymentMachine, payment.state, 'refundLate', { lockReleased: true });
    if (!moved.ok) throw new Error(`a late refund of payment ${payment.id} in state ${payment.state}`);
    await updatePayment(tx, payment.id, { state: moved.to, ended_at: now, address_sealed: null });
    await deps.ledger.post(tx, refundSentEntry(payment.id, payment.amount));
    await deps.events.emit(tx, 'payment.late_refunded', payment.id, {
      paymentId: payment.id,
      lockId: payment.lock_id,
      buyerId: payment.buyer_id,
      amount: payment.amount,
    });
  });

const findRefund = async (reader: Reader, id: string): Promise<RefundRow | null> => {
  const { rows } = await sql<RefundRow>`select ${COLUMNS} from refunds where id = ${id}`.execute(reader);
  return rows[0] ?? null;
};

/** Refunds whose job is gone are sent again. */
export const sweepRefunds = async (deps: PaymentsDeps, before: Date): Promise<void> => {
  const { rows } = await sql<{ id: string }>`
    select id from refunds where state = 'wanted' and created_at < ${before} limit 100`.execute(deps.database.db);
  for (const { id } of rows) {
    await deps.database.transaction((tx) =>
      deps.jobs.enqueue(tx, SEND_REFUND, { refundId: id }, { key: `${SEND_REFUND}:${id}` }),
    );
  }
};
