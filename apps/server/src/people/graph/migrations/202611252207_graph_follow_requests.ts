import { type Kysely, sql } from 'kysely';

/** Who asked to follow a private account and waits for an answer. */
export const up = async (db: Kysely<unknown>): Promise<void> => {
  await sql`
    create table follow_requests (
      follower uuid not null references users,
      followed uuid not null references users,
      created_at timestamptz not null default clock_timestamp(),
      primary key (follower, followed),
      check (follower <> followed)
    )`.execute(db);
  await sql`create index follow_requests_followed on follow_requests (followed, created_at desc)`.execute(db);
};
