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

  test('says what of its prices is tax once it knows where the buyer is, when it is asked to', async () => {
    const taxed = (behavior: 'inclusive' | 'exclusive') =>
      fixture.openCheckout({
        automatic_tax: { enabled: true },
        line_items: [{ price_data: priceOf(8400, behavior), quantity: 1 }],
      });
    const priceOf = (unit_amount: number, tax_behavior: 'inclusive' | 'exclusive') => ({
      currency: 'usd',
      unit_amount,
      tax_behavior,
      product_data: { name: 'Moon jar', tax_code: 'txcd_99999999' },
    });
    const session = await taxed('inclusive');
    expect(session).toMatchObject({
      automatic_tax: { enabled: true, liability: { type: 'self' }, status: 'requires_location_inputs' },
      total_details: { amount_tax: 0 },
    });
    await fixture.pay(session.url, undefined, { state: 'CA' });

    expect(await fixture.stripe.checkout.sessions.retrieve(session.id, { expand: ['line_items'] })).toMatchObject({
      amount_total: 8400,
      automatic_tax: { status: 'complete' },
      total_details: { amount_tax: 568 },
      line_items: { data: [{ amount_tax: 568, amount_total: 8400 }] },
    });
    await expect(taxed('exclusive')).rejects.toMatchObject({ param: 'line_items[0][price_data][tax_behavior]' });
  });

  test('stays open after a declined card, and another card pays it', async () => {
    const session = await fixture.openCheckout();

    const declined = await fixture.pay(session.url, '4000 0000 0000 0002');
    expect(declined.status).toBe(402);
    expect(declined.text).toContain('Your card was declined. Nothing was charged; try another card.');
    expect(declined.text).toContain('value="Bea Buyer"');
    const between = await fixture.stripe.checkout.sessions.retrieve(session.id, { expand: ['payment_intent'] });
    expect(between).toMatchObject({
      status: 'open',
      payment_status: 'unpaid',
      payment_intent: { status: 'requires_payment_method', last_payment_error: { code: 'card_declined' } },
    });

    expect((await fixture.pay(session.url)).status).toBe(303);
    const after = await fixture.stripe.checkout.sessions.retrieve(session.id, { expand: ['payment_intent'] });
    expect(after).toMatchObject({
      status: 'complete',
      payment_intent: { status: 'succeeded', last_payment_error: null },
    });
    const charges = await fixture.stripe.charges.list({ payment_intent: idOf(after.payment_intent) });
    expect(charges.data.map((charge) => charge.status)).toEqual(['succeeded', 'failed']);
  });

  test('is charged once, however often the button is pressed', async () => {
    const session = await fixture.openCheckout();

    const presses = await Promise.all([1, 2, 3].map(() => fixture.pay(session.url)));

    expect(presses.map(({ status }) => status).sort()).toEqual([200, 200, 303]);
    expect((await fixture.stripe.charges.list()).data.length).toBe(1);
  });

  test('asks again for what is missing, keeping what was typed', async () => {
    const session = await fixture.openCheckout();

    const noStreet = await fixture.pay(session.url, undefined, { line1: '', city: 'Astoria' });
    expect(noStreet).toMatchObject({ status: 422, text: expect.stringContaining('Fill in the address') });
    expect(noStreet.text).toContain('value="Astoria"');
    const abroad = await fixture.pay(session.url, undefined, { country: 'FR' });
    expect(abroad.text).toContain('does not ship to that country');
    const noCard = await fixture.pay(session.url, '1234');
    expect(noCard.text).toContain('no test card');
    expect((await fixture.stripe.checkout.sessions.retrieve(session.id)).status).toBe('open');
  });

  test('shows the piece, the amount, the address form and the way back, and escapes all of it', async () => {
    const name = '<img src=x onerror=alert(1)> & jar';
    const session = await fixture.openCheckout({
      line_items: [{ price_data: { currency: 'usd', unit_amount: 4200, product_data: { name } }, quantity: 2 }],
      customer_email: 'buyer@demo.test',
    });

    const answer = await fetch(String(session.url));
    const page = await answer.text();

    expect(page).toContain('&lt;img src=x onerror=alert(1)&gt; &amp; jar × 2');
    expect(page).not.toContain('<img');
    expect(page).toContain('$84.00');
    expect(page).toContain('Sandbox — no real money');
    expect(page).toContain('name="postal_code"');
    expect(page).toMatch(/value="buyer@demo.test"[^>]*readonly/);
    expect(page).toContain('href="http://127.0.0.1:8080/checkout/cancelled"');
    expect(answer.headers.get('content-security-policy')).toContain("form-action 'self' http://127.0.0.1:8080");
  });

  test('expired by us can never be paid', async () => {
    const session = await fixture.openCheckout();
    const expired = await fixture.stripe.checkout.sessions.expire(session.id);
    const late = await fixture.pay(session.url);
    await fixture.sandbox.settled();

    expect(expired).toMatchObject({ status: 'expired', payment_status: 'unpaid', url: null });
    expect(late).toMatchObject({ status: 410, text: expect.stringContaining('expired') });
    expect(fixture.receiver.types()).toEqual(['checkout.session.expired']);
    await expect(fixture.stripe.checkout.sessions.expire(session.id)).rejects.toMatchObject({
      type: 'StripeInvalidRequestError',
      message: expect.stringContaining('status of `expired`'),
    });
  });

  test('paid before we could expire it says so', async () => {
    const session = await fixture.openCheckout();
    await fixture.pay(session.url);

    const expiry = fixture.stripe.checkout.sessions.expire(session.id);

    await expect(expiry).rejects.toMatchObject({
      statusCode: 400,
      message: expect.stringContaining('status of `complete`'),
    });
  });

  test('expires by itself when its time is over, and tells it', async () => {
    const session = await fixture.openCheckout();

    fixture.advance(3599);
    await fixture.sandbox.tick();
    expect((await fixture.stripe.checkout.sessions.retrieve(session.id)).status).toBe('open');
    fixture.advance(1);
    await fixture.sandbox.tick();
    await fixture.sandbox.settled();

    expect(fixture.receiver.types()).toEqual(['checkout.session.expired']);
    expect((await fixture.stripe.checkout.sessions.retrieve(session.id)).status).toBe('expired');
    expect((await fixture.pay(session.url)).status).toBe(410);
  });

  test('whose time is over is refused even before the tick has seen it', async () => {
    const session = await fixture.openCheckout();
    fixture.advance(3600);

    expect((await fixture.pay(session.url)).status).toBe(410);
    expect((await fixture.stripe.charges.list()).data).toEqual([]);
  });

  test.each([
    ['29 minutes', 29 * 60, 'at least 30 minutes'],
    ['25 hours', 25 * 3600, 'less than 24 hours'],
  ])('may not live %s', async (_name, seconds, message) => {
    const tried = fixture.openCheckout({ expires_at: fixture.nowSeconds() + seconds });

    await expect(tried).rejects.toMatchObject({ param: 'expires_at', message: expect.stringContaining(message) });
  });

  test('below the least amount is refused', async () => {
    const tried = fixture.openCheckout({
      line_items: [{ price_data: { currency: 'usd', unit_amount: 49, product_data: { name: 'Bead' } }, quantity: 1 }],
    });

    await expect(tried).rejects.toMatchObject({ code: 'amount_too_small' });
  });
});

function idOf(value: string | { id: string } | null): string {
  if (value === null) throw new Error('no id');
  return typeof value === 'string' ? value : value.id;
}
