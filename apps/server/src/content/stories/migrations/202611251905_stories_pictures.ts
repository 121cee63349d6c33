import { type Kysely, sql } from 'kysely';

/** Sections hold pictures: finds the stories that show one. */
export const up = async (db: Kysely<unknown>): Promise<void> => {
  await sql`create index stories_pictures on stories using gin (sections jsonb_path_ops)`.execute(db);
  await sql`
    create index stories_shown_pictures on stories using gin ((shown->'sections') jsonb_path_ops)
    where shown is not null`.execute(db);
};
