import { type Kysely, sql } from 'kysely';

/** What was sent to people each day, by all processes together. */
export const up = async (db: Kysely<unknown>): Promise<void> => {
  await sql`
    create table media_egress_days (
      day date primary key,
      answers bigint not null,
      bytes bigint not null
    )`.execute(db);
};
