import { type Kysely, sql } from 'kysely';

/** Where somebody has bid: for their list, and to find bidders who belong together. */
export const up = async (db: Kysely<unknown>): Promise<void> => {
  await sql`create index auction_bidders_bidder on auction_bidders (bidder_id)`.execute(db);
  await sql`create index auctions_ends on auctions (ends_at)`.execute(db);
};
