import { type Kysely, sql } from 'kysely';

export const up = async (db: Kysely<unknown>): Promise<void> => {
  await sql`
    alter table locks
      add variant_id uuid,
      add quantity integer not null default 1 check (quantity > 0),
      add options jsonb not null default '[]',
      add zones jsonb not null default '[]',
      add country text`.execute(db);
  await sql`
    update locks
    set zones = jsonb_build_array(jsonb_build_object(
      'countries', ships_to,
      'price', jsonb_build_object('amount', shipping_amount, 'currency', currency),
      'further', jsonb_build_object('amount', shipping_amount, 'currency', currency)))
    where shipping_amount is not null`.execute(db);
  await sql`alter table locks alter zones drop default, drop ships_to, drop constraint locks_reason_check`.execute(db);
  await sql`
    alter table locks add constraint locks_reason_check
      check (reason in ('auction', 'offer', 'second_chance', 'fixed_price'))`.execute(db);
  // A single piece is held for one person; of a piece with stock each buyer has at most one reservation.
  await sql`drop index locks_one_active`.execute(db);
  await sql`
    create unique index locks_one_active on locks (listing_id)
      where state not in ('paid', 'released') and reason <> 'fixed_price'`.execute(db);
  await sql`
    create unique index locks_one_reservation on locks (listing_id, buyer_id)
      where state not in ('paid', 'released') and reason = 'fixed_price'`.execute(db);
};
