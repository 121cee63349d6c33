import { DomainError } from '@videowindow/contract';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { newId } from '#platform/crypto';
import { openCheckout, renewCheckouts, sweepPayments } from './checkout.ts';
import { openTill, type Till, usd } from './payments.fixture.ts';
import { settle } from './settle.ts';
import type { Session } from './settlement.ts';
import { handleEvent, reconcile } from './webhooks.ts';

let till: Till;
beforeAll(async () => {
  till = await openTill();
});
afterAll(() => till.close());

const balance = (account: 'clearing' | 'fee_revenue' | 'provider_fees' | 'refunds_in_transit') =>
  till.ledger.balance(till.database.db, account);
/** What is owed is a credit; counted here as a positive number. */
const owedTo = async (makerId: string) =>
  0 - (await till.ledger.balance(till.database.db, 'maker_payable', makerId)).amount;

describe('a checkout', () => {
  test('paid on the hosted page is captured once the webhook says so, with its ledger entry and address', async () => {
    const request = await till.request();
    const before = { clearing: await balance('clearing'), revenue: await balance('fee_revenue') };

    const { url, expiresAt } = await till.payments.checkouts.open(request);
    expect(expiresAt.getTime()).toBeCloseTo(request.expiresAt.getTime(), -4);
    expect((await till.pay(url)).location).toContain(`/pay/${request.lockId}?outcome=paid`);
    await till.settle();

    const payment = await till.paymentOf(request.lockId);
    expect(payment).toMatchObject({
      state: 'captured',
      amount: usd(9600),
      received_amount: 9600,
      received_currency: 'USD',
    });
    expect(till.eventsOf(request.lockId)).toEqual(['payment.captured']);
    expect(await owedTo(request.makerId)).toBe(9600 - 870);
    expect((await balance('fee_revenue')).amount).toBe(before.revenue.amount - 870);
    const providerFee = Math.round(9600 * 0.029) + 30;
    expect((await balance('clearing')).amount).toBe(before.clearing.amount + 9600 - providerFee);
    expect(payment?.address_sealed).not.toContain('Kiln Lane');
    expect(await till.payments.funds.cameWith(till.database.db, payment?.id ?? '')).toEqual({
      address: {
        name: 'Bea Buyer',
        line1: '12 Kiln Lane',
        line2: null,
        city: 'Portland',
        region: 'OR',
        postalCode: '97205',
        country: 'US',
      },
      method: 'card',
      tax: null,
    });
  });

  test('asked for again, even at once, gives the same address', async () => {
    const request = await till.request();

    const opened = await Promise.all([1, 2, 3].map(() => till.payments.checkouts.open(request)));
    const again = await till.payments.checkouts.open(request);

    expect(new Set([...opened, again].map(({ url }) => url)).size).toBe(1);
    const { rows } = await till.database.pool.query('select 1 from payments where lock_id = $1', [request.lockId]);
    expect(rows.length).toBe(1);
  });

  test('with another delivery ends the first session and opens one that shows what is asked now', async () => {
    const request = await till.request();
    const first = await till.payments.checkouts.open(request);

    const second = await till.payments.checkouts.open({ ...request, shipping: null, total: usd(8400) });

    expect(second.url).not.toBe(first.url);
    expect((await till.pay(first.url)).status).toBe(410);
    await till.pay(second.url);
    await till.settle();
    expect(till.eventsOf(request.lockId)).toEqual(['payment.session_expired', 'payment.captured']);
    expect(await till.paymentOf(request.lockId)).toMatchObject({ state: 'captured', address_sealed: null });
  });

  test('declined stays open and is paid by another card', async () => {
    const request = await till.request();
    const { url } = await till.payments.checkouts.open(request);

    expect((await till.pay(url, '4000000000000002')).status).toBe(402);
    await till.settle();
    expect(await till.live(request.lockId)).toMatchObject({ state: 'session_open' });
    await till.pay(url);
    await till.settle();

    expect(till.eventsOf(request.lockId)).toEqual(['payment.captured']);
  });

  test('promised by a bank waits for its word, and is captured, or may be paid anew', async () => {
    const [kept, broken] = [await till.request(), await till.request()];
    await till.pay((await till.payments.checkouts.open(kept)).url, '000123456789');
    const first = await till.payments.checkouts.open(broken);
    expect((await till.pay(first.url, '000111111113')).status).toBe(303);
    await till.settle();

    expect(await till.live(kept.lockId)).toMatchObject({ state: 'processing' });
    expect(await till.payments.checkouts.close(kept.lockId)).toBe('paid');
    await till.pass(3_601_000);

    expect(till.eventsOf(kept.lockId)).toEqual(['payment.processing', 'payment.captured']);
    expect(await till.paymentOf(kept.lockId)).toMatchObject({ state: 'captured', method: 'us_bank_account' });
    expect(till.eventsOf(broken.lockId)).toEqual(['payment.processing', 'payment.failed']);
    const anew = { ...broken, expiresAt: new Date(till.database.clock().getTime() + 3_600_000) };
    await till.pay((await till.payments.checkouts.open(anew)).url);
    await till.settle();
    expect(till.eventsOf(broken.lockId).at(-1)).toBe('payment.captured');
  });

  test('that nobody paid ends by the clock and says so', async () => {
    const request = await till.request();
    await till.payments.checkouts.open(request);

    await till.pass(3_601_000);

    expect(till.eventsOf(request.lockId)).toEqual(['payment.session_expired']);
    expect(await till.paymentOf(request.lockId)).toMatchObject({ state: 'expired', session_url: null });
    const anew = await till.request({ ...request, expiresAt: new Date(till.database.clock().getTime() + 3_600_000) });
    await till.pay((await till.payments.checkouts.open(anew)).url);
    await till.settle();
    expect(till.eventsOf(request.lockId)).toEqual(['payment.session_expired', 'payment.captured']);
  });

  test('that ends before the time to pay does is the same while it is good, and made anew in time', async () => {
    const now = till.database.clock().getTime();
    const HOUR = 3_600_000;
    const request = await till.request({ lockEndsAt: new Date(now + 48 * HOUR), expiresAt: new Date(now + 24 * HOUR) });
    const ask = () =>
      till.payments.checkouts.open({ ...request, expiresAt: new Date(till.database.clock().getTime() + 23 * HOUR) });
    const first = await till.payments.checkouts.open(request);

    await till.pass(23 * HOUR);
    const same = await ask();
    await till.pass(HOUR / 2 + 1000);
    const second = await ask();
    await till.pass(HOUR);
    expect([same.url === first.url, second.url === first.url]).toEqual([true, false]);
    expect((await till.pay(first.url)).status).toBe(410);
    await till.pass(21.9 * HOUR);
    await renewCheckouts(till.deps, till.database.clock());
    await till.control('PUT', '/webhooks', [{ times: 'always', fault: { kind: 'drop' } }]);
    await till.pass(HOUR);
    // Its end was never heard of, and all the same the address that is given works.
    const third = await ask();
    await till.control('PUT', '/webhooks', []);

    expect(till.ending).toContain(request.lockId);
    expect((await till.pay(third.url)).status).toBe(303);
    await till.settle();
    expect(till.eventsOf(request.lockId)).toEqual([
      'payment.session_expired',
      'payment.session_expired',
      'payment.captured',
    ]);
  });

  test('is not opened a second time for money that is here already', async () => {
    const request = await till.request();
    const { url } = await till.payments.checkouts.open(request);
    await till.pay(url);
    await till.settle();

    await expect(till.payments.checkouts.open(request)).rejects.toMatchObject({ code: 'checkout_in_progress' });
  });

  test('that the provider refuses is over, and can be asked for anew', async () => {
    const now = till.database.clock().getTime();
    const request = await till.request({ expiresAt: new Date(now + 60_000) });

    await expect(till.payments.checkouts.open(request)).rejects.toMatchObject({ code: 'session_expired' });
    const anew = { ...request, expiresAt: new Date(now + 3_600_000) };
    expect((await till.payments.checkouts.open(anew)).url).toContain('/pay/');
    await till.settle();
    expect(till.eventsOf(request.lockId)).toEqual(['payment.session_expired']);
  });
});

describe('closing a checkout', () => {
  test('ends the session, and says so only when the provider did', async () => {
    const request = await till.request();
    const { url } = await till.payments.checkouts.open(request);
    await till.control('PUT', '/calls/stripe', [
      { path: '/v1/checkout/sessions/*/expire', times: 'always', when: 'before', answer: 503 },
    ]);

    await expect(till.payments.checkouts.close(request.lockId)).rejects.toMatchObject({
      code: 'external_service_unavailable',
    });
    expect(await till.live(request.lockId)).not.toBeNull();
    await till.control('PUT', '/calls/stripe', []);
    expect(await till.payments.checkouts.close(request.lockId)).toBe('closed');
    expect((await till.pay(url)).status).toBe(410);
    await till.settle();
    expect(till.eventsOf(request.lockId)).toEqual(['payment.session_expired']);
    expect(await till.payments.checkouts.close(request.lockId)).toBe('closed');
  });

  test('that comes after the payment finds the money, whether or not a webhook told of it', async () => {
    await till.control('PUT', '/webhooks', [{ times: 'always', fault: { kind: 'drop' } }]);
    const request = await till.request();
    const { url } = await till.payments.checkouts.open(request);
    await till.pay(url);

    expect(await till.payments.checkouts.close(request.lockId)).toBe('paid');

    await till.control('PUT', '/webhooks', []);
    await till.settle();
    expect(till.eventsOf(request.lockId)).toEqual(['payment.captured']);
  });

  test('whose answer was lost on the way is closed all the same', async () => {
    const request = await till.request();
    await till.payments.checkouts.open(request);
    await till.control('PUT', '/calls/stripe', [
      { path: '/v1/checkout/sessions/*/expire', times: 1, when: 'after', answer: 'reset' },
    ]);

    expect(await till.payments.checkouts.close(request.lockId)).toBe('closed');
  });

  test('finds and ends a session whose making was never heard of', async () => {
    const request = await till.request();
    await till.control('PUT', '/calls/stripe', [
      { path: '/v1/checkout/sessions', method: 'POST', times: 3, when: 'after', answer: 503 },
    ]);

    await expect(till.payments.checkouts.open(request)).rejects.toBeInstanceOf(DomainError);
    expect(await till.live(request.lockId)).toMatchObject({ state: 'created', session_id: null });
    expect(await till.payments.checkouts.close(request.lockId)).toBe('closed');

    const payment = await till.paymentOf(request.lockId);
    expect(await till.stripe(`/v1/checkout/sessions/${payment?.session_id}`)).toMatchObject({ status: 'expired' });
  });

  test('of a lock that never had one is closed', async () => {
    expect(await till.payments.checkouts.close(newId())).toBe('closed');
  });
});

describe('LockExpirePaid', () => {
  test('closing and paying at once end one way only: closed and nothing charged, or paid and captured', async () => {
    for (let round = 0; round < 20; round++) {
      const request = await till.request();
      const { url } = await till.payments.checkouts.open(request);
      /** A buyer who looks at the page a few times first, so that the two meet at different points. */
      const lookAndPay = async () => {
        for (let look = 0; look < round % 5; look++) await (await fetch(url)).text();
        return await till.pay(url);
      };

      const [, page] = await Promise.all([till.payments.checkouts.close(request.lockId), lookAndPay()]);
      const closed = await till.payments.checkouts.close(request.lockId);
      await till.settle();

      const payment = await till.paymentOf(request.lockId);
      const charges = (await till.stripe(`/v1/charges?transfer_group=${request.lockId}`)) as { data: unknown[] };
      const paid = closed === 'paid';
      expect(page.status).toBe(paid ? 303 : 410);
      expect(charges.data.length).toBe(paid ? 1 : 0);
      expect(payment?.state).toBe(paid ? 'captured' : 'expired');
      expect(till.eventsOf(request.lockId)).toEqual([paid ? 'payment.captured' : 'payment.session_expired']);
      expect(await owedTo(request.makerId)).toBe(paid ? 8730 : 0);
    }
  });
});

describe('webhooks', () => {
  const post = (body: string, headers: Record<string, string> = {}, endpoint = 'platform') =>
    fetch(`${till.webhooksAt}/${endpoint}`, {
      method: 'POST',
      body,
      headers: { 'content-type': 'application/json', ...headers },
    });

  test('DoubleWebhook: doubled, disordered and late ones capture once', async () => {
    await till.control('PUT', '/webhooks', [
      { types: ['checkout.session.completed'], times: 1, fault: { kind: 'duplicate', copies: 3 } },
      { times: 3, fault: { kind: 'reorder', hold: 3 } },
    ]);
    const request = await till.request();
    await till.pay((await till.payments.checkouts.open(request)).url);
    await till.settle();
    await till.control('POST', '/webhooks/flush');
    await till.settle();

    expect(till.eventsOf(request.lockId)).toEqual(['payment.captured']);
    expect(await owedTo(request.makerId)).toBe(8730);
  });

  test('WebhookBeforeReturn: one that is faster than the answer that made the session still finds its payment', async () => {
    const request = await till.request();
    await till.control('PUT', '/calls/stripe', [
      { path: '/v1/checkout/sessions', method: 'POST', times: 3, when: 'after', answer: 503 },
    ]);
    await expect(till.payments.checkouts.open(request)).rejects.toBeInstanceOf(DomainError);
    const { data } = (await till.stripe('/v1/checkout/sessions?limit=1')) as { data: { url: string }[] };

    await till.pay(data[0]?.url ?? '');
    await till.settle();

    expect(till.eventsOf(request.lockId)).toEqual(['payment.captured']);
    await expect(till.payments.checkouts.open(request)).rejects.toMatchObject({ code: 'checkout_in_progress' });
  });

  test('that are not signed, stale, forged or of the other endpoint are refused', async () => {
    expect((await post('{}')).status).toBe(400);
    expect((await post('{"id":"evt_1"}', { 'stripe-signature': 't=1,v1=00' })).status).toBe(400);
    expect((await post('{}', {}, 'elsewhere')).status).toBe(404);
    const request = await till.request();
    await till.control('PUT', '/webhooks', [
      { types: ['checkout.session.expired'], times: 1, fault: { kind: 'stale' } },
    ]);
    await till.payments.checkouts.open(request);
    const known = async () => {
      const { rows } = await till.database.pool.query(
        `select count(*)::int as n from provider_events where type = 'checkout.session.expired'`,
      );
      return rows[0].n;
    };
    const before = await known();
    await till.payments.checkouts.close(request.lockId);
    await till.settle();
    expect(await known()).toBe(before);
    await till.control('POST', '/webhooks/flush');
    expect(await known()).toBe(before + 1);
  });

  test('about what is not ours, or is gone, are done with and change nothing', async () => {
    const ending = String(Math.floor(till.database.clock().getTime() / 1000) + 3600);
    const body = new URLSearchParams({
      mode: 'payment',
      client_reference_id: 'another-shop-17',
      success_url: 'http://127.0.0.1:1/',
      expires_at: ending,
      'line_items[0][quantity]': '1',
      'line_items[0][price_data][currency]': 'usd',
      'line_items[0][price_data][unit_amount]': '500',
      'line_items[0][price_data][product_data][name]': 'Somebody else',
    });
    const headers = { authorization: 'Bearer sk_test_sandbox' };
    const made = await fetch(`${till.sandbox}/stripe/v1/checkout/sessions`, { method: 'POST', body, headers });
    const { url } = (await made.json()) as { url: string };
    await till.database.pool.query(`
      insert into provider_events (id, endpoint, type, subject)
      values ('evt_gone', 'platform', 'checkout.session.completed', 'cs_test_gone'), ('evt_other', 'platform', 'mandate.updated', 'm_1')`);

    await till.pay(url);
    await till.settle();
    for (const id of ['evt_gone', 'evt_other', 'evt_unknown']) await handleEvent(till.deps, id);

    const { rows } = await till.database.pool.query('select id from provider_events where handled_at is null');
    expect(rows).toEqual([]);
  });

  test('that never came are found by comparing the events', async () => {
    await till.control('PUT', '/webhooks', [{ times: 'always', fault: { kind: 'drop' } }]);
    const request = await till.request();
    await till.pay((await till.payments.checkouts.open(request)).url);
    await till.settle();
    expect(till.eventsOf(request.lockId)).toEqual([]);

    await reconcile(till.deps);
    await till.control('PUT', '/webhooks', []);
    await till.settle();

    expect(till.eventsOf(request.lockId)).toEqual(['payment.captured']);
  });

  test("that never came about a maker's account are found by comparing its events, an hour after the last time", async () => {
    const maker = await till.person();
    await till.onboard(maker, true);
    await till.settle();
    await till.pass(7_200_000);
    await reconcile(till.deps);
    await till.control('PUT', '/webhooks', [{ times: 'always', fault: { kind: 'drop' } }]);
    await till.onboard(maker);
    await till.settle();
    const state = async () => (await till.payments.payoutAccounts.account(maker.id)).state;
    expect(await state()).toBe('restricted');

    await till.pass(3_601_000);
    const [first, second] = [await reconcile(till.deps), await reconcile(till.deps)];
    await till.control('PUT', '/webhooks', []);
    await till.settle();

    expect([first > 0, second]).toEqual([true, 0]);
    expect(await state()).toBe('enabled');
  });

  test('that never came about a session are made up for by the sweeper', async () => {
    await till.control('PUT', '/webhooks', [{ times: 'always', fault: { kind: 'drop' } }]);
    const request = await till.request();
    await till.payments.checkouts.open(request);
    await till.pass(3_601_000 + 61_000);
    expect(till.eventsOf(request.lockId)).toEqual([]);

    await sweepPayments(till.deps);
    await till.control('PUT', '/webhooks', []);
    await till.settle();

    expect(till.eventsOf(request.lockId)).toEqual(['payment.session_expired']);
  });
});

describe('tax that the provider computes', () => {
  /** Bought from California, where 7.25% of 84.00 and of 12.00 are 6.49 in all. */
  const taxed = async (card?: string) => {
    const request = await till.request();
    await till.pay((await openCheckout({ ...till.deps, taxedByProvider: true }, request)).url, card, 'CA');
    await till.settle();
    return { request, payment: await till.paymentOf(request.lockId) };
  };
  const taxOwed = async () => 0 - (await till.ledger.balance(till.database.db, 'tax_payable')).amount;

  test('is ours to pay, out of what the maker gets, and goes back with a refund', async () => {
    const before = await taxOwed();
    const { request, payment } = await taxed();

    expect(payment).toMatchObject({ state: 'captured', tax_amount: 649 });
    expect([await owedTo(request.makerId), (await taxOwed()) - before]).toEqual([9600 - 870 - 649, 649]);
    const back = (amount: number, key: string) =>
      till.database.transaction((tx) =>
        till.payments.funds.refund(tx, {
          paymentId: payment?.id ?? '',
          amount: usd(amount),
          reason: 'goodwill',
          key,
          by: null,
        }),
      );
    await back(2400, 'a quarter');
    expect([await owedTo(request.makerId), (await taxOwed()) - before]).toEqual([8081 - 2020, 649 - 162]);
    await back(7200, 'the rest');
    await till.settle();
    expect([await owedTo(request.makerId), (await taxOwed()) - before]).toEqual([0, 0]);
    expect(await till.stripe(`/v1/charges/${payment?.charge_id}`)).toMatchObject({ refunded: true });
  });

  test('that is no part of the price is not accepted: the payment is in quarantine', async () => {
    await till.control('PUT', '/webhooks', [{ times: 'always', fault: { kind: 'drop' } }]);
    const request = await till.request();
    const { url } = await openCheckout({ ...till.deps, taxedByProvider: true }, request);
    await till.pay(url, undefined, 'CA');
    const session = await till.deps.settlement.readSession((await till.live(request.lockId))?.session_id ?? '');
    await settle(till.deps, { ...session, tax: usd(9600) });
    await till.control('PUT', '/webhooks', []);
    await till.settle();

    expect(till.eventsOf(request.lockId)).toEqual(['payment.quarantined']);
    expect(await owedTo(request.makerId)).toBe(0);
  });
});

describe('money that is not what was agreed', () => {
  test('is put in quarantine, owed to nobody but the buyer', async () => {
    const request = await till.request();
    const transit = (await balance('refunds_in_transit')).amount;
    const { url } = await till.payments.checkouts.open(request);
    await till.database.pool.query('update payments set amount = 9700 where lock_id = $1', [request.lockId]);

    await till.pay(url);
    await till.settle();

    expect(till.eventsOf(request.lockId)).toEqual(['payment.quarantined']);
    expect(till.heard.at(-1)).toMatchObject({ payload: { expected: usd(9700), received: usd(9600) } });
    expect(await owedTo(request.makerId)).toBe(0);
    expect((await balance('refunds_in_transit')).amount).toBe(transit - 9600);
    expect(await till.payments.checkouts.close(request.lockId)).toBe('paid');
  });
});

describe('money that came too late', () => {
  test('goes back in full, once, and leaves nothing owed', async () => {
    const request = await till.request();
    await till.pay((await till.payments.checkouts.open(request)).url);
    await till.settle();
    const payment = await till.paymentOf(request.lockId);
    const transit = (await balance('refunds_in_transit')).amount;

    for (const _twice of [1, 2]) {
      await till.database.transaction((tx) => till.payments.funds.returnLate(tx, payment?.id ?? ''));
    }
    await till.settle();

    expect(till.eventsOf(request.lockId)).toEqual(['payment.captured', 'payment.late_refunded']);
    expect(await till.paymentOf(request.lockId)).toMatchObject({ state: 'late_refunded', address_sealed: null });
    expect(await owedTo(request.makerId)).toBe(0);
    expect((await balance('refunds_in_transit')).amount).toBe(transit);
    const charge = await till.stripe(`/v1/charges/${payment?.charge_id}`);
    expect(charge).toMatchObject({ amount_refunded: 9600, refunded: true });
  });

  test('goes back once even when the answer to the refund was lost', async () => {
    const request = await till.request();
    await till.pay((await till.payments.checkouts.open(request)).url);
    await till.settle();
    const payment = await till.paymentOf(request.lockId);
    await till.control('PUT', '/calls/stripe', [
      { path: '/v1/refunds', method: 'POST', times: 1, when: 'after', answer: 'reset' },
    ]);

    await till.database.transaction((tx) => till.payments.funds.returnLate(tx, payment?.id ?? ''));
    await till.settle();

    const { data } = (await till.stripe(`/v1/refunds?charge=${payment?.charge_id}`)) as { data: unknown[] };
    expect(data.length).toBe(1);
    expect(till.eventsOf(request.lockId)).toEqual(['payment.captured', 'payment.late_refunded']);
  });
});

describe('money by a payment that had ended here', () => {
  /** A buyer stands before a page of which the provider said, wrongly, that it is over. */
  const ended = async (word: Partial<Session>) => {
    const request = await till.request();
    const { url } = await till.payments.checkouts.open(request);
    const session = await till.deps.settlement.readSession((await till.live(request.lockId))?.session_id ?? '');
    await settle(till.deps, { ...session, ...word });
    await till.settle();
    return { request, url, pay: async () => expect((await till.pay(url)).status).toBe(303) };
  };
  const failed = { status: 'complete', failed: true } as const;
  const dropped = async (work: () => Promise<void>) => {
    await till.control('PUT', '/webhooks', [{ times: 'always', fault: { kind: 'drop' } }]);
    await work();
    await till.control('PUT', '/webhooks', []);
  };
  const isHere = async ({ lockId, makerId }: { lockId: string; makerId: string }, before: string) => {
    expect(till.eventsOf(lockId)).toEqual([before, 'payment.captured']);
    expect(await till.paymentOf(lockId)).toMatchObject({ state: 'captured', received_amount: 9600, ended_at: null });
    expect(await owedTo(makerId)).toBe(8730);
  };

  test('counts when a webhook tells of it', async () => {
    const { request, pay } = await ended(failed);

    await pay();
    await till.settle();

    await isHere(request, 'payment.failed');
  });

  test('closes the page that was opened in its place, so that nobody pays twice', async () => {
    const { request, pay } = await ended({ status: 'expired' });
    const second = await till.payments.checkouts.open(request);

    await pay();
    await till.settle();

    expect((await till.pay(second.url)).status).toBe(410);
    const { rows } = await till.database.pool.query('select state from payments where lock_id = $1 order by state', [
      request.lockId,
    ]);
    expect(rows).toEqual([{ state: 'captured' }, { state: 'expired' }]);
    expect(await owedTo(request.makerId)).toBe(8730);
  });

  test('is found before a page is opened in its place, when the buyer is back and no webhook has come', async () => {
    const { request, pay } = await ended(failed);

    await dropped(async () => {
      await pay();
      await expect(till.payments.checkouts.open(request)).rejects.toMatchObject({ code: 'checkout_in_progress' });
    });
    await till.settle();

    await isHere(request, 'payment.failed');
  });

  test('is found by comparing the events', async () => {
    const { request, pay } = await ended({ status: 'expired' });

    await dropped(async () => {
      await pay();
      await till.settle();
      expect(till.eventsOf(request.lockId)).toEqual(['payment.session_expired']);
      await reconcile(till.deps);
    });
    await till.settle();

    await isHere(request, 'payment.session_expired');
  });
});

describe("a maker's money", () => {
  const sell = async (makerId: string) => {
    const request = await till.request({ makerId });
    await till.pay((await till.payments.checkouts.open(request)).url);
    await till.settle();
    const payment = await till.paymentOf(request.lockId);
    return { orderId: newId(), paymentId: payment?.id ?? '', makerId, payable: usd(8730) };
  };
  const release = (order: Awaited<ReturnType<typeof sell>>) =>
    till.database.transaction((tx) => till.payments.funds.release(tx, order));

  test('is sent when the order is complete, once, from the charge that brought it', async () => {
    const maker = await till.person();
    await till.onboard(maker);
    const order = await sell(maker.id);

    await release(order);
    await release(order);
    await till.settle();

    const { rows } = await till.database.pool.query('select * from transfers where maker_id = $1', [maker.id]);
    expect(rows).toMatchObject([{ state: 'sent', amount: 8730, order_id: order.orderId }]);
    expect(await till.stripe(`/v1/transfers/${rows[0].transfer_id}`)).toMatchObject({
      amount: 8730,
      metadata: { order: order.orderId },
    });
    expect(await till.ledger.statement(till.database.db, maker.id)).toMatchObject({ held: usd(0), paidOut: usd(8730) });
  });

  test('waits while the account cannot take it, and goes out when it can', async () => {
    const maker = await till.person();
    const order = await sell(maker.id);
    await release(order);
    await till.settle();
    const states = async () =>
      (await till.database.pool.query('select state from transfers where maker_id = $1', [maker.id])).rows.map(
        ({ state }) => state,
      );
    expect(await states()).toEqual(['waiting']);
    expect(await till.ledger.statement(till.database.db, maker.id)).toMatchObject({ held: usd(8730), paidOut: usd(0) });

    await till.onboard(maker);
    await till.settle();

    expect(await states()).toEqual(['sent']);
    expect(await owedTo(maker.id)).toBe(0);
  });

  test('of another amount than the share is never sent', async () => {
    const maker = await till.person();
    const order = await sell(maker.id);

    await expect(release({ ...order, payable: usd(8731) })).rejects.toThrow('share is 8730');
  });
});

describe("a maker's account", () => {
  const states = (makerId: string) =>
    till.heard.flatMap((event) =>
      event.type === 'maker.payout_account_changed' && event.payload.makerId === makerId ? [event.payload.state] : [],
    );

  test('is believed when the provider says so, not when somebody returns from its page', async () => {
    const maker = await till.person();
    expect(await till.payments.payoutAccounts.account(maker.id)).toEqual({ state: 'none', requirementsDue: [] });

    const first = await till.payments.payoutAccounts.onboardingLink(maker);
    const second = await till.payments.payoutAccounts.onboardingLink(maker);
    expect(second).not.toBe(first);
    expect((await till.payments.payoutAccounts.account(maker.id)).state).toBe('pending');
    expect(await till.payments.canReceive(till.database.db, maker.id)).toBe(false);
    expect(await till.payments.receivingStep(till.database.db, maker.id)).toBe('begin');

    await till.onboard(maker);
    await till.settle();
    expect(await till.payments.payoutAccounts.account(maker.id)).toEqual({ state: 'enabled', requirementsDue: [] });
    expect(await till.payments.canReceive(till.database.db, maker.id)).toBe(true);
    expect(states(maker.id)).toEqual(['enabled']);
    const { rows } = await till.database.pool.query(
      'select count(*)::int as n from payout_accounts where maker_id = $1',
      [maker.id],
    );
    expect(rows[0].n).toBe(1);
  });

  test('without identity sells on, and tells what is still due', async () => {
    const maker = await till.person();
    await till.onboard(maker, true);
    await till.settle();

    const account = await till.payments.payoutAccounts.account(maker.id);
    expect(account.state).toBe('restricted');
    expect(account.requirementsDue).toContain('individual.verification.document');
    expect(await till.payments.canReceive(till.database.db, maker.id)).toBe(true);
  });

  test('is made once though the answer that made it was lost', async () => {
    const maker = await till.person();
    await till.control('PUT', '/calls/stripe', [
      { path: '/v1/accounts', method: 'POST', times: 3, when: 'after', answer: 503 },
    ]);

    await expect(till.payments.payoutAccounts.onboardingLink(maker)).rejects.toMatchObject({
      code: 'external_service_unavailable',
    });
    await till.onboard(maker);

    const { data } = (await till.stripe('/v1/accounts?limit=100')) as { data: { email: string }[] };
    expect(data.filter(({ email }) => email === maker.email).length).toBe(1);
  });
});

describe('when the provider is down', () => {
  test('the person hears which service it is, the circuit opens, and nothing is lost', async () => {
    await till.control('PUT', '/calls/stripe', [
      { path: '/v1/checkout/sessions', times: 'always', when: 'before', answer: 500 },
    ]);
    const deps = { ...till.deps, settlement: till.connect() };
    const { createPayments } = await import('./index.ts');
    const payments = createPayments(deps);
    const request = await till.request();

    const tries = [];
    for (let index = 0; index < 3; index++) tries.push(await payments.checkouts.open(request).catch((error) => error));

    expect(tries.map((error) => [error.code, error.details.provider])).toEqual(
      Array(3).fill(['external_service_unavailable', 'stripe']),
    );
    expect(tries[2].circuitOpen).toBe(true);
    await till.control('PUT', '/calls/stripe', []);
    expect((await till.payments.checkouts.open(request)).url).toContain('/pay/');
  });

  test('and without any provider it is said that payments are off', async () => {
    const { createPayments } = await import('./index.ts');
    const payments = createPayments({ ...till.deps, settlement: null });

    expect(payments.available).toBe(false);
    await expect(payments.checkouts.open(await till.request())).rejects.toMatchObject({ code: 'capability_off' });
    expect(await payments.checkouts.close(newId())).toBe('closed');
  });
});
