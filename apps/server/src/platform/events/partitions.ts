// The outbox is kept in daily partitions: made a week ahead, dropped when old and read by everybody.
import { type Database, sql } from '#platform/database';

const DAYS_AHEAD = 7;
const DAYS_KEPT = 30;
/** Dropping a partition stops the whole log for a moment: better to try again tomorrow than to make everybody queue. */
const LOCK_TIMEOUT_MS = 1000;

/**
 * Makes the partitions of the coming days. Safe to repeat and with two runners. Each is made beside the log and then
 * attached, which does not hold up those who write to it.
 */
export const makePartitions = async (database: Database): Promise<void> => {
  await database.transaction(async (tx) => {
    await sql`select pg_advisory_xact_lock(hashtextextended('outbox partitions', 0))`.execute(tx);
    await sql`
      do $$
      declare
        first date;
        name text;
      begin
        for day in 1..${sql.lit(DAYS_AHEAD)} loop
          first := (now() at time zone 'UTC')::date + day;
          name := 'outbox_' || to_char(first, 'YYYYMMDD');
          continue when to_regclass(name) is not null;
          execute format('create table %I (like outbox including defaults including constraints)', name);
          execute format(
            'alter table outbox attach partition %I for values from (%L) to (%L)',
            name, first::timestamp at time zone 'UTC', (first + 1)::timestamp at time zone 'UTC');
        end loop;
      end $$`.execute(tx);
  });
};

/**
 * Drops partitions whose every event is older than 30 days and behind every cursor, and what is as old in the default
 * partition (events of days for which none had been made).
 * @returns the names of the partitions.
 */
export const dropOldEvents = async (database: Database): Promise<string[]> => {
  const { rows } = await sql<{ name: string }>`
    select c.relname as name
    from pg_inherits i
    join pg_class c on c.oid = i.inhrelid
    where i.inhparent = 'outbox'::regclass
      and c.relname ~ '^outbox_[0-9]{8}$'
      and to_date(right(c.relname, 8), 'YYYYMMDD') < now() - make_interval(days => ${DAYS_KEPT + 1})
    order by 1`.execute(database.db);
  const dropped: string[] = [];
  for (const { name } of rows) {
    const isDropped = await database.transaction(async (tx) => {
      const unread = await sql<{ unread: boolean }>`
        select exists (
          select 1 from ${sql.table(name)} where position > (select coalesce(min(position), 0) from event_cursors)
        ) as unread`.execute(tx);
      if (unread.rows[0]?.unread) return false;
      await sql`select set_config('lock_timeout', ${String(LOCK_TIMEOUT_MS)}, true)`.execute(tx);
      await sql`drop table ${sql.table(name)}`.execute(tx);
      return true;
    });
    if (!isDropped) break;
    dropped.push(name);
  }
  await sql`
    delete from outbox_default
    where at < now() - make_interval(days => ${DAYS_KEPT})
      and position <= (select coalesce(min(position), 0) from event_cursors)`.execute(database.db);
  return dropped;
};
