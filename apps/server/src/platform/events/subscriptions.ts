// One subscriber's way through the log. Its effects and its cursor commit together; the cursor's row lock keeps two
// processes from working for one subscriber at the same time.
import type { EventType } from '@videowindow/contract';
import { type Database, sql, type Tx } from '#platform/database';
import { correlate } from '#platform/telemetry';
import type { DomainEvent, Subscriber } from './index.ts';

const BATCH = 200;
const MAX_FAILURES = 10;
const MAX_BACKOFF_S = 60;

/** Where a batch began and how many events it took; filled in while it runs, so that a failure knows it. */
type Batch = { limit: number; after: number };

/** Makes the cursor of a new subscriber: it begins with the oldest event that is kept. */
export const ensureCursor = async (database: Database, subscriber: Subscriber): Promise<void> => {
  await sql`
    insert into event_cursors (subscriber, position) values (${subscriber.name}, 0)
    on conflict do nothing`.execute(database.db);
};

/**
 * Handles events up to `horizon()` until there are none left.
 * @returns 'done', or 'busy' when another process is at it or its back-off has not ended.
 * @throws the handler's error, after it was noted: asked again, the same event is tried first and alone.
 */
export const catchUp = async (
  database: Database,
  subscriber: Subscriber,
  horizon: () => number,
  stopped: () => boolean,
): Promise<'done' | 'busy'> => {
  for (let limit = BATCH; !stopped(); ) {
    const upTo = horizon();
    const batch: Batch = { limit, after: 0 };
    try {
      const step = await database.transaction((tx) => handleBatch(tx, subscriber, upTo, batch));
      if (step !== 'more') return step;
      limit = Math.min(BATCH, batch.limit * 2);
    } catch (error) {
      if (batch.limit === 1) {
        await noteFailure(database, subscriber, batch.after, upTo, error);
        throw error;
      }
      limit = 1; // one by one, so that those before the failing event are not held up by it
    }
  }
  return 'busy';
};

const handleBatch = async (
  tx: Tx,
  subscriber: Subscriber,
  upTo: number,
  batch: Batch,
): Promise<'more' | 'done' | 'busy'> => {
  const cursor = await sql<{ position: number; failures: number; waiting: boolean }>`
    select position, failures, retry_at > clock_timestamp() as waiting
    from event_cursors
    where subscriber = ${subscriber.name}
    for update skip locked`.execute(tx);
  const row = cursor.rows[0];
  if (!row || row.waiting) return 'busy';
  if (row.failures > 0) batch.limit = 1;
  batch.after = row.position;
  const { rows } = await sql<DomainEvent & { correlation: string | null }>`
    select position, id, type, aggregate, at, payload, correlation
    from outbox
    where type = any(${Object.keys(subscriber.on)}) and position > ${row.position} and position <= ${upTo}
    order by position
    limit ${batch.limit}`.execute(tx);
  for (const { correlation, ...event } of rows) {
    // The handler found under an event's type takes that event.
    const handle = subscriber.on[event.type as EventType] as
      | ((tx: Tx, event: DomainEvent) => Promise<void>)
      | undefined;
    await correlate(correlation, async () => await handle?.(tx, event));
  }
  const isLast = rows.length < batch.limit;
  const reached = isLast ? upTo : (rows.at(-1)?.position ?? upTo);
  await sql`
    update event_cursors set position = greatest(position, ${reached}), failures = 0, retry_at = '-infinity'
    where subscriber = ${subscriber.name}`.execute(tx);
  return isLast ? 'done' : 'more';
};

/** Counts a failure of the first event after `after`, unless another process has moved on; buries it at the tenth. */
const noteFailure = async (
  database: Database,
  subscriber: Subscriber,
  after: number,
  upTo: number,
  error: unknown,
): Promise<void> => {
  await database.transaction(async (tx) => {
    const { rows } = await sql<{ failures: number }>`
      update event_cursors
      set failures = failures + 1,
          retry_at = clock_timestamp() + make_interval(secs => least(${MAX_BACKOFF_S}::float8, 0.1 * power(2, failures)))
      where subscriber = ${subscriber.name} and position = ${after}
      returning failures`.execute(tx);
    const failures = rows[0]?.failures ?? 0;
    if (failures < MAX_FAILURES) return;
    await sql`
      with poisoned as (
        select position, type, payload
        from outbox
        where type = any(${Object.keys(subscriber.on)}) and position > ${after} and position <= ${upTo}
        order by position
        limit 1
      ), buried as (
        insert into event_dead_letters (subscriber, position, type, payload, error)
        select ${subscriber.name}, position, type, payload, ${String(error)} from poisoned
        on conflict (subscriber, position) do update set error = excluded.error, at = excluded.at
        returning position
      )
      update event_cursors
      set position = buried.position, failures = 0, retry_at = '-infinity'
      from buried
      where subscriber = ${subscriber.name}`.execute(tx);
  });
};
