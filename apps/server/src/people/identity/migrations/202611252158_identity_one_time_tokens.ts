import { type Kysely, sql } from 'kysely';

export const up = async (db: Kysely<unknown>): Promise<void> => {
  // Everything that is redeemed once: codes for people, long tokens for programs and redirects. A new one for the same
  // subject takes the place of the one before. Codes of the table before it live ten minutes and are not carried over.
  await sql`
    create table one_time_tokens (
      purpose text not null,
      subject text not null,
      secret_hash text not null,
      user_id uuid references users on delete cascade,
      facts jsonb not null default '{}',
      tries_left integer not null,
      made_at timestamptz not null,
      expires_at timestamptz not null,
      primary key (purpose, subject)
    )`.execute(db);
  await sql`create index one_time_tokens_secret on one_time_tokens (secret_hash)`.execute(db);
  await sql`create index one_time_tokens_expiry on one_time_tokens (expires_at)`.execute(db);
  await sql`drop table one_time_codes`.execute(db);

  // By which way a session was opened, in which browser, and when it last proved who is there.
  await sql`
    alter table sessions
      add column way text not null default 'email',
      add column visitor_hash text,
      add column proved_at timestamptz`.execute(db);
};
