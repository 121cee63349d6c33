import { type Kysely, sql } from 'kysely';

/** A maker works in several places. The point of each is sealed for its id; those there were are sealed for their maker's. */
export const up = async (db: Kysely<unknown>): Promise<void> => {
  await sql`alter table maker_places add column id uuid`.execute(db);
  await sql`update maker_places set id = maker_id`.execute(db);
  await sql`alter table maker_places drop constraint maker_places_pkey, add primary key (id)`.execute(db);
  await sql`create index maker_places_maker on maker_places (maker_id)`.execute(db);
};
