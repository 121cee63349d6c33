// Jobs out of a backup into the queue of this program, whichever version of graphile-worker wrote them: its tables are
// another project's and change, so they are read beside and each job is added anew by its own function.
import type { PoolClient as Client } from 'pg';
import { BackupError, type Manifest } from './manifest.ts';

type Table = Manifest['tables'][number];

export const QUEUE_SCHEMA = 'graphile_worker';

/** What is read of its tables; other columns are passed over. */
const NEEDED: Readonly<Record<string, readonly string[]>> = {
  _private_tasks: ['id', 'identifier'],
  _private_job_queues: ['id', 'queue_name'],
  _private_jobs: [
    ...[
      'id',
      'task_id',
      'job_queue_id',
      'payload',
      'priority',
      'run_at',
      'attempts',
      'max_attempts',
      'key',
      'locked_at',
    ],
  ],
};

/** @throws BackupError when the queue is kept in a way that this program does not know */
export const assertKnownQueue = ({ queue, tables }: Manifest): void => {
  for (const [name, columns] of Object.entries(NEEDED)) {
    const table = tables.find((one) => one.schema === QUEUE_SCHEMA && one.name === name);
    if (table && columns.every((column) => table.columns.includes(column))) continue;
    throw new BackupError(
      `The job queue of this backup (version ${queue}) is kept in another way than this program knows: restore with the program that made the backup, then upgrade.`,
    );
  }
};

/**
 * Adds every job that still had tries, with those that it had; one that ran then runs again. What had used up its tries,
 * and what the queue remembers of cron's past, stays behind.
 */
export const loadJobs = async (
  client: Client,
  { tables }: Manifest,
  load: (table: Table, into: string) => Promise<void>,
): Promise<void> => {
  for (const name of Object.keys(NEEDED)) {
    const table = tables.find((one) => one.schema === QUEUE_SCHEMA && one.name === name);
    if (table === undefined) throw new Error(`${name} was looked for before`);
    const columns = table.columns.map((column) => `"${column}" text`).join(', ');
    await client.query(`create temporary table backup${name} (${columns}) on commit drop`);
    await load(table, `pg_temp.backup${name}`);
  }
  await client.query(`
    with jobs as (
      select t.identifier, j.payload, q.queue_name, j.run_at, j.key, j.priority, j.max_attempts::int as most,
             j.max_attempts::int - j.attempts::int + (j.locked_at is not null)::int as left
      from pg_temp.backup_private_jobs j
      join pg_temp.backup_private_tasks t on t.id = j.task_id
      left join pg_temp.backup_private_job_queues q on q.id = j.job_queue_id
      order by j.id::bigint)
    select graphile_worker.add_job(
      identifier, payload::json, queue_name => queue_name, run_at => run_at::timestamptz,
      max_attempts => least(most, "left"), job_key => key, priority => priority::int)
    from jobs
    where "left" > 0`);
};
