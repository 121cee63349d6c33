import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Database, openDatabase, shiftClock, sql, type Tx } from '#platform/database';
import { createTimers, type TimerHandlers } from '#platform/jobs';
import { createTelemetry } from '#platform/telemetry';
import { type TestDatabase, testDatabase } from '../../testing/database.ts';
import { eventually } from '../../testing/eventually.ts';

const { log } = createTelemetry({ level: 'silent', role: 'test' });
const PAST = new Date(Date.now() - 60_000);
const FUTURE = new Date(Date.now() + 3_600_000);

let own: TestDatabase;
let database: Database;
const timers = () => createTimers(database, log);

beforeAll(async () => {
  own = await testDatabase();
  database = openDatabase({ url: own.url, poolSize: 20, statementTimeoutMs: 5000, idleTransactionTimeoutMs: 5000 });
  await sql`create table lots (id uuid primary key, due_at timestamptz, closed integer not null default 0)`.execute(
    database.db,
  );
});
beforeEach(async () => {
  await sql`truncate timers, lots`.execute(database.db);
});
afterAll(async () => {
  await database.close();
  await own.drop();
});

const set = (subject: string, dueAt: Date, kind = 'close') =>
  database.transaction((tx) => timers().set(tx, kind, subject, dueAt));
const recorder = (fired: string[]): TimerHandlers => ({ close: async (_tx, subject) => void fired.push(subject) });
const rows = async () =>
  (
    await sql<{ subject: string; failures: number; waitS: number }>`
      select subject, failures, extract(epoch from greatest(due_at, claimed_until) - app_now())::float8 as "waitS"
      from timers`.execute(database.db)
  ).rows;

describe('a timer', () => {
  test('fires once when its time has come, not before', async () => {
    const fired: string[] = [];
    const [due, later] = [randomUUID(), randomUUID()];
    await set(due, PAST);
    await set(later, FUTURE);

    expect(await timers().runDue(recorder(fired))).toBe(1);
    expect(await timers().runDue(recorder(fired))).toBe(0);

    expect(fired).toEqual([due]);
    expect(await rows()).toMatchObject([{ subject: later }]);
  });

  test('goes by the clock of everything, which tests move', async () => {
    const fired: string[] = [];
    const subject = randomUUID();
    await set(subject, FUTURE);

    await shiftClock(database, 3_700_000);
    await timers().runDue(recorder(fired));
    await shiftClock(database, -3_700_000);

    expect(fired).toEqual([subject]);
  });

  test('that is set again is moved; one that is cleared is gone', async () => {
    const fired: string[] = [];
    const [moved, cleared] = [randomUUID(), randomUUID()];
    await set(moved, FUTURE);
    await set(moved, PAST);
    await set(cleared, PAST);
    await database.transaction((tx) => timers().clear(tx, 'close', cleared));

    await timers().runDue(recorder(fired));

    expect(fired).toEqual([moved]);
    expect(await rows()).toEqual([]);
  });

  test('exists exactly when its transaction commits', async () => {
    await database
      .transaction(async (tx) => {
        await timers().set(tx, 'close', randomUUID(), PAST);
        throw new Error('no');
      })
      .catch(() => {});

    expect(await rows()).toEqual([]);
  });

  test('that its own handler sets again stays, also when the handler cleared it first', async () => {
    const [moved, cleared] = [randomUUID(), randomUUID()];
    await set(moved, PAST, 'extend');
    await set(cleared, PAST, 'replace');
    const own = timers();

    await own.runDue({
      extend: (tx, subject) => own.set(tx, 'extend', subject, FUTURE),
      replace: async (tx, subject) => {
        await own.clear(tx, 'replace', subject);
        await own.set(tx, 'replace', subject, FUTURE);
      },
    });

    expect((await rows()).map((row) => row.subject).toSorted()).toEqual([moved, cleared].toSorted());
  });

  test('that a command replaces while it waits to fire is not ended by the late firing', async () => {
    const subject = randomUUID();
    await sql`insert into lots (id) values (${subject})`.execute(database.db);
    await set(subject, PAST);
    const own = timers();
    const waiting = Promise.withResolvers<void>();
    const release = Promise.withResolvers<void>();
    const command = database.transaction(async (tx) => {
      await sql`select 1 from lots where id = ${subject} for update`.execute(tx);
      await waiting.promise;
      await own.clear(tx, 'close', subject);
      await own.set(tx, 'close', subject, FUTURE);
      await release.promise;
    });

    const firing = own.runDue({
      close: async (tx) => {
        waiting.resolve();
        await sql`select 1 from lots where id = ${subject} for update`.execute(tx);
      },
    });
    release.resolve();
    await Promise.all([command, firing]);

    expect(await rows()).toMatchObject([{ subject, failures: 0 }]);
  });

  test('of a kind that nobody here handles is left to others', async () => {
    await set(randomUUID(), PAST, 'foreign');

    expect(await timers().runDue(recorder([]))).toBe(0);
    expect(await rows()).toHaveLength(1);
  });
});

describe('a handler that fails', () => {
  test('is rolled back and tried again with growing pauses, however often it failed', async () => {
    const subject = randomUUID();
    await sql`insert into lots (id) values (${subject})`.execute(database.db);
    await set(subject, PAST);
    const failing: TimerHandlers = {
      close: async (tx) => {
        await sql`update lots set closed = closed + 1 where id = ${subject}`.execute(tx);
        throw new Error('not now');
      },
    };

    const pauses: number[] = [];
    for (const failures of [0, 1, 5, 5000]) {
      await sql`update timers set failures = ${failures}, claimed_until = '-infinity'`.execute(database.db);
      expect(await timers().runDue(failing)).toBe(1);
      pauses.push(Math.round((await rows())[0]?.waitS ?? 0));
    }

    expect(pauses).toEqual([1, 2, 32, 256]);
    expect((await sql<{ closed: number }>`select closed from lots`.execute(database.db)).rows).toEqual([{ closed: 0 }]);
    expect((await rows())[0]?.failures).toBe(5001);
  });

  test('holds up no other timer', async () => {
    const [bad, good] = [randomUUID(), randomUUID()];
    await set(bad, new Date(0));
    await set(good, PAST);
    const fired: string[] = [];

    await timers().runDue({
      close: async (_tx, subject) => {
        if (subject === bad) throw new Error('bad');
        fired.push(subject);
      },
    });

    expect(fired).toEqual([good]);
  });
});

describe('two runners', () => {
  test('never take the same timer at the same time, and leave none', async () => {
    const subjects = Array.from({ length: 250 }, () => randomUUID());
    for (const subject of subjects) await set(subject, PAST);
    const fired: string[] = [];

    await Promise.all([timers(), timers(), timers()].map((each) => each.runDue(recorder(fired))));

    expect(fired.toSorted()).toEqual(subjects.toSorted());
    expect(await rows()).toEqual([]);
  });

  test('take over what a dead one had claimed, once its lease is over', async () => {
    const subject = randomUUID();
    await set(subject, PAST);
    await sql`update timers set claimed_until = app_now() + interval '30 s'`.execute(database.db);
    const fired: string[] = [];

    expect(await timers().runDue(recorder(fired))).toBe(0);
    await sql`update timers set claimed_until = app_now() - interval '1 ms'`.execute(database.db);
    expect(await timers().runDue(recorder(fired))).toBe(1);

    expect(fired).toEqual([subject]);
  });

  test('beside commands that lock the thing and move its timer: no deadlock, nothing closes early or twice', async () => {
    const subjects = Array.from({ length: 12 }, () => randomUUID());
    const own = timers();
    const dueIn = async (tx: Tx, subject: string, ms: number) => {
      const at = new Date((await database.now(tx)).getTime() + ms);
      await sql`update lots set due_at = ${at} where id = ${subject}`.execute(tx);
      await own.set(tx, 'close', subject, at);
    };
    for (const subject of subjects) {
      await sql`insert into lots (id) values (${subject})`.execute(database.db);
      await database.transaction((tx) => dueIn(tx, subject, 5));
    }
    const deadlocks = async () =>
      (
        await sql<{ n: number }>`
          select deadlocks as n from pg_stat_database where datname = current_database()`.execute(database.db)
      ).rows[0]?.n;
    const before = await deadlocks();
    const early: string[] = [];
    const handlers: TimerHandlers = {
      close: async (tx, subject) => {
        const { rows: found } = await sql<{ due: boolean; closed: number }>`
          select due_at <= app_now() as due, closed from lots where id = ${subject} for update`.execute(tx);
        if (!found[0]?.due) return void early.push(subject);
        await sql`update lots set closed = closed + 1 where id = ${subject} and closed = 0`.execute(tx);
      },
    };
    const runners = [timers(), timers()];
    for (const runner of runners) runner.start(handlers, 4);

    // Late bids: each locks its lot and, when it is still open, moves the end by a little.
    await Promise.all(
      Array.from({ length: 400 }, (_, i) =>
        database.transaction(async (tx) => {
          const subject = subjects[i % subjects.length] ?? '';
          const { rows: found } = await sql<{ closed: number }>`
            select closed from lots where id = ${subject} for update`.execute(tx);
          if (found[0]?.closed === 0) await dueIn(tx, subject, i % 7);
        }),
      ),
    );
    await eventually(async () => expect(await rows()).toEqual([]), 10_000);
    for (const runner of runners) await runner.stop();

    const { rows: lots } = await sql<{ closed: number }>`select closed from lots`.execute(database.db);
    expect(lots.map((lot) => lot.closed)).toEqual(subjects.map(() => 1));
    expect(await deadlocks()).toBe(before);
  });
});

test('runDue waits for what the running loop has taken', async () => {
  const own = timers();
  const inside = Promise.withResolvers<void>();
  const release = Promise.withResolvers<void>();
  let done = false;
  const handlers: TimerHandlers = {
    close: async () => {
      inside.resolve();
      await release.promise;
      done = true;
    },
  };
  await set(randomUUID(), PAST);
  own.start(handlers);
  await inside.promise;

  const settled = own.runDue(handlers);
  release.resolve();
  await settled;

  expect(done).toBe(true);
  await own.stop();
});
