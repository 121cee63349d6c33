import { type Kysely, sql } from 'kysely';

/** Whoever buys now while bidding goes on holds nothing: several may try, each once in an auction, and one will pay first. */
export const up = async (db: Kysely<unknown>): Promise<void> => {
  await sql`alter table locks drop constraint locks_reason_check`.execute(db);
  await sql`
    alter table locks add constraint locks_reason_check
      check (reason in ('auction', 'offer', 'second_chance', 'fixed_price', 'buy_now'))`.execute(db);
  await sql`drop index locks_one_active`.execute(db);
  await sql`
    create unique index locks_one_active on locks (listing_id)
      where state not in ('paid', 'released') and reason not in ('fixed_price', 'buy_now')`.execute(db);
  await sql`create unique index locks_one_attempt on locks (auction_id, buyer_id) where reason = 'buy_now'`.execute(db);
};
