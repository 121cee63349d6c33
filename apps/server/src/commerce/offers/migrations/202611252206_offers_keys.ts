import { type Kysely, sql } from 'kysely';

/** The Idempotency-Keys with which an offer was made and answered: a repeat after a crash gets what the first became. */
export const up = async (db: Kysely<unknown>): Promise<void> => {
  await sql`alter table offers add column made_key text, add column answer_key text`.execute(db);
  await sql`
    create unique index offers_made_key on offers (buyer_id, story_id, made_key)
    where made_key is not null`.execute(db);
};
