import { type Kysely, sql } from 'kysely';

export const up = async (db: Kysely<unknown>): Promise<void> => {
  await sql`
    create table clock (
      only_row boolean primary key default true check (only_row),
      shift interval not null default '0'
    )`.execute(db);
  await sql`insert into clock default values`.execute(db);
  // Whole milliseconds, as JavaScript's Date has them: a cursor made from one then finds its place again exactly.
  await sql`
    create function app_now() returns timestamptz language sql volatile parallel safe
    as $$ select date_trunc('milliseconds', clock_timestamp() + (select shift from clock)) $$`.execute(db);
};
