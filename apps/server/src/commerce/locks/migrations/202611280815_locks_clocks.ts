import { type Kysely, sql } from 'kysely';

/** What was in force when the lock began: its reminders, and how much time its maker may add. Null: it began before this was kept. */
export const up = async (db: Kysely<unknown>): Promise<void> => {
  await sql`alter table locks add clocks jsonb`.execute(db);
};
