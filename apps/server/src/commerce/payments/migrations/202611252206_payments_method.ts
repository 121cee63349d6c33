import { type Kysely, sql } from 'kysely';

export const up = async (db: Kysely<unknown>): Promise<void> => {
  // By what it was paid, in the provider's word: card, link, sepa_debit, ... Unknown of what was paid before.
  await sql`alter table payments add column method text`.execute(db);
};
