import { type Kysely, sql } from 'kysely';

/** Who keeps an eye on an auction without having bid. */
export const up = async (db: Kysely<unknown>): Promise<void> => {
  await sql`
    create table auction_watches (
      auction_id uuid not null references auctions,
      person_id uuid not null references users,
      at timestamptz not null,
      primary key (auction_id, person_id)
    )`.execute(db);
  await sql`create index auction_watches_person on auction_watches (person_id, at desc)`.execute(db);
};
