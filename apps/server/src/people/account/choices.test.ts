/** What people decide about their account: settings on every device, who sees what, what they agree to. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ConfigError } from '#platform/config';
import { readDisplayRates } from '../../commerce-rules.ts';
import { startTestApp, type TestApp } from '../../testing/app.ts';
import { type Person, signIn } from '../../testing/people.ts';
import { refusalOf } from '../../testing/refusal.ts';
import { openStudio, type Studio } from '../../testing/studio.ts';

let app: TestApp;
let ines: Person;
let vera: Person;
let moderator: Person;
let studio: Studio;

beforeAll(async () => {
  app = await startTestApp({
    env: { TERMS_URL: 'https://site.test/terms', TERMS_VERSION: '2026-11', DISPLAY_RATES: 'EUR=0.92,JPY=149.255' },
  });
  ines = await signIn(app, 'ines', ['maker']);
  vera = await signIn(app, 'vera');
  moderator = await signIn(app, 'noor', ['moderator']);
  studio = await openStudio(app);
});
afterAll(() => app.stop());

describe('settings', () => {
  it('hold what was chosen, and two devices that choose at once lose neither', async () => {
    expect(await vera.client.call('GET /users/me/settings')).toEqual({});
    const change = (body: object) => vera.client.call('PATCH /users/me/settings', { body });

    await Promise.all([
      change({ theme: 'dark' }),
      change({ captions: 'on:de' }),
      change({ country: 'PT' }),
      change({ mail: { stories: false } }),
      change({ mail: { offers: false } }),
    ]);

    expect(await vera.client.call('GET /users/me/settings')).toEqual({
      theme: 'dark',
      captions: 'on:de',
      country: 'PT',
      mail: { stories: false, offers: false },
    });
    expect(await refusalOf(change({ theme: 'pink' }))).toMatchObject({ code: 'validation_failed' });

    await change({ theme: 'light', country: 'PT' });
    await change({ theme: 'light' });
    const filter = { person: vera.id, action: 'account.settings_changed' };
    const rows = await app.audit.find(app.database.db, filter, { after: null, limit: 20 });
    expect(rows).toHaveLength(6);
    // Under the person's key, and only what is another now.
    expect(rows[0]).toMatchObject({
      facts: {},
      personal: { before: { theme: 'dark' }, after: { theme: 'light' } },
    });
    await change({ theme: 'dark' });
    expect(await ines.client.call('GET /users/me/settings')).toEqual({});
  });
});

describe('a currency to read prices in', () => {
  it('is one of those for which the operator gives a rate, kept for every device; the price stays what it is', async () => {
    const site = await vera.client.call('GET /site');
    expect([site.currency, site.displayRates]).toEqual([
      'USD',
      [
        { currency: 'EUR', rate: 0.92 },
        { currency: 'JPY', rate: 149.255 },
      ],
    ]);
    const choose = (currency: string | null) => ines.client.call('PATCH /users/me/settings', { body: { currency } });
    expect((await choose('EUR')).currency).toBe('EUR');
    expect((await choose(null)).currency).toBeNull();
    expect(await refusalOf(choose('euro'))).toMatchObject({ code: 'validation_failed' });
  });

  it.each(['USD=1', 'EUR=0'])('is refused at the start where %s is no rate of another currency', (DISPLAY_RATES) => {
    expect(() => readDisplayRates({ DISPLAY_RATES, CURRENCY: 'USD' })).toThrow(ConfigError);
  });
});

describe('a private account', () => {
  const setPrivate = (privateAccount: boolean) =>
    ines.client.call('PATCH /users/me/privacy', { body: { privateAccount } });
  const seen = async (who: Person, storyId: string) => ({
    feed: (await who.client.call('GET /feed/:name', { params: { name: 'for-you' }, query: {} })).items.length,
    page: await who.client.call('GET /feed/story/:id', { params: { id: storyId } }).then(
      () => true,
      () => false,
    ),
    count: (await who.client.call('GET /users/:handle', { params: { handle: 'ines' } })).stories,
  });
  const params = () => ({ params: { id: ines.id } });

  it('shows its stories to those whom it lets follow, and to everybody again when it opens', async () => {
    const story = await studio.listed(ines, moderator, { mediaId: await studio.clip(ines) });
    expect(await seen(vera, story.id)).toEqual({ feed: 1, page: true, count: 1 });

    await setPrivate(true);
    expect(await seen(vera, story.id)).toEqual({ feed: 0, page: false, count: 0 });
    const { id: draft } = await studio.listed(ines, moderator, { mediaId: await studio.clip(ines) });
    expect(await seen(vera, draft)).toEqual({ feed: 0, page: false, count: 0 });

    await vera.client.call('PUT /users/:id/follow', params());
    expect(await vera.client.call('GET /users/:handle', { params: { handle: 'ines' } })).toMatchObject({
      isPrivate: true,
      followedByMe: false,
      followAskedByMe: true,
    });
    const asked = await ines.client.call('GET /users/me/follow-requests');
    expect(asked.items.map(({ id }) => id)).toEqual([vera.id]);
    await ines.client.call('PUT /users/:id/follow-request', { params: { id: vera.id } });
    await app.settle();
    expect(await seen(vera, story.id)).toEqual({ feed: 0, page: true, count: 2 });
    expect((await vera.client.call('GET /notifications', { query: {} })).items[0]?.kind).toBe('follow_approved');

    await ines.client.call('DELETE /users/:id/follower', { params: { id: vera.id } });
    expect(await seen(vera, story.id)).toEqual({ feed: 0, page: false, count: 0 });
    await vera.client.call('PUT /users/:id/follow', params());
    await setPrivate(false);
    expect(await seen(moderator, story.id)).toEqual({ feed: 2, page: true, count: 2 });
    expect(await vera.client.call('GET /users/:handle', { params: { handle: 'ines' } })).toMatchObject({
      isPrivate: false,
      followedByMe: true,
    });
  });

  it('that closes while people follow it leaves nobody in between', async () => {
    const people = await Promise.all(Array.from({ length: 6 }, (_, n) => signIn(app, `fan${n}`)));
    for (let round = 0; round < 3; round++) {
      const before = (await ines.client.call('GET /users/:handle', { params: { handle: 'ines' } })).followers;
      const mine = people.slice(round * 2, round * 2 + 2);
      await Promise.all([...mine.map((fan) => fan.client.call('PUT /users/:id/follow', params())), setPrivate(true)]);
      await setPrivate(false);

      const { followers } = await ines.client.call('GET /users/:handle', { params: { handle: 'ines' } });
      expect(followers).toBe(before + mine.length);
      expect((await ines.client.call('GET /users/me/follow-requests')).items).toEqual([]);
    }
  });

  it('asked by somebody whom it then blocks has no question left', async () => {
    const rude = await signIn(app, 'rude');
    await setPrivate(true);
    await rude.client.call('PUT /users/:id/follow', params());
    await ines.client.call('PUT /users/:id/block', { params: { id: rude.id } });

    expect((await ines.client.call('GET /users/me/follow-requests')).items).toEqual([]);
    expect(
      await refusalOf(ines.client.call('PUT /users/:id/follow-request', { params: { id: rude.id } })),
    ).toMatchObject({ code: 'not_found' });
    await setPrivate(false);
  });
});

describe('consents', () => {
  const consent = (body: { kind: 'terms' | 'analytics'; version: string; given: boolean }) =>
    vera.client.call('POST /users/me/consents', { body });
  const of = async (kind: string) =>
    (await vera.client.call('GET /users/me/consents')).items.find((one) => one.kind === kind);

  it('are asked for where there is something to read, given once for a version, and taken back at once', async () => {
    expect(await of('terms')).toMatchObject({ due: true, given: false, url: 'https://site.test/terms', at: null });
    expect(await of('privacy')).toMatchObject({ due: false });
    expect(await refusalOf(consent({ kind: 'terms', version: '2025', given: true }))).toMatchObject({
      code: 'version_conflict',
    });

    await consent({ kind: 'terms', version: '2026-11', given: true });
    expect(await of('terms')).toMatchObject({ due: false, given: true, version: '2026-11' });

    await vera.client.call('PATCH /users/me/privacy', { body: { analytics: true } });
    const filter = { person: vera.id, action: 'account.privacy_changed' };
    const [row] = await app.audit.find(app.database.db, filter, { after: null, limit: 1 });
    expect(row?.personal).toEqual({ before: { analytics: false }, after: { analytics: true } });
    expect(await of('analytics')).toMatchObject({ given: true });
    await consent({ kind: 'analytics', version: '1', given: false });
    expect(await vera.client.call('GET /users/me/privacy')).toMatchObject({ analytics: false, personalised: true });
  });

  it('are rows that nobody changes', async () => {
    await expect(app.database.pool.query('update consents set given = true')).rejects.toThrow('append-only');
    await expect(app.database.pool.query('delete from consents')).rejects.toThrow('append-only');
  });
});
