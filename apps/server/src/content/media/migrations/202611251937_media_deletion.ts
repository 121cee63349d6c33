import { type Kysely, sql } from 'kysely';

export const up = async (db: Kysely<unknown>): Promise<void> => {
  // What there was to take out when its deletion began: {objects, bytes}. A kill in the middle does not make it less.
  await sql`alter table media add column deletion jsonb`.execute(db);
};
