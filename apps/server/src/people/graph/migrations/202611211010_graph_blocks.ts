import { type Kysely, sql } from 'kysely';

export const up = async (db: Kysely<unknown>): Promise<void> => {
  await sql`
    create table blocks (
      blocker uuid not null references users,
      blocked uuid not null references users,
      created_at timestamptz not null default clock_timestamp(),
      primary key (blocker, blocked),
      check (blocker <> blocked)
    )`.execute(db);
  await sql`create index blocks_blocked on blocks (blocked)`.execute(db);
};
