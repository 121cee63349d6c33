import { type Kysely, sql } from 'kysely';

export const up = async (db: Kysely<unknown>): Promise<void> => {
  await sql`
    create table offers (
      id uuid primary key,
      listing_id uuid not null references listings,
      story_id uuid not null,
      maker_id uuid not null references users,
      buyer_id uuid not null references users,
      title text not null,
      currency text not null,
      amount bigint not null check (amount > 0),
      state text not null
        check (state in ('pending', 'accepted', 'countered', 'declined', 'auto_declined', 'expired', 'withdrawn',
                         'superseded', 'converted_to_bid')),
      expires_at timestamptz not null,
      created_at timestamptz not null,
      answered_at timestamptz,
      auction_id uuid,
      lock_id uuid
    )`.execute(db);
  await sql`create index offers_listing on offers (listing_id, state)`.execute(db);
  await sql`create index offers_buyer on offers (buyer_id, id desc)`.execute(db);
  await sql`create index offers_maker on offers (maker_id, id desc)`.execute(db);
};
