import { type Kysely, sql } from 'kysely';

/** Acting on a report begins with locking all of its subject. */
export const up = async (db: Kysely<unknown>): Promise<void> => {
  await sql`create index reports_subject on reports (kind, subject_id)`.execute(db);
};
