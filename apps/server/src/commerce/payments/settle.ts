// The provider's word about a session, applied once: the row, the ledger and the event in one transaction.
import type { PaymentState } from '@videowindow/contract/machines/payment';
import type { Money } from '@videowindow/contract/money';
import { providerFeeEntry, quarantineEntry, type Share, saleEntry } from '#commerce/ledger';
import { commitLazily, type Tx } from '#platform/database';
import { type PaymentsDeps, sealAddress } from './deps.ts';
import { decide, isLive } from './payment.ts';
import { withTax } from './refund.ts';
import type { Session } from './settlement.ts';
import { findPayment, lockPayment, type Payment, readShares, setShares, updatePayment } from './store.ts';

export const BOOK_FEE = 'payments.book_fee';
/** The job that ends what can still be paid of a lock. */
export const CLOSE_CHECKOUT = 'payments.close_checkout';

/**
 * Applies what a session says now. Twice, late or out of order is harmless: a payment moves only forward.
 * @returns the payment's state afterwards; null when the session is none of ours.
 */
export const settle = async (deps: PaymentsDeps, session: Session): Promise<PaymentState | null> => {
  if (session.paymentId === null) return null;
  const { paymentId } = session;
  return await deps.database.transaction(async (tx) => {
    const payment = await lockPayment(tx, paymentId);
    if (!payment) return null;
    const decision = decide(payment, session);
    if (!decision) return payment.state;
    const settled = await updatePayment(tx, payment.id, {
      state: decision.to,
      session_id: session.id,
      session_url: session.url,
      session_ends_at: session.endsAt,
      intent_id: session.intentId,
      charge_id: session.chargeId,
      card_print: session.cardPrint,
      received_amount: session.received?.amount ?? null,
      received_currency: session.received?.currency ?? null,
    });
    switch (decision.command) {
      case 'openSession':
        // Lost in a crash it is asked for again: the same key gives the same session.
        await commitLazily(tx);
        break;
      case 'capture':
        await capture(deps, tx, settled, session);
        if (!isLive(payment.state)) await afterAll(deps, tx, settled);
        break;
      case 'quarantine':
        await quarantine(deps, tx, settled, session);
        break;
      case 'process':
        await deps.events.emit(tx, 'payment.processing', settled.id, {
          paymentId: settled.id,
          lockId: settled.lock_id,
        });
        break;
      case 'expire':
        await end(deps, tx, settled);
        break;
      case 'fail':
        await end(deps, tx, settled, 'payment.failed');
        break;
      default:
        break;
    }
    return decision.to;
  });
};

const capture = async (deps: PaymentsDeps, tx: Tx, payment: Payment, session: Session): Promise<void> => {
  await updatePayment(tx, payment.id, {
    captured_at: await deps.database.now(tx),
    ended_at: null,
    address_sealed: session.address && sealAddress(deps.keyring, payment.id, session.address),
    method: session.method,
    tax_amount: session.tax?.amount ?? null,
  });
  await deps.ledger.post(tx, saleEntry(payment.id, payment.amount, await sharesWith(tx, payment, session.tax)));
  if (session.fee) await deps.ledger.post(tx, providerFeeEntry(payment.id, session.fee));
  // It is known soon after the charge, not always with it.
  else await deps.jobs.enqueue(tx, BOOK_FEE, { paymentId: payment.id }, { key: `${BOOK_FEE}:${payment.id}` });
  await deps.events.emit(tx, 'payment.captured', payment.id, {
    paymentId: payment.id,
    lockId: payment.lock_id,
    amount: payment.amount,
  });
};

/** Money came by a payment that had ended. It counts; a page that was opened in its place is closed before it is paid too. */
const afterAll = async (deps: PaymentsDeps, tx: Tx, { id, lock_id }: Payment): Promise<void> => {
  deps.log.warn({ paymentId: id }, 'money came by a payment that had ended');
  await deps.jobs.enqueue(tx, CLOSE_CHECKOUT, { lockId: lock_id }, { key: `${CLOSE_CHECKOUT}:${lock_id}` });
};

/** Whose the money is, once it is known what of it is tax that we owe. */
const sharesWith = async (tx: Tx, payment: Payment, tax: Money | null): Promise<readonly Share[]> => {
  const agreed = await readShares(tx, payment);
  if (tax === null || tax.amount === 0) return agreed;
  const shares = withTax(agreed, tax);
  await setShares(tx, payment.id, shares);
  return shares;
};

/** Money that is not what was agreed is never accepted in silence: it is kept apart and somebody is told. */
const quarantine = async (deps: PaymentsDeps, tx: Tx, payment: Payment, session: Session): Promise<void> => {
  if (!session.received) return;
  await updatePayment(tx, payment.id, { ended_at: await deps.database.now(tx) });
  await deps.ledger.post(tx, quarantineEntry(payment.id, session.received));
  await deps.events.emit(tx, 'payment.quarantined', payment.id, {
    paymentId: payment.id,
    lockId: payment.lock_id,
    expected: payment.amount,
    received: session.received,
  });
  deps.log.error({ paymentId: payment.id, sessionId: session.id }, 'alarm: a payment differs from what was agreed');
};

/** No money comes by this payment any more; the lock may ask for another. */
export const end = async (
  deps: PaymentsDeps,
  tx: Tx,
  payment: Payment,
  how: 'payment.session_expired' | 'payment.failed' = 'payment.session_expired',
): Promise<void> => {
  await updatePayment(tx, payment.id, { ended_at: await deps.database.now(tx), session_url: null });
  await deps.events.emit(tx, how, payment.id, { paymentId: payment.id, lockId: payment.lock_id });
};

/** The job: what the provider took, once it knows. Fails, and so is tried again, until then. */
export const bookFee = async (deps: PaymentsDeps, paymentId: string): Promise<void> => {
  const payment = await findPayment(deps.database.db, paymentId);
  if (!payment?.session_id || !deps.settlement) return;
  const { fee } = await deps.settlement.readSession(payment.session_id);
  if (!fee) throw new Error(`the provider does not yet know its fee of payment ${paymentId}`);
  await deps.database.transaction((tx) => deps.ledger.post(tx, providerFeeEntry(paymentId, fee)));
};
