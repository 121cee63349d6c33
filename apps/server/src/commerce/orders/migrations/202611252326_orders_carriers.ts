import { type Kysely, sql } from 'kysely';

/** What carriers say of parcels, by their number without gaps. */
export const up = async (db: Kysely<unknown>): Promise<void> => {
  await sql`
    create table carrier_news (
      id text primary key,
      tracking_number text not null,
      status text not null,
      at timestamptz not null,
      place text,
      heard_at timestamptz not null
    )`.execute(db);
  await sql`create index carrier_news_number on carrier_news (tracking_number, at desc)`.execute(db);
  await sql`
    create index orders_tracking on orders (upper(regexp_replace(tracking_number, '[^A-Za-z0-9]', '', 'g')))
    where state = 'shipped'`.execute(db);
};
