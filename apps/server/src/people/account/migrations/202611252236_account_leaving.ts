import { type Kysely, sql } from 'kysely';

/** Who asked to be erased, and archives of what people have here. */
export const up = async (db: Kysely<unknown>): Promise<void> => {
  await sql`
    create table departures (
      user_id uuid primary key references users,
      asked_at timestamptz not null,
      erase_at timestamptz not null,
      erased_at timestamptz
    )`.execute(db);
  await sql`
    create table archives (
      id uuid primary key,
      user_id uuid not null references users,
      state text not null check (state in ('making', 'ready', 'failed')),
      asked_at timestamptz not null,
      ready_at timestamptz,
      until timestamptz,
      bytes bigint
    )`.execute(db);
  await sql`create unique index archives_one_in_making on archives (user_id) where state = 'making'`.execute(db);
  await sql`create index archives_person on archives (user_id, asked_at desc)`.execute(db);
};
