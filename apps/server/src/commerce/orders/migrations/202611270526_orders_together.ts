import { type Kysely, sql } from 'kysely';

/** The order into whose parcel another one goes. */
export const up = async (db: Kysely<unknown>): Promise<void> => {
  await sql`alter table orders add travels_with uuid references orders`.execute(db);
  await sql`create index orders_travels_with on orders (travels_with) where travels_with is not null`.execute(db);
};
