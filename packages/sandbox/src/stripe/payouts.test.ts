import type Stripe from 'stripe';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Fixture, openSandbox, submit } from '../sandbox.fixture.ts';

const HOUR = 3600;
const DAY = 24 * HOUR;
let fixture: Fixture;
beforeEach(async () => {
  fixture = await openSandbox();
});
afterEach(() => fixture.close());

/** A maker's account with this bank, to which 70.00 of a sale have gone. */
async function paidMaker(bank = '000123456789'): Promise<{ id: string; transfer: Stripe.Transfer }> {
  const account = await fixture.stripe.accounts.create({
    type: 'express',
    capabilities: { transfers: { requested: true } },
  });
  await onboard(account.id, bank);
  const session = await fixture.openCheckout();
  await fixture.pay(session.url);
  const [charge] = (await fixture.stripe.charges.list({ limit: 1 })).data;
  const transfer = await fixture.stripe.transfers.create({
    amount: 7000,
    currency: 'usd',
    destination: account.id,
    source_transaction: charge?.id ?? '',
  });
  return { id: account.id, transfer };
}

async function onboard(account: string, bank: string) {
  const link = await fixture.stripe.accountLinks.create({
    account,
    type: 'account_onboarding',
    refresh_url: 'http://127.0.0.1:8080/again',
    return_url: 'http://127.0.0.1:8080/done',
  });
  const visit = await fetch(link.url, { redirect: 'manual' });
  await submit(String(visit.headers.get('location')), { first_name: 'Mara', last_name: 'Kiln', account: bank });
}

const pass = async (seconds: number) => {
  fixture.advance(seconds);
  await fixture.sandbox.tick();
};
const payoutsOf = async (account: string) =>
  (await fixture.stripe.payouts.list({}, { stripeAccount: account })).data.map(({ status, amount }) => [
    status,
    amount,
  ]);

test('money that can be used goes to the bank by itself: made, on its way, there', async () => {
  const { id } = await paidMaker();

  await pass(DAY);
  const early = await payoutsOf(id);
  await pass(DAY);
  const made = await payoutsOf(id);
  await pass(HOUR);
  const leaving = await payoutsOf(id);
  await pass(2 * DAY);
  await fixture.sandbox.settled();

  expect(early).toEqual([]);
  expect(made).toEqual([['pending', 7000]]);
  expect(leaving).toEqual([['in_transit', 7000]]);
  expect(await payoutsOf(id)).toEqual([['paid', 7000]]);
  const heard = fixture.receiver.heard.filter(({ event }) => event.type.startsWith('payout.'));
  expect(heard.map(({ event, path }) => [event.type, path, event.account])).toEqual([
    ['payout.created', '/connect', id],
    ['payout.updated', '/connect', id],
    ['payout.paid', '/connect', id],
  ]);
});

test('a bank account that is closed takes the money and sends it back: paid becomes failed, and payouts wait', async () => {
  const { id } = await paidMaker('000111111113');
  await pass(2 * DAY);
  await pass(HOUR);
  await pass(2 * DAY);
  const paid = await payoutsOf(id);
  await pass(DAY);
  const failed = await payoutsOf(id);
  const account = await fixture.stripe.accounts.retrieve(id);
  const held = await fixture.stripe.balance.retrieve({}, { stripeAccount: id });
  await pass(3 * DAY);
  const waiting = await payoutsOf(id);
  await onboard(id, '000123456789');
  await pass(0);

  expect(paid).toEqual([['paid', 7000]]);
  expect(failed).toEqual([['failed', 7000]]);
  expect(account.payouts_enabled).toBe(false);
  expect(account.requirements?.currently_due).toEqual(['external_account']);
  expect(held.available[0]?.amount).toBe(7000);
  expect(waiting).toEqual([['failed', 7000]]);
  expect(await payoutsOf(id)).toEqual([
    ['pending', 7000],
    ['failed', 7000],
  ]);
});
