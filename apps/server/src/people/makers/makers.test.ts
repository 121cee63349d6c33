import { afterAll, beforeAll, expect, test } from 'vitest';
import { shiftClock, sql } from '#platform/database';
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

test('a key lets a program in for what it may and no longer than it lives, and never as staff', async () => {
  const mara = await signIn(app, 'mara', ['maker', 'admin']);
  const make = (scopes: ('stories:read' | 'stories:write' | 'sales:read')[], days = 30) =>
    mara.client.call('POST /me/api-keys', { body: { name: 'Shop sync', scopes, days } });
  const by = async (key: string, method: string, path: string, body?: object) => {
    const answer = await fetch(`${app.url()}/api/v1${path}`, {
      method,
      headers: { authorization: `Bearer ${key}`, ...(body ? { 'content-type': 'application/json' } : {}) },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    const said = (await answer.json()) as { code?: string; user?: { handle: string } };
    return said.code ?? said.user?.handle ?? answer.status;
  };
  const { key, item } = await make(['stories:write']);
  const short = await make(['sales:read'], 1);

  expect(item).toMatchObject({ name: 'Shop sync', scopes: ['stories:write'], lastUsedAt: null });
  expect(key.startsWith(item.begins)).toBe(true);
  expect(await by(key, 'GET', '/auth/profile')).toBe('mara');
  expect(await by(key, 'GET', '/stories')).toBe(200);
  expect(await by(key, 'POST', '/stories', { title: 'By a program' })).toBe(201);
  expect(await by(key, 'GET', '/orders?as=maker')).toBe('scope_missing');
  expect(await by(key, 'GET', '/me/api-keys')).toBe('scope_missing');
  expect(await by(key, 'GET', '/admin/users')).toBe('forbidden');
  expect(await by(short.key, 'GET', '/orders?as=maker')).toBe(200);
  expect(await by(short.key, 'POST', '/stories', {})).toBe('scope_missing');
  for (const wrong of [`${key}x`, key.slice(0, -1), 'vwk_'])
    expect(await by(wrong, 'GET', '/site')).toBe('key_invalid');

  const listed = await mara.client.call('GET /me/api-keys');
  expect(listed.items.map(({ id, lastUsedAt }) => [id, lastUsedAt !== null])).toEqual([
    [short.item.id, true],
    [item.id, true],
  ]);
  const { rows } = await sql<{ n: number }>`
    select count(*)::int as n from api_keys k where k::text like ${`%${key.slice(8)}%`}`.execute(app.database.db);
  expect(rows[0]?.n).toBe(0);

  await shiftClock(app.database, 86_400_000 + 1000);
  expect(await by(short.key, 'GET', '/orders?as=maker')).toBe('key_invalid');
  await mara.client.call('DELETE /me/api-keys/:id', { params: { id: item.id } });
  expect(await by(key, 'GET', '/stories')).toBe('key_invalid');
  await expect(mara.client.call('DELETE /me/api-keys/:id', { params: { id: item.id } })).rejects.toMatchObject({
    code: 'not_found',
  });
});

test('of many keys made at once, no more than twenty are', async () => {
  const nora = await signIn(app, 'nora');
  const made = await Promise.allSettled(
    Array.from({ length: 25 }, () =>
      nora.client.call('POST /me/api-keys', { body: { name: 'Many', scopes: ['people:read'], days: 1 } }),
    ),
  );

  expect(made.filter(({ status }) => status === 'fulfilled')).toHaveLength(20);
  expect((await nora.client.call('GET /me/api-keys')).items).toHaveLength(20);
});
