import { type Kysely, sql } from 'kysely';

/** Where people had pieces sent to, as an index that tells nothing but who shares a home. */
export const up = async (db: Kysely<unknown>): Promise<void> => {
  await sql`
    create table order_homes (
      home text not null,
      person_id uuid not null references users,
      primary key (home, person_id)
    )`.execute(db);
  await sql`create index order_homes_person on order_homes (person_id)`.execute(db);
};
