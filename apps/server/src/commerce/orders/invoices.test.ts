import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Market, openMarket, usd } from '../../testing/market.ts';
import { drawNumber, invoicesOf } from './invoice-store.ts';
import { invoiceFile } from './invoices.ts';
import { ordered } from './orders.fixture.ts';
import { paymentRefunded } from './refunded.ts';

let market: Market;
beforeAll(async () => {
  market = await openMarket();
});
afterAll(() => market.close());

const of = async (orderId: string) => (await invoicesOf(market.database.db, [orderId])).get(orderId) ?? [];

test('each order has an invoice, numbered per seller, and each refund a credit note, once', async () => {
  const [one, other] = [await ordered(market), await ordered(market)];
  const { paymentId } = await one.now();
  const refund = { refundId: one.id, paymentId, amount: usd(2_000), everything: false };
  for (let twice = 0; twice < 2; twice++) {
    await market.database.transaction((tx) => paymentRefunded(market.deps.orders, tx, refund));
  }

  const found = (await of(one.id)).map(({ kind, number, amount }) => [kind, number, amount]);
  expect(found).toEqual([
    ['invoice', 1, 9_600],
    ['credit_note', 2, 2_000],
  ]);
  expect((await of(other.id)).map(({ number }) => number)).toEqual([1]);
});

test('is a PDF that says the same each time, with names in any alphabet, and lies sealed', async () => {
  const room = await ordered(market);
  const [row] = await of(room.id);
  if (!row) throw new Error('no invoice');

  const [first, second] = [await invoiceFile(market.deps.orders, row), await invoiceFile(market.deps.orders, row)];

  expect(first.name).toMatch(/^invoice-\d+-00001\.pdf$/);
  expect(Buffer.from(first.bytes).subarray(0, 5).toString()).toBe('%PDF-');
  expect(first.bytes.length).toBeGreaterThan(5_000);
  expect(Buffer.compare(Buffer.from(first.bytes), Buffer.from(second.bytes))).toBe(0);
  expect(row.sealed).not.toContain('Main St');
});

test('numbers have no gap and no double, also when many are drawn at once and some are rolled back', async () => {
  const seller = (await market.person('maker', 'maker')).id;
  const draw = (fails: boolean) =>
    market.database
      .transaction(async (tx) => {
        const number = await drawNumber(tx, seller);
        if (fails) throw new Error('rolled back');
        return number;
      })
      .catch(() => null);

  const drawn = await Promise.all(Array.from({ length: 60 }, (_, n) => draw(n % 3 === 0)));

  const kept = drawn.filter((number) => number !== null).toSorted((a, b) => a - b);
  expect(kept).toEqual(Array.from({ length: 40 }, (_, n) => n + 1));
});
