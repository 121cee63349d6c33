import { DomainError } from '@videowindow/contract';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { newId } from '#platform/crypto';
import type { RefundWish } from './index.ts';
import { openTill, type Till, usd } from './payments.fixture.ts';
import { retryRefund } from './refunds.ts';

let till: Till;
beforeAll(async () => {
  till = await openTill();
});
afterAll(() => till.close());

const THREE_DAYS = 3 * 86_400_000;

const refund = (
  paymentId: string,
  amount: number | null,
  key: string = newId(),
  reason: RefundWish['reason'] = 'other',
) =>
  till.database.transaction((tx) =>
    till.payments.funds.refund(tx, { paymentId, reason, key, by: null, ...(amount ? { amount: usd(amount) } : {}) }),
  );
/** Debits less credits; what is owed to somebody is negative. */
const balance = async (
  account: 'maker_payable' | 'maker_debt' | 'fee_revenue' | 'refunds_in_transit',
  owner?: string,
) => (await till.ledger.balance(till.database.db, account, owner ?? null)).amount;
/** A piece of 96.00 that was paid; 87.30 of it are the maker's. */
const sell = async (makerId: string = newId(), card?: string) => {
  const request = await till.request({ makerId });
  await till.pay((await till.payments.checkouts.open(request)).url, card);
  await till.settle();
  const payment = await till.paymentOf(request.lockId);
  return { ...request, paymentId: payment?.id ?? '', chargeId: payment?.charge_id ?? '' };
};
const release = (sale: Awaited<ReturnType<typeof sell>>) =>
  till.database.transaction((tx) =>
    till.payments.funds.release(tx, {
      orderId: newId(),
      paymentId: sale.paymentId,
      makerId: sale.makerId,
      payable: usd(8730),
    }),
  );
const transferOf = async (paymentId: string) =>
  (await till.database.pool.query('select * from transfers where payment_id = $1', [paymentId])).rows[0];
/** A maker whose account keeps what it gets: paid out daily, there would be nothing to take back. */
const onboarded = async () => {
  const maker = await till.person();
  // Not known well enough to be paid to their bank: what comes stays in their account at the provider.
  await till.onboard(maker, true);
  await till.settle();
  const { rows } = await till.database.pool.query('select account_id from payout_accounts where maker_id = $1', [
    maker.id,
  ]);
  const answer = await fetch(`${till.sandbox}/stripe/v1/accounts/${rows[0].account_id}`, {
    method: 'POST',
    headers: { authorization: 'Bearer sk_test_sandbox' },
    body: new URLSearchParams({ 'settings[payouts][schedule][interval]': 'manual' }),
  });
  expect(answer.status).toBe(200);
  return maker.id;
};
const refundedAtStripe = async (chargeId: string) => (await till.stripe(`/v1/charges/${chargeId}`)).amount_refunded;

describe('a refund', () => {
  test('of a part gives back its part of the fee, and the last one the remainder: then nobody is owed anything', async () => {
    const sale = await sell();
    const [revenue, transit] = [await balance('fee_revenue'), await balance('refunds_in_transit')];

    const first = await refund(sale.paymentId, 2400, 'order:1:issue', 'issue');
    await till.settle();

    expect(first).toMatchObject({ amount: usd(2400), everything: false });
    expect(await till.paymentOf(sale.lockId)).toMatchObject({ state: 'partially_refunded' });
    expect(await balance('maker_payable', sale.makerId)).toBe(-(8730 - 2182));
    expect(await balance('fee_revenue')).toBe(revenue + 218);
    expect(await refundedAtStripe(sale.chargeId)).toBe(2400);

    const rest = await refund(sale.paymentId, null, 'order:1:cancelled', 'cancelled');
    await till.settle();

    expect(rest).toMatchObject({ amount: usd(7200), everything: true });
    expect(await till.paymentOf(sale.lockId)).toMatchObject({ state: 'refunded', address_sealed: null });
    expect(await balance('maker_payable', sale.makerId)).toBe(0);
    expect(await balance('fee_revenue')).toBe(revenue + 870);
    expect(await balance('refunds_in_transit')).toBe(transit);
    expect(await refundedAtStripe(sale.chargeId)).toBe(9600);
    expect(till.eventsOf(sale.lockId)).toEqual(['payment.captured', 'payment.refunded', 'payment.refunded']);
  });

  test('of more than is left, of nothing that was paid, or in another currency is refused and moves nothing', async () => {
    const sale = await sell();
    await refund(sale.paymentId, 9000);
    const unpaid = await till.request();
    await till.payments.checkouts.open(unpaid);
    const open = await till.paymentOf(unpaid.lockId);

    await expect(refund(sale.paymentId, 601)).rejects.toMatchObject({
      code: 'refund_exceeds_captured',
      details: { left: usd(600) },
    });
    await expect(refund(open?.id ?? '', null)).rejects.toMatchObject({ code: 'invalid_transition' });
    await expect(refund(newId(), null)).rejects.toMatchObject({ code: 'not_found' });
    const euros = { paymentId: sale.paymentId, amount: { amount: 1, currency: 'EUR' }, key: 'e', by: null };
    await expect(
      till.database.transaction((tx) => till.payments.funds.refund(tx, { ...euros, reason: 'other' })),
    ).rejects.toMatchObject({ code: 'currency_mismatch' });
    await till.settle();
    expect(await refundedAtStripe(sale.chargeId)).toBe(9000);
  });

  test('RefundRefund: of many at once as many go through as there is money for; repeats of one are one', async () => {
    for (let round = 0; round < 5; round++) {
      const sale = await sell();

      const outcomes = await Promise.all(
        [
          ...[1, 2, 3, 4].map((n) => refund(sale.paymentId, 4000, `different-${n}`)),
          ...[1, 2, 3].map(() => refund(sale.paymentId, 1000, 'same')),
        ].map((wish) => wish.then(({ id }) => id).catch((error: unknown) => error)),
      );
      await till.settle();

      const refused = outcomes.filter((outcome) => outcome instanceof DomainError);
      const made = new Set(outcomes.filter((outcome) => typeof outcome === 'string'));
      // Two of 40.00 fit into 96.00, beside the one of 10.00, in whatever order they came.
      expect(made.size).toBe(3);
      expect(refused.map(({ code }) => code)).toEqual(['refund_exceeds_captured', 'refund_exceeds_captured']);
      expect(await refundedAtStripe(sale.chargeId)).toBe(9000);
      const { data } = (await till.stripe(`/v1/refunds?charge=${sale.chargeId}`)) as { data: unknown[] };
      expect(data.length).toBe(3);
    }
  });

  test('asked for again under its key with another amount is told so', async () => {
    const sale = await sell();
    await refund(sale.paymentId, 100, 'key');

    await expect(refund(sale.paymentId, 101, 'key')).rejects.toMatchObject({ code: 'idempotency_key_reused' });
  });

  test('is sent once though answers to it are lost, and survives a provider that is down', async () => {
    const sale = await sell();
    await till.control('PUT', '/calls/stripe', [
      { path: '/v1/refunds', method: 'POST', times: 2, when: 'after', answer: 'reset' },
      { path: '/v1/refunds', method: 'POST', times: 2, when: 'before', answer: 500 },
    ]);

    await refund(sale.paymentId, 5000);
    await till.settle();
    await till.wake();

    expect(await refundedAtStripe(sale.chargeId)).toBe(5000);
    const { data } = (await till.stripe(`/v1/refunds?charge=${sale.chargeId}`)) as { data: unknown[] };
    expect(data.length).toBe(1);
  });
});

describe('the bank', () => {
  const stateOf = async (id: string) =>
    (await till.database.pool.query('select state from refunds where id = $1', [id])).rows[0].state;
  const retry = (paymentId: string, id: string) =>
    till.database.transaction((tx) => retryRefund(till.deps, tx, paymentId, id));

  test('that takes its time is waited for', async () => {
    const transit = await balance('refunds_in_transit');
    const sale = await sell(newId(), '4000000000007726');
    const { id } = await refund(sale.paymentId, 2400);
    await till.settle();
    expect(await stateOf(id)).toBe('pending');
    expect(await balance('refunds_in_transit')).toBe(transit - 2400);

    await till.pass(3_601_000);

    expect(await stateOf(id)).toBe('sent');
    expect(await balance('refunds_in_transit')).toBe(transit);
  });

  test('that sends a refund back leaves the buyer owed, until it is sent once more', async () => {
    const [transit, clearing] = [
      await balance('refunds_in_transit'),
      await till.ledger.balance(till.database.db, 'clearing'),
    ];
    const sale = await sell(newId(), '4000000000005126');
    const { id } = await refund(sale.paymentId, null);
    await till.settle();
    expect(await stateOf(id)).toBe('sent');
    await expect(retry(sale.paymentId, id)).rejects.toMatchObject({ code: 'invalid_transition' });

    await till.pass(3_601_000);
    expect(await stateOf(id)).toBe('failed');
    expect(await balance('refunds_in_transit')).toBe(transit - 9600);
    expect(await refundedAtStripe(sale.chargeId)).toBe(0);

    await retry(sale.paymentId, id);
    await expect(retry(sale.paymentId, id)).rejects.toMatchObject({ code: 'invalid_transition' });
    await till.settle();
    expect(await stateOf(id)).toBe('sent');
    expect(await balance('refunds_in_transit')).toBe(transit);
    const fee = Math.round(9600 * 0.029) + 30;
    expect((await till.ledger.balance(till.database.db, 'clearing')).amount).toBe(clearing.amount - fee);
  });
});

describe("what of it was the maker's", () => {
  test('is not sent when it was not sent yet: the transfer is as much less, or none', async () => {
    const maker = await onboarded();
    const [before, waiting, whole] = [await sell(maker), await sell(), await sell()];
    await refund(before.paymentId, 4800);

    await release(before);
    for (const sale of [waiting, whole]) await release(sale);
    await till.settle();
    await refund(waiting.paymentId, 4800);
    await refund(whole.paymentId, null);
    await till.settle();

    expect(await transferOf(before.paymentId)).toMatchObject({ state: 'sent', amount: 4365 });
    expect(await transferOf(waiting.paymentId)).toMatchObject({ state: 'waiting', amount: 4365 });
    expect(await transferOf(whole.paymentId)).toMatchObject({ state: 'cancelled' });
    expect(await balance('maker_payable', maker)).toBe(0);
  });

  test('is taken back in proportion when it had been sent', async () => {
    const maker = await onboarded();
    const sale = await sell(maker);
    await release(sale);
    await till.settle();
    await till.pass(THREE_DAYS);

    await refund(sale.paymentId, 2400);
    await till.settle();

    const { transfer_id } = await transferOf(sale.paymentId);
    expect(await till.stripe(`/v1/transfers/${transfer_id}`)).toMatchObject({ amount: 8730, amount_reversed: 2182 });
    expect(await balance('maker_payable', maker)).toBe(0);
    expect(await balance('maker_debt', maker)).toBe(0);
    expect(await till.ledger.statement(till.database.db, maker)).toMatchObject({ paidOut: usd(8730 - 2182) });
  });

  test('is a debt when their account does not hold it, and later sales pay that', async () => {
    const maker = await onboarded();
    const sale = await sell(maker);
    await release(sale);
    await till.settle();

    // Its money is still on its way to the account: nothing there can be taken.
    await refund(sale.paymentId, null);
    await till.settle();
    expect(await balance('maker_debt', maker)).toBe(8730);
    expect(await balance('maker_payable', maker)).toBe(0);

    const next = await Promise.all(Array.from({ length: 6 }, () => sell(maker)));
    await Promise.all(next.map(release));
    await till.settle();

    const transfers = await Promise.all(next.map(({ paymentId }) => transferOf(paymentId)));
    expect(transfers.map(({ state }) => state)).toEqual(next.map(() => 'sent'));
    expect(transfers.map(({ netted }) => Number(netted)).sort()).toEqual([0, 0, 0, 0, 0, 8730]);
    expect(await balance('maker_debt', maker)).toBe(0);
    expect(await balance('maker_payable', maker)).toBe(0);
  });

  test('is paid once, whichever sale is faster, also while one of these is given back', async () => {
    for (const lastFirst of [false, true]) {
      const maker = await onboarded();
      const [old, ...next] = await Promise.all(Array.from({ length: 5 }, () => sell(maker)));
      if (!old || !next[0]) throw new Error('five sales were made');
      await release(old);
      await till.settle();
      await refund(old.paymentId, null);
      await till.settle();
      const given = next[0].paymentId;
      const acts = [...next.map((sale) => () => release(sale)), () => refund(given, 4800)];

      await Promise.all((lastFirst ? acts.toReversed() : acts).map((act) => act()));
      await till.settle();
      await till.wake();

      // Three sales and a half are the maker's. What they have beyond that they owe: at most what the one given back had paid.
      const debt = await balance('maker_debt', maker);
      expect((await till.ledger.paidOut(till.database.db, maker)).amount - debt).toBe(3 * 8730 + 4365);
      expect([0, 4365]).toContain(debt);
      expect(await balance('maker_payable', maker)).toBe(0);
    }
  });

  test('and what had only paid a debt is owed again', async () => {
    const maker = await onboarded();
    const [first, second] = [await sell(maker), await sell(maker)];
    await release(first);
    await till.settle();
    await refund(first.paymentId, 4800);
    await till.settle();
    await release(second);
    await till.settle();
    expect(await transferOf(second.paymentId)).toMatchObject({ state: 'sent', netted: 4365 });
    await till.pass(THREE_DAYS);

    await refund(second.paymentId, null);
    await till.settle();

    expect(await balance('maker_debt', maker)).toBe(4365);
    expect(await balance('maker_payable', maker)).toBe(0);
  });

  test('is reversed after a transfer whose answer was lost, and comes off one that the provider refused', async () => {
    const maker = await onboarded();
    const [lost, refused] = [await sell(maker), await sell(maker)];
    await till.pass(THREE_DAYS);
    const hold = (when: 'after' | 'before', answer: number) =>
      till.control('PUT', '/calls/stripe', [{ path: '/v1/transfers', method: 'POST', times: 'always', when, answer }]);

    await hold('after', 503);
    await release(lost);
    await till.settle();
    expect(await transferOf(lost.paymentId)).toMatchObject({ state: 'sending' });
    await refund(lost.paymentId, 4800);
    await hold('before', 400);
    await release(refused);
    await till.settle();
    await refund(refused.paymentId, 4800);
    await till.control('PUT', '/calls/stripe', []);
    await till.wake();

    const { transfer_id, amount } = await transferOf(lost.paymentId);
    expect(Number(amount)).toBe(8730);
    expect(await till.stripe(`/v1/transfers/${transfer_id}`)).toMatchObject({ amount: 8730, amount_reversed: 4365 });
    expect(await transferOf(refused.paymentId)).toMatchObject({ state: 'sent', amount: 4365 });
    expect(await balance('maker_payable', maker)).toBe(0);
    expect(await balance('maker_debt', maker)).toBe(0);
  });
});

describe('money in quarantine', () => {
  test('goes back whole when an admin has looked, and the lock may be paid anew', async () => {
    const request = await till.request();
    const { url } = await till.payments.checkouts.open(request);
    await till.database.pool.query('update payments set amount = 9700 where lock_id = $1', [request.lockId]);
    await till.pay(url);
    await till.settle();
    const payment = await till.paymentOf(request.lockId);
    const transit = await balance('refunds_in_transit');

    await expect(refund(payment?.id ?? '', 9500)).rejects.toMatchObject({ code: 'invalid_transition' });
    await refund(payment?.id ?? '', null, newId(), 'quarantine');
    await till.settle();

    expect(await till.paymentOf(request.lockId)).toMatchObject({ state: 'refunded' });
    expect(await balance('refunds_in_transit')).toBe(transit + 9600);
    expect(await refundedAtStripe(payment?.charge_id ?? '')).toBe(9600);
    expect(till.eventsOf(request.lockId)).toEqual([
      'payment.quarantined',
      'payment.refunded',
      'payment.session_expired',
    ]);
    expect((await till.payments.checkouts.open(request)).url).toContain('/pay/');
  });
});
