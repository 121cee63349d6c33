import { type Kysely, sql } from 'kysely';

export const up = async (db: Kysely<unknown>): Promise<void> => {
  await sql`
    create table follows (
      follower uuid not null references users,
      followed uuid not null references users,
      created_at timestamptz not null default clock_timestamp(),
      primary key (follower, followed),
      check (follower <> followed)
    )`.execute(db);
  await sql`create index follows_followed on follows (followed)`.execute(db);
};
