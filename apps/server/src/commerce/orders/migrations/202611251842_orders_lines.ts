import { type Kysely, sql } from 'kysely';

export const up = async (db: Kysely<unknown>): Promise<void> => {
  await sql`
    create table order_lines (
      order_id uuid not null references orders,
      position integer not null,
      listing_id uuid not null references listings,
      variant_id uuid,
      title text not null,
      options jsonb not null,
      quantity integer not null check (quantity > 0),
      currency text not null,
      unit_amount bigint not null check (unit_amount > 0),
      primary key (order_id, position)
    )`.execute(db);
  await sql`
    insert into order_lines (order_id, position, listing_id, title, options, quantity, currency, unit_amount)
    select id, 0, listing_id, title, '[]', 1, currency, item_amount from orders`.execute(db);
};
