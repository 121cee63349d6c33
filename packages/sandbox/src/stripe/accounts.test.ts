import Stripe from 'stripe';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { CONNECT_SECRET, type Fixture, openSandbox, submit } from '../sandbox.fixture.ts';

let fixture: Fixture;
beforeEach(async () => {
  fixture = await openSandbox();
});
afterEach(() => fixture.close());

const RETURN = 'http://127.0.0.1:8080/studio/payouts';
const REFRESH = 'http://127.0.0.1:8080/studio/payouts/refresh';

function createAccount() {
  return fixture.stripe.accounts.create({
    type: 'express',
    country: 'US',
    email: 'maker@demo.test',
    capabilities: { transfers: { requested: true } },
    metadata: { maker: 'm1' },
  });
}

function createLink(account: string) {
  return fixture.stripe.accountLinks.create({
    account,
    type: 'account_onboarding',
    refresh_url: REFRESH,
    return_url: RETURN,
  });
}

async function open(url: string): Promise<string> {
  return String((await fetch(url, { redirect: 'manual' })).headers.get('location'));
}

describe('Express onboarding', () => {
  test('begins with everything due and nothing enabled', async () => {
    const account = await createAccount();

    expect(account).toMatchObject({
      charges_enabled: false,
      payouts_enabled: false,
      details_submitted: false,
      capabilities: { transfers: 'inactive' },
      metadata: { maker: 'm1' },
    });
    expect(account.requirements?.currently_due).toContain('external_account');
  });

  test('completed on its page enables the account and tells it on the Connect endpoint', async () => {
    const account = await createAccount();
    const page = await open((await createLink(account.id)).url);
    expect(await (await fetch(page)).text()).toContain('Get paid for your sales');

    const done = await submit(page, { first_name: 'Mara', last_name: 'Kiln' });
    await fixture.sandbox.settled();

    expect(done).toMatchObject({ status: 303, location: RETURN });
    expect(await fixture.stripe.accounts.retrieve(account.id)).toMatchObject({
      charges_enabled: true,
      payouts_enabled: true,
      details_submitted: true,
      capabilities: { transfers: 'active' },
      requirements: { currently_due: [], disabled_reason: null },
    });
    const heard = fixture.receiver.heard.at(-1);
    expect(heard?.path).toBe('/connect');
    const event = Stripe.webhooks.constructEvent(heard?.body ?? '', heard?.signature ?? '', CONNECT_SECRET);
    expect(event).toMatchObject({
      type: 'account.updated',
      account: account.id,
      data: { object: { payouts_enabled: true } },
    });
    const again = await fixture.stripe.events.retrieve(event.id, {}, { stripeAccount: account.id });
    expect(again.id).toBe(event.id);
    await expect(fixture.stripe.events.retrieve(event.id)).rejects.toMatchObject({ statusCode: 404 });
  });

  test('without identity lets sales go on and holds payouts', async () => {
    const account = await createAccount();
    const page = await open((await createLink(account.id)).url);

    await submit(page, { first_name: 'Mara', last_name: 'Kiln', skip_identity: 'yes' });

    expect(await fixture.stripe.accounts.retrieve(account.id)).toMatchObject({
      charges_enabled: true,
      payouts_enabled: false,
      requirements: { currently_due: ['individual.id_number', 'individual.verification.document'] },
    });
  });

  test('left without finishing changes nothing', async () => {
    const account = await createAccount();
    const page = await open((await createLink(account.id)).url);

    expect(await (await fetch(page)).text()).toContain(`href="${RETURN}"`);
    const unnamed = await submit(page, { first_name: '', last_name: '' });

    expect(unnamed.status).toBe(422);
    expect((await fixture.stripe.accounts.retrieve(account.id)).details_submitted).toBe(false);
  });

  test('by a link that was used or is too old leads to the refresh address', async () => {
    const account = await createAccount();
    const used = await createLink(account.id);
    const old = await createLink(account.id);
    const first = await open(used.url);

    expect(first).toContain('/setup/visit/');
    expect(await open(used.url)).toBe(REFRESH);
    fixture.advance(301);
    expect(await open(old.url)).toBe(REFRESH);
    expect((await fetch(`${fixture.url}/stripe/setup/e/${account.id}/nothing`, { redirect: 'manual' })).status).toBe(
      404,
    );
  });
});
