import { type Kysely, sql } from 'kysely';

/** A buyer may ask for a day more to pay, and the maker may give it, once; makers have strikes for what they cancel. */
export const up = async (db: Kysely<unknown>): Promise<void> => {
  await sql`alter table locks add extension text check (extension in ('asked', 'given'))`.execute(db);
  await sql`alter table strikes drop constraint strikes_kind_check`.execute(db);
  await sql`
    alter table strikes add constraint strikes_kind_check
      check (kind in ('unpaid', 'auction_cancelled', 'order_cancelled'))`.execute(db);
};
