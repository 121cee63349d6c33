// Jobs that the database holds for this process, and that nobody in it is at.
import { type Database, sql } from '#platform/database';

/** Since when a claim was seen that nobody is at, in milliseconds of `performance.now()`, by the job and the time of its claim. */
export type Unheeded = ReadonlyMap<string, number>;

/**
 * Frees jobs that are locked by `names` and that for `deadAfterMs` have not been among the `running`: the answer to their claim was
 * lost on its way, or the word that they are done. graphile-worker can free all jobs of a name; those that run would be done twice.
 * @returns what is seen now, for the next look, and the ids of those that were freed
 */
export const freeLost = async (
  { db }: Database,
  names: readonly string[],
  running: ReadonlySet<string>,
  before: Unheeded,
  deadAfterMs: number,
): Promise<{ unheeded: Unheeded; freed: string[] }> => {
  const { rows } = await sql<{ id: string; at: string }>`
    select id::text, locked_at::text as at from graphile_worker.jobs where locked_by = any(${names}::text[])`.execute(
    db,
  );
  const now = performance.now();
  const seen = rows
    .filter(({ id }) => !running.has(id))
    .map(({ id, at }) => ({ id, at, since: before.get(`${id} ${at}`) ?? now }));
  const unheeded = new Map(seen.map(({ id, at, since }) => [`${id} ${at}`, since]));
  const lost = seen.filter(({ since }) => now - since >= deadAfterMs);
  if (lost.length === 0) return { unheeded, freed: [] };
  const freed = await sql<{ id: string }>`
    with freed as (
      update graphile_worker._private_jobs jobs set locked_by = null, locked_at = null
      from jsonb_to_recordset(${JSON.stringify(lost)}) as lost (id bigint, at timestamptz)
      where jobs.id = lost.id and jobs.locked_at = lost.at and locked_by = any(${names}::text[])
      returning jobs.id, job_queue_id
    ), queues as (
      update graphile_worker._private_job_queues queues set locked_by = null, locked_at = null
      from freed where queues.id = freed.job_queue_id and queues.locked_by = any(${names}::text[])
    )
    select id::text from freed`.execute(db);
  return { unheeded, freed: freed.rows.map(({ id }) => id) };
};
