import { type Kysely, sql } from 'kysely';

/** What a moderator approved, to tell corrections from another story. */
export const up = async (db: Kysely<unknown>): Promise<void> => {
  await sql`alter table stories add column approved jsonb`.execute(db);
};
