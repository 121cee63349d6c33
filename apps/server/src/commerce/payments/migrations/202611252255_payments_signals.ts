import { type Kysely, sql } from 'kysely';

export const up = async (db: Kysely<unknown>): Promise<void> => {
  // The same for one card, whoever pays with it; unknown of what was paid before.
  await sql`alter table payments add column card_print text`.execute(db);
  // Why the provider bars an account; null for almost everybody.
  await sql`alter table payout_accounts add column barred text`.execute(db);
};
