import { type Kysely, sql } from 'kysely';

export const up = async (db: Kysely<unknown>): Promise<void> => {
  // Media lies above people: no foreign key. Whoever shows it asks whether it is there and open to everybody.
  await sql`alter table users add column avatar_media_id uuid`.execute(db);
};
