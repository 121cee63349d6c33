import { type Kysely, sql } from 'kysely';

export const up = async (db: Kysely<unknown>): Promise<void> => {
  // What the replay of its log makes of an auction, so that a bid need not read the log. `terms` never change;
  // `standing` holds what is not looked for by SQL.
  await sql`
    create table auctions (
      id uuid primary key,
      listing_id uuid not null references listings,
      story_id uuid not null,
      maker_id uuid not null references users,
      opener_id uuid,
      title text not null,
      state text not null
        check (state in ('scheduled', 'live', 'closing', 'sold', 'no_sale', 'cancelled', 'suspended')),
      seq integer not null,
      currency text not null,
      price_amount bigint,
      leader_id uuid,
      leader_number integer,
      bid_count integer not null,
      bidder_count integer not null,
      ends_at timestamptz not null,
      cap_at timestamptz not null,
      extensions integer not null,
      terms jsonb not null,
      standing jsonb not null
    ) with (fillfactor = 50)`.execute(db);
  await sql`
    create unique index auctions_one_live on auctions (listing_id)
    where state in ('scheduled', 'live', 'closing', 'suspended')`.execute(db);
  await sql`create index auctions_listing on auctions (listing_id, id desc)`.execute(db);

  // The auction itself. Append-only: a trigger refuses everything else. Kinds and their facts may grow.
  // Here and in the answers there is no foreign key: rows are written only under the lock of the auction's row, and
  // checking it again for each bid would cost a third of the bids a second.
  await sql`
    create table auction_log (
      auction_id uuid not null,
      seq integer not null,
      kind text not null,
      bidder_id uuid,
      bidder_number integer,
      amount bigint,
      facts jsonb,
      at timestamptz not null,
      primary key (auction_id, seq)
    )`.execute(db);
  await sql`
    create function auction_log_is_append_only() returns trigger language plpgsql
    as $$ begin raise exception 'auction_log is append-only'; end $$`.execute(db);
  await sql`
    create trigger auction_log_append_only before update or delete or truncate on auction_log
    for each statement execute function auction_log_is_append_only()`.execute(db);

  // The number that each bidder goes by in an auction.
  await sql`
    create table auction_bidders (
      auction_id uuid not null references auctions,
      bidder_id uuid not null,
      number integer not null,
      primary key (auction_id, bidder_id),
      unique (auction_id, number)
    )`.execute(db);

  // What each request to bid was answered, so that a repeat gets the same answer.
  await sql`
    create table auction_answers (
      auction_id uuid not null,
      bidder_id uuid not null,
      client_key text not null,
      amount bigint not null,
      currency text not null,
      seq integer,
      refusal jsonb,
      at timestamptz not null,
      primary key (auction_id, bidder_id, client_key)
    )`.execute(db);
};
