// What the HTTP layer takes and what it answers, whatever room it is for.
import { randomUUID } from 'node:crypto';
import { DomainError } from '@videowindow/contract';
import { describe, expect, test } from 'vitest';
import { decodeCursor, encodeCursor } from '#platform/http';
import { ALICE, as, expectProblem, useServer } from './server.fixture.ts';

const server = useServer();
const { ask, logged, postThing, raw } = server;

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

  test('a cursor comes back as it was server.made(), and a number in it is one that the database can hold', () => {
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
        `GET ${path} HTTP/1.1\r\nHost: ${server.base().host}\r\nAccept: text/html\r\nConnection: close\r\n\r\n`,
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
    const answer = await fetch(new URL('/api/v1/sheet', server.base()));

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
