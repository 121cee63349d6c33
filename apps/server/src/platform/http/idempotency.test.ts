// A change that is sent again is done once.
import { randomUUID } from 'node:crypto';
import { DomainError } from '@videowindow/contract';
import { describe, expect, test } from 'vitest';
import { sql } from '#platform/database';
import { ALICE, as, BOB, expectProblem, useServer } from './server.fixture.ts';

const server = useServer();
const { ask, postThing } = server;

describe('idempotency keys', () => {
  const body = { name: 'bowl', size: 1 };
  const withKey = (key: string, sent: unknown = body, person = ALICE) =>
    postThing(sent, { 'idempotency-key': key, 'x-person': person });

  test('a repeat gets the first answer with its status, and the work is done once', async () => {
    const key = randomUUID();
    const before = server.made();

    const [first, second] = [await withKey(key), await withKey(key)];

    expect(first.status).toBe(201);
    expect(second.status).toBe(201);
    expect(second.body).toBe(first.body);
    expect(server.made()).toBe(before + 1);
  });

  test('the same key with another body is refused; for another person it is another key', async () => {
    const key = randomUUID();
    await withKey(key);

    expectProblem(await withKey(key, { ...body, size: 2 }), 'idempotency_key_reused');
    expect((await withKey(key, { ...body, size: 2 }, BOB)).status).toBe(201);
  });

  test('of many at once one does the work; the others wait or get its answer', async () => {
    const key = randomUUID();
    const before = server.made();
    const gate = Promise.withResolvers<void>();
    server.behave(() => gate.promise);

    const asked = Array.from({ length: 8 }, () => withKey(key));
    const early = await Promise.race(asked);
    gate.resolve();
    const answers = await Promise.all(asked);
    server.behave(() => {});

    expectProblem(early, 'idempotency_in_flight');
    expect(early.headers.get('retry-after')).toBe('1');
    expect(server.made()).toBe(before + 1);
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
    server.behave(() => {
      throw new DomainError('listing_locked');
    });
    expectProblem(await withKey(key), 'listing_locked');
    server.behave(() => {});

    expect((await withKey(key)).status).toBe(201);
  });

  test('a request that bad input stopped leaves its key free', async () => {
    const key = randomUUID();
    expectProblem(await withKey(key, { ...body, size: 'x' }), 'validation_failed', 'size');

    expect((await withKey(key)).status).toBe(201);
  });

  test('an error of ours leaves the key leased, as a crash does; after the lease a repeat takes it over', async () => {
    const key = randomUUID();
    server.behave(() => {
      throw new Error('crash');
    });
    expectProblem(await withKey(key), 'internal');
    server.behave(() => {});

    expectProblem(await withKey(key), 'idempotency_in_flight');
    await sql`
      update idempotency_keys set lease_until = clock_timestamp() - interval '1 s' where key = ${key}`.execute(
      server.database().db,
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
      server.database().db,
    );

    await server.http().sweepIdempotencyKeys();

    const { rows } = await sql<{ key: string }>`
      select key from idempotency_keys where key = any(${[old, young]})`.execute(server.database().db);
    expect(rows).toEqual([{ key: young }]);
  });
});
