// Opening and closing the hosted checkout of a lock.
//
// Phases: prepare (transaction: the payment's row, with all that will be asked) → call (the provider, with the row's id
// as its idempotency key) → finalize (transaction: the session). A crash between any two is mended by asking again:
// the same key gives the same session.
import { DomainError } from '@videowindow/contract';
import { paymentMachine } from '@videowindow/contract/machines/payment';
import { newId } from '#platform/crypto';
import type { PaymentsDeps } from './deps.ts';
import { type CheckoutRequest, isLive, pageOf, sharesOf, showsTheSame } from './payment.ts';
import { end, settle } from './settle.ts';
import { Refused, type Session, type SettlementStrategy } from './settlement.ts';
import type { Payment } from './store.ts';
import * as store from './store.ts';

/** @throws DomainError capability_off */
export const provider = (deps: PaymentsDeps): SettlementStrategy => {
  if (!deps.settlement) throw new DomainError('capability_off', { capability: 'payments' });
  return deps.settlement;
};

/**
 * The session of this lock: the one that lives and shows the same, else a new one.
 * @throws DomainError external_service_unavailable, capability_off, session_expired (ask again), checkout_in_progress
 * (it was paid, or is being)
 */
export const openCheckout = async (
  deps: PaymentsDeps,
  request: CheckoutRequest,
): Promise<{ url: string; expiresAt: Date }> => {
  provider(deps);
  const buyer = await deps.identity.user(deps.database.db, request.buyerId);
  if (!buyer) throw new DomainError('not_found');
  const page = pageOf(request, buyer.email, {
    success: deps.pages.checkout(request.lockId, 'paid'),
    cancel: deps.pages.checkout(request.lockId, 'cancelled'),
  });

  let payment = await prepare(deps, request, page);
  if (!showsTheSame(payment.request, page)) {
    // Another delivery, another amount: what lives must not be payable beside it.
    if ((await closeCheckout(deps, request.lockId)) === 'paid') throw new DomainError('checkout_in_progress');
    payment = await prepare(deps, request, page);
  }
  const now = await deps.database.now(deps.database.db);
  if (payment.session_url && payment.session_ends_at && payment.session_ends_at > now) {
    return { url: payment.session_url, expiresAt: payment.session_ends_at };
  }
  const session = await findOrOpenSession(deps, payment);
  await settle(deps, session);
  if (session.status === 'open' && session.url) return { url: session.url, expiresAt: session.endsAt };
  throw new DomainError(session.status === 'expired' ? 'session_expired' : 'checkout_in_progress');
};

/** The payment that lives, or a new one. */
const prepare = (deps: PaymentsDeps, request: CheckoutRequest, page: Payment['request']): Promise<Payment> =>
  deps.database.transaction(async (tx) => {
    await store.queueAtLock(tx, request.lockId);
    const live = await store.livePayment(tx, request.lockId);
    if (live) return live;
    // Its money is here and the lock will hear of it in a moment: nobody pays twice.
    if (await store.hasArrived(tx, request.lockId)) throw new DomainError('checkout_in_progress');
    const { amount, currency } = request.total;
    return await store.insertPayment(
      tx,
      {
        id: newId(),
        lock_id: request.lockId,
        buyer_id: request.buyerId,
        state: paymentMachine.initial,
        amount,
        currency,
        request: page,
        created_at: await deps.database.now(tx),
      },
      sharesOf(request),
    );
  });

/** The provider's session of a payment: read when it is known, else made, which finds one that was made and not heard of. */
const findOrOpenSession = async (deps: PaymentsDeps, payment: Payment): Promise<Session> => {
  if (payment.session_id) return await provider(deps).readSession(payment.session_id);
  try {
    return await provider(deps).openSession({ id: payment.id, lockId: payment.lock_id }, payment.request);
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    // No session exists and none will: too late for its end, or the request is wrong.
    deps.log.error({ err: error, paymentId: payment.id }, 'the provider refused a checkout session');
    await fail(deps, payment.id);
    throw new DomainError('session_expired');
  }
};

const fail = (deps: PaymentsDeps, id: string): Promise<void> =>
  deps.database.transaction(async (tx) => {
    const payment = await store.lockPayment(tx, id);
    if (payment?.state !== 'created') return;
    await store.updatePayment(tx, id, { state: 'failed' });
    await end(deps, tx, payment, await deps.database.now(tx));
  });

/**
 * Ends every session of this lock at the provider.
 * @returns `closed` when none can be paid any more; `paid` when one was, or its money is on the way.
 * @throws DomainError external_service_unavailable when the provider did not say
 */
export const closeCheckout = async (deps: PaymentsDeps, lockId: string): Promise<'closed' | 'paid'> => {
  const { db } = deps.database;
  const live = await store.livePayment(db, lockId);
  if (live) await closePayment(deps, live);
  const left = await store.livePayment(db, lockId);
  return left !== null || (await store.hasArrived(db, lockId)) ? 'paid' : 'closed';
};

const closePayment = async (deps: PaymentsDeps, payment: Payment): Promise<void> => {
  try {
    const session = await findOrOpenSession(deps, payment);
    const ended = session.status === 'open' ? await provider(deps).expireSession(session.id) : session;
    // Still open after it was ended means that we don't know; the caller tries again.
    if (ended.status === 'open') throw new DomainError('external_service_unavailable', { provider: 'stripe' });
    await settle(deps, ended);
  } catch (error) {
    // The provider never had a session of it.
    if (error instanceof DomainError && error.code === 'session_expired') return;
    throw error;
  }
};

/** The sweeper's part: asks the provider about payments that should have ended by themselves, or never began. */
export const sweepPayments = async (deps: PaymentsDeps): Promise<void> => {
  const now = await deps.database.now(deps.database.db);
  for (const payment of await store.hangingPayments(deps.database.db, now, 50)) {
    if (!isLive(payment.state)) continue;
    try {
      await settle(deps, await findOrOpenSession(deps, payment));
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      deps.log.warn({ err: error, paymentId: payment.id }, 'a payment that hangs could not be asked about');
    }
  }
};
