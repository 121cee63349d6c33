import { type Kysely, sql } from 'kysely';

export const up = async (db: Kysely<unknown>): Promise<void> => {
  // Who lost their second factor asked staff for help: then it is asked for no more, unless it is shown before.
  await sql`alter table totp_secrets add column release_at timestamptz`.execute(db);
};
