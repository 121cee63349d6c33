import { afterAll, beforeAll, expect, test } from 'vitest';
import { paidBy } from './history.ts';
import { openTill, type Till, usd } from './payments.fixture.ts';

let till: Till;
beforeAll(async () => {
  till = await openTill();
});
afterAll(() => till.close());

test('a person sees what they paid and what came back, page by page, and nothing of others or unpaid', async () => {
  const buyer = await till.person();
  const bought: string[] = [];
  for (const title of ['Bowl', 'Jug', 'Plate']) {
    const request = await till.request({ buyerId: buyer.id, title });
    await till.pay((await till.payments.checkouts.open(request)).url);
    await till.settle();
    bought.push((await till.paymentOf(request.lockId))?.id ?? '');
  }
  await till.payments.checkouts.open(await till.request({ buyerId: buyer.id, title: 'Left unpaid' }));
  await till.pay((await till.payments.checkouts.open(await till.request())).url);
  for (const [key, amount] of [
    ['a', 600],
    ['b', 400],
  ] as const) {
    await till.database.transaction((tx) =>
      till.payments.funds.refund(tx, {
        paymentId: bought[1] ?? '',
        amount: usd(amount),
        reason: 'issue',
        key,
        by: null,
      }),
    );
  }
  await till.settle();

  const read = (page: { cursor?: string; limit: number }) => paidBy(till.database.db, till.deps, buyer.id, page);
  const first = await read({ limit: 2 });
  const rest = await read({ limit: 2, cursor: first.next ?? '' });

  expect([...first.items, ...rest.items].map(({ title, state }) => [title, state])).toEqual([
    ['Plate', 'captured'],
    ['Jug', 'partially_refunded'],
    ['Bowl', 'captured'],
  ]);
  expect(rest.next).toBeNull();
  expect(first.items[1]).toMatchObject({ paid: usd(9600), order: null });
  expect(first.items[1]?.refunds.map(({ amount, reason, state }) => [amount, reason, state])).toEqual([
    [usd(600), 'issue', 'sent'],
    [usd(400), 'issue', 'sent'],
  ]);
});
