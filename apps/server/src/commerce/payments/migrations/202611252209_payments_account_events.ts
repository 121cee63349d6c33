import { type Kysely, sql } from 'kysely';

export const up = async (db: Kysely<unknown>): Promise<void> => {
  // When an account's events were last compared with ours, and up to which second of the provider's clock.
  await sql`
    alter table payout_accounts
      add column compared_at timestamptz,
      add column compared_to bigint`.execute(db);
};
