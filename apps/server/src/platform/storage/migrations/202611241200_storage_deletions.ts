import { type Kysely, sql } from 'kysely';

export const up = async (db: Kysely<unknown>): Promise<void> => {
  await sql`
    create table storage_deletions (
      prefix text primary key,
      asked_at timestamptz not null default clock_timestamp()
    )`.execute(db);
};
