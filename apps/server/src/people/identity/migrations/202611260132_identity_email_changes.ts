import { type Kysely, sql } from 'kysely';

export const up = async (db: Kysely<unknown>): Promise<void> => {
  // A new address that its owner has proved; until it comes true the old one may stop it. One a person.
  await sql`
    create table email_changes (
      user_id uuid primary key references users,
      email text not null check (email = lower(email)),
      -- The session that asked goes on when the others end.
      session_id uuid not null,
      takes_effect_at timestamptz not null
    )`.execute(db);
};
