// The HTTP layer on endpoints of its own: what each request goes through, whatever room it is for.
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { Agent, request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { type Actor, type ApiTable, DomainError, errors } from '@videowindow/contract';
import { Nullable, Page, PageQuery, Strict } from '@videowindow/contract/schema';
import { Type } from 'typebox';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Database, openDatabase, sql } from '#platform/database';
import { createHttp, decodeCursor, encodeCursor, type Http, type RouteTable } from '#platform/http';
import { createTelemetry } from '#platform/telemetry';
import { type TestDatabase, testDatabase } from '../../testing/database.ts';
import { eventually } from '../../testing/eventually.ts';
import { readNetworks } from './sockets.ts';

const ALICE = '01900000-0000-7000-8000-00000000000a';
const BOB = '01900000-0000-7000-8000-00000000000b';

const Thing = Strict({ name: Type.String({ maxLength: 20 }), size: Type.Integer({ minimum: 0, maximum: 10 }) });
const api = {
  'GET /things': { summary: 'Things', action: 'feed.read', query: PageQuery, response: Page(Type.String()) },
  'GET /things/:id': { summary: 'One', action: 'feed.read', response: Strict({ id: Type.String() }) },
  'POST /things': {
    summary: 'Make',
    action: 'offer.create',
    body: Thing,
    response: Strict({ made: Type.Integer(), inner: Nullable(Strict({ seen: Type.String() })) }),
    status: 201,
    idempotency: 'required',
    errors: ['listing_locked'],
  },
  'PUT /things/:id': { summary: 'Touch', action: 'offer.create', body: Type.Object({}) },
  'GET /slow': { summary: 'Slow', action: 'feed.read', response: Strict({ ok: Type.Boolean() }) },
  'GET /limited': {
    summary: 'Limited',
    action: 'feed.read',
    response: Strict({ ok: Type.Boolean() }),
    rateLimit: { max: 3, windowS: 60 },
  },
  'GET /broken': { summary: 'Broken', action: 'feed.read', response: Strict({ ok: Type.Boolean() }) },
  'GET /staff': { summary: 'Staff', action: 'moderation.queue', response: Strict({ ok: Type.Boolean() }) },
  'GET /grave': { summary: 'Grave', action: 'offer.create', stepUp: true, response: Strict({ ok: Type.Boolean() }) },
  'GET /sheet': { summary: 'A table to save', action: 'feed.read', file: 'text/csv' },
  'POST /hook': {
    summary: 'Hook',
    action: 'provider.webhook',
    rawBody: true,
    response: Strict({ bytes: Type.Integer() }),
  },
} satisfies ApiTable;

let own: TestDatabase;
let database: Database;
let http: Http;
let base: URL;
let webFolder: string;
const logged: string[] = [];
let made = 0;
let release = Promise.withResolvers<void>();
let started = Promise.withResolvers<void>();
let behave: () => Promise<void> | void = () => {};

const handlers: RouteTable['handlers'] = {
  'GET /things': async ({ query }: { query: { cursor?: string; limit?: number } }) => {
    decodeCursor(query.cursor, ['instant', 'uuid']);
    return { items: [String(query.limit)], next: null, secret: 'never' };
  },
  'GET /things/:id': async ({ params }: { params: { id: string } }) => {
    await sql`select ${params.id}::uuid`.execute(database.db);
    return { id: params.id };
  },
  'POST /things': async () => {
    await behave();
    return { made: ++made, inner: null, passwordHash: 'never' };
  },
  'PUT /things/:id': async () => {},
  'GET /slow': async () => {
    started.resolve();
    await release.promise;
    return { ok: true };
  },
  'GET /limited': async () => ({ ok: true }),
  'GET /broken': async () => {
    throw new Error('a secret of the inside');
  },
  'GET /staff': async () => ({ ok: true }),
  'GET /grave': async () => ({ ok: true }),
  'GET /sheet': async () => ({ name: 'things.csv', bytes: Buffer.from('a,b\r\n1,ü\r\n') }),
  'POST /hook': async ({ context }: { context: { request: { body: Buffer } } }) => ({
    bytes: context.request.body.length,
  }),
};

/** Who is asking stands in a header here; sessions are another room's. */
const authenticate = async (headers: IncomingHttpHeaders): Promise<{ actor: Actor; sessionId: string | null }> => ({
  actor: { id: headers['x-person'] ? String(headers['x-person']) : null, roles: [] },
  sessionId: headers['x-session'] ? String(headers['x-session']) : null,
});
const requireFresh = async (sessionId: string | null) => {
  if (sessionId !== 'fresh') throw new DomainError('step_up_required', { ways: ['email'] });
};

const open = async (over: Partial<Parameters<typeof createHttp>[0]> = {}) => {
  const opened = await createHttp({
    database,
    telemetry: createTelemetry({
      level: 'info',
      role: 'test',
      destination: new Writable({
        write(chunk, _encoding, done) {
          logged.push(String(chunk));
          done();
        },
      }),
    }),
    siteName: 'Test <Window>',
    publicUrl: null,
    loopback: true,
    trustProxy: undefined,
    rateLimitScale: 1,
    socketsPerAddress: 0,
    webFolder,
    authenticate,
    requireFresh,
    headOf: async (path) =>
      path === '/shared'
        ? { title: '</title><script>alert(1)</script>', description: '"', url: 'http://x/', jsonLd: { a: '</script>' } }
        : null,
    ...over,
  });
  opened.add({ api, handlers });
  const port = await opened.listen('127.0.0.1', 0);
  return { http: opened, base: new URL(`http://127.0.0.1:${port}`) };
};

beforeAll(async () => {
  own = await testDatabase();
  database = openDatabase({ url: own.url, poolSize: 10, statementTimeoutMs: 5000, idleTransactionTimeoutMs: 5000 });
  webFolder = await mkdtemp(join(tmpdir(), 'videowindow-web-'));
  await writeFile(
    join(webFolder, 'index.html'),
    '<!doctype html><html><head><!--head--><script src="/a.js"></script></head></html>',
  );
  ({ http, base } = await open());
});
afterAll(async () => {
  await http.close();
  await database.close();
  await own.drop();
  await rm(webFolder, { recursive: true });
});

type Answer = { status: number; headers: Headers; body: string; json: Record<string, unknown> };
const ask = async (method: string, path: string, init: RequestInit & { at?: URL } = {}): Promise<Answer> => {
  const response = await fetch(new URL(path, init.at ?? base), { ...init, method });
  const body = await response.text();
  const isJson = response.headers.get('content-type')?.includes('json');
  return { status: response.status, headers: response.headers, body, json: isJson ? JSON.parse(body) : {} };
};
const as = (person: string, headers: Record<string, string> = {}) => ({ 'x-person': person, ...headers });
const postThing = (body: unknown, headers: Record<string, string> = {}, at?: URL) =>
  ask('POST', '/api/v1/things', {
    headers: { 'content-type': 'application/json', 'idempotency-key': randomUUID(), ...as(ALICE), ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
    ...(at ? { at } : {}),
  });
/** Bytes as they are, for what fetch would never send. */
const raw = (lines: string, at = base) =>
  new Promise<string>((resolve, reject) => {
    const socket: Socket = connect(Number(at.port), '127.0.0.1', () => socket.end(lines));
    let text = '';
    socket.on('data', (chunk) => {
      text += chunk;
    });
    socket.on('close', () => resolve(text));
    socket.on('error', reject);
  });

const expectProblem = (answer: Answer, code: keyof typeof errors, fieldPath?: string) => {
  expect(answer.json).toMatchObject({ code, status: errors[code].status, title: errors[code].title });
  expect(answer.status).toBe(errors[code].status);
  expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
  expect(answer.json.requestId).toBe(answer.headers.get('x-request-id'));
  expect(answer.headers.get('cache-control')).toBe('no-store');
  if (fieldPath !== undefined) expect(answer.json.fields).toMatchObject([{ path: fieldPath }]);
};

describe('bad input', () => {
  const body = { name: 'bowl', size: 1 };

  test.each<[string, unknown, string]>([
    ['an unknown member', { ...body, admin: true }, 'admin'],
    ['a wrong type', { ...body, size: '1' }, 'size'],
    ['a number out of bounds', { ...body, size: 11 }, 'size'],
    ['a missing member', { name: 'bowl' }, 'size'],
    ['a list instead of an object', [], ''],
    ['null', null, ''],
    ['a NUL character', { ...body, name: 'bo\0wl' }, 'name'],
    ['half a surrogate pair', { ...body, name: 'bo\ud83dwl' }, 'name'],
  ])('%s is refused with the field that is wrong', async (_what, sent, field) => {
    expectProblem(await postThing(sent), 'validation_failed', field);
  });

  test.each([
    ['broken JSON', '{"name":'],
    ['no JSON at all', 'name=bowl'],
    ['an empty body', ''],
    ['a poisoned prototype', '{"__proto__":{"admin":true},"name":"a","size":1}'],
  ])('%s is malformed', async (_what, sent) => {
    const answer = await postThing(sent);
    expectProblem(answer, 'malformed_request');
  });

  test('JSON nested a hundred thousand deep is refused, and the server goes on', async () => {
    const deep = `{"name":"a","size":1,"deep":${'['.repeat(100_000)}${']'.repeat(100_000)}}`;

    expect((await postThing(deep)).status).toBe(400);
    const loose = await ask('PUT', `/api/v1/things/${ALICE}`, {
      headers: { 'content-type': 'application/json', ...as(ALICE) },
      body: deep,
    });
    expect(loose.status).toBeLessThan(500);
    expect((await ask('GET', '/api/v1/things')).status).toBe(200);
  });

  test('a body over the limit is too large, by its header and by what comes', async () => {
    const huge = { ...body, name: 'x'.repeat(300_000) };
    expectProblem(await postThing(huge), 'payload_too_large');

    const chunked = await ask('POST', '/api/v1/things', {
      headers: { 'content-type': 'application/json', 'idempotency-key': randomUUID(), ...as(ALICE) },
      body: new Blob([JSON.stringify(huge)]).stream(),
      duplex: 'half',
    } as RequestInit); // undici's `duplex` is not in the DOM's type
    expectProblem(chunked, 'payload_too_large');
  });

  test.each(['text/plain', 'application/x-www-form-urlencoded', 'application/xml', 'multipart/form-data; boundary=x'])(
    '%s is not understood',
    async (type) => {
      expectProblem(await postThing('name=bowl', { 'content-type': type }), 'unsupported_media_type');
    },
  );

  test.each([
    ['limit=0', 'limit'],
    ['limit=101', 'limit'],
    ['limit=ten', 'limit'],
    ['limit=1&limit=2', 'limit'],
    ['colour=red', 'colour'],
    ['cursor=', 'cursor'],
    ['cursor=%00', 'cursor'],
  ])('the query %s is refused', async (query, field) => {
    expectProblem(await ask('GET', `/api/v1/things?${query}`), 'validation_failed', field);
  });

  test.each<[string, string]>([
    ['no base64 of ours', '!!!'],
    ['of another list', encodeCursor(['a'])],
    ['a time that is none', encodeCursor(['2026-02-30T00:00:00.000Z', ALICE])],
    ['a time with a comment', encodeCursor(['2026-02-03 (x)', ALICE])],
    ['an id that is none', encodeCursor(['2026-02-03T00:00:00.000Z', '-'.repeat(36)])],
    ['a year that PostgreSQL does not know', encodeCursor(['0000-02-03T00:00:00.000Z', ALICE])],
    ['of nested values', Buffer.from('[["a"],{"b":1}]').toString('base64url')],
  ])('a cursor %s is refused', async (_what, cursor) => {
    expectProblem(
      await ask('GET', `/api/v1/things?cursor=${encodeURIComponent(cursor)}`),
      'validation_failed',
      'cursor',
    );
  });

  test('a cursor comes back as it was made, and a number in it is one that the database can hold', () => {
    const cursor = encodeCursor(['2026-02-03T04:05:06.789Z', ALICE, 12, 'a b']);

    expect(decodeCursor(cursor, ['instant', 'uuid', 'number', 'string'])).toEqual([
      '2026-02-03T04:05:06.789Z',
      ALICE,
      12,
      'a b',
    ]);
    expect(decodeCursor(undefined, ['uuid'])).toBeNull();
    for (const wrong of [1.5, 1e300, '12'])
      expect(() => decodeCursor(encodeCursor([wrong]), ['number'])).toThrow(DomainError);
    expect(() => decodeCursor(encodeCursor(['a\0']), ['string'])).toThrow(DomainError);
  });

  test.each(['none', ALICE.toUpperCase(), `urn:uuid:${ALICE}`, `${ALICE}0`, '%00', `${ALICE}%00`])(
    'the id %s in a path is refused',
    async (id) => {
      expectProblem(await ask('GET', `/api/v1/things/${id}`), 'validation_failed');
    },
  );

  test('an address that cannot be decoded is malformed', async () => {
    const answer = await ask('GET', '/api/v1/things/%zz');
    expectProblem(answer, 'malformed_request');
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
  });

  test.each(['//', '///x', '/\\', '/api/v1//', '/?', '/..%2f..%2fetc/passwd'])(
    'the strange address %s is answered without an error of ours',
    async (path) => {
      const answer = await raw(
        `GET ${path} HTTP/1.1\r\nHost: ${base.host}\r\nAccept: text/html\r\nConnection: close\r\n\r\n`,
      );
      expect(answer).toMatch(/^HTTP\/1\.1 (200|400|404)/);
    },
  );
});

describe('addresses and methods', () => {
  test('an unknown address below /api is a problem, also for who would rather have a page', async () => {
    expectProblem(await ask('GET', '/api/v1/nothing', { headers: { accept: 'text/html' } }), 'not_found');
    expectProblem(await ask('POST', '/api/v1/nothing'), 'not_found');
    expectProblem(await ask('GET', '/nothing', { headers: { accept: 'application/json' } }), 'not_found');
  });

  test('a known address with another method says which it takes', async () => {
    const answer = await ask('DELETE', '/api/v1/things');

    expectProblem(answer, 'method_not_allowed');
    expect(answer.headers.get('allow')).toBe('GET, POST');
  });

  test('an error of ours says nothing of the inside, and is logged once with the request', async () => {
    logged.length = 0;
    const answer = await ask('GET', '/api/v1/broken');

    expectProblem(answer, 'internal');
    expect(answer.body).not.toContain('secret of the inside');
    const lines = logged.filter((line) => line.includes('secret of the inside'));
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain(String(answer.json.requestId));
  });

  test('answers hold what the schema names and nothing else', async () => {
    const list = await ask('GET', '/api/v1/things');
    const one = await postThing({ name: 'a', size: 1 });

    expect(list.json).toEqual({ items: ['20'], next: null });
    expect(Object.keys(one.json)).toEqual(['made', 'inner']);
    expect(list.headers.get('cache-control')).toBe('private, no-store');
  });

  test('a file comes as its bytes, to be saved under its name and never shown as a page', async () => {
    const answer = await fetch(new URL('/api/v1/sheet', base));

    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'content-type': 'text/csv; charset=utf-8; header=present',
      'content-disposition': 'attachment; filename="things.csv"',
      'cache-control': 'private, no-store',
    });
    expect(await answer.text()).toBe('a,b\r\n1,ü\r\n');
  });

  test('a body for a signature arrives as the bytes that came', async () => {
    const answer = await ask('POST', '/api/v1/hook', {
      body: '{ "a": 1 }',
      headers: { 'content-type': 'application/json' },
    });
    expect(answer.json).toEqual({ bytes: 10 });
  });
});

describe('who asks', () => {
  test('a stranger is asked to sign in where a person could; a person is told where they may not', async () => {
    expectProblem(await postThing({ name: 'a', size: 1 }, { 'x-person': '' }), 'sign_in_required');
    expectProblem(await ask('GET', '/api/v1/staff', { headers: as(ALICE) }), 'forbidden');
    expectProblem(await ask('GET', '/api/v1/staff'), 'sign_in_required');
  });

  test('asks for a fresh factor where the endpoint says so, and says which ways there are', async () => {
    const refused = await ask('GET', '/api/v1/grave', { headers: { ...as(ALICE), 'x-session': 'old' } });
    const allowed = await ask('GET', '/api/v1/grave', { headers: { ...as(ALICE), 'x-session': 'fresh' } });

    expectProblem(refused, 'step_up_required');
    expect(refused.json.details).toEqual({ ways: ['email'] });
    expect(allowed.status).toBe(200);
  });

  test('who may not is told so before the body is looked at', async () => {
    const answer = await ask('POST', '/api/v1/things', {
      headers: { 'content-type': 'application/json' },
      body: '{"broken',
    });
    expectProblem(answer, 'sign_in_required');
  });

  test.each<[string, Record<string, string>]>([
    ['another site', { origin: 'https://evil.test' }],
    ['another port of this machine', { origin: 'http://127.0.0.1:1' }],
    ['a sandboxed page', { origin: 'null' }],
    ['a broken origin', { origin: 'http://' }],
    ['another site, by the browser’s own word', { 'sec-fetch-site': 'cross-site' }],
    ['a sister site, by the browser’s own word', { 'sec-fetch-site': 'same-site' }],
  ])('a change that %s asks for is refused', async (_who, headers) => {
    expectProblem(await postThing({ name: 'a', size: 1 }, headers), 'origin_refused');
  });

  test('our own pages and programs may make changes, and anybody may read', async () => {
    expect((await postThing({ name: 'a', size: 1 }, { origin: base.origin })).status).toBe(201);
    expect((await postThing({ name: 'a', size: 1 }, { 'sec-fetch-site': 'same-origin' })).status).toBe(201);
    expect((await postThing({ name: 'a', size: 1 })).status).toBe(201);
    expect((await ask('GET', '/api/v1/things', { headers: { origin: 'https://evil.test' } })).status).toBe(200);
  });

  test.each(['evil.test', 'evil.test:8080', '127.0.0.1.evil.test', 'localhost.evil.test', '169.254.169.254', ''])(
    'under the foreign name "%s" nothing is there (DNS rebinding)',
    async (host) => {
      for (const path of ['/api/v1/things', '/', '/openapi.json']) {
        const answer = await raw(
          `GET ${path} HTTP/1.1\r\nHost: ${host}\r\nAccept: text/html\r\nConnection: close\r\n\r\n`,
        );
        expect(answer).toMatch(/^HTTP\/1\.1 404/);
      }
    },
  );

  test('with a public address that name counts, and loopback names no longer when we face the outside', async () => {
    const outside = await open({ publicUrl: 'https://video.example', loopback: false });
    const get = (host: string) =>
      raw(`GET /api/v1/things HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`, outside.base);

    expect(await get('video.example')).toMatch(/^HTTP\/1\.1 200/);
    expect(await get('Video.Example')).toMatch(/^HTTP\/1\.1 200/);
    expect(await get('127.0.0.1')).toMatch(/^HTTP\/1\.1 404/);
    expect(await get('video.example')).toMatch(/strict-transport-security: max-age=\d{8}/);
    expect(await get('video.example')).toMatch(/set-cookie: __Host-vw_visitor=[^;]+;.*Secure/i);
    await outside.http.close();
  });
});

describe('limits', () => {
  test('after the last allowed request comes 429 with the time to wait, per person', async () => {
    const answers = [];
    for (let i = 0; i < 4; i++) answers.push(await ask('GET', '/api/v1/limited', { headers: as(ALICE) }));
    const other = await ask('GET', '/api/v1/limited', { headers: as(BOB) });

    expect(answers.map((answer) => answer.status)).toEqual([200, 200, 200, 429]);
    expect(answers.map((answer) => answer.headers.get('ratelimit-remaining'))).toEqual(['2', '1', '0', '0']);
    expect(answers[0]?.headers.get('ratelimit-limit')).toBe('3');
    expectProblem(answers[3] as Answer, 'rate_limited');
    const wait = Number(answers[3]?.headers.get('retry-after'));
    expect(wait).toBeGreaterThan(0);
    expect(wait).toBeLessThanOrEqual(60);
    expect(answers[3]?.headers.get('ratelimit-reset')).toBe(String(wait));
    expect(other.status).toBe(200);
  });

  test('strangers share a limit by network: an IPv6 subscriber by the first 64 bits, and requests that fail count too', async () => {
    const proxied = await open({ trustProxy: '127.0.0.1, 10.0.0.1' });
    const from = (address: string) =>
      ask('GET', '/api/v1/limited', { headers: { 'x-forwarded-for': address }, at: proxied.base });

    const same = [];
    for (const address of ['2001:db8:1:2::1', '2001:db8:1:2:ffff::9', '2001:0db8:0001:0002::a', '2001:db8:1:2::b'])
      same.push((await from(address)).status);
    const neighbour = await from('2001:db8:1:3::1');
    const mapped = [];
    for (const address of ['192.0.2.7', '::ffff:192.0.2.7', '192.0.2.7', '192.0.2.7'])
      mapped.push((await from(address)).status);

    expect(same).toEqual([200, 200, 200, 429]);
    expect(neighbour.status).toBe(200);
    expect(mapped).toEqual([200, 200, 200, 429]);
    await proxied.http.close();
  });

  test('nobody moves their limit by a header that no proxy of ours wrote', async () => {
    const fresh = await open();
    const statuses = [];
    for (let i = 0; i < 4; i++)
      statuses.push(
        (await ask('GET', '/api/v1/limited', { headers: { 'x-forwarded-for': `192.0.2.${i}` }, at: fresh.base }))
          .status,
      );

    expect(statuses).toEqual([200, 200, 200, 429]);
    await fresh.http.close();
  });
});

describe('idempotency keys', () => {
  const body = { name: 'bowl', size: 1 };
  const withKey = (key: string, sent: unknown = body, person = ALICE) =>
    postThing(sent, { 'idempotency-key': key, 'x-person': person });

  test('a repeat gets the first answer with its status, and the work is done once', async () => {
    const key = randomUUID();
    const before = made;

    const [first, second] = [await withKey(key), await withKey(key)];

    expect(first.status).toBe(201);
    expect(second.status).toBe(201);
    expect(second.body).toBe(first.body);
    expect(made).toBe(before + 1);
  });

  test('the same key with another body is refused; for another person it is another key', async () => {
    const key = randomUUID();
    await withKey(key);

    expectProblem(await withKey(key, { ...body, size: 2 }), 'idempotency_key_reused');
    expect((await withKey(key, { ...body, size: 2 }, BOB)).status).toBe(201);
  });

  test('of many at once one does the work; the others wait or get its answer', async () => {
    const key = randomUUID();
    const before = made;
    const gate = Promise.withResolvers<void>();
    behave = () => gate.promise;

    const asked = Array.from({ length: 8 }, () => withKey(key));
    const early = await Promise.race(asked);
    gate.resolve();
    const answers = await Promise.all(asked);
    behave = () => {};

    expectProblem(early, 'idempotency_in_flight');
    expect(early.headers.get('retry-after')).toBe('1');
    expect(made).toBe(before + 1);
    expect(new Set(answers.map((answer) => answer.status))).toEqual(new Set([201, 409]));
    expect(new Set(answers.filter((answer) => answer.status === 201).map((answer) => answer.body)).size).toBe(1);
  });

  test('without a key, or with one that is no key, nothing is done', async () => {
    const bare = await ask('POST', '/api/v1/things', {
      headers: { 'content-type': 'application/json', ...as(ALICE) },
      body: JSON.stringify(body),
    });

    expectProblem(bare, 'idempotency_key_required');
    for (const key of ['short', 'x'.repeat(129), 'with space in it'])
      expectProblem(await withKey(key), 'validation_failed', 'Idempotency-Key');
  });

  test('a refusal gives the key back: what was refused may be tried again', async () => {
    const key = randomUUID();
    behave = () => {
      throw new DomainError('listing_locked');
    };
    expectProblem(await withKey(key), 'listing_locked');
    behave = () => {};

    expect((await withKey(key)).status).toBe(201);
  });

  test('a request that bad input stopped leaves its key free', async () => {
    const key = randomUUID();
    expectProblem(await withKey(key, { ...body, size: 'x' }), 'validation_failed', 'size');

    expect((await withKey(key)).status).toBe(201);
  });

  test('an error of ours leaves the key leased, as a crash does; after the lease a repeat takes it over', async () => {
    const key = randomUUID();
    behave = () => {
      throw new Error('crash');
    };
    expectProblem(await withKey(key), 'internal');
    behave = () => {};

    expectProblem(await withKey(key), 'idempotency_in_flight');
    await sql`
      update idempotency_keys set lease_until = clock_timestamp() - interval '1 s' where key = ${key}`.execute(
      database.db,
    );
    expectProblem(await withKey(key, { ...body, size: 2 }), 'idempotency_key_reused');
    expect((await withKey(key)).status).toBe(201);
  });

  test('keys older than three days are forgotten', async () => {
    const [old, young] = [randomUUID(), randomUUID()];
    await withKey(old);
    await withKey(young);
    await sql`
      update idempotency_keys set created_at = clock_timestamp() - interval '73 hours' where key = ${old}`.execute(
      database.db,
    );

    await http.sweepIdempotencyKeys();

    const { rows } = await sql<{ key: string }>`
      select key from idempotency_keys where key = any(${[old, young]})`.execute(database.db);
    expect(rows).toEqual([{ key: young }]);
  });
});

describe('headers', () => {
  const common = [
    'x-request-id',
    'x-content-type-options',
    'referrer-policy',
    'cross-origin-opener-policy',
    'permissions-policy',
  ];

  test.each<[string, string, Record<string, string>]>([
    ['an API answer', '/api/v1/things', {}],
    ['a refusal', '/api/v1/things?limit=x', {}],
    ['an unknown address', '/api/v1/nothing', {}],
    ['a page', '/anything', { accept: 'text/html' }],
    ['an unknown file', '/nothing.png', {}],
    ['the document', '/openapi.json', {}],
  ])('%s carries the security headers', async (_what, path, headers) => {
    const answer = await ask('GET', path, { headers });

    for (const name of common) expect(answer.headers.get(name), name).toBeTruthy();
    expect(answer.headers.get('x-powered-by')).toBeNull();
    expect(answer.headers.get('access-control-allow-origin')).toBeNull();
  });

  test('what is no page may do nothing when it is shown as one', async () => {
    for (const path of ['/api/v1/things', '/api/v1/things?limit=x', '/api/v1/nothing']) {
      expect((await ask('GET', path)).headers.get('content-security-policy')).toBe(
        "default-src 'none'; frame-ancestors 'none'",
      );
    }
  });

  test('a page runs only scripts that carry its nonce, a fresh one each time, and text in its head stays text', async () => {
    const page = () => ask('GET', '/shared', { headers: { accept: 'text/html' } });
    const [one, other] = [await page(), await page()];
    const nonce = /'nonce-([^']+)'/.exec(one.headers.get('content-security-policy') ?? '')?.[1];

    expect(one.body.match(/<script /g)).toHaveLength(2);
    expect(one.body.match(new RegExp(`<script nonce="${nonce}"`, 'g'))).toHaveLength(2);
    expect(one.body).not.toContain('<script>alert(1)');
    expect(one.body).toContain('\\u003c/script>');
    expect(other.headers.get('content-security-policy')).not.toContain(nonce);
    expect(one.headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
  });

  test('the page is never sent bare, by whatever address; asked for its head only, it has no body', async () => {
    for (const path of ['/', '/index.html', '/index.html?x']) {
      const answer = await ask('GET', path, { headers: { accept: 'text/html' } });
      expect(answer.headers.get('content-security-policy'), path).toContain("'nonce-");
      expect(answer.body).not.toContain('<!--head-->');
    }
    const head = await ask('HEAD', '/', { headers: { accept: 'text/html' } });
    expect([head.status, head.body]).toEqual([200, '']);
  });

  test('a visitor’s cookie is out of reach of scripts and of other sites, and stays the same', async () => {
    const first = await ask('GET', '/api/v1/things');
    const cookie = first.headers.getSetCookie()[0] ?? '';
    const second = await ask('GET', '/api/v1/things', { headers: { cookie: cookie.split(';')[0] ?? '' } });

    expect(cookie).toMatch(/^vw_visitor=[A-Za-z0-9_-]{22};/);
    expect(cookie).toMatch(/HttpOnly/);
    expect(cookie).toMatch(/SameSite=Lax/);
    expect(second.headers.getSetCookie()).toEqual([]);
  });
});

describe('those who hold on', () => {
  test('a body that trickles in is cut off, and one that comes in time is not', async () => {
    const slow = await open({ bodyTimeoutMs: 150 });
    const head = [
      'POST /api/v1/things HTTP/1.1',
      'Host: 127.0.0.1',
      `X-Person: ${ALICE}`,
      'Content-Type: application/json',
    ];
    const lines = [...head, `Idempotency-Key: ${randomUUID()}`, 'Content-Length: 40', '', '{"name":'].join('\r\n');
    const before = logged.length;

    const socket = connect(Number(slow.base.port), '127.0.0.1', () => socket.write(lines));
    const closed = new Promise<void>((resolve) => socket.on('close', () => resolve()));
    socket.on('error', () => {});
    await closed;
    const inTime = await postThing({ name: 'a', size: 1 }, {}, slow.base);

    expect(inTime.status).toBe(201);
    expect(logged.slice(before).filter((line) => line.includes('"level":"error"'))).toEqual([]);
    await slow.http.close();
  });

  test('one network gets as many sockets as it may and no more, whoever else comes; proxies of ours are many people', async () => {
    const most = 3;
    const flood = async (trustProxy?: string) => {
      const limited = await open({ socketsPerAddress: most, trustProxy });
      const sockets = Array.from({ length: 12 }, () => connect(Number(limited.base.port), '127.0.0.1'));
      for (const socket of sockets) socket.on('error', () => {});
      const greet = (socket: Socket) => socket.write('GET /api/v1/things HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n');
      const served = await Promise.all(
        sockets.map(
          (socket) =>
            new Promise<boolean>((resolve) => {
              socket.on('data', () => resolve(true));
              socket.on('close', () => resolve(false));
              greet(socket);
            }),
        ),
      );
      const fromElsewhere = await new Promise<boolean>((resolve) => {
        const socket = connect({ port: Number(limited.base.port), host: '127.0.0.1', localAddress: '127.0.0.2' });
        socket.on('data', () => resolve(true));
        socket.on('close', () => resolve(false));
        socket.on('error', () => {});
        greet(socket);
        sockets.push(socket);
      });
      for (const socket of sockets) socket.destroy();
      await eventually(async () => expect((await ask('GET', '/api/v1/things', { at: limited.base })).status).toBe(200));
      await limited.http.close();
      return { served: served.filter(Boolean).length, fromElsewhere };
    };

    expect(await flood()).toEqual({ served: most, fromElsewhere: true });
    expect(await flood('127.0.0.1/32')).toEqual({ served: 12, fromElsewhere: true });
  });

  test('networks are read as Fastify reads them', () => {
    const isOurs = readNetworks('loopback, 10.1.0.0/16, 2001:db8::/32, 203.0.113.7');

    for (const address of ['127.0.0.9', '::1', '10.1.2.3', '2001:db8::5', '203.0.113.7'])
      expect(isOurs(address)).toBe(true);
    for (const address of ['10.2.0.1', '2001:db9::1', '203.0.113.8', '', 'x']) expect(isOurs(address)).toBe(false);
  });
});

describe('closing', () => {
  test('lets requests that run end well, refuses nobody with an error, and does not wait for idle connections', async () => {
    const closing = await open();
    release = Promise.withResolvers();
    started = Promise.withResolvers();
    const agent = new Agent({ keepAlive: true, maxSockets: 2 });
    const get = (path: string) =>
      new Promise<{ status: number | undefined; connection: string | undefined }>((resolve, reject) => {
        httpRequest(new URL(path, closing.base), { agent }, (response) => {
          response.resume();
          response.on('end', () => resolve({ status: response.statusCode, connection: response.headers.connection }));
        })
          .on('error', reject)
          .end();
      });
    await get('/api/v1/things');
    const running = get('/api/v1/slow');
    await started.promise;

    const closed = closing.http.close();
    release.resolve();
    const answer = await running;
    const begun = performance.now();
    await closed;

    expect(answer).toEqual({ status: 200, connection: 'close' });
    expect(performance.now() - begun).toBeLessThan(1000);
    await expect(get('/api/v1/things')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    agent.destroy();
  });

  test('cuts off what has not ended when its time is over', async () => {
    const closing = await open();
    release = Promise.withResolvers();
    started = Promise.withResolvers();
    const running = ask('GET', '/api/v1/slow', { at: closing.base }).then(
      () => 'answered',
      () => 'cut off',
    );
    await started.promise;

    await closing.http.close(100);

    expect(await running).toBe('cut off');
    release.resolve();
  });
});
