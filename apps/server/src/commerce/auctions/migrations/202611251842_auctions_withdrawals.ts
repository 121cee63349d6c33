import { type Kysely, sql } from 'kysely';

/** The few entries that take bids out of an auction, by bidder and by auction. */
export const up = async (db: Kysely<unknown>): Promise<void> => {
  await sql`
    create index auction_log_retractions on auction_log (bidder_id, at) where kind = 'retracted'`.execute(db);
  await sql`
    create index auction_log_withdrawals on auction_log (auction_id, seq)
    where kind in ('retracted', 'disqualified')`.execute(db);
  await sql`create index auctions_maker on auctions (maker_id) where state in ('live', 'suspended')`.execute(db);
};
