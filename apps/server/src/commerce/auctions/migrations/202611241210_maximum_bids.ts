import { type Kysely, sql } from 'kysely';

/** A request to bid names an amount or a maximum: the same figure is not the same request. */
export const up = async (db: Kysely<unknown>): Promise<void> => {
  await sql`alter table auction_answers add column maximum boolean not null default false`.execute(db);
};
