// Giving money back, in full or in part. Decided in the caller's transaction (prepare), sent by a job (call), and what the
// provider says of it is applied once (finalize). What of it was with a maker already is taken back: see reversals.
import { DomainError } from '@videowindow/contract';
import type { RefundReason } from '@videowindow/contract/api/commerce';
import { apply } from '@videowindow/contract/machine';
import { paymentMachine } from '@videowindow/contract/machines/payment';
import { type RefundCommand, type RefundState, refundMachine } from '@videowindow/contract/machines/refund';
import { type Money, money } from '@videowindow/contract/money';
import { refundEntry, refundFailedEntry, refundSentEntry } from '#commerce/ledger';
import { newId } from '#platform/crypto';
import { type Reader, sql, type Tx } from '#platform/database';
import { provider } from './checkout.ts';
import type { PaymentsDeps } from './deps.ts';
import { leftOf, takeOut } from './refund.ts';
import { takeBack } from './reversals.ts';
import { Refused, type RefundState as SaidState } from './settlement.ts';
import { lockPayment, type Payment, readShares, takeFromShares, updatePayment } from './store.ts';
import { receivedOf } from './view.ts';

export const SEND_REFUND = 'payments.send_refund';

export type RefundWish = {
  paymentId: string;
  /** In the payment's currency; left out: all that is left. */
  amount?: Money;
  reason: RefundReason;
  /** Names what asks for it, such as `order:ID:cancelled`: the same again is the same refund. */
  key: string;
  /** Who decided it; null when it comes by itself. */
  by: string | null;
  /** Why, in words, for the books. */
  note?: string;
  /** Whoever asks for it tells the buyer. */
  announced?: boolean;
  /** Another payment had paid for the same. */
  paidBefore?: boolean;
};

export type Refund = {
  id: string;
  paymentId: string;
  amount: Money;
  reason: RefundReason;
  state: RefundState;
  /** Whether nothing of the payment is left. */
  everything: boolean;
};

type RefundRow = {
  id: string;
  paymentId: string;
  amount: number;
  currency: string;
  reason: RefundReason;
  state: RefundState;
  attempt: number;
};

const COLUMNS = sql.raw('id, payment_id as "paymentId", amount, currency, reason, state, attempt');

/**
 * Decides a refund; a job sends it. From here on there is only forward: the payment, its shares and the ledger stand as
 * after it, and a maker who was paid already gives their part back or owes it.
 * @throws DomainError not_found, invalid_transition (nothing was paid, or nothing is left), refund_exceeds_captured{left},
 * currency_mismatch, idempotency_key_reused (the key stands for a refund of another amount)
 */
export const refund = async (deps: PaymentsDeps, tx: Tx, wish: RefundWish): Promise<Refund> => {
  const payment = await lockPayment(tx, wish.paymentId);
  if (!payment) throw new DomainError('not_found');
  const earlier = await findByKey(tx, payment.id, wish.key);
  if (earlier) {
    if (wish.amount && wish.amount.amount !== earlier.amount) throw new DomainError('idempotency_key_reused');
    return refundOf(earlier, payment.state !== 'partially_refunded');
  }

  const shares = payment.state === 'quarantined' ? null : await readShares(tx, payment);
  const left = shares
    ? money(leftOf(shares), payment.amount.currency)
    : (receivedOf(payment) ?? money(0, payment.amount.currency));
  const amount = wish.amount ?? left;
  const everything = amount.amount === left.amount;
  const command = wish.reason === 'late' ? 'refundLate' : 'refund';
  const move = apply(paymentMachine, payment.state, command, { everything, nothingToPay: wish.reason === 'late' });
  if (amount.currency !== left.currency) throw new DomainError('currency_mismatch', { currency: left.currency });
  // Nothing may be left though nothing was refunded: a bank took it.
  if (amount.amount > left.amount || amount.amount === 0) throw new DomainError('refund_exceeds_captured', { left });
  if (!move.ok) throw new DomainError('invalid_transition', { from: move.from, command, possible: move.possible });

  const now = await deps.database.now(tx);
  const id = newId();
  const taken = shares ? takeOut(shares, amount) : [];
  await sql`
    insert into refunds (id, payment_id, amount, currency, fee, reason, key, note, asked_by, state, created_at)
    values (${id}, ${payment.id}, ${amount.amount}, ${amount.currency},
            ${taken.reduce((sum, { fee }) => sum + fee.amount, 0)}, ${wish.reason}, ${wish.key}, ${wish.note ?? null},
            ${wish.by}, ${refundMachine.initial}, ${now})`.execute(tx);
  await updatePayment(tx, payment.id, {
    state: move.to,
    ...(everything ? { ended_at: now, address_sealed: null } : {}),
  });
  await takeFromShares(tx, payment.id, taken);
  // What was in quarantine is owed to the buyer as it is.
  if (taken.length > 0) await deps.ledger.post(tx, refundEntry(id, payment.id, amount, taken));
  for (const { makerId, payable } of taken) {
    await takeBack(deps, tx, { paymentId: payment.id, makerId, amount: payable, cause: `refund:${id}` });
  }
  await tell(deps, tx, payment, { id, amount, everything, wish, taken });
  await enqueue(deps, tx, id);
  return { id, paymentId: payment.id, amount, reason: wish.reason, state: refundMachine.initial, everything };
};

const tell = async (
  deps: PaymentsDeps,
  tx: Tx,
  payment: Payment,
  made: { id: string; amount: Money; everything: boolean; wish: RefundWish; taken: ReturnType<typeof takeOut> },
): Promise<void> => {
  const about = { paymentId: payment.id, lockId: payment.lock_id, buyerId: payment.buyer_id, amount: made.amount };
  if (made.wish.reason === 'late') {
    const { paidBefore } = made.wish;
    return await deps.events.emit(tx, 'payment.late_refunded', payment.id, {
      ...about,
      ...(paidBefore && { paidBefore }),
    });
  }
  await deps.events.emit(tx, 'payment.refunded', payment.id, {
    ...about,
    refundId: made.id,
    reason: made.wish.reason,
    everything: made.everything,
    ...(made.wish.announced && { announced: true }),
    makers: made.taken.map(({ makerId, payable }) => ({ makerId, payable })),
  });
  // Nothing was bought with it: the lock, if it still stands, may be paid anew, or falls.
  if (payment.state === 'quarantined') {
    await deps.events.emit(tx, 'payment.session_expired', payment.id, {
      paymentId: payment.id,
      lockId: payment.lock_id,
    });
  }
};

/**
 * The whole of a payment goes back that came when its lock had been released, or (`paidBefore`) was paid by another one.
 * Twice, or after another refund, is nothing.
 */
export const returnLate = async (deps: PaymentsDeps, tx: Tx, paymentId: string, paidBefore = false): Promise<void> => {
  const payment = await lockPayment(tx, paymentId);
  if (!payment || !apply(paymentMachine, payment.state, 'refundLate', { nothingToPay: true }).ok) return;
  await refund(deps, tx, { paymentId, reason: 'late', key: 'late', by: null, paidBefore });
};

/** The job: asks the provider to give the money back, and writes down what it says. */
export const sendRefund = async (deps: PaymentsDeps, id: string): Promise<void> => {
  const { rows } = await sql<RefundRow & { intentId: string | null }>`
    select r.id, r.payment_id as "paymentId", r.amount, r.currency, r.reason, r.state, r.attempt,
           p.intent_id as "intentId"
    from refunds r join payments p on p.id = r.payment_id
    where r.id = ${id}`.execute(deps.database.db);
  const wanted = rows[0];
  if (wanted?.state !== 'wanted') return;
  const { attempt, intentId } = wanted;
  if (!intentId) throw new Error(`payment ${wanted.paymentId} has nothing to refund from`);
  try {
    const amount = money(wanted.amount, wanted.currency);
    await hear(deps, id, await provider(deps).refund({ id, attempt, intentId, amount }));
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    deps.log.error({ err: error, refundId: id }, 'alarm: the provider refused a refund');
    await hear(deps, id, { id: null, state: 'failed' });
  }
};

/** What the provider says of a refund now, by its own id; from a webhook. */
export const refreshRefund = async (deps: PaymentsDeps, providerId: string): Promise<void> => {
  const { refund: ours, ...said } = await provider(deps).readRefund(providerId);
  if (ours) await hear(deps, ours, said);
};

const COMMANDS: Record<SaidState, RefundCommand> = { pending: 'hand', sent: 'send', failed: 'fail' };

/** Applies the provider's word: sent means that the buyer has it, failed that a person must look. */
const hear = (deps: PaymentsDeps, id: string, said: { id: string | null; state: SaidState }): Promise<void> =>
  deps.database.transaction(async (tx) => {
    const known = await findRefund(tx, id);
    const payment = known && (await lockPayment(tx, known.paymentId));
    // Read again under the payment's lock.
    const refund = await findRefund(tx, id);
    if (!payment || !refund) return;
    const move = apply(refundMachine, refund.state, COMMANDS[said.state]);
    // An earlier try's word, after a retry, is about money that is no longer on that way.
    if (!move.ok || (said.id !== null && (await isOfEarlierTry(tx, id, said.id)))) return;
    const now = await deps.database.now(tx);
    await sql`
      update refunds
      set state = ${move.to}, refund_id = coalesce(${said.id}, refund_id),
          ended_at = ${move.to === 'pending' ? null : now}
      where id = ${id}`.execute(tx);
    const amount = money(refund.amount, refund.currency);
    if (move.to === 'sent') await deps.ledger.post(tx, refundSentEntry(id, refund.attempt, payment.id, amount));
    if (move.to !== 'failed') return;
    if (refund.state === 'sent') {
      await deps.ledger.post(tx, refundFailedEntry(id, refund.attempt, payment.id, amount));
    }
    deps.log.error({ refundId: id, paymentId: payment.id }, 'alarm: a refund failed; the buyer is still owed');
  });

const isOfEarlierTry = async (tx: Tx, id: string, providerId: string): Promise<boolean> => {
  const { rows } = await sql`
    select 1 from refunds where id = ${id} and attempt > 0 and ${providerId} = any (earlier_ids)`.execute(tx);
  return rows.length > 0;
};

/**
 * Has a refund that failed sent once more. Twice is once.
 * @throws DomainError not_found, invalid_transition
 */
export const retryRefund = async (deps: PaymentsDeps, tx: Tx, paymentId: string, id: string): Promise<void> => {
  const payment = await lockPayment(tx, paymentId);
  const known = payment && (await findRefund(tx, id));
  if (!known || known.paymentId !== paymentId) throw new DomainError('not_found');
  const move = apply(refundMachine, known.state, 'retry');
  if (!move.ok) throw new DomainError('invalid_transition', { ...move });
  await sql`
    update refunds
    set state = ${move.to}, attempt = attempt + 1, ended_at = null, refund_id = null,
        earlier_ids = case when refund_id is null then earlier_ids else earlier_ids || refund_id end
    where id = ${id}`.execute(tx);
  await enqueue(deps, tx, id);
};

const refundOf = (row: RefundRow, everything: boolean): Refund => ({
  id: row.id,
  paymentId: row.paymentId,
  amount: money(row.amount, row.currency),
  reason: row.reason,
  state: row.state,
  everything,
});

const findRefund = async (reader: Reader, id: string): Promise<RefundRow | null> => {
  const { rows } = await sql<RefundRow>`select ${COLUMNS} from refunds where id = ${id}`.execute(reader);
  return rows[0] ?? null;
};

const findByKey = async (tx: Tx, paymentId: string, key: string): Promise<RefundRow | null> => {
  const { rows } = await sql<RefundRow>`
    select ${COLUMNS} from refunds where payment_id = ${paymentId} and key = ${key}`.execute(tx);
  return rows[0] ?? null;
};

const enqueue = (deps: PaymentsDeps, tx: Tx, id: string): Promise<void> =>
  deps.jobs.enqueue(tx, SEND_REFUND, { refundId: id }, { key: `${SEND_REFUND}:${id}` });

/** Refunds whose job is gone are sent again. */
export const sweepRefunds = async (deps: PaymentsDeps, before: Date): Promise<void> => {
  const { rows } = await sql<{ id: string }>`
    select id from refunds where state = 'wanted' and created_at < ${before} limit 100`.execute(deps.database.db);
  for (const { id } of rows) await deps.database.transaction((tx) => enqueue(deps, tx, id));
};
