import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Fixture, openSandbox } from '../sandbox.fixture.ts';

let fixture: Fixture;
beforeEach(async () => {
  fixture = await openSandbox();
});
afterEach(() => fixture.close());

const URLS = { success_url: 'http://127.0.0.1:1/done', cancel_url: 'http://127.0.0.1:1/back' };
test('a session in setup mode saves a card with its customer, who lists it and lets go of it', async () => {
  const customer = await fixture.stripe.customers.create({ email: 'b@example.test' });
  const session = await fixture.stripe.checkout.sessions.create({
    mode: 'setup',
    customer: customer.id,
    allowed_payment_method_types: ['card'],
    ...URLS,
  });
  expect(session).toMatchObject({ mode: 'setup', amount_total: null, payment_status: 'no_payment_required' });
  const url = session.url ?? '';
  expect(await (await fetch(url)).text()).toContain('Save a card');

  expect((await fixture.pay(url, '4000000000000002')).status).toBe(402);
  const declined = await fixture.stripe.setupIntents.retrieve(String(session.setup_intent));
  expect(declined.last_setup_error).toMatchObject({ code: 'card_declined', type: 'card_error' });
  expect((await fixture.pay(url, '4242424242424242')).status).toBe(303);

  const { setup_intent } = await fixture.stripe.checkout.sessions.retrieve(session.id, {
    expand: ['setup_intent.payment_method'],
  });
  expect(setup_intent).toMatchObject({
    status: 'succeeded',
    payment_method: { type: 'card', customer: customer.id, card: { last4: '4242' } },
  });
  const { data } = await fixture.stripe.customers.listPaymentMethods(customer.id);
  expect(data.map(({ card }) => card?.last4)).toEqual(['4242']);
  await fixture.stripe.paymentMethods.detach(data[0]?.id ?? '');
  await expect(fixture.stripe.paymentMethods.detach(data[0]?.id ?? '')).rejects.toMatchObject({ statusCode: 400 });
  expect((await fixture.stripe.customers.listPaymentMethods(customer.id)).data).toEqual([]);
  await fixture.sandbox.settled();
  expect(fixture.receiver.types()).toEqual([
    'customer.created',
    'setup_intent.created',
    'setup_intent.setup_failed',
    'payment_method.attached',
    'setup_intent.succeeded',
    'checkout.session.completed',
    'payment_method.detached',
  ]);
});

test('each mode refuses what belongs to the other', async () => {
  const create = fixture.stripe.checkout.sessions.create.bind(fixture.stripe.checkout.sessions);

  await expect(create({ mode: 'payment', ...URLS })).rejects.toMatchObject({ param: 'line_items' });
  await expect(create({ mode: 'setup', ...URLS })).rejects.toMatchObject({ param: 'currency' });
  await expect(
    create({ mode: 'setup', currency: 'usd', payment_intent_data: { description: 'x' }, ...URLS }),
  ).rejects.toMatchObject({ param: 'payment_intent_data' });
  await expect(
    create({ mode: 'payment', setup_intent_data: {}, currency: 'usd', ...URLS, line_items: [] }),
  ).rejects.toMatchObject({ statusCode: 400 });
});
