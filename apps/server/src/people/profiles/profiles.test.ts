import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { shiftClock, sql } from '#platform/database';
import { startTestApp, type TestApp } from '../../testing/app.ts';
import { eventually } from '../../testing/eventually.ts';
import { type Person, signIn } from '../../testing/people.ts';

let app: TestApp;
let ana: Person;
beforeAll(async () => {
  app = await startTestApp();
  ana = await signIn(app, 'ana');
});
afterAll(() => app.stop());

type Change = {
  displayName?: string;
  handle?: string;
  bio?: string;
  city?: string | null;
  links?: { label: string; url: string }[];
};
const edit = async (who: Person, body: Change) => (await who.client.call('PATCH /users/me', { body })).profile;
const read = (handle: string) => ana.client.call('GET /users/:handle', { params: { handle } });

describe('a profile', () => {
  test('is public, and shows nothing that is not', async () => {
    const response = await fetch(`${app.url()}/api/v1/users/ana`);
    const profile = (await response.json()) as object; // compared with all it may be

    expect(profile).toEqual({
      id: ana.id,
      handle: 'ana',
      displayName: 'ana',
      city: null,
      avatarUrl: null,
      avatarThumbhash: null,
      bio: '',
      links: [],
      heroUrl: null,
      heroThumbhash: null,
      stories: 0,
      isMaker: false,
      verified: false,
      presence: null,
      memberSince: expect.any(String),
      blockedByMe: false,
      followers: 0,
      following: 0,
      followedByMe: false,
      followAskedByMe: false,
      isPrivate: false,
    });
    expect(JSON.stringify(profile)).not.toContain('@');
  });

  test('is one’s own to read as others do', async () => {
    expect((await ana.client.call('GET /users/me')).profile).toMatchObject({ id: ana.id, handle: 'ana' });
    const stranger = await fetch(`${app.url()}/api/v1/users/me`);
    expect(((await stranger.json()) as { code: string }).code).toBe('sign_in_required');
  });

  test('is found in whatever letters its handle is asked for', async () => {
    expect(await read('ANA')).toMatchObject({ id: ana.id });
    await expect(read('nobody.here')).rejects.toMatchObject({ code: 'not_found' });
  });

  test('of somebody who has gone is not there', async () => {
    const gone = await signIn(app, 'gone');
    await sql`update users set status = 'deactivated' where id = ${gone.id}`.execute(app.database.db);

    await expect(read('gone')).rejects.toMatchObject({ code: 'not_found' });
  });
});

describe('who is here', () => {
  const seenBy = async (reader: Person, handle: string) =>
    (await reader.client.call('GET /users/:handle', { params: { handle } })).presence;

  test('is known to those whom their privacy allows, while their page is open and when it was last', async () => {
    const [here, fan, eve] = [await signIn(app, 'hanna'), await signIn(app, 'fan'), await signIn(app, 'evan')];
    expect(await seenBy(fan, 'hanna')).toBeNull();
    const socket = new WebSocket(`${app.url().replace('http', 'ws')}/api/v1/realtime`, {
      headers: { cookie: here.cookie(), origin: app.url() },
    });
    await eventually(async () => expect(await seenBy(fan, 'hanna')).toMatchObject({ online: true }));
    const anybody = await fetch(`${app.url()}/api/v1/users/hanna`);
    expect(await anybody.json()).toMatchObject({ presence: null });

    const choose = (body: { hideActivity?: boolean; privateAccount?: boolean }) =>
      here.client.call('PATCH /users/me/privacy', { body });
    await choose({ hideActivity: true });
    expect([await seenBy(fan, 'hanna'), await seenBy(here, 'hanna')]).toEqual([
      null,
      { online: true, lastSeenAt: expect.any(String) },
    ]);
    await fan.client.call('PUT /users/:id/follow', { params: { id: here.id } });
    await choose({ hideActivity: false, privateAccount: true });
    expect([await seenBy(fan, 'hanna'), await seenBy(eve, 'hanna')]).toEqual([
      { online: true, lastSeenAt: expect.any(String) },
      null,
    ]);
    await choose({ privateAccount: false });
    await eve.client.call('PUT /users/:id/block', { params: { id: here.id } });
    expect(await seenBy(eve, 'hanna')).toBeNull();

    socket.close(); // unless the block has ended it already
    await eventually(async () => expect(socket.readyState).toBe(WebSocket.CLOSED));
    await shiftClock(app.database, 120_000);
    const after = await seenBy(fan, 'hanna');
    expect(after?.online).toBe(false);
    expect(new Date(after?.lastSeenAt ?? 0).getSeconds()).toBe(0); // told to the minute
  });
});

describe('changing it', () => {
  test('changes what is given and keeps the rest; blanks do not count as a name, and empty a city', async () => {
    const bea = await signIn(app, 'bea');

    expect(await edit(bea, { displayName: '  Bea Bauer ', city: ' Porto ' })).toMatchObject({
      handle: 'bea',
      displayName: 'Bea Bauer',
      city: 'Porto',
      bio: '',
    });
    expect(await edit(bea, { bio: 'I turn wood.', displayName: '   ' })).toMatchObject({
      displayName: 'Bea Bauer',
      city: 'Porto',
      bio: 'I turn wood.',
    });
    expect(await edit(bea, { city: '  ' })).toMatchObject({ city: null, bio: 'I turn wood.' });
    expect(await edit(bea, {})).toMatchObject({ displayName: 'Bea Bauer' });
  });

  test('in two places at once loses neither change', async () => {
    const cleo = await signIn(app, 'cleo');

    for (let round = 0; round < 10; round++) {
      await Promise.all([
        edit(cleo, { bio: `bio ${round}` }),
        edit(cleo, { city: `city ${round}` }),
        edit(cleo, { displayName: `name ${round}` }),
      ]);
      expect(await read('cleo')).toMatchObject({
        bio: `bio ${round}`,
        city: `city ${round}`,
        displayName: `name ${round}`,
      });
    }
  });

  test('the handle: of many who want one at the same time one gets it', async () => {
    const people = await Promise.all(['p.one', 'p.two', 'p.three', 'p.four'].map((name) => signIn(app, name)));

    const outcomes = await Promise.all(
      people.map((person) =>
        edit(person, { handle: 'golden' }).then(
          () => 'got it',
          (error: { code: string }) => error.code,
        ),
      ),
    );

    expect(outcomes.toSorted()).toEqual(['got it', 'handle_taken', 'handle_taken', 'handle_taken']);
  });

  test('the handle: the old one leads to the new for 30 days, and nobody else gets it before', async () => {
    const [eva, finn] = await Promise.all([signIn(app, 'eva'), signIn(app, 'finn')]);

    await edit(eva, { handle: 'eva.clay' });
    expect(await read('Eva')).toMatchObject({ id: eva.id, handle: 'eva.clay' });
    await expect(edit(finn, { handle: 'eva' })).rejects.toMatchObject({ code: 'handle_taken' });
    const newcomer = await signIn(app, 'eva@elsewhere.test');
    const { user } = await newcomer.client.call('GET /auth/profile');
    expect(user?.handle).toMatch(/^eva_\d{5}$/);

    expect(await edit(eva, { handle: 'eva' })).toMatchObject({ handle: 'eva' });
    await edit(eva, { handle: 'eva.clay' });
    await sql`update handle_redirects set until = until - interval '30 days'`.execute(app.database.db);
    await expect(read('eva')).rejects.toMatchObject({ code: 'not_found' });
    expect(await edit(finn, { handle: 'eva' })).toMatchObject({ id: finn.id, handle: 'eva' });
  });

  test('the handle: one who leaves it and one who wants it at the same moment do not pass each other', async () => {
    const people = await Promise.all(['gus', 'hana', 'ivo', 'jan'].map((name) => signIn(app, name)));
    const [holder, ...others] = people as [Person, ...Person[]];
    await edit(holder, { handle: 'rare' });

    const outcomes = await Promise.all([
      edit(holder, { handle: 'common' }).then(() => 'left'),
      ...others.map((person) => edit(person, { handle: 'rare' }).catch(({ code }: { code: string }) => code)),
    ]);

    expect(outcomes).toEqual(['left', 'handle_taken', 'handle_taken', 'handle_taken']);
    expect(await read('rare')).toMatchObject({ id: holder.id, handle: 'common' });
  });

  test('the handle again and again is refused, so that nobody keeps a shelf of names', async () => {
    const kim = await signIn(app, 'kim');
    for (const handle of ['kim.1', 'kim.2', 'kim.3']) await edit(kim, { handle });

    await expect(edit(kim, { handle: 'kim.4' })).rejects.toMatchObject({ code: 'handle_changed_often', status: 429 });
    expect(await edit(kim, { handle: 'kim.3', bio: 'Still here.' })).toMatchObject({ handle: 'kim.3' });
  });

  test('links are named https addresses, five at most', async () => {
    const links = [{ label: 'Shop', url: 'https://kiln.example/shop?x=1#y' }];
    expect((await edit(ana, { links })).links).toEqual(links);
    expect((await edit(ana, { bio: 'Hands.' })).links).toEqual(links);

    const bad = [
      'http://kiln.example',
      'javascript:alert(1)',
      'https://a@kiln.example',
      'https://kiln',
      'https://k n.test',
    ];
    for (const url of bad)
      await expect(edit(ana, { links: [{ label: 'Bad', url }] })).rejects.toMatchObject({ code: 'validation_failed' });
    const six = Array.from({ length: 6 }, () => ({ label: 'One', url: 'https://kiln.example' }));
    await expect(edit(ana, { links: six })).rejects.toMatchObject({ code: 'validation_failed' });
    expect((await edit(ana, { links: [], bio: '' })).links).toEqual([]);
  });

  test('the handle to one’s own is no conflict', async () => {
    const dan = await signIn(app, 'dan');

    expect(await edit(dan, { handle: 'dan' })).toMatchObject({ handle: 'dan' });
  });

  test.each(['ab', '.abc', 'abc.', 'Abc', 'a b c', 'a-b', 'ä'.repeat(4), 'x'.repeat(31), 'abc\n', '', '\0\0\0'])(
    'the handle to %j is refused',
    async (handle) => {
      await expect(edit(ana, { handle })).rejects.toMatchObject({ code: 'validation_failed', status: 400 });
    },
  );

  test.each<[string, object]>([
    ['a name that is too long', { displayName: 'x'.repeat(61) }],
    ['a NUL in the text', { bio: 'a\0b' }],
    ['a role', { roles: ['admin'] }],
    ['a mail address', { email: 'other@people.test' }],
    ['an id', { id: '01900000-0000-7000-8000-000000000000' }],
  ])('%s is refused', async (_what, body) => {
    await expect(edit(ana, body)).rejects.toMatchObject({ code: 'validation_failed' });
  });

  test('takes any letters of any language, as they are', async () => {
    const text = 'Čeština, 日本語, עברית, 👩🏽‍🎨 <b>"quotes"</b> \\';

    expect((await edit(ana, { bio: text })).bio).toBe(text);
    expect((await read('ana')).bio).toBe(text);
  });
});
