// The outbox is kept in daily partitions: made a week ahead, dropped when old and read by everybody.
import { type Database, sql } from '#platform/database';

const DAYS_AHEAD = 7;
const DAYS_KEPT = 30;

/** Makes the partitions of the coming days. Safe to repeat. */
export const makePartitions = async (database: Database): Promise<void> => {
  for (let day = 1; day <= DAYS_AHEAD; day++) {
    await sql`
      do $$
      declare
        first date := (now() at time zone 'UTC')::date + ${sql.lit(day)};
      begin
        execute format(
          'create table if not exists outbox_%s partition of outbox for values from (%L) to (%L)',
          to_char(first, 'YYYYMMDD'), first::timestamp at time zone 'UTC', (first + 1)::timestamp at time zone 'UTC');
      end $$`.execute(database.db);
  }
};

/** Drops partitions whose every event is older than 30 days and behind every cursor. @returns their names. */
export const dropOldEvents = async (database: Database): Promise<string[]> => {
  const { rows } = await sql<{ name: string }>`
    select c.relname as name
    from pg_inherits i
    join pg_class c on c.oid = i.inhrelid
    where i.inhparent = 'outbox'::regclass
      and c.relname ~ '^outbox_[0-9]{8}$'
      and to_date(right(c.relname, 8), 'YYYYMMDD') < now() - make_interval(days => ${DAYS_KEPT})
    order by 1`.execute(database.db);
  const dropped: string[] = [];
  for (const { name } of rows) {
    const unread = await sql<{ unread: boolean }>`
      select exists (
        select 1 from ${sql.table(name)} where position > (select coalesce(min(position), 0) from event_cursors)
      ) as unread`.execute(database.db);
    if (unread.rows[0]?.unread) break;
    await sql`drop table ${sql.table(name)}`.execute(database.db);
    dropped.push(name);
  }
  return dropped;
};
