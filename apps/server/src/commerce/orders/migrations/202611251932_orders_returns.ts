import { type Kysely, sql } from 'kysely';

export const up = async (db: Kysely<unknown>): Promise<void> => {
  await sql`alter table orders add returns jsonb not null default '{"days": 0, "postage": "buyer"}'`.execute(db);
};
