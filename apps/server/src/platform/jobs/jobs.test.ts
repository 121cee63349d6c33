import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Database, openDatabase, sql } from '#platform/database';
import { createJobs, type JobContext, type JobDefinition, type Jobs } from '#platform/jobs';
import { createTelemetry } from '#platform/telemetry';
import { type TestDatabase, testDatabase } from '../../testing/database.ts';
import { eventually } from '../../testing/eventually.ts';

const FAST = { heartbeatMs: 100, deadAfterMs: 500 };

let own: TestDatabase;
let database: Database;
let jobs: Jobs;
const started: Jobs[] = [];
const logged: string[] = [];
const { log } = createTelemetry({
  level: 'info',
  role: 'test',
  destination: new Writable({
    write(chunk, _encoding, done) {
      logged.push(String(chunk));
      done();
    },
  }),
});

const start = async (definitions: Record<string, JobDefinition<never>>, concurrency = 2) => {
  const worker = createJobs(database, log, FAST);
  await worker.start(definitions, concurrency);
  started.push(worker);
  return worker;
};
const enqueue = (name: string, payload: object = {}, options: Parameters<Jobs['enqueue']>[3] = {}) =>
  database.transaction((tx) => jobs.enqueue(tx, name, payload, options));
const queued = async () =>
  (
    await sql<{ name: string; attempts: number; lastError: string | null; inFuture: boolean }>`
      select task_identifier as name, attempts, last_error as "lastError", run_at > now() as "inFuture"
      from graphile_worker.jobs order by id`.execute(database.db)
  ).rows;
const hurry = () =>
  sql`update graphile_worker._private_jobs set run_at = now() where run_at > now()`.execute(database.db);

beforeAll(async () => {
  own = await testDatabase();
  database = openDatabase({ url: own.url, poolSize: 12, statementTimeoutMs: 5000, idleTransactionTimeoutMs: 5000 });
  jobs = createJobs(database, log, FAST);
  // Two processes that start at the same time on an empty schema.
  await Promise.all([jobs.migrate(), createJobs(database, log).migrate()]);
});
beforeEach(async () => {
  logged.length = 0;
  await sql`delete from graphile_worker._private_jobs`.execute(database.db);
});
afterEach(async () => {
  for (const worker of started.splice(0)) await worker.stop(0);
});
afterAll(async () => {
  await database.close();
  await own.drop();
});

describe('a job', () => {
  test('exists exactly when the transaction that asked for it commits', async () => {
    const ran: unknown[] = [];
    await start({ note: { handle: async (payload: unknown) => void ran.push(payload) } });

    await database
      .transaction(async (tx) => {
        await jobs.enqueue(tx, 'note', { n: 1 });
        throw new Error('no');
      })
      .catch(() => {});
    await database.transaction(async (tx) => {
      await jobs.enqueue(tx, 'note', { n: 2 });
      await sql`select pg_sleep(0.1)`.execute(tx);
      expect(ran).toEqual([]);
    });
    await jobs.settle();

    expect(ran).toEqual([{ n: 2 }]);
  });

  test('that fails is tried again later, and knows which attempt it is', async () => {
    const attempts: Pick<JobContext, 'attempt' | 'lastAttempt'>[] = [];
    await start({
      flaky: {
        handle: async (_payload: unknown, { attempt, lastAttempt }) => {
          attempts.push({ attempt, lastAttempt });
          if (attempt < 3) throw new Error('not yet');
        },
      },
    });

    await enqueue('flaky', {}, { maxAttempts: 3 });
    await eventually(async () => expect(await queued()).toMatchObject([{ attempts: 1, inFuture: true }]));
    expect((await queued())[0]?.lastError).toContain('not yet');
    await eventually(async () => {
      await hurry();
      expect(attempts).toHaveLength(3);
    });
    await jobs.settle();

    expect(attempts).toEqual([
      { attempt: 1, lastAttempt: false },
      { attempt: 2, lastAttempt: false },
      { attempt: 3, lastAttempt: true },
    ]);
    expect(await queued()).toEqual([]);
  });

  test('that fails is logged by its name, without the payload: it may hold an address', async () => {
    await start({
      leaky: {
        handle: async () => {
          throw new Error('did not work');
        },
      },
    });

    await enqueue('leaky', { identifier: 'vera@people.test', nested: { to: 'vera@people.test' } }, { maxAttempts: 1 });
    await eventually(() => expect(logged.some((line) => line.includes('did not work'))).toBe(true));

    expect(logged.join('')).not.toContain('vera@people.test');
    expect(JSON.parse(logged.find((line) => line.includes('did not work')) ?? '{}')).toMatchObject({
      level: 'error',
      job: 'leaky',
      attempt: 1,
      err: { message: 'did not work' },
    });
  });

  test('with a key replaces its forerunner that has not begun; jobs of one queue run one after another', async () => {
    const ran: unknown[] = [];
    let atOnce = 0;
    let most = 0;
    await enqueue('keyed', { version: 1 }, { key: 'k', runAt: new Date(Date.now() + 60_000) });
    await enqueue('keyed', { version: 2 }, { key: 'k' });
    for (let n = 0; n < 5; n++) await enqueue('serial', { n }, { queue: 'one at a time' });

    await start(
      {
        keyed: { handle: async (payload: unknown) => void ran.push(payload) },
        serial: {
          handle: async () => {
            most = Math.max(most, ++atOnce);
            await new Promise(setImmediate);
            atOnce--;
          },
        },
      },
      4,
    );
    await jobs.settle();

    expect(ran).toEqual([{ version: 2 }]);
    expect(most).toBe(1);
  });

  test('is done by one of two workers, each by one', async () => {
    const ran: string[] = [];
    const definitions = { once: { handle: async ({ id }: { id: string }) => void ran.push(id) } };
    await start(definitions);
    await start(definitions);
    const ids = Array.from({ length: 40 }, () => randomUUID());

    await Promise.all(ids.map((id) => enqueue('once', { id })));
    await jobs.settle();

    expect(ran.toSorted()).toEqual(ids.toSorted());
  });
});

describe('a worker', () => {
  test('killed with -9 has its job taken over, also the rest of its queue', async () => {
    await enqueue('hold', { id: 1 }, { queue: 'q' });
    await enqueue('hold', { id: 2 }, { queue: 'q' });
    const child = spawn(process.execPath, [join(import.meta.dirname, 'crashing-worker.fixture.ts')], {
      env: { ...process.env, DATABASE_URL: own.url },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    child.stderr.pipe(process.stderr);
    await new Promise((resolve) => child.stdout.once('data', resolve));
    const ended = new Promise((resolve) => child.on('exit', resolve));
    child.kill('SIGKILL');
    await ended;
    const ran: { id: number; attempt: number }[] = [];

    await start({
      hold: { handle: async ({ id }: { id: number }, { attempt }) => void ran.push({ id, attempt }) },
    });
    await eventually(() => expect(ran).toHaveLength(2), 10_000);

    expect(ran).toEqual([
      { id: 1, attempt: 2 },
      { id: 2, attempt: 1 },
    ]);
    const { rows } = await sql<{ n: number }>`
      select count(*) as n from job_workers where seen_at < clock_timestamp() - interval '1 s'`.execute(database.db);
    expect(rows[0]?.n).toBe(0);
  });

  test('that is alive keeps its job, however long it takes', async () => {
    let runs = 0;
    const release = Promise.withResolvers<void>();
    const long = {
      long: {
        handle: async () => {
          runs++;
          await release.promise;
        },
      },
    };
    await start(long);
    await start(long);
    await enqueue('long');
    await eventually(() => expect(runs).toBe(1));

    // The job is older than a dead worker's would be, and several heartbeats of both workers pass.
    await sql`update graphile_worker._private_jobs set locked_at = now() - interval '1 hour'`.execute(database.db);
    const beats = async () =>
      (await sql<{ at: Date }>`select min(seen_at) as at from job_workers`.execute(database.db)).rows[0]?.at ??
      new Date(0);
    const from = await beats();
    await eventually(async () => expect((await beats()).getTime()).toBeGreaterThan(from.getTime() + 300));

    expect(runs).toBe(1);
    release.resolve();
    await jobs.settle();
    expect(runs).toBe(1);
  });

  test('goes on after the database was away just when a job ended, and when it had claimed one unheard', async () => {
    const ran: string[] = [];
    const at = new URL(own.url);
    const name = at.pathname.slice(1);
    at.pathname = '/postgres';
    const outside = openDatabase({
      url: at.href,
      poolSize: 1,
      statementTimeoutMs: 5000,
      idleTransactionTimeoutMs: 5000,
    });
    const open = (isOpen: boolean) =>
      sql`alter database ${sql.id(name)} with allow_connections ${sql.raw(String(isOpen))}`.execute(outside.db);
    const away = async () => {
      await open(false);
      await sql`select pg_terminate_backend(pid) from pg_stat_activity where datname = ${name}`.execute(outside.db);
    };
    await start({
      ends: {
        handle: async (_payload: unknown, { attempt }) => {
          if (attempt === 1) await away();
          ran.push(`ends ${attempt}`);
        },
      },
      claimed: { handle: async () => void ran.push('claimed') },
    });

    await enqueue('ends');
    await eventually(() => expect(ran).toEqual(['ends 1']));
    await eventually(() => expect(logged.join('')).toContain('a new pool of workers takes over'));
    await open(true);
    await eventually(() => expect(ran).toEqual(['ends 1', 'ends 2']), 10_000);
    await eventually(async () => expect(await queued()).toEqual([]));

    // The commit of a claim whose answer was lost: it is somebody's who does not know of it.
    await enqueue('claimed', {}, { runAt: new Date(Date.now() + 3_600_000) });
    await sql`
      update graphile_worker._private_jobs set run_at = now(), locked_at = now(), locked_by = (
        select id from job_workers where id like 'pool-%' order by seen_at desc limit 1
      )`.execute(database.db);
    const beats = logged.join('').split('heartbeat failed').length;
    await away();
    await eventually(() => expect(logged.join('').split('heartbeat failed').length).toBeGreaterThan(beats));
    await open(true);
    await eventually(() => expect(ran).toEqual(['ends 1', 'ends 2', 'claimed']), 10_000);
    await outside.close();
  });

  test('that stops lets its job end', async () => {
    let ended = false;
    const begun = Promise.withResolvers<void>();
    const release = Promise.withResolvers<void>();
    const worker = await start({
      calm: {
        handle: async () => {
          begun.resolve();
          await release.promise;
          ended = true;
        },
      },
    });
    await enqueue('calm');
    await begun.promise;

    const stopping = worker.stop(5000);
    release.resolve();
    await stopping;

    expect(ended).toBe(true);
    expect(await queued()).toEqual([]);
  });

  test('that stops tells a job that takes too long, and gives back one that does not listen', async () => {
    const begun = Promise.withResolvers<void>();
    const told = Promise.withResolvers<void>();
    const worker = await start({
      deaf: {
        handle: (_payload: unknown, { signal }) => {
          begun.resolve();
          signal.addEventListener('abort', () => told.resolve());
          return new Promise(() => {});
        },
      },
    });
    await enqueue('deaf');
    await begun.promise;

    await worker.stop(50);
    await told.promise;

    const { rows } = await sql<{ locked: boolean }>`
      select locked_at is not null as locked from graphile_worker.jobs`.execute(database.db);
    expect(rows).toEqual([{ locked: false }]);
    let ranElsewhere = false;
    await start({
      deaf: {
        handle: async () => {
          ranElsewhere = true;
        },
      },
    });
    await hurry();
    await eventually(() => expect(ranElsewhere).toBe(true));
  });

  test('does not start with a cron line that is none', async () => {
    await expect(
      createJobs(database, log, FAST).start({ wrong: { cron: '61 * * * *', handle: async () => {} } }, 1),
    ).rejects.toThrow();
  });
});
