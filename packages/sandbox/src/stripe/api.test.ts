import type Stripe from 'stripe';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Fixture, openSandbox, stripeAt } from '../sandbox.fixture.ts';

let fixture: Fixture;
beforeEach(async () => {
  fixture = await openSandbox();
});
afterEach(() => fixture.close());

/** Sends parameters that the SDK's types would not let through. */
function createSession(params: object): Promise<unknown> {
  return fixture.stripe.checkout.sessions.create(params as Stripe.Checkout.SessionCreateParams);
}

/** With a fetch client the SDK's lastResponse is fetch's own, whose headers are read by get(); its types tell of Node's. */
function headerOf(answer: { lastResponse: { headers: unknown } }, name: string): string | null {
  return (answer.lastResponse.headers as Headers).get(name);
}

describe('parameters', () => {
  test.each([
    ['unknown at the top', { mode: 'payment', colour: 'red' }, 'parameter_unknown', 'colour'],
    [
      'unknown deep inside',
      {
        mode: 'payment',
        line_items: [{ price_data: { currency: 'usd', unit_amount: 1, product_data: { name: 'x', hue: 1 } } }],
      },
      'parameter_unknown',
      'line_items[0][price_data][product_data][hue]',
    ],
    ['missing', { mode: 'payment' }, 'parameter_missing', 'success_url'],
    [
      'not a number',
      {
        mode: 'payment',
        line_items: [{ price_data: { currency: 'usd', unit_amount: 'ten', product_data: { name: 'x' } } }],
      },
      'parameter_invalid_integer',
      'line_items[0][price_data][unit_amount]',
    ],
    ['a wrong word', { mode: 'gift' }, undefined, 'mode'],
  ])('%s: refused with code and path', async (_name, params, code, param) => {
    await expect(createSession(params)).rejects.toMatchObject({
      type: 'StripeInvalidRequestError',
      statusCode: 400,
      code,
      param,
      requestId: expect.stringMatching(/^req_\w{14}$/),
    });
  });
});

describe('an idempotency key', () => {
  const params = { email: 'buyer@demo.test' };

  test('with the same parameters gives the first answer again', async () => {
    const first = await fixture.stripe.customers.create(params, { idempotencyKey: 'k1' });
    const again = await fixture.stripe.customers.create(params, { idempotencyKey: 'k1' });

    expect(again.id).toBe(first.id);
    expect(headerOf(again, 'idempotent-replayed')).toBe('true');
    expect(again.lastResponse.idempotencyKey).toBe('k1');
    expect(headerOf(first, 'idempotent-replayed')).toBeNull();
    expect((await fixture.stripe.customers.list()).data.length).toBe(1);
  });

  test('with other parameters is an idempotency error', async () => {
    await fixture.stripe.customers.create(params, { idempotencyKey: 'k1' });

    const other = fixture.stripe.customers.create({ email: 'other@demo.test' }, { idempotencyKey: 'k1' });

    await expect(other).rejects.toMatchObject({ type: 'StripeIdempotencyError', statusCode: 400 });
  });

  test('that comes again while its first request runs is told so, and to come later', async () => {
    await fixture.control('PUT', '/calls/stripe', [
      { path: '/v1/customers', method: 'POST', times: 1, when: 'after', answer: 'hang' },
    ]);
    const create = (timeout: number) => fixture.stripe.customers.create(params, { idempotencyKey: 'k1', timeout });
    const first = create(300).catch((error: unknown) => error);
    while ((await fixture.stripe.customers.list()).data.length === 0);

    await expect(create(5000)).rejects.toMatchObject({ statusCode: 409, code: 'idempotency_key_in_use' });
    const other = await fixture.stripe.customers.create(params, { idempotencyKey: 'k2' });
    expect(await first).toMatchObject({ type: 'StripeConnectionError' });
    const after = await create(5000);

    expect(headerOf(after, 'idempotent-replayed')).toBe('true');
    expect((await fixture.stripe.customers.list()).data.map(({ id }) => id)).toEqual([other.id, after.id]);
  });

  test('of a refused request can be used again', async () => {
    await expect(fixture.stripe.customers.create({ email: 'nonsense' }, { idempotencyKey: 'k1' })).rejects.toThrow(
      'email',
    );

    const mended = await fixture.stripe.customers.create(params, { idempotencyKey: 'k1' });

    expect(mended.email).toBe('buyer@demo.test');
  });

  test('is forgotten after a day', async () => {
    await fixture.stripe.customers.create(params, { idempotencyKey: 'k1' });
    fixture.advance(24 * 3600 + 1);

    const other = await fixture.stripe.customers.create({ email: 'other@demo.test' }, { idempotencyKey: 'k1' });

    expect(other.email).toBe('other@demo.test');
  });
});

describe('lists', () => {
  test('come in pages, newest first, both ways', async () => {
    const made: string[] = [];
    for (const index of [1, 2, 3, 4, 5])
      made.unshift((await fixture.stripe.customers.create({ name: `c${index}` })).id);

    const first = await fixture.stripe.customers.list({ limit: 2 });
    expect(first).toMatchObject({ object: 'list', has_more: true, url: '/v1/customers' });
    expect(first.data.map(({ id }) => id)).toEqual(made.slice(0, 2));
    const back = await fixture.stripe.customers.list({ limit: 2, ending_before: made[4] ?? '' });
    expect(back.data.map(({ id }) => id)).toEqual(made.slice(2, 4));
    const all: string[] = [];
    for await (const { id } of fixture.stripe.customers.list({ limit: 2 })) all.push(id);
    expect(all).toEqual(made);
  });

  test('inside of objects come in pages too, and what they name is expanded through four steps', async () => {
    const item = (name: string) => ({
      price_data: { currency: 'usd', unit_amount: 500, product_data: { name } },
      quantity: 1,
    });
    const session = await fixture.openCheckout({ line_items: Array.from({ length: 12 }, (_, at) => item(`p${at}`)) });
    await fixture.pay(session.url);
    const lines = fixture.stripe.checkout.sessions.listLineItems;
    const names: (string | null)[] = [];
    for await (const { description } of lines.call(fixture.stripe.checkout.sessions, session.id, { limit: 5 })) {
      names.push(description);
    }

    expect(names).toEqual(Array.from({ length: 12 }, (_, at) => `p${at}`));
    const found = await fixture.stripe.checkout.sessions.list({
      expand: ['data.payment_intent.latest_charge.balance_transaction.source', 'data.line_items'],
    });
    expect(found.data[0]).toMatchObject({
      line_items: { has_more: true },
      payment_intent: { latest_charge: { balance_transaction: { source: { object: 'charge', amount: 6000 } } } },
    });
    const deeper = { expand: ['payment_intent.latest_charge.balance_transaction.source.refunds'] };
    await expect(fixture.stripe.checkout.sessions.retrieve(session.id, deeper)).rejects.toMatchObject({
      message: 'You cannot expand more than 4 levels of a property',
    });
  });

  test('refuse a cursor that is not there', async () => {
    const page = fixture.stripe.customers.list({ starting_after: 'cus_nobody' });

    await expect(page).rejects.toMatchObject({ code: 'resource_missing', param: 'starting_after' });
  });

  test('of events find what a lost webhook told', async () => {
    const session = await fixture.openCheckout();
    await fixture.pay(session.url);

    const found = await fixture.stripe.events.list({ types: ['checkout.session.completed', 'charge.refunded'] });

    expect(found.data.map(({ type }) => type)).toEqual(['checkout.session.completed']);
    const [event] = found.data;
    expect((await fixture.stripe.events.retrieve(event?.id ?? '')).data.object).toMatchObject({ id: session.id });
    expect((await fixture.stripe.events.list({ type: 'payment_intent.*' })).data.length).toBe(2);
  });
});

describe('whoever calls', () => {
  test('with a live key, another version or no account of ours is turned away', async () => {
    const base = `${fixture.url}/stripe`;
    const live = await fetch(`${base}/v1/balance`, { headers: { authorization: 'Bearer sk_live_something' } });
    expect(live.status).toBe(401);
    expect(await live.json()).toMatchObject({ error: { type: 'invalid_request_error' } });
    expect((await fetch(`${base}/v1/balance`)).status).toBe(401);
    // A version that the types of this SDK don't know, as an older server would send it.
    const old = stripeAt(base, { apiVersion: '2019-12-03' as '2026-10-28.endive' });
    await expect(old.balance.retrieve()).rejects.toMatchObject({ statusCode: 400 });
    const stranger = fixture.stripe.balance.retrieve({}, { stripeAccount: 'acct_stranger' });
    await expect(stranger).rejects.toMatchObject({ statusCode: 403, code: 'account_invalid' });
  });

  test('asks for what is not there gets 404 with what and which', async () => {
    await expect(fixture.stripe.charges.retrieve('ch_none')).rejects.toMatchObject({
      statusCode: 404,
      code: 'resource_missing',
      message: "No such charge: 'ch_none'",
    });
    await expect(fixture.stripe.rawRequest('GET', '/v1/nothing_here')).rejects.toMatchObject({ statusCode: 404 });
    await fixture.stripe.customers.create({ name: 'a' });
    await expect(fixture.stripe.customers.list({ expand: ['data.shoes'] })).rejects.toMatchObject({
      message: 'This property cannot be expanded (data.shoes).',
    });
  });
});

describe('faults on request', () => {
  test('make expire unreachable until they are cleared, and nothing has happened', async () => {
    const session = await fixture.openCheckout();
    await fixture.control('PUT', '/calls/stripe', [
      { path: '/v1/checkout/sessions/*/expire', times: 'always', when: 'before', answer: 503 },
    ]);

    for (const _try of [1, 2]) {
      await expect(fixture.stripe.checkout.sessions.expire(session.id)).rejects.toMatchObject({
        type: 'StripeAPIError',
        statusCode: 503,
      });
    }
    expect((await fixture.stripe.checkout.sessions.retrieve(session.id)).status).toBe('open');
    await fixture.control('PUT', '/calls/stripe', []);
    expect((await fixture.stripe.checkout.sessions.expire(session.id)).status).toBe('expired');
  });

  test('lose the answer of a call that took effect; the same key finds it', async () => {
    await fixture.control('PUT', '/calls/stripe', [
      { path: '/v1/customers', method: 'POST', times: 1, when: 'after', answer: 'reset' },
    ]);
    const create = () => fixture.stripe.customers.create({ name: 'once' }, { idempotencyKey: 'k' });

    await expect(create()).rejects.toMatchObject({ type: 'StripeConnectionError' });
    const replayed = await create();

    expect(headerOf(replayed, 'idempotent-replayed')).toBe('true');
    expect((await fixture.stripe.customers.list()).data.length).toBe(1);
  });

  test('hang until the caller gives up', async () => {
    await fixture.control('PUT', '/calls/stripe', [{ path: '/v1/balance', times: 1, when: 'before', answer: 'hang' }]);

    await expect(fixture.stripe.balance.retrieve({}, { timeout: 50 })).rejects.toMatchObject({
      type: 'StripeConnectionError',
    });
    expect((await fixture.stripe.balance.retrieve()).object).toBe('balance');
  });

  test('that make no sense are refused', async () => {
    expect(await fixture.control('PUT', '/calls/stripe', [{ path: '/v1/balance' }])).toBe(400);
    expect(await fixture.control('PUT', '/webhooks', [{ times: 1, fault: { kind: 'explode' } }])).toBe(400);
  });
});
