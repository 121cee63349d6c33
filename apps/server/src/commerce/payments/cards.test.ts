import { afterAll, beforeAll, expect, test } from 'vitest';
import { newId } from '#platform/crypto';
import { cardsOf, removeCard, saveCard } from './cards.ts';
import { openTill, type Till } from './payments.fixture.ts';
import { reconcile } from './webhooks.ts';

let till: Till;
beforeAll(async () => {
  till = await openTill();
});
afterAll(() => till.close());

const page = (personId: string, key: string = newId()) => saveCard(till.deps, personId, key);
const cards = async (personId: string) =>
  (await cardsOf(till.deps, personId)).map(({ brand, last4 }) => [brand, last4]);
const has = async (...people: string[]) => [...(await till.payments.hasSavedCard(till.database.db, people))];
const save = async (personId: string, number?: string) => {
  const answer = await till.pay((await page(personId)).url, number);
  await till.settle();
  return answer;
};
const remove = (personId: string, id: string) =>
  till.database.transaction((tx) => removeCard(till.deps, tx, personId, id));

test('a card is there when the provider says so, and the same key leads to the same page', async () => {
  const { id } = await till.person();
  const key = newId();
  const { url } = await page(id, key);
  expect(await page(id, key)).toEqual({ url });
  expect(await has(id)).toEqual([]);

  expect((await till.pay(url)).location).toContain('outcome=saved');
  await till.settle();

  expect(await cards(id)).toEqual([['visa', '4242']]);
  expect(await has(id, newId())).toEqual([id]);
  const { rows } = await till.database.pool.query('select * from saved_cards where person_id = $1', [id]);
  expect(JSON.stringify(rows)).not.toContain('4242424242424242');
});

test('a declined card is not saved; one that declines only when charged is', async () => {
  const { id } = await till.person();

  expect((await save(id, '4000000000000002')).status).toBe(402);
  expect(await has(id)).toEqual([]);
  expect((await save(id, '4000000000000341')).status).toBe(303);

  expect(await cards(id)).toEqual([['visa', '0341']]);
});

test('a removed card is hidden at once and forgotten by the provider, even one that was down', async () => {
  const { id } = await till.person();
  await save(id);
  const [card] = await cardsOf(till.deps, id);
  await till.control('PUT', '/calls/stripe', [
    { path: '/v1/payment_methods/*/detach', method: 'POST', times: 3, when: 'after', answer: 503 },
  ]);

  await expect(remove(newId(), card?.id ?? '')).rejects.toMatchObject({ code: 'not_found' });
  await remove(id, card?.id ?? '');
  expect(await cards(id)).toEqual([]);
  expect(await has(id)).toEqual([]);
  await till.settle();
  await till.wake();

  const { rows } = await till.database.pool.query('select method_id, detached from saved_cards where id = $1', [
    card?.id,
  ]);
  expect(rows[0].detached).toBe(true);
  expect(await till.stripe(`/v1/payment_methods/${rows[0].method_id}`)).toMatchObject({ customer: null });
  expect(await cards(id)).toEqual([]);
  await expect(remove(id, card?.id ?? '')).rejects.toMatchObject({ code: 'not_found' });
});

test('a card that has expired is shown, and is none to bid with', async () => {
  const { id } = await till.person();
  await save(id);
  await till.database.pool.query('update saved_cards set exp_year = 2026, exp_month = 10 where person_id = $1', [id]);

  expect((await cardsOf(till.deps, id)).map(({ expired }) => expired)).toEqual([true]);
  expect(await has(id)).toEqual([]);
});

test('one card behind two people is noticed', async () => {
  const [ana, ben, cem] = [await till.person(), await till.person(), await till.person()];
  await save(ana.id, '5555555555554444');
  await save(ben.id, '5555555555554444');
  await save(cem.id, '4000000000007726');

  const shared = await till.payments.sharedCards(till.database.db, [ana.id, cem.id]);

  expect(shared).toEqual([[ana.id, ben.id]]);
});

test('a card whose webhooks never came is found by comparing the events', async () => {
  const { id } = await till.person();
  await till.control('PUT', '/webhooks', [{ times: 'always', fault: { kind: 'drop' } }]);
  await save(id);
  expect(await has(id)).toEqual([]);

  await reconcile(till.deps);
  await till.control('PUT', '/webhooks', []);
  await till.settle();

  expect(await has(id)).toEqual([id]);
});
