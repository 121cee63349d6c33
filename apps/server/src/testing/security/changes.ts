// Whether anybody changed a row: noted by triggers, so that it costs nothing to look.
import { expect } from 'vitest';
import { type Database, sql } from '#platform/database';

/** Tables that a request writes by itself, whatever comes of it. */
const UNRELATED = [
  'auction_answers', // a refused bid is answered the same when it is sent again
  'sessions',
  'idempotency_keys',
  'timers',
  'job_workers',
  'event_cursors',
  'provider_cursors',
  'payout_accounts', // asked about anew every minute, whoever does what
];

/** From now on every change of a row is noted: to look whether there was one costs nothing then. */
export const watchTables = async ({ db }: Database): Promise<void> => {
  await sql`create schema watch`.execute(db);
  await sql`create table watch.changes (name text not null, op text not null)`.execute(db);
  await sql`
    create function watch.note() returns trigger language plpgsql as $$
    begin
      if tg_op <> 'UPDATE' or old::text <> new::text then
        insert into watch.changes values (tg_argv[0], tg_op);
      end if;
      return null;
    end $$`.execute(db);
  const { rows } = await sql<{ name: string }>`
    select tablename as name from pg_tables
    where schemaname = 'public' and tablename not like 'outbox_%' and tablename not like 'audit_%'`.execute(db);
  const looked = rows.map(({ name }) => name).filter((name) => !UNRELATED.includes(name));
  expect(looked.length).toBeGreaterThan(50);
  for (const name of looked) {
    await sql`
      create trigger watched after insert or update or delete on ${sql.table(name)}
      for each row execute function watch.note(${sql.lit(name)})`.execute(db);
  }
  // Whatever is audited comes in here first; within a second it is sealed into the chain.
  await sql`
    create trigger watched after insert on audit_inbox
    for each row execute function watch.note('audit_inbox')`.execute(db);
};

/** How often rows of each table were changed so far. */
export const changesIn = async ({ db }: Database): Promise<object[]> => {
  const { rows } = await sql<object>`
    select name, op, count(*)::int as times from watch.changes group by name, op order by name, op`.execute(db);
  return rows;
};
