import type Stripe from 'stripe';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Fixture, openSandbox } from '../sandbox.fixture.ts';
import { cardFee } from './money.ts';

let fixture: Fixture;
beforeEach(async () => {
  fixture = await openSandbox();
});
afterEach(() => fixture.close());

const TWO_DAYS = 2 * 24 * 3600;

/** A paid charge of 84.00. */
async function chargeOnce(): Promise<Stripe.Charge> {
  const session = await fixture.openCheckout();
  await fixture.pay(session.url);
  const [charge] = (await fixture.stripe.charges.list({ limit: 1 })).data;
  if (charge === undefined) throw new Error('nothing was charged');
  return charge;
}

async function balance(account?: string): Promise<{ available: number; pending: number }> {
  const held = await fixture.stripe.balance.retrieve(
    {},
    account === undefined ? undefined : { stripeAccount: account },
  );
  return { available: held.available[0]?.amount ?? 0, pending: held.pending[0]?.amount ?? 0 };
}

describe('the balance', () => {
  test('grows by the charge less the fee, and can be used two days later', async () => {
    await chargeOnce();

    expect(await balance()).toEqual({ available: 0, pending: 8400 - 274 });
    fixture.advance(TWO_DAYS);
    expect(await balance()).toEqual({ available: 8126, pending: 0 });
  });

  test('is the sum of its transactions', async () => {
    const charge = await chargeOnce();
    const account = await fixture.openAccount();
    const transfer = await fixture.stripe.transfers.create({
      amount: 7000,
      currency: 'usd',
      destination: account.id,
      source_transaction: charge.id,
    });
    fixture.advance(TWO_DAYS);
    await fixture.stripe.transfers.createReversal(transfer.id, { amount: 500 });
    await fixture.stripe.refunds.create({ charge: charge.id, amount: 400 });

    const all: Stripe.BalanceTransaction[] = [];
    for await (const transaction of fixture.stripe.balanceTransactions.list({ limit: 2 })) all.push(transaction);

    const { available, pending } = await balance();
    expect(all.map(({ type }) => type)).toEqual(['refund', 'transfer_refund', 'transfer', 'charge']);
    expect(all.reduce((sum, { net }) => sum + net, 0)).toBe(available + pending);
    expect(available + pending).toBe(8126 - 7000 + 500 - 400);
    expect(await balance(account.id)).toEqual({ available: 6500, pending: 0 });
  });

  test('takes 2.9% and 30 for a card', () => {
    expect([cardFee(100), cardFee(8400), cardFee(99_999_999)]).toEqual([33, 274, 2_900_030]);
  });
});

describe('a transfer', () => {
  test('from a charge is made at once and arrives when the charge settles', async () => {
    const charge = await chargeOnce();
    const account = await fixture.openAccount();

    const transfer = await fixture.stripe.transfers.create({
      amount: 7530,
      currency: 'usd',
      destination: account.id,
      source_transaction: charge.id,
      metadata: { order: 'o1' },
    });

    expect(transfer).toMatchObject({ transfer_group: 'lock_1', source_transaction: charge.id, reversed: false });
    expect(await balance(account.id)).toEqual({ available: 0, pending: 7530 });
    fixture.advance(TWO_DAYS);
    expect(await balance(account.id)).toEqual({ available: 7530, pending: 0 });
    const seen = await fixture.stripe.transfers.retrieve(transfer.id, {
      expand: ['destination_payment', 'source_transaction'],
    });
    expect(seen).toMatchObject({
      destination_payment: { amount: 7530, source_transfer: transfer.id },
      source_transaction: { id: charge.id },
    });
    expect((await fixture.stripe.transfers.list({ transfer_group: 'lock_1' })).data.map(({ id }) => id)).toEqual([
      transfer.id,
    ]);
  });

  test('never gives more than its charge brought, over all of them', async () => {
    const charge = await chargeOnce();
    const account = await fixture.openAccount();
    const give = (amount: number) =>
      fixture.stripe.transfers.create({
        amount,
        currency: 'usd',
        destination: account.id,
        source_transaction: charge.id,
      });

    await give(8000);

    await expect(give(401)).rejects.toMatchObject({
      param: 'amount',
      message: expect.stringContaining('must not exceed'),
    });
    await give(400);
  });

  test('without a charge needs money that is there', async () => {
    await chargeOnce();
    const account = await fixture.openAccount();
    const give = () => fixture.stripe.transfers.create({ amount: 8126, currency: 'usd', destination: account.id });

    await expect(give()).rejects.toMatchObject({ code: 'balance_insufficient' });
    fixture.advance(TWO_DAYS);
    await give();
    await expect(give()).rejects.toMatchObject({ code: 'balance_insufficient' });
  });

  test('needs an account that may be paid', async () => {
    const charge = await chargeOnce();
    const unready = await fixture.stripe.accounts.create({
      type: 'express',
      capabilities: { transfers: { requested: true } },
    });
    const give = (destination: string) =>
      fixture.stripe.transfers.create({ amount: 1, currency: 'usd', destination, source_transaction: charge.id });

    await expect(give(unready.id)).rejects.toMatchObject({ code: 'insufficient_capabilities_for_transfer' });
    await expect(give('acct_none')).rejects.toMatchObject({ statusCode: 400, param: 'destination' });
  });

  test('is taken back in part and in whole, not more', async () => {
    const charge = await chargeOnce();
    const account = await fixture.openAccount();
    const transfer = await fixture.stripe.transfers.create({
      amount: 7000,
      currency: 'usd',
      destination: account.id,
      source_transaction: charge.id,
    });
    await expect(fixture.stripe.transfers.createReversal(transfer.id, { amount: 1 })).rejects.toMatchObject({
      code: 'balance_insufficient',
    });
    fixture.advance(TWO_DAYS);

    const part = await fixture.stripe.transfers.createReversal(transfer.id, { amount: 3000 });
    expect(part).toMatchObject({ amount: 3000, transfer: transfer.id });
    await expect(fixture.stripe.transfers.createReversal(transfer.id, { amount: 4001 })).rejects.toMatchObject({
      param: 'amount',
    });
    await fixture.stripe.transfers.createReversal(transfer.id);
    await expect(fixture.stripe.transfers.createReversal(transfer.id)).rejects.toMatchObject({ statusCode: 400 });

    expect(await fixture.stripe.transfers.retrieve(transfer.id)).toMatchObject({
      amount_reversed: 7000,
      reversed: true,
    });
    expect((await fixture.stripe.transfers.listReversals(transfer.id)).data.map(({ amount }) => amount)).toEqual([
      4000, 3000,
    ]);
    await fixture.sandbox.settled();
    expect(fixture.receiver.types().filter((type) => type === 'transfer.reversed').length).toBe(2);
  });
});

describe('a refund', () => {
  test('in parts adds up to the charge, never above', async () => {
    const charge = await chargeOnce();
    const intent = String(charge.payment_intent);

    const first = await fixture.stripe.refunds.create({
      payment_intent: intent,
      amount: 5000,
      metadata: { issue: 'i1' },
    });
    expect(first).toMatchObject({ status: 'succeeded', amount: 5000, charge: charge.id, metadata: { issue: 'i1' } });
    await expect(fixture.stripe.refunds.create({ charge: charge.id, amount: 3401 })).rejects.toMatchObject({
      param: 'amount',
    });
    const rest = await fixture.stripe.refunds.create({ charge: charge.id });
    expect(rest.amount).toBe(3400);
    await expect(fixture.stripe.refunds.create({ charge: charge.id })).rejects.toMatchObject({
      code: 'charge_already_refunded',
    });

    const after = await fixture.stripe.charges.retrieve(charge.id, { expand: ['refunds'] });
    expect(after).toMatchObject({ amount_refunded: 8400, refunded: true });
    expect(after.refunds?.data.map(({ amount }) => amount)).toEqual([3400, 5000]);
    await fixture.sandbox.settled();
    expect(fixture.receiver.types().slice(-2)).toEqual(['refund.created', 'charge.refunded']);
    fixture.advance(TWO_DAYS);
    expect(await balance()).toEqual({ available: -274, pending: 0 });
  });
});
