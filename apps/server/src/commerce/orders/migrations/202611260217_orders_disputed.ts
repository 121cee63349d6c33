import { type Kysely, sql } from 'kysely';

/** Since when a bank has had the money of an order back that was not sent yet. */
export const up = async (db: Kysely<unknown>): Promise<void> => {
  await sql`alter table orders add column disputed_at timestamptz`.execute(db);
};
