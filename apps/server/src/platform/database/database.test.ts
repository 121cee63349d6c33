import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest';
import { type Database, migrate, openDatabase, shiftClock, sql, type Tx } from '#platform/database';
import { type TestDatabase, testDatabase } from '../../testing/database.ts';

let own: TestDatabase;
let database: Database;
const effectErrors: unknown[] = [];

beforeAll(async () => {
  own = await testDatabase();
  const url = new URL(own.url);
  url.searchParams.set('options', '-c deadlock_timeout=50ms');
  database = openDatabase({
    url: url.href,
    poolSize: 8,
    statementTimeoutMs: 10_000,
    idleTransactionTimeoutMs: 10_000,
    onEffectError: (error) => effectErrors.push(error),
  });
  await sql`create table counters (name text primary key, n integer not null)`.execute(database.db);
});
beforeEach(async () => {
  effectErrors.length = 0;
  await sql`truncate counters`.execute(database.db);
  await sql`insert into counters values ('a', 0), ('b', 0)`.execute(database.db);
});
afterAll(async () => {
  await database.close();
  await own.drop();
});

const add = (tx: Tx, name: string) => sql`update counters set n = n + 1 where name = ${name}`.execute(tx);
const read = async (name: string) =>
  (await sql<{ n: number }>`select n from counters where name = ${name}`.execute(database.db)).rows[0]?.n;

describe('transaction', () => {
  test('a deadlock is tried again, and both sides do their work once', async () => {
    let attempts = 0;
    const bothHoldOne = Promise.withResolvers<void>();
    let holding = 0;
    const crossing = (first: string, second: string) =>
      database.transaction(async (tx) => {
        attempts++;
        await add(tx, first);
        if (++holding === 2) bothHoldOne.resolve();
        await bothHoldOne.promise;
        await add(tx, second);
      });

    await Promise.all([crossing('a', 'b'), crossing('b', 'a')]);

    expect([await read('a'), await read('b')]).toEqual([2, 2]);
    expect(attempts).toBe(3);
  });

  test('any other error rolls back, is thrown on, and is not tried again', async () => {
    let attempts = 0;

    const outcome = database.transaction(async (tx) => {
      attempts++;
      await add(tx, 'a');
      throw new Error('no');
    });

    await expect(outcome).rejects.toThrow('no');
    expect(attempts).toBe(1);
    expect(await read('a')).toBe(0);
  });

  test('a statement that takes too long is an error, not a hang, and its connection goes on working', async () => {
    const hasty = openDatabase({
      url: own.url,
      poolSize: 1,
      statementTimeoutMs: 200,
      idleTransactionTimeoutMs: 10_000,
    });

    const outcome = hasty.transaction((tx) => sql`select pg_sleep(20)`.execute(tx));

    await expect(outcome).rejects.toMatchObject({ code: '57014' });
    const { rows } = await sql<{ n: number }>`select 1 as n`.execute(hasty.db);
    expect(rows).toEqual([{ n: 1 }]);
    await hasty.close();
  });

  test('a connection that the server ends in the middle of a transaction is an error for that one alone', async () => {
    const outcome = database.transaction(async (tx) => {
      const { rows } = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(tx);
      await sql`select pg_terminate_backend(${rows[0]?.pid})`.execute(database.db);
      await add(tx, 'a');
    });

    await expect(outcome).rejects.toThrow();
    expect(await read('a')).toBe(0);
  });
});

describe('afterCommit', () => {
  test('runs once after the commit, in order, and sees it committed', async () => {
    const order: string[] = [];

    await database.transaction(async (tx) => {
      database.afterCommit(tx, () => order.push('first'));
      database.afterCommit(tx, () => order.push('second'));
      await add(tx, 'a');
      order.push('end of work');
    });

    expect(order).toEqual(['end of work', 'first', 'second']);
  });

  test('does not run when the transaction rolls back, nor when its commit is refused', async () => {
    await sql`create table if not exists deferred_targets (n integer primary key)`.execute(database.db);
    await sql`
      create table if not exists deferred (
        n integer references deferred_targets deferrable initially deferred
      )`.execute(database.db);
    const ran: string[] = [];

    const thrown = database.transaction(async (tx) => {
      database.afterCommit(tx, () => ran.push('thrown'));
      throw new Error('no');
    });
    const refused = database.transaction(async (tx) => {
      database.afterCommit(tx, () => ran.push('refused'));
      await sql`insert into deferred values (1)`.execute(tx);
    });

    await Promise.all([expect(thrown).rejects.toThrow('no'), expect(refused).rejects.toMatchObject({ code: '23503' })]);
    expect(ran).toEqual([]);
  });

  test('an effect that throws is reported; the committed work stands and the other effects run', async () => {
    const ran: string[] = [];

    const result = await database.transaction(async (tx) => {
      database.afterCommit(tx, () => {
        throw new Error('broken effect');
      });
      database.afterCommit(tx, () => ran.push('after it'));
      await add(tx, 'a');
      return 'committed';
    });

    expect(result).toBe('committed');
    expect(await read('a')).toBe(1);
    expect(ran).toEqual(['after it']);
    expect(effectErrors).toHaveLength(1);
  });

  test('effects of an attempt that deadlocked are forgotten with it', async () => {
    const ran: number[] = [];
    const bothHoldOne = Promise.withResolvers<void>();
    let holding = 0;
    const crossing = (first: string, second: string) =>
      database.transaction(async (tx) => {
        const attempt = ++holding;
        database.afterCommit(tx, () => ran.push(attempt));
        await add(tx, first);
        if (holding === 2) bothHoldOne.resolve();
        await bothHoldOne.promise;
        await add(tx, second);
      });

    await Promise.all([crossing('a', 'b'), crossing('b', 'a')]);

    expect(ran).toHaveLength(2);
  });
});

test('the clock is the database’s, moved by its shift, for decisions and for expiries alike', async () => {
  const before = await database.now(database.db);

  await shiftClock(database, 3_600_000);
  const after = await database.now(database.db);
  const { rows } = await sql<{ at: Date }>`select app_now() as at`.execute(database.db);

  expect(after.getTime() - before.getTime()).toBeGreaterThanOrEqual(3_600_000);
  expect(after.getTime() - before.getTime()).toBeLessThan(3_610_000);
  expect(Math.abs(database.clock().getTime() - after.getTime())).toBeLessThan(2000);
  expect((rows[0]?.at.getTime() ?? 0) - after.getTime()).toBeLessThan(2000);
  await shiftClock(database, -3_600_000);
});

test('bigint comes as a number, and as an error where a number could not hold it', async () => {
  const { rows } = await sql<{ n: number }>`select 9007199254740991::bigint as n`.execute(database.db);

  expect(rows[0]?.n).toBe(Number.MAX_SAFE_INTEGER);
  await expect(sql`select 9007199254740993::bigint as n`.execute(database.db)).rejects.toThrow(RangeError);
});

describe('migrate', () => {
  const emptyDatabase = async () => {
    const url = new URL(inject('postgresUrl'));
    const name = `empty_${randomUUID().replaceAll('-', '')}`;
    const admin = new pg.Client(Object.assign(new URL(url), { pathname: '/postgres' }).href);
    await admin.connect();
    await admin.query(`create database ${name}`);
    url.pathname = `/${name}`;
    return {
      url: url.href,
      async drop() {
        await admin.query(`drop database ${name} with (force)`);
        await admin.end();
      },
    };
  };

  test('two runners at once: each name is applied once, and both end well', async () => {
    const empty = await emptyDatabase();
    const open = () =>
      openDatabase({ url: empty.url, poolSize: 2, statementTimeoutMs: 1000, idleTransactionTimeoutMs: 1000 });
    const runners = [open(), open()];

    const applied = await Promise.all(runners.map((runner) => migrate(runner.db)));
    const again = await migrate(database.db);

    for (const runner of runners) await runner.close();
    await empty.drop();
    expect(applied.flat()).toHaveLength(new Set(applied.flat()).size);
    expect(applied.flat()).toContain('202611210900_database_clock');
    expect(applied.some((names) => names.length === 0)).toBe(true);
    expect(again).toEqual([]);
  });

  test('a runner waits for another longer than a request may take, and gives its connection back as it was', async () => {
    // The lock of Kysely's migrator, held by hand as a slow first runner would.
    const slow = new pg.Client(own.url);
    await slow.connect();
    await slow.query('select pg_advisory_lock(3853314791062309107)');
    const waiting = openDatabase({
      url: own.url,
      poolSize: 1,
      statementTimeoutMs: 200,
      idleTransactionTimeoutMs: 200,
    });

    const outcome = migrate(waiting.db);
    await slow.query('select pg_sleep(0.6)');
    await slow.query('select pg_advisory_unlock(3853314791062309107)');

    expect(await outcome).toEqual([]);
    await expect(sql`select pg_sleep(5)`.execute(waiting.db)).rejects.toMatchObject({ code: '57014' });
    await waiting.close();
    await slow.end();
  });
});
