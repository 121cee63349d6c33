import { type Kysely, sql } from 'kysely';

export const up = async (db: Kysely<unknown>): Promise<void> => {
  // Since when each secret from outside is the one it is: known by a fingerprint that tells nothing of it.
  await sql`
    create table secret_ages (
      name text primary key,
      fingerprint text not null,
      since timestamptz not null
    )`.execute(db);
};
