import { type Kysely, sql } from 'kysely';

/** Either side may answer an offer with a price of its own, which is an offer the other way. */
export const up = async (db: Kysely<unknown>): Promise<void> => {
  await sql`
    alter table offers
      add column sender text not null default 'buyer' check (sender in ('buyer', 'maker')),
      add column answers uuid unique references offers`.execute(db);
};
