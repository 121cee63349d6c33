import { type Kysely, sql } from 'kysely';

/** Whose sale a fee was taken from: a statement tells each maker the fee on their own part of a payment. */
export const up = async (db: Kysely<unknown>): Promise<void> => {
  await sql`alter table ledger_lines add column about_id uuid`.execute(db);
};
