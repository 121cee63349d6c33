import { type Kysely, sql } from 'kysely';

export const up = async (db: Kysely<unknown>): Promise<void> => {
  // Rewritten often and worth little: nothing but the newest moment is kept of anybody. No foreign key: its lock on the
  // person's row would make whoever changes the person wait for this, and this for them.
  await sql`
    create table presences (
      user_id uuid primary key,
      seen_at timestamptz not null
    ) with (fillfactor = 70)`.execute(db);
};
