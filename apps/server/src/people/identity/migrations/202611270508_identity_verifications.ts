import { type Kysely, sql } from 'kysely';

/** How each thing that a person says of themselves stands: one row a kind, the newest word of it. Its history is in the audit log. */
export const up = async (db: Kysely<unknown>): Promise<void> => {
  await sql`
    create table verifications (
      user_id uuid not null references users on delete cascade,
      kind text not null check (kind in ('email', 'phone', 'identity')),
      state text not null check (state in ('pending', 'verified', 'failed')),
      by text not null,
      at timestamptz not null,
      primary key (user_id, kind)
    )`.execute(db);
};
