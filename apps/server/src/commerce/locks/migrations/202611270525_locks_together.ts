import { type Kysely, sql } from 'kysely';

/** Whether the piece may travel with others to the same buyer, and the paid lock whose parcel it goes into. */
export const up = async (db: Kysely<unknown>): Promise<void> => {
  await sql`
    alter table locks
      add combined boolean not null default false,
      add travels_with uuid references locks`.execute(db);
  await sql`create index locks_travels_with on locks (travels_with) where travels_with is not null`.execute(db);
};
