import { type Kysely, sql } from 'kysely';

/** What an admin looks at: few among many that are ready. */
export const up = async (db: Kysely<unknown>): Promise<void> => {
  await sql`create index media_managed on media (id desc) where state not in ('ready', 'deleting')`.execute(db);
};
