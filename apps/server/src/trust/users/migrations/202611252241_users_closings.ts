import { type Kysely, sql } from 'kysely';

export const up = async (db: Kysely<unknown>): Promise<void> => {
  // Accounts that admins closed: why, and until when.
  await sql`
    create table account_closings (
      user_id uuid primary key references users,
      until timestamptz,
      reason text not null,
      closed_by uuid,
      closed_at timestamptz not null
    )`.execute(db);
};
