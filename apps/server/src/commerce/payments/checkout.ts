// Opening and closing the hosted checkout of a lock.
//
// Phases: prepare (transaction: the payment's row, with all that will be asked) → call (the provider, with the row's id
// as its idempotency key) → finalize (transaction: the session). A crash between any two is mended by asking again:
// the same key gives the same session.
import { DomainError } from '@videowindow/contract';
import { paymentMachine } from '@videowindow/contract/machines/payment';
import { newId } from '#platform/crypto';
import type { PaymentsDeps } from './deps.ts';
import { type CheckoutRequest, isLive, isSoonOver, pageOf, sharesOf, showsTheSame } from './payment.ts';
import { end, settle } from './settle.ts';
import { Refused, type Session, type SessionRequest, type SettlementStrategy } from './settlement.ts';
import type { Payment } from './store.ts';
import * as store from './store.ts';

/** A page is renewed so long before its end; less than `isSoonOver` takes, so that who has just got one can use it. */
const RENEWED_BEFORE_MS = 10 * 60_000;

/** @throws DomainError capability_off */
export const provider = (deps: PaymentsDeps): SettlementStrategy => {
  if (!deps.settlement) throw new DomainError('capability_off', { capability: 'payments' });
  return deps.settlement;
};

/**
 * The session of this lock: the one that lives, shows the same and is not soon over, else a new one.
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
  const urls = {
    success: deps.pages.checkout(request.lockId, 'paid'),
    cancel: deps.pages.checkout(request.lockId, 'cancelled'),
  };
  const page = pageOf(request, buyer.email, urls, deps.taxedByProvider);

  await hearEnded(deps, request.lockId);
  let { payment, isNew } = await prepare(deps, request, page);
  if (!isNew && !(await isGood(deps, payment, request, page))) {
    // What lives must not be payable beside what is asked for now.
    if ((await closeCheckout(deps, request.lockId)) === 'paid') throw new DomainError('checkout_in_progress');
    ({ payment, isNew } = await prepare(deps, request, page));
  }
  if (payment.session_url && payment.session_ends_at) {
    return { url: payment.session_url, expiresAt: payment.session_ends_at };
  }
  const session = await findOrOpenSession(deps, payment);
  await settle(deps, session);
  if (session.status === 'open' && session.url) return { url: session.url, expiresAt: session.endsAt };
  throw new DomainError(session.status === 'expired' ? 'session_expired' : 'checkout_in_progress');
};

/**
 * Before somebody is led to pay anew, the provider is asked about the page that ended: money that came by it all the same,
 * and of which no webhook has told yet, counts.
 */
const hearEnded = async (deps: PaymentsDeps, lockId: string): Promise<void> => {
  const { live, arrived, ended } = await store.moneyFor(deps.database.db, lockId);
  if (live || arrived || !ended?.session_id) return;
  try {
    await settle(deps, await provider(deps).readSession(ended.session_id));
  } catch (error) {
    // A page that the provider does not know any more brings nothing.
    if (!(error instanceof Refused)) throw error;
  }
};

/** Whether a payment that lives serves what is asked for: the same is shown, and there is time to type a card in. */
const isGood = async (
  deps: PaymentsDeps,
  payment: Payment,
  request: CheckoutRequest,
  page: SessionRequest,
): Promise<boolean> =>
  showsTheSame(payment.request, page) &&
  !isSoonOver(payment, request.lockEndsAt, await deps.database.now(deps.database.db));

/** The payment that lives, or a new one. */
const prepare = (
  deps: PaymentsDeps,
  request: CheckoutRequest,
  page: SessionRequest,
): Promise<{ payment: Payment; isNew: boolean }> =>
  deps.database.transaction(async (tx) => {
    await store.queueAtLock(tx, request.lockId);
    const { live, arrived } = await store.moneyFor(tx, request.lockId);
    if (live) return { payment: live, isNew: false };
    // Its money is here and the lock will hear of it in a moment: nobody pays twice.
    if (arrived) throw new DomainError('checkout_in_progress');
    const { lockId, buyerId, total } = request;
    const begun = {
      id: newId(),
      lock_id: lockId,
      buyer_id: buyerId,
      state: paymentMachine.initial,
      amount: total,
      request: page,
    };
    return { payment: await store.insertPayment(tx, begun, sharesOf(request)), isNew: true };
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
    await end(deps, tx, payment);
  });

/**
 * Ends every session of this lock at the provider.
 * @returns `closed` when none can be paid any more; `paid` when one was, or its money is on the way.
 * @throws DomainError external_service_unavailable when the provider did not say
 */
export const closeCheckout = async (deps: PaymentsDeps, lockId: string): Promise<'closed' | 'paid'> => {
  const { db } = deps.database;
  const { live } = await store.moneyFor(db, lockId);
  if (live) await closePayment(deps, live);
  const left = await store.moneyFor(db, lockId);
  return left.live !== null || left.arrived ? 'paid' : 'closed';
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

/** The sweeper's part: a provider's page lives a day at most, and some locks longer; those have a new one in time. */
export const renewCheckouts = async (deps: PaymentsDeps, now: Date): Promise<void> => {
  const ending = await store.locksEnding(deps.database.db, now, new Date(now.getTime() + RENEWED_BEFORE_MS));
  if (ending.length > 0) await deps.sessionsEnding(ending);
};
