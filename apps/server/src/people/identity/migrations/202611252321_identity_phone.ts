import { type Kysely, sql } from 'kysely';

export const up = async (db: Kysely<unknown>): Promise<void> => {
  // Sealed, and found and kept unique by a blind index. Only proved numbers stand here.
  await sql`
    alter table users
      add column phone_sealed text,
      add column phone_index text unique,
      add column phone_verified_at timestamptz`.execute(db);
};
