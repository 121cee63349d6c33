// A provider that lies: it hangs, fails, or cuts its answers after it did what it was asked. Nothing of that is a no.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { newId } from '#platform/crypto';
import { openTill, type Till, usd } from './payments.fixture.ts';

let till: Till;
beforeAll(async () => {
  till = await openTill();
  till.deps.settlement = till.connect({ timeoutMs: 400 });
});
afterAll(() => till.close());

type Lie = { when: 'before' | 'after'; answer: number | 'hang' | 'reset' };
const lies: Lie[] = [
  { when: 'after', answer: 'hang' },
  { when: 'after', answer: 'reset' },
  { when: 'after', answer: 500 },
  { when: 'before', answer: 'hang' },
  // The same key is at work still, by a request that nobody waits for any more; or too many asked.
  { when: 'after', answer: 409 },
  { when: 'before', answer: 429 },
];
const lie = (path: string, times: number, how: Lie) =>
  till.control('PUT', '/calls/stripe', [{ path, method: 'POST', times, ...how }]);
/** A connection whose circuit is closed. */
const afresh = () => {
  till.deps.settlement = till.connect({ timeoutMs: 400 });
};
const sessionsOf = async (paymentId: string) => {
  const { data } = (await till.stripe('/v1/checkout/sessions?limit=100')) as { data: Record<string, unknown>[] };
  return data.filter(({ client_reference_id }) => client_reference_id === paymentId);
};

test.each(lies)('a checkout survives a lie ($when, $answer): one try later it is there, once', async (how) => {
  const request = await till.request();
  await lie('/v1/checkout/sessions', 1, how);

  const { url } = await till.payments.checkouts.open(request);

  expect(url).toContain('/pay/');
  const payment = await till.paymentOf(request.lockId);
  expect((await sessionsOf(payment?.id ?? '')).length).toBe(1);
});

test.each(lies)(
  'after nothing but lies ($when, $answer) a checkout is unknown, not failed, and found again',
  async (how) => {
    afresh();
    const request = await till.request();
    await lie('/v1/checkout/sessions', 3, how);

    await expect(till.payments.checkouts.open(request)).rejects.toMatchObject({
      code: 'external_service_unavailable',
      details: { provider: 'stripe' },
    });
    expect(await till.paymentOf(request.lockId)).toMatchObject({ state: 'created', session_id: null });

    const { url } = await till.payments.checkouts.open(request);
    await till.pay(url);
    await till.settle();
    const payment = await till.paymentOf(request.lockId);
    expect(payment).toMatchObject({ state: 'captured' });
    expect((await sessionsOf(payment?.id ?? '')).length).toBe(1);
  },
);

test('a refund and a transfer whose answers never come are unknown until they are heard, and happen once', async () => {
  afresh();
  const maker = await till.person();
  await till.onboard(maker);
  await till.settle();
  const request = await till.request({ makerId: maker.id });
  await till.pay((await till.payments.checkouts.open(request)).url);
  await till.settle();
  const payment = await till.paymentOf(request.lockId);
  const paymentId = payment?.id ?? '';
  const stateOf = async (table: 'refunds' | 'transfers') =>
    (await till.database.pool.query(`select state from ${table} where payment_id = $1`, [paymentId])).rows[0].state;
  // Nor does a webhook tell.
  await till.control('PUT', '/webhooks', [{ times: 'always', fault: { kind: 'drop' } }]);
  await till.control('PUT', '/calls/stripe', [
    { path: '/v1/refunds', method: 'POST', times: 2, when: 'after', answer: 'hang' },
    { path: '/v1/refunds', method: 'POST', times: 1, when: 'after', answer: 'reset' },
    { path: '/v1/transfers', method: 'POST', times: 3, when: 'after', answer: 500 },
  ]);

  await till.database.transaction(async (tx) => {
    const { funds } = till.payments;
    await funds.refund(tx, { paymentId, amount: usd(2400), reason: 'issue', key: 'k', by: null });
    await funds.release(tx, { orderId: newId(), paymentId, makerId: maker.id, payable: usd(8730) });
  });
  await till.settle();
  expect([await stateOf('refunds'), await stateOf('transfers')]).toEqual(['wanted', 'sending']);

  afresh();
  await till.wake();

  expect([await stateOf('refunds'), await stateOf('transfers')]).toEqual(['sent', 'sent']);
  expect(await till.stripe(`/v1/charges/${payment?.charge_id}`)).toMatchObject({ amount_refunded: 2400 });
  const { data } = (await till.stripe(`/v1/transfers?transfer_group=${request.lockId}`)) as { data: unknown[] };
  expect(data).toMatchObject([{ amount: 8730 - 2182 }]);
  await till.control('PUT', '/webhooks', []);
});

test('a webhook secret is rolled without a webhook lost: the old, both, then the new', async () => {
  const { platform, connect } = till.secrets;
  const handled = async () => {
    const request = await till.request();
    await till.pay((await till.payments.checkouts.open(request)).url);
    await till.settle();
    return (await till.paymentOf(request.lockId))?.state;
  };
  const know = (...secrets: string[]) => {
    till.deps.settlement = till.connect({ webhookSecrets: { platform: secrets, connect: [connect] } });
  };

  know(platform, 'whsec_next');
  expect(await handled()).toBe('captured');
  await till.control('PUT', '/webhooks/secret', { endpoint: 'platform', secret: 'whsec_next', keepOld: true });
  expect(await handled()).toBe('captured');
  know('whsec_next');
  expect(await handled()).toBe('captured');
  await till.control('PUT', '/webhooks/secret', { endpoint: 'platform', secret: 'whsec_next', keepOld: false });
  expect(await handled()).toBe('captured');
  know(platform);
  expect(await handled()).toBe('session_open');
});
