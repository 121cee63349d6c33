import { type Kysely, sql } from 'kysely';

export const up = async (db: Kysely<unknown>): Promise<void> => {
  // What a person paid, newest first.
  await sql`create index payments_buyer on payments (buyer_id, created_at desc, id desc)`.execute(db);
};
