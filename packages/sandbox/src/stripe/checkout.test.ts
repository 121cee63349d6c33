import Stripe from 'stripe';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Fixture, openSandbox, PLATFORM_SECRET } from '../sandbox.fixture.ts';

let fixture: Fixture;
beforeEach(async () => {
  fixture = await openSandbox();
});
afterEach(() => fixture.close());

describe('a checkout session', () => {
  test('is paid on its page and tells it by a signed webhook', async () => {
    const session = await fixture.openCheckout();
    const paid = await fixture.pay(session.url);
    await fixture.sandbox.settled();

    expect(paid.status).toBe(303);
    expect(paid.location).toBe(`http://127.0.0.1:8080/checkout/return?session=${session.id}`);
    expect(fixture.receiver.types()).toEqual([
      'payment_intent.created',
      'charge.succeeded',
      'payment_intent.succeeded',
      'checkout.session.completed',
    ]);
    const heard = fixture.receiver.heard.at(-1);
    const event = Stripe.webhooks.constructEvent(heard?.body ?? '', heard?.signature ?? '', PLATFORM_SECRET);
    expect(event.type).toBe('checkout.session.completed');
    const after = await fixture.stripe.checkout.sessions.retrieve(session.id, {
      expand: ['payment_intent.latest_charge.balance_transaction', 'line_items'],
    });
    expect(after).toMatchObject({
      status: 'complete',
      payment_status: 'paid',
      amount_total: 8400,
      currency: 'usd',
      url: null,
      client_reference_id: 'lock_1',
      collected_information: { shipping_details: { name: 'Bea Buyer', address: { city: 'Portland', country: 'US' } } },
      customer_details: { email: 'buyer@demo.test' },
      payment_intent: {
        status: 'succeeded',
        transfer_group: 'lock_1',
        metadata: { lock: 'lock_1' },
        latest_charge: { paid: true, transfer_group: 'lock_1', balance_transaction: { fee: 274, net: 8126 } },
      },
      line_items: { data: [{ description: 'Moon jar', amount_total: 8400, price: { unit_amount: 8400 } }] },
    });
  });
});
