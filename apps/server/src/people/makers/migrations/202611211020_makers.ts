import { type Kysely, sql } from 'kysely';

export const up = async (db: Kysely<unknown>): Promise<void> => {
  await sql`
    create table makers (
      user_id uuid primary key references users,
      offer_policy jsonb not null,
      since timestamptz not null
    )`.execute(db);
};
