/** Going for a while, going for good, and taking along what one has; and that no room forgets to say what it holds of people. */
import { inflateRawSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { shiftClock, sql } from '#platform/database';
import { caresOf, namedColumns } from '#platform/personal';
import { startTestApp, type TestApp } from '../../testing/app.ts';
import { linkPayoutAccount, type Person, signIn } from '../../testing/people.ts';
import { refusalOf } from '../../testing/refusal.ts';
import { openStudio, type Studio } from '../../testing/studio.ts';

const CANARY = 'zanzibar';
const DAY_MS = 86_400_000;
let app: TestApp;
let ines: Person;
let vera: Person;
let moderator: Person;
let studio: Studio;
let storyId: string;

beforeAll(async () => {
  app = await startTestApp();
  ines = await signIn(app, `ines.${CANARY}`, ['maker']);
  vera = await signIn(app, 'vera');
  moderator = await signIn(app, 'noor', ['moderator']);
  studio = await openStudio(app);
  await linkPayoutAccount(app, ines);
  await ines.client.call('PATCH /users/me', {
    body: {
      bio: `Bowls of ${CANARY}`,
      city: CANARY,
      displayName: `Ines ${CANARY}`,
      links: [{ label: CANARY, url: 'https://kiln.example' }],
    },
  });
  storyId = (
    await studio.listed(ines, moderator, { mediaId: await studio.clip(ines), caption: `How ${CANARY} is made` })
  ).id;
});
afterAll(() => app.stop());

const subjectOf = async (email: string): Promise<string | undefined> => {
  const answer = await fetch(`${app.url()}/sandbox/inbox.json?to=${encodeURIComponent(email)}`);
  const { mails } = (await answer.json()) as { mails: { subject: string }[] }; // the sandbox's own page, newest first
  return mails[0]?.subject;
};

/** The files of a ZIP by its central directory (APPNOTE 4.3.12). */
const unzip = (zip: Buffer): Map<string, Buffer> => {
  const files = new Map<string, Buffer>();
  let at = zip.readUInt32LE(zip.lastIndexOf('PK\x05\x06') + 16);
  while (zip.readUInt32LE(at) === 0x02014b50) {
    const [method, size, nameLength, extra, note] = [10, 20, 28, 30, 32].map((offset) =>
      offset === 20 ? zip.readUInt32LE(at + offset) : zip.readUInt16LE(at + offset),
    ) as [number, number, number, number, number];
    const local = zip.readUInt32LE(at + 42);
    const begin = local + 30 + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28);
    const bytes = zip.subarray(begin, begin + size);
    files.set(String(zip.subarray(at + 46, at + 46 + nameLength)), method === 8 ? inflateRawSync(bytes) : bytes);
    at += 46 + nameLength + extra + note;
  }
  return files;
};

const usd = (amount: number) => ({ amount, currency: 'USD' });
const isShown = async () => ({
  profile: await vera.client.call('GET /users/:handle', { params: { handle: `ines.${CANARY}` } }).then(
    () => true,
    () => false,
  ),
  story: await vera.client.call('GET /feed/story/:id', { params: { id: storyId } }).then(
    () => true,
    () => false,
  ),
  feed: (await vera.client.call('GET /feed/:name', { params: { name: 'for-you' }, query: {} })).items.length > 0,
});

describe('what rooms hold of people', () => {
  /** Text of any form: where words, addresses and names can lie. */
  const TEXT = ['text', 'jsonb', 'json', 'text[]', 'character varying', 'bytea', 'inet', 'citext'];
  const PERSON =
    /^(user|person|maker|buyer|bidder|owner|author|about|opener|leader|seller|reporter|follower|followed|blocker|blocked|decided_by|set_by|asked_by|submit_by|resolved_by)(_id)?$/;
  const KEYED = 'what is personal in it lies under a key of the person’s own, which goes with them';
  /** Tables that name people and are nobody's to hand out or erase: each with why. */
  const APART: Readonly<Record<string, string>> = {
    audit_inbox: KEYED,
    audit_entries: KEYED,
    audit_people: KEYED,
  };

  it('is all named: every column of every table in which a person stands is handed out, erased, or said to be plain', async () => {
    const { rows } = await sql<{ table: string; column: string; type: string; isPerson: boolean }>`
      select c.relname as table, a.attname as column, format_type(a.atttypid, null) as type,
             exists (
               select from pg_constraint k
               where k.conrelid = c.oid and k.contype = 'f' and k.confrelid = 'users'::regclass and a.attnum = any(k.conkey)
             ) as "isPerson"
      from pg_class c
      join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
      where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition`.execute(
      app.database.db,
    );
    const named = new Map<string, Set<string>>();
    for (const personal of app.personal)
      for (const [table, care] of caresOf(personal))
        named.set(table, new Set([...(named.get(table) ?? []), ...namedColumns(care)]));
    const tables = Map.groupBy(rows, ({ table }) => table);

    const unnamed = [...tables].flatMap(([table, columns]) => {
      const isPersons = columns.some(
        ({ column, type, isPerson }) => isPerson || (type === 'uuid' && PERSON.test(column)),
      );
      if ((!isPersons && !named.has(table)) || table in APART) return [];
      const known = named.get(table) ?? new Set();
      return columns
        .filter(
          ({ column, type, isPerson }) => isPerson || TEXT.includes(type) || (type === 'uuid' && PERSON.test(column)),
        )
        .filter(({ column }) => !known.has(column))
        .map(({ column }) => `${table}.${column}`);
    });
    const gone = [...named].flatMap(([table, columns]) => {
      const there = new Set(tables.get(table)?.map(({ column }) => column));
      return [...columns].filter((column) => !there.has(column)).map((column) => `${table}.${column}`);
    });

    expect({ unnamed, gone }).toEqual({ unnamed: [], gone: [] });
  });
});

describe('an archive', () => {
  it('holds what one has here and what one has sent in, and is fetched by its person only', async () => {
    const asked = await ines.client.call('POST /users/me/archives');
    const again = await ines.client.call('POST /users/me/archives');
    await app.settle();
    const [archive] = (await ines.client.call('GET /users/me/archives')).items;
    expect([again.id, archive?.id, archive?.state]).toEqual([asked.id, asked.id, 'ready']);
    expect((await ines.client.call('GET /notifications', { query: {} })).items[0]?.kind).toBe('archive_ready');

    const params = { id: asked.id };
    expect(await refusalOf(vera.client.call('POST /users/me/archives/:id/grant', { params }))).toMatchObject({
      status: 404,
    });
    const { url } = await ines.client.call('POST /users/me/archives/:id/grant', { params });
    const forged = url.replace(/until=\d+/, 'until=9999999999999');
    expect((await fetch(new URL(forged, app.url()))).status).toBe(404);
    const answer = await fetch(new URL(url, app.url()));
    const files = unzip(Buffer.from(await answer.arrayBuffer()));

    expect(JSON.parse(String(files.get('data/users.json')))).toMatchObject([
      { email: ines.email, bio: `Bowls of ${CANARY}` },
    ]);
    expect(String(files.get('data/stories.json'))).toContain(`How ${CANARY} is made`);
    const films = [...files].filter(([name]) => /^media\/[0-9a-f-]{36}\/.+\.mp4$/.test(name));
    expect(films.length).toBeGreaterThan(0);
    for (const [, film] of films) expect(String(film.subarray(4, 8))).toBe('ftyp');
    await shiftClock(app.database, 7 * DAY_MS);
    expect((await fetch(new URL(url, app.url()))).status).toBe(404);
  });
});

describe('an account', () => {
  it('that is closed shows nothing and comes back with its person', async () => {
    expect(await isShown()).toEqual({ profile: true, story: true, feed: true });

    ines = await signIn(app, ines.email);
    await ines.client.call('POST /users/me/deactivation');
    await app.settle();
    expect((await ines.client.call('GET /auth/profile')).user).toBeNull();
    expect(await isShown()).toEqual({ profile: false, story: false, feed: false });

    ines = await signIn(app, ines.email);
    expect(await isShown()).toEqual({ profile: true, story: true, feed: true });
  });

  it('stays while others rely on it, and says on what', async () => {
    await ines.client.call('PUT /stories/:storyId/listing', {
      params: { storyId },
      body: {
        askingPrice: usd(9000),
        offerPolicy: { acceptsOffers: true, minimumOffer: usd(1000) },
        shipping: { zones: [], combined: false, handlingDays: 3, pickup: true, pickupPlace: CANARY },
      },
    });
    vera = await signIn(app, 'vera');
    const offer = await vera.client.call('POST /stories/:storyId/offers', {
      params: { storyId },
      body: { amount: usd(4000) },
      idempotencyKey: crypto.randomUUID(),
    });

    for (const route of ['POST /users/me/deactivation', 'POST /users/me/deletion'] as const)
      for (const person of [ines, vera])
        expect(await refusalOf(person.client.call(route))).toMatchObject({
          code: 'account_busy',
          details: { matters: [{ kind: 'offers', count: 1, also: true }] },
        });
    await vera.client.call('POST /offers/:id/withdraw', { params: { id: offer.id } });
    expect((await ines.client.call('GET /users/me/leaving')).matters).toEqual([]);
  });

  it('that is to be deleted is kept for 30 days with two reminders, and any sign-in calls it off', async () => {
    const ulla = await signIn(app, 'ulla');
    const { eraseAt } = await ulla.client.call('POST /users/me/deletion');
    await app.settle();
    expect(await subjectOf(ulla.email)).toBe('Your account will be deleted');
    await shiftClock(app.database, 23 * DAY_MS);
    await app.settle();
    expect(await subjectOf(ulla.email)).toMatch(/^Your account goes on /);

    const back = await signIn(app, 'ulla');
    await shiftClock(app.database, 8 * DAY_MS);
    await app.settle();

    expect(Date.parse(eraseAt)).toBeLessThan(app.database.clock().getTime());
    expect((await back.client.call('GET /auth/profile')).user?.email).toBe(ulla.email);
  });

  it('that is deleted leaves nothing personal in any table or in storage; its address is free for somebody new', async () => {
    ines = await signIn(app, ines.email);
    await ines.client.call('POST /users/me/deletion');
    await shiftClock(app.database, 31 * DAY_MS);
    await app.settle();
    await app.settle();

    const { rows: tables } = await sql<{ name: string }>`
      select relname as name from pg_class
      where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and not relispartition`.execute(
      app.database.db,
    );
    const found: string[] = [];
    for (const { name } of tables) {
      const { rows } = await sql<{ hits: number }>`
        select count(*) as hits from ${sql.table(name)} one where one::text ilike ${`%${CANARY}%`}`.execute(
        app.database.db,
      );
      if ((rows[0]?.hits ?? 0) > 0) found.push(name);
    }
    // Events are dropped by their own age.
    expect(found.filter((name) => name !== 'outbox')).toEqual([]);
    const { rows: media } = await sql`select 1 from media where owner_id = ${ines.id}`.execute(app.database.db);
    expect(media).toEqual([]);
    const { rows: kept } = await sql`select handle, display_name, status from users where id = ${ines.id}`.execute(
      app.database.db,
    );
    expect(kept).toEqual([
      { handle: expect.stringMatching(/^gone_/), display_name: 'Somebody who left', status: 'deleted' },
    ]);
    expect((await signIn(app, ines.email)).id).not.toBe(ines.id);
  });
});
