import { type Kysely, sql } from 'kysely';

export const up = async (db: Kysely<unknown>): Promise<void> => {
  // When somebody was told that it is soon too old; null: not yet, or it is a new one since.
  await sql`alter table secret_ages add column told_at timestamptz`.execute(db);
  await sql`alter table sealing_keys add column told_at timestamptz`.execute(db);
};
