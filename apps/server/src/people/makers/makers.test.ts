import { afterAll, beforeAll, expect, test } from 'vitest';
import { sql } from '#platform/database';
import { startTestApp, type TestApp } from '../../testing/app.ts';
import { signIn } from '../../testing/people.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.stop());

test('becoming a maker counts at once, and twice is once, also at the same time', async () => {
  const ines = await signIn(app, 'ines');
  await expect(ines.client.call('GET /makers/me')).rejects.toMatchObject({ code: 'forbidden' });

  const answers = await Promise.all(Array.from({ length: 8 }, () => ines.client.call('POST /makers')));

  expect(new Set(answers.map((answer) => answer.since)).size).toBe(1);
  expect(await ines.client.call('GET /makers/me')).toEqual(answers[0]);
  expect((await ines.client.call('GET /auth/profile')).user?.roles).toEqual(['viewer', 'maker']);
  const { rows } = await sql<{ events: number; audits: number }>`
    select (select count(*) from outbox where type = 'maker.joined' and aggregate = ${ines.id}) as events,
           (select count(*) from audit_log where subject = ${ines.id} and action in ('maker.joined', 'role.granted')) as audits`.execute(
    app.database.db,
  );
  expect(rows).toEqual([{ events: 1, audits: 2 }]);
});

test('the default policy is the maker’s own, and each amount in it is in the currency of this place', async () => {
  const [one, other] = [await signIn(app, 'one', ['maker']), await signIn(app, 'other', ['maker'])];
  const offerPolicy = { acceptsOffers: true, minimumOffer: { amount: 2500, currency: 'USD' } };

  await one.client.call('PATCH /makers/me', { body: { offerPolicy } });

  expect((await one.client.call('GET /makers/me')).offerPolicy).toEqual(offerPolicy);
  expect((await other.client.call('GET /makers/me')).offerPolicy).toEqual({ acceptsOffers: true });
  for (const member of ['minimumOffer', 'autoRejectBelow', 'startAuctionAt']) {
    const foreign = { acceptsOffers: true, [member]: { amount: 2500, currency: 'EUR' } };
    await expect(one.client.call('PATCH /makers/me', { body: { offerPolicy: foreign } })).rejects.toMatchObject({
      code: 'currency_mismatch',
    });
  }
  expect(await app.makers.offerPolicy(app.database.db, one.id)).toEqual(offerPolicy);
});

test.each<[string, object]>([
  ['nothing', {}],
  ['an amount of nothing', { acceptsOffers: true, minimumOffer: { amount: 0, currency: 'USD' } }],
  ['a part of a cent', { acceptsOffers: true, minimumOffer: { amount: 0.5, currency: 'USD' } }],
  ['an amount beyond all sense', { acceptsOffers: true, minimumOffer: { amount: 1e15, currency: 'USD' } }],
  ['a duration that is not offered', { acceptsOffers: true, auctionDurationH: 25 }],
  ['an unknown member', { acceptsOffers: true, secret: 1 }],
])('a policy of %s is refused', async (_what, offerPolicy) => {
  const maker = await signIn(app, 'strict', ['maker']);

  const response = await maker.fetch('/api/v1/makers/me', {
    method: 'PATCH',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ offerPolicy }),
  });

  expect(response.status).toBe(400);
});

test('who is no maker has no policy', async () => {
  const viewer = await signIn(app, 'viewer');

  expect(await app.makers.offerPolicy(app.database.db, viewer.id)).toBeNull();
  expect(await app.makers.isMaker(app.database.db, viewer.id)).toBe(false);
  await expect(
    viewer.client.call('PATCH /makers/me', { body: { offerPolicy: { acceptsOffers: true } } }),
  ).rejects.toMatchObject({ code: 'forbidden' });
});
