// Durable jobs on graphile-worker, with heartbeats so that a dead worker's jobs move on within a minute.
import { EventEmitter } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import {
  Logger,
  parseCronItems,
  type Runner,
  type RunnerOptions,
  run,
  runMigrations,
  type TaskList,
  type WorkerPool,
} from 'graphile-worker';
import type { RawBuilder } from 'kysely';
import { type Database, sql, type Tx } from '#platform/database';
import { correlate, correlationId, type Log } from '#platform/telemetry';
import { freeLost, type Unheeded } from './lost.ts';

/** A worker that has not been seen for `deadAfterMs` is dead; others look every `heartbeatMs`. Milliseconds. */
export type Heartbeats = { heartbeatMs: number; deadAfterMs: number };
/** A living one may miss two beats. */
export const heartbeatsFor = (deadAfterS: number): Heartbeats => ({
  heartbeatMs: (deadAfterS * 1000) / 3,
  deadAfterMs: deadAfterS * 1000,
});
const POLL_MS = 500;
/** Between two tries to work again, when the database was away. */
const AGAIN_MS = 500;
/** After its signal a job has this long to come to its end. */
const ABORT_MS = 1000;

export type JobContext = { jobId: string; attempt: number; lastAttempt: boolean; log: Log; signal: AbortSignal };

/** Does the work of one job. It may run again after a crash at any point, so it must be safe to repeat. */
export type JobDefinition<P = unknown> = {
  handle(payload: P, context: JobContext): Promise<void>;
  /** Tries in all, with exponential back-off; 25 by default. */
  maxAttempts?: number;
  /** Runs it by itself: five cron fields, UTC. */
  cron?: string;
};

export type EnqueueOptions = {
  /** A second job with the same key replaces the first while that has not started. */
  key?: string;
  runAt?: Date;
  /** Jobs of one queue run one after another. */
  queue?: string;
  /** Lower runs first; 0 by default. */
  priority?: number;
  maxAttempts?: number;
};

export type Jobs = {
  /** Makes the job tables. Safe to repeat. */
  migrate(): Promise<void>;
  /** Adds a job in the caller's transaction: it exists exactly when that commits. */
  enqueue(tx: Tx, name: string, payload: object, options?: EnqueueOptions): Promise<void>;
  /** The call that adds a job, as a part of a statement of the caller's: for paths on which a round trip counts. */
  adding(name: string, payload: object, options?: EnqueueOptions): RawBuilder<unknown>;
  /** Starts working; `concurrency` jobs at once. */
  start(definitions: Readonly<Record<string, JobDefinition<never>>>, concurrency: number): Promise<void>;
  /** Lets running jobs end, at most `graceMs`; what is cut off runs again elsewhere. */
  stop(graceMs?: number): Promise<void>;
  /** Resolves when no job is due or running. For tests. */
  settle(): Promise<void>;
};

export const createJobs = (database: Database, log: Log, heartbeats: Heartbeats = heartbeatsFor(30)): Jobs => {
  let runner: Runner | null = null;
  let heart: NodeJS.Timeout | null = null;
  let missedBeat = false;
  let beating: Promise<void> = Promise.resolve();
  /** Names under which jobs are locked: of workers and of the pools that they share. */
  const workers = new Set<string>();
  const pools = new Set<WorkerPool>();
  /** Ids of the jobs that are worked on here. */
  const running = new Set<string>();
  let unheeded: Unheeded = new Map();
  const stopping = new AbortController();
  /** Aborted once no pool is to be opened any more. */
  const closing = new AbortController();
  let reopening: Promise<void> = Promise.resolve();

  const beat = async () => {
    await sql`
      insert into job_workers (id) select unnest(${[...workers]}::text[])
      on conflict (id) do update set seen_at = clock_timestamp()`.execute(database.db);
    // When the database was away from us it may have been from all: let the others be seen first.
    if (!missedBeat) await takeOver(database, log, heartbeats.deadAfterMs);
    missedBeat = false;
    const lost = await freeLost(database, [...workers], running, unheeded, heartbeats.deadAfterMs);
    unheeded = lost.unheeded;
    if (lost.freed.length > 0) log.warn({ jobs: lost.freed }, 'freed jobs whose claim or end was lost on its way');
  };
  const beatOrLog = () => {
    beating = beat().catch((error) => {
      missedBeat = true;
      log.error({ err: error }, 'heartbeat failed');
    });
  };

  /** graphile-worker's pool gives up when it cannot write down how a job ended; another takes its place then, beside what still runs. */
  const open = async (options: RunnerOptions): Promise<void> => {
    const events = new EventEmitter();
    events.on('worker:create', ({ worker }: { worker: { workerId: string } }) => workers.add(worker.workerId));
    events.on('pool:create', ({ workerPool }: { workerPool: WorkerPool }) => {
      workers.add(workerPool.id);
      pools.add(workerPool);
    });
    events.on('pool:gracefulShutdown', () => {
      if (closing.signal.aborted) return;
      log.warn('the database was away when a job ended: a new pool of workers takes over');
      reopening = again(options);
    });
    events.on('pool:release', ({ workerPool }: { workerPool: WorkerPool }) => pools.delete(workerPool));
    runner = await run({ ...options, events });
    runner.promise.catch((error) => log.error({ err: error }, 'a pool of workers ended'));
  };
  const again = async (options: RunnerOptions): Promise<void> => {
    while (!closing.signal.aborted) {
      try {
        return await open(options);
      } catch (error) {
        log.warn({ err: error }, 'no jobs are worked on: the database is away');
        await wait(AGAIN_MS, undefined, { signal: closing.signal }).catch(() => {}); // aborted: the loop ends
      }
    }
  };

  const adding: Jobs['adding'] = (name, payload, options = {}) => sql`
    graphile_worker.add_job(
      ${name}, ${JSON.stringify(correlated(payload))}::json,
      queue_name => ${options.queue ?? null}, run_at => ${options.runAt ?? null},
      max_attempts => ${options.maxAttempts ?? 25}, job_key => ${options.key ?? null},
      priority => ${options.priority ?? 0})`;

  return {
    adding,

    async migrate() {
      await runMigrations({ pgPool: database.pool });
    },

    async enqueue(tx, name, payload, options) {
      await sql`select ${adding(name, payload, options)}`.execute(tx);
    },

    async start(definitions, concurrency) {
      await open({
        pgPool: database.pool,
        concurrency,
        noHandleSignals: true,
        pollInterval: POLL_MS,
        logger: new Logger(() => (level, message, meta) => tellOf(log, level, message, meta)),
        taskList: taskList(definitions, log, running, stopping.signal),
        parsedCronItems: parseCronItems(
          Object.entries(definitions).flatMap(([task, { cron }]) => (cron ? [{ task, match: cron }] : [])),
        ),
        // Their outcome is written in batches that stopping waits for; unbatched, it would not be waited for at all.
        preset: { worker: { completeJobBatchDelay: 0, failJobBatchDelay: 0 } },
      });
      await beat();
      heart = setInterval(beatOrLog, heartbeats.heartbeatMs);
      heart.unref();
    },

    async stop(graceMs = 5000) {
      if (!runner || closing.signal.aborted) return;
      closing.abort();
      await reopening;
      const ending = runner;
      const abort = setTimeout(() => stopping.abort(), graceMs);
      // A job that does not heed its signal is given back by force, so that stopping always ends.
      let force: NodeJS.Timeout | undefined;
      const forced = new Promise<unknown>((resolve) => {
        force = setTimeout(
          () => resolve(Promise.all([...pools].map((pool) => pool.forcefulShutdown('the worker has to stop')))),
          graceMs + ABORT_MS,
        );
      });
      const ended = [...pools].map((pool) => pool.promise);
      await Promise.race([Promise.all([ending.stop(), ...ended]), forced]).catch((error) =>
        log.warn({ err: error }, 'jobs did not stop cleanly'),
      );
      clearTimeout(abort);
      clearTimeout(force);
      if (heart) clearInterval(heart);
      await beating;
      await sql`delete from job_workers where id = any(${[...workers]}::text[])`.execute(database.db);
    },

    async settle() {
      const isBusy = async () => {
        const { rows } = await sql<{ busy: boolean }>`
          select exists (
            select 1 from graphile_worker.jobs
            where locked_at is not null or (run_at <= now() and attempts < max_attempts)
          ) as busy`.execute(database.db);
        return rows[0]?.busy ?? false;
      };
      while (await isBusy()) await new Promise((resolve) => setTimeout(resolve, 20));
    },
  };
};

/** The member of a payload that carries the id of the request which began it. */
const CORRELATION = '_correlation';

const correlated = (payload: object): object => {
  const id = correlationId();
  return id === null ? payload : { ...payload, [CORRELATION]: id };
};

const taskList = (
  definitions: Readonly<Record<string, JobDefinition<never>>>,
  log: Log,
  running: Set<string>,
  signal: AbortSignal,
): TaskList =>
  Object.fromEntries(
    Object.entries(definitions).map(([name, definition]) => [
      name,
      async (given: unknown, helpers) => {
        const { job } = helpers;
        const { [CORRELATION]: id, ...payload } = given as Record<string, unknown>; // enqueue() takes objects only
        const work = () =>
          definition.handle(payload as never, {
            // enqueue() and the handler are written in one room, which gives the payload its type
            jobId: String(job.id),
            attempt: job.attempts,
            lastAttempt: job.attempts >= job.max_attempts,
            log: log.child({ job: name, jobId: job.id }),
            signal,
          });
        running.add(job.id);
        await correlate(typeof id === 'string' ? id : null, work).finally(() => running.delete(job.id));
      },
    ]),
  );

/** What graphile-worker says, without the payloads that it would log: they hold addresses. */
const tellOf = (log: Log, level: string, message: string, meta: Record<string, unknown> = {}) => {
  if (level !== 'error' && level !== 'warning') return;
  const { job, error } = meta as { job?: { id: string; task_identifier: string; attempts: number }; error?: unknown };
  const about = {
    ...(job ? { job: job.task_identifier, jobId: job.id, attempt: job.attempts } : {}),
    ...(error === undefined ? {} : { err: error }),
  };
  if (level === 'warning') log.warn(about, message);
  else log.error(about, job ? 'a job failed' : message);
};

/** Frees the jobs of workers that have not been seen for too long. */
const takeOver = async (database: Database, log: Log, deadAfterMs: number): Promise<void> => {
  const deadAfterS = deadAfterMs / 1000;
  const { rows } = await sql<{ id: string }>`
    select distinct locked_by as id
    from graphile_worker.jobs
    where locked_at < clock_timestamp() - make_interval(secs => ${deadAfterS})
      and not exists (
        select 1 from job_workers w
        where w.id = locked_by and w.seen_at > clock_timestamp() - make_interval(secs => ${deadAfterS})
      )`.execute(database.db);
  const dead = rows.map((row) => row.id);
  if (dead.length > 0) {
    await sql`select graphile_worker.force_unlock_workers(${dead}::text[])`.execute(database.db);
    log.warn({ workers: dead }, 'took over the jobs of workers that died');
  }
  await sql`
    delete from job_workers
    where seen_at < clock_timestamp() - make_interval(secs => ${deadAfterS})`.execute(database.db);
};
