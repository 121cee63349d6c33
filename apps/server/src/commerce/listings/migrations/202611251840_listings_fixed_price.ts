import { type Kysely, sql } from 'kysely';

export const up = async (db: Kysely<unknown>): Promise<void> => {
  // A piece sold by offer is one unit of itself.
  await sql`
    alter table listings
      add kind text not null default 'offers' check (kind in ('offers', 'fixed_price')),
      add option_names jsonb not null default '[]',
      add top_amount bigint check (top_amount >= asking_amount),
      add units_free integer not null default 1 check (units_free >= 0),
      add units_held integer not null default 0 check (units_held >= 0)`.execute(db);
  await sql`
    update listings
    set units_free = 0, units_held = case when state = 'locked' then 1 else 0 end
    where state in ('locked', 'sold')`.execute(db);
  await sql`
    create table listing_variants (
      id uuid primary key,
      listing_id uuid not null references listings,
      position integer not null,
      options jsonb not null,
      price_amount bigint not null check (price_amount > 0),
      quantity integer not null check (quantity >= 0),
      sku text,
      unique (listing_id, options)
    )`.execute(db);
  // One price for some countries becomes a zone of them.
  await sql`
    update listings
    set shipping = jsonb_build_object(
      'zones',
      case
        when shipping -> 'price' = 'null'::jsonb or jsonb_array_length(shipping -> 'shipsTo') = 0 then '[]'::jsonb
        else jsonb_build_array(jsonb_build_object(
          'countries', shipping -> 'shipsTo', 'price', shipping -> 'price', 'further', shipping -> 'price'))
      end,
      'combined', false,
      'handlingDays', shipping -> 'handlingDays',
      'pickup', shipping -> 'pickup',
      'pickupPlace', shipping -> 'pickupPlace')`.execute(db);
};
