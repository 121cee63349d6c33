import { type Kysely, sql } from 'kysely';

export const up = async (db: Kysely<unknown>): Promise<void> => {
  await sql`
    create table orders (
      id uuid primary key,
      number bigint generated always as identity (start with 1001),
      lock_id uuid not null unique references locks,
      payment_id uuid not null unique,
      listing_id uuid not null references listings,
      story_id uuid not null,
      maker_id uuid not null references users,
      buyer_id uuid not null references users,
      title text not null,
      state text not null check (state in ('awaiting_shipment', 'shipped', 'delivered', 'completed', 'cancelled')),
      delivery text not null check (delivery in ('ship', 'pickup')),
      currency text not null,
      item_amount bigint not null,
      shipping_amount bigint not null,
      fee_amount bigint not null,
      paid_at timestamptz not null,
      ship_by timestamptz not null,
      carrier text,
      tracking_number text,
      shipped_at timestamptz,
      delivered_at timestamptz,
      delivery_seen boolean,
      completes_at timestamptz,
      completed_at timestamptz,
      address_sealed text,
      handover_sealed text,
      code_tries integer not null default 0,
      code_window_at timestamptz,
      created_at timestamptz not null
    )`.execute(db);
  await sql`create index orders_buyer on orders (buyer_id, number desc)`.execute(db);
  await sql`create index orders_maker on orders (maker_id, number desc)`.execute(db);
  await sql`
    create table order_timeline (
      order_id uuid not null references orders,
      seq integer not null,
      kind text not null,
      at timestamptz not null,
      note text,
      primary key (order_id, seq)
    )`.execute(db);
};
