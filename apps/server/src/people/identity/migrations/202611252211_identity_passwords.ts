import { type Kysely, sql } from 'kysely';

export const up = async (db: Kysely<unknown>): Promise<void> => {
  await sql`
    create table passwords (
      user_id uuid primary key references users on delete cascade,
      hash text not null,
      set_at timestamptz not null
    )`.execute(db);
  // Tries to come in, by what they claimed and by network: the more in a row failed, the longer until the next.
  // Without `free_at` the next may come at once.
  await sql`
    create table sign_in_attempts (
      key text primary key,
      failures integer not null,
      at timestamptz not null,
      free_at timestamptz
    )`.execute(db);
  await sql`
    create index one_time_tokens_begun on one_time_tokens ((facts ->> 'email')) where purpose = 'register'`.execute(db);
  await sql`create index sessions_visitor on sessions (visitor_hash) where visitor_hash is not null`.execute(db);
};
