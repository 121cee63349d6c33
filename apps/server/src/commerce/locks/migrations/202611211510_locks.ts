import { type Kysely, sql } from 'kysely';

export const up = async (db: Kysely<unknown>): Promise<void> => {
  await sql`
    create table locks (
      id uuid primary key,
      listing_id uuid not null references listings,
      story_id uuid not null,
      maker_id uuid not null references users,
      buyer_id uuid not null references users,
      title text not null,
      reason text not null check (reason in ('auction', 'offer', 'second_chance')),
      auction_id uuid,
      state text not null
        check (state in ('held', 'checkout_open', 'processing', 'paid', 'releasing', 'released')),
      release_reason text check (release_reason in ('expired', 'failed', 'cancelled', 'declined')),
      currency text not null,
      item_amount bigint not null check (item_amount > 0),
      shipping_amount bigint check (shipping_amount >= 0),
      fee_amount bigint not null check (fee_amount >= 0),
      pickup boolean not null,
      handling_days integer not null,
      ships_to jsonb not null,
      delivery text check (delivery in ('ship', 'pickup')),
      held_at timestamptz not null,
      expires_at timestamptz not null,
      stretched boolean not null default false,
      releasing_at timestamptz,
      ended_at timestamptz,
      check ((state in ('releasing', 'released')) = (release_reason is not null) or state = 'paid')
    )`.execute(db);
  await sql`
    create unique index locks_one_active on locks (listing_id) where state not in ('paid', 'released')`.execute(db);
  await sql`create index locks_buyer on locks (buyer_id, held_at desc)`.execute(db);
  await sql`create index locks_auction on locks (auction_id) where auction_id is not null`.execute(db);
};
