// Durable jobs on graphile-worker, with heartbeats so that a dead worker's jobs move on within a minute.
import { EventEmitter } from 'node:events';
import { Logger, parseCronItems, type Runner, run, runMigrations, type TaskList } from 'graphile-worker';
import { type Database, sql, type Tx } from '#platform/database';
import type { Log } from '#platform/telemetry';

const HEARTBEAT_MS = 10_000;
const DEAD_AFTER_S = 30;

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
  /** Starts working; `concurrency` jobs at once. */
  start(definitions: Readonly<Record<string, JobDefinition<never>>>, concurrency: number): Promise<void>;
  /** Lets running jobs end, at most `graceMs`; what is cut off runs again elsewhere. */
  stop(graceMs?: number): Promise<void>;
  /** Resolves when no job is due or running. For tests. */
  settle(): Promise<void>;
};

export const createJobs = (database: Database, log: Log): Jobs => {
  let runner: Runner | null = null;
  let heart: NodeJS.Timeout | null = null;
  const workers = new Set<string>();
  const stopping = new AbortController();

  const beat = async () => {
    await sql`
      insert into job_workers (id) select unnest(${[...workers]}::text[])
      on conflict (id) do update set seen_at = clock_timestamp()`.execute(database.db);
    await takeOver(database, log);
  };

  return {
    async migrate() {
      await runMigrations({ pgPool: database.pool });
    },

    async enqueue(tx, name, payload, options = {}) {
      await sql`
        select graphile_worker.add_job(
          ${name}, ${JSON.stringify(payload)}::json,
          queue_name => ${options.queue ?? null}, run_at => ${options.runAt ?? null},
          max_attempts => ${options.maxAttempts ?? 25}, job_key => ${options.key ?? null},
          priority => ${options.priority ?? 0})`.execute(tx);
    },

    async start(definitions, concurrency) {
      runner = await run({
        pgPool: database.pool,
        concurrency,
        noHandleSignals: true,
        pollInterval: 500,
        logger: new Logger(() => (level, message, meta) => {
          if (level === 'error') log.error({ meta }, message);
          else if (level === 'warning') log.warn(message);
        }),
        taskList: taskList(definitions, log, stopping.signal),
        parsedCronItems: parseCronItems(
          Object.entries(definitions).flatMap(([task, { cron }]) => (cron ? [{ task, match: cron }] : [])),
        ),
        events: observeWorkers(workers),
      });
      await beat();
      heart = setInterval(() => beat().catch((error) => log.error({ err: error }, 'heartbeat failed')), HEARTBEAT_MS);
      heart.unref();
    },

    async stop(graceMs = 5000) {
      if (heart) clearInterval(heart);
      if (!runner) return;
      const deadline = setTimeout(() => stopping.abort(), graceMs);
      await runner.stop().catch((error) => log.warn({ err: error }, 'jobs did not stop cleanly'));
      clearTimeout(deadline);
      runner = null;
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

const taskList = (
  definitions: Readonly<Record<string, JobDefinition<never>>>,
  log: Log,
  signal: AbortSignal,
): TaskList =>
  Object.fromEntries(
    Object.entries(definitions).map(([name, definition]) => [
      name,
      async (payload: unknown, helpers) => {
        const { job } = helpers;
        await definition.handle(payload as never, {
          // enqueue() and the handler are written in one room, which gives the payload its type
          jobId: String(job.id),
          attempt: job.attempts,
          lastAttempt: job.attempts >= job.max_attempts,
          log: log.child({ job: name, jobId: job.id }),
          signal,
        });
      },
    ]),
  );

/** Frees the jobs of workers that have not been seen for 30 s. */
const takeOver = async (database: Database, log: Log): Promise<void> => {
  const { rows } = await sql<{ id: string }>`
    select distinct locked_by as id
    from graphile_worker.jobs
    where locked_at < clock_timestamp() - make_interval(secs => ${DEAD_AFTER_S})
      and not exists (
        select 1 from job_workers w
        where w.id = locked_by and w.seen_at > clock_timestamp() - make_interval(secs => ${DEAD_AFTER_S})
      )`.execute(database.db);
  if (rows.length === 0) return;
  const dead = rows.map((row) => row.id);
  await sql`select graphile_worker.force_unlock_workers(${dead}::text[])`.execute(database.db);
  await sql`delete from job_workers where id = any(${dead}::text[])`.execute(database.db);
  log.warn({ workers: dead }, 'took over the jobs of workers that died');
};

const observeWorkers = (workers: Set<string>) => {
  const emitter = new EventEmitter();
  emitter.on('worker:create', ({ worker }: { worker: { workerId: string } }) => workers.add(worker.workerId));
  emitter.on('pool:create', ({ workerPool }: { workerPool: { id?: string } }) => {
    if (workerPool.id) workers.add(workerPool.id);
  });
  return emitter;
};
