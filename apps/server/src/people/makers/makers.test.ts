import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { shiftClock, sql } from '#platform/database';
import { startTestApp, type TestApp } from '../../testing/app.ts';
import { linkPayoutAccount, type Person, signIn } from '../../testing/people.ts';

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

test('whom the payment provider has found to be who they say is shown so, until it takes that back', async () => {
  const nora = await signIn(app, 'nora', ['maker']);
  const state = async () => [
    (await nora.client.call('GET /users/me/verifications')).items.map(
      ({ kind, state, by }) => `${kind} ${state} ${by}`,
    ),
    (await nora.client.call('GET /users/me')).profile.verified,
  ];
  expect(await state()).toEqual([['email verified code'], false]);

  await linkPayoutAccount(app, nora);
  expect(await state()).toEqual([['email verified code', 'identity verified payment_provider'], true]);
  const bar = { makerId: nora.id, why: 'rejected.fraud' };
  await app.database.transaction((tx) => app.events.emit(tx, 'maker.account_barred', nora.id, bar));
  await app.settle();
  expect(await state()).toEqual([['email verified code', 'identity failed payment_provider'], false]);
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
  const { rows } = await sql<{ facts: object }>`
    select facts from audit_log where subject = ${one.id} and action = 'maker.offer_policy_changed'`.execute(
    app.database.db,
  );
  expect(rows.map(({ facts }) => facts)).toEqual([{ before: { acceptsOffers: true }, after: offerPolicy }]);
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

const noWords = { shipping: '', returns: '', commissions: '', care: '' };
const workshop = {
  city: 'Lisbon',
  latitude: 38.71234,
  longitude: -9.13567,
  radiusKm: 30,
  travelNotes: 'Weekends only.',
  showsExactly: false,
};

test('what makers say of how they sell is everybody’s to read, but theirs to write', async () => {
  const [maker, visitor] = [await signIn(app, 'wording', ['maker']), await signIn(app, 'reading')];
  const policies = { ...noWords, returns: '  Within 14 days.\n\nThe buyer sends it back. ', care: 'By hand.' };
  const offerPolicy = { acceptsOffers: true, minimumOffer: { amount: 2500, currency: 'USD' } };

  await maker.client.call('PUT /makers/me/policies', { body: policies });
  await maker.client.call('PATCH /makers/me', { body: { offerPolicy } });

  const params = { id: maker.id };
  expect(await visitor.client.call('GET /makers/:id/page', { params })).toEqual({
    makerId: maker.id,
    policies: { ...policies, returns: 'Within 14 days.\n\nThe buyer sends it back.' },
    places: [],
    offers: { accepted: true, minimum: offerPolicy.minimumOffer },
  });
  await expect(visitor.client.call('PUT /makers/me/policies', { body: policies })).rejects.toMatchObject({
    code: 'forbidden',
  });
  await expect(visitor.client.call('GET /makers/:id/page', { params: { id: visitor.id } })).rejects.toMatchObject({
    code: 'not_found',
  });
  await maker.client.call('PUT /users/:id/block', { params: { id: visitor.id } });
  await expect(visitor.client.call('GET /makers/:id/page', { params })).rejects.toMatchObject({ code: 'not_found' });
});

test('where a maker works is a circle for others, a sealed point for them, and itself only where they want that', async () => {
  const [maker, visitor] = [await signIn(app, 'placed', ['maker']), await signIn(app, 'looking')];
  const seen = async () => {
    const answer = await visitor.fetch(`/api/v1/makers/${maker.id}/page`);
    return await answer.text();
  };

  const [saved] = (await maker.client.call('POST /makers/me/places', { body: workshop })).places;
  const params = { id: saved?.id ?? '' };
  const before = await seen();
  await maker.client.call('PUT /makers/me/places/:id', { params, body: workshop });

  expect(saved).toEqual({ id: params.id, ...workshop, shown: expect.anything() });
  expect(JSON.parse(before).places).toEqual([saved?.shown]);
  expect(saved?.shown).toMatchObject({ city: 'Lisbon', withinKm: 4, radiusKm: 30 });
  expect(before).not.toMatch(/38\.712|9\.135/);
  expect(await seen()).toBe(before);
  const { rows } = await sql<{ row: string }>`select p::text as row from maker_places p`.execute(app.database.db);
  expect(rows).toHaveLength(1);
  expect(rows[0]?.row).not.toMatch(/38\.712|9\.135/);

  await maker.client.call('PUT /makers/me/places/:id', { params, body: { ...workshop, showsExactly: true } });
  expect(JSON.parse(await seen()).places).toMatchObject([{ latitude: 38.71234, longitude: -9.13567, withinKm: 0 }]);
  await maker.client.call('DELETE /makers/me/places/:id', { params });
  expect(JSON.parse(await seen()).places).toEqual([]);
});

test('a maker works in up to ten places, also when they are said at once; each is changed and taken away by itself', async () => {
  const [maker, other] = [await signIn(app, 'roaming', ['maker']), await signIn(app, 'settled', ['maker'])];
  const add = (at: number) =>
    maker.client.call('POST /makers/me/places', { body: { ...workshop, travelNotes: `Stall ${at}` } }).then(
      () => 'done',
      (error: { code: string }) => error.code,
    );

  const answers = await Promise.all(Array.from({ length: 14 }, (_, at) => add(at)));

  expect(answers.filter((answer) => answer === 'done')).toHaveLength(10);
  expect(answers.filter((answer) => answer === 'too_many_places')).toHaveLength(4);
  const { places } = await maker.client.call('GET /makers/me/page');
  const [first, second] = places;
  const params = { id: first?.id ?? '' };
  await expect(other.client.call('PUT /makers/me/places/:id', { params, body: workshop })).rejects.toMatchObject({
    code: 'not_found',
  });
  await expect(other.client.call('DELETE /makers/me/places/:id', { params })).rejects.toMatchObject({
    code: 'not_found',
  });
  await maker.client.call('PUT /makers/me/places/:id', { params, body: { ...workshop, city: 'Porto' } });
  await maker.client.call('DELETE /makers/me/places/:id', { params: { id: second?.id ?? '' } });
  expect(await add(20)).toBe('done');
  const page = await other.client.call('GET /makers/:id/page', { params: { id: maker.id } });
  expect(page.places.map(({ city }) => city)).toEqual(['Porto', ...Array(9).fill('Lisbon')]);
  expect(page.places.at(-1)?.travelNotes).toBe('Stall 20');
});

test('a place that is none on earth is refused', async () => {
  const maker = await signIn(app, 'nowhere', ['maker']);
  for (const wrong of [
    { latitude: 90 },
    { longitude: 181 },
    { latitude: '38' },
    { radiusKm: 0 },
    { radiusKm: 1.5 },
    { city: ' ' },
    { city: 'x'.repeat(81) },
  ]) {
    const answer = await maker.fetch('/api/v1/makers/me/places', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ ...workshop, ...wrong }),
    });
    expect(answer.status, JSON.stringify(wrong)).toBe(400);
  }
});

test('where nobody looks at new makers, nobody has to ask', async () => {
  const [viewer, maker] = [await signIn(app, 'asking'), await signIn(app, 'selling', ['maker'])];
  const body = { about: 'Bowls and jars of stoneware, fired with wood.' };

  expect(await viewer.client.call('GET /makers/me/application')).toEqual({ reviewed: false, application: null });
  await expect(viewer.client.call('POST /makers/me/application', { body })).rejects.toMatchObject({
    code: 'application_not_needed',
  });
  await expect(maker.client.call('POST /makers/me/application', { body })).rejects.toMatchObject({
    code: 'already_a_maker',
  });
});

describe('where admins look at new makers', () => {
  let reviewed: TestApp;
  let admin: Person;
  beforeAll(async () => {
    reviewed = await startTestApp({ env: { MAKER_REVIEW: 'true' } });
    admin = await signIn(reviewed, 'ada', ['admin']);
  });
  afterAll(() => reviewed.stop());

  const about = 'Bowls and jars of stoneware, fired with wood.';
  const apply = (person: Person) => person.client.call('POST /makers/me/application', { body: { about } });
  const waiting = async () => (await admin.client.call('GET /admin/maker-applications', { query: {} })).items;
  const noticesOf = async (person: Person) => {
    await reviewed.settle();
    return (await person.client.call('GET /notifications', { query: {} })).items.map(({ kind }) => kind);
  };

  test('who asks waits once, also of many at once; admins hear of it, and one says yes', async () => {
    const nia = await signIn(reviewed, 'nia');
    await expect(nia.client.call('POST /makers')).rejects.toMatchObject({ code: 'application_needed' });

    const asked = await Promise.allSettled(Array.from({ length: 6 }, () => apply(nia)));
    expect(asked.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(await noticesOf(admin)).toEqual(['maker_applied']);
    const [item] = await waiting();
    expect(item).toMatchObject({ about, state: 'waiting', earlier: 0, possible: ['approve', 'decline'] });
    expect(item?.person?.id).toBe(nia.id);

    const params = { id: item?.id ?? '' };
    const decided = await Promise.allSettled([
      ...Array.from({ length: 3 }, () =>
        admin.client.call('POST /admin/maker-applications/:id/approve', { params, body: { reason: 'Welcome.' } }),
      ),
      ...Array.from({ length: 3 }, () =>
        admin.client.call('POST /admin/maker-applications/:id/decline', { params, body: { reason: 'Not now.' } }),
      ),
    ]);
    expect(decided.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);

    const { state } = await admin.client.call('GET /admin/maker-applications/:id', { params });
    const back = await signIn(reviewed, 'nia');
    const { user } = await back.client.call('GET /auth/profile');
    expect(user?.roles.includes('maker')).toBe(state === 'approved');
    expect(await waiting()).toEqual([]);
    expect(await noticesOf(back)).toEqual([state === 'approved' ? 'maker_approved' : 'maker_declined']);
  });

  test('who is declined reads why and asks again; who is approved may sell', async () => {
    const omar = await signIn(reviewed, 'omar');
    await apply(omar);
    const [first] = await waiting();
    await admin.client.call('POST /admin/maker-applications/:id/decline', {
      params: { id: first?.id ?? '' },
      body: { reason: 'Tell us what you make of it yourself.' },
    });

    const mine = await omar.client.call('GET /makers/me/application');
    expect(mine.application).toMatchObject({
      state: 'declined',
      reason: 'Tell us what you make of it yourself.',
      possible: [],
    });
    await apply(omar);
    const [again] = await waiting();
    expect(again).toMatchObject({ earlier: 1, state: 'waiting' });
    await admin.client.call('POST /admin/maker-applications/:id/approve', {
      params: { id: again?.id ?? '' },
      body: { reason: '' },
    });

    const back = await signIn(reviewed, 'omar');
    expect((await back.client.call('GET /makers/me')).id).toBe(omar.id);
    const { items } = await admin.client.call('GET /admin/maker-applications', { query: { show: 'all', limit: 1 } });
    expect(items.map(({ state }) => state)).toEqual(['approved']);
    expect((await omar.client.call('GET /auth/profile')).user).toBeNull(); // a change of roles signs out
  });

  test('what is taken back waits no more, and nobody decides on their own', async () => {
    const ines = await signIn(reviewed, 'ines');
    await apply(ines);
    const { application } = await ines.client.call('DELETE /makers/me/application');
    await apply(admin);
    const [own] = await waiting();

    expect(application).toMatchObject({ state: 'withdrawn', possible: [] });
    await expect(ines.client.call('DELETE /makers/me/application')).rejects.toMatchObject({
      code: 'invalid_transition',
    });
    await expect(
      admin.client.call('POST /admin/maker-applications/:id/approve', {
        params: { id: own?.id ?? '' },
        body: { reason: '' },
      }),
    ).rejects.toMatchObject({ code: 'own_content' });
    await expect(
      admin.client.call('POST /admin/maker-applications/:id/approve', {
        params: { id: application?.id ?? '' },
        body: { reason: '' },
      }),
    ).rejects.toMatchObject({ code: 'invalid_transition' });
  });
});

test('a key lets a program in for what it may and no longer than it lives, and never as staff', async () => {
  const mara = await signIn(app, 'mara', ['maker', 'admin']);
  const make = (scopes: ('stories:read' | 'stories:write' | 'sales:read' | 'media:write')[], days = 30) =>
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

  // Uploads lie beside the API, by the protocol of any tus client.
  const media = await make(['media:write']);
  const tus = (by: string, method: string, path: string, headers: Record<string, string>, body?: string) =>
    fetch(`${app.url()}${path}`, {
      method,
      headers: { authorization: `Bearer ${by}`, 'tus-resumable': '1.0.0', ...headers },
      ...(body === undefined ? {} : { body }),
    });
  const begin = { 'upload-length': '5', 'upload-metadata': `filename ${btoa('a.mp4')},purpose ${btoa('video')}` };
  const refused = await tus(key, 'POST', '/uploads', begin);
  expect([refused.status, ((await refused.json()) as { code: string }).code]).toEqual([403, 'scope_missing']);
  expect((await tus('vwk_x', 'POST', '/uploads', begin)).status).toBe(401);
  const made = await tus(media.key, 'POST', '/uploads', begin);
  const at = made.headers.get('location') ?? '';
  expect([made.status, at]).toEqual([201, expect.stringMatching(/^\/uploads\//)]);
  const bytes = { 'upload-offset': '0', 'content-type': 'application/offset+octet-stream' };
  expect((await tus(key, 'PATCH', at, bytes, 'abc')).status).toBe(403);
  expect((await tus(media.key, 'PATCH', at, bytes, 'abc')).headers.get('upload-offset')).toBe('3');
  expect((await tus(media.key, 'HEAD', at, {})).headers.get('upload-offset')).toBe('3');
  expect((await tus(media.key, 'DELETE', at, {})).status).toBe(204);
  await mara.client.call('DELETE /me/api-keys/:id', { params: { id: media.item.id } });

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
