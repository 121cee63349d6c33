import { money } from '@videowindow/contract/money';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { newId } from '#platform/crypto';
import { type Counter, openCounter, PAYABLE } from '../disputes/counter.fixture.ts';
import { closeIncident, readBooks } from './books.ts';
import { reconcileBooks } from './reconcile.ts';

let counter: Counter;
beforeAll(async () => {
  counter = await openCounter();
});
afterAll(() => counter.close());

const HOUR = 3_600_000;
const compare = () => reconcileBooks(counter.payoutsDeps);
const incidents = async () => (await readBooks(counter.database.db)).incidents.filter(({ resolvedAt }) => !resolvedAt);
/** An entry that nothing at the provider stands behind. */
const bookAlone = (paymentId: string, amount: number) =>
  counter.database.transaction((tx) =>
    counter.ledger.post(tx, {
      kind: 'provider_fee',
      key: newId(),
      paymentId,
      lines: [
        { account: 'provider_fees', amount: money(amount, 'USD') },
        { account: 'clearing', amount: money(-amount, 'USD') },
      ],
    }),
  );

test('sales, transfers, reversals, refunds, disputes and our own withdrawals agree with the provider to the cent', async () => {
  const maker = await counter.maker({ identity: false });
  const sale = await counter.sell(maker);
  await counter.release(sale);
  for (let kept = 0; kept < 2; kept++) await counter.sell(maker);
  const [disputed, refunded] = [await counter.sell(maker, { card: '4000000000002685' }), await counter.sell(maker)];
  await counter.database.transaction((tx) =>
    counter.payments.funds.refund(tx, { paymentId: refunded.paymentId, reason: 'goodwill', key: newId(), by: null }),
  );
  await counter.settle();
  await counter.pass(9 * 24 * HOUR);
  await counter.stripePost('/v1/payouts', { amount: '100', currency: 'usd' });
  await counter.pass(2 * HOUR);

  expect(await compare()).toEqual([]);
  expect(await compare()).toEqual([]);
  expect((await counter.disputeOf(disputed.paymentId))?.state).toBe('lost');
  expect(await incidents()).toEqual([]);
  expect(await counter.difference()).toBe(0);
});

test('what the provider takes for its own services is booked as its fee, once, and is no difference', async () => {
  const fees = () => counter.balance('provider_fees');
  const before = await fees();
  await counter.control('POST', '/fees', { amount: 200 });
  await counter.control('POST', '/fees', { amount: 46, type: 'tax_fee' });
  await counter.pass(2 * HOUR);

  expect(await compare()).toEqual([]);
  expect(await compare()).toEqual([]);

  expect((await fees()) - before).toBe(246);
  expect(await counter.difference()).toBe(0);
});

test('a difference is an incident once news had time to come, is told once, and is over when both agree again', async () => {
  const sale = await counter.sell(await counter.maker());
  await bookAlone(sale.paymentId, 7);
  const fresh = await compare();
  await counter.pass(2 * HOUR);
  const [found] = await compare();
  await compare();
  const [open] = await incidents();
  await counter.settle();
  await bookAlone(sale.paymentId, -7);
  await counter.pass(2 * HOUR);

  expect(fresh).toEqual([]);
  expect(found).toMatchObject({ kind: 'payment', subject: sale.paymentId });
  expect((found?.theirs.amount ?? 0) - (found?.ours.amount ?? 0)).toBe(7);
  expect(open).toMatchObject({ paymentId: sale.paymentId, resolvedAt: null });
  expect(counter.heard.filter(({ type }) => type === 'books.differ').length).toBe(1);
  expect(await compare()).toEqual([]);
  expect(await incidents()).toEqual([]);
});

test('an admin may close an incident with a reason, once', async () => {
  const sale = await counter.sell(await counter.maker());
  await bookAlone(sale.paymentId, PAYABLE);
  await counter.pass(2 * HOUR);
  await compare();
  const [open] = await incidents();
  const admin = await counter.person();
  const close = () =>
    closeIncident(counter.payoutsDeps, { id: admin.id, roles: ['admin'] }, open?.id ?? '', 'Written by hand.', 'r');
  const both = await Promise.allSettled([close(), close()]);

  expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  expect(await incidents()).toEqual([]);
  const { rows } = await counter.database.pool.query(
    "select count(*)::int as n from audit_log where action = 'incident.closed'",
  );
  expect(rows[0].n).toBe(1);
});
