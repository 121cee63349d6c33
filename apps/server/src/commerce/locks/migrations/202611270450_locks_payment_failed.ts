import { type Kysely, sql } from 'kysely';

/** Whether the newest payment of a lock was promised by a bank and did not come, until another checkout opens. */
export const up = async (db: Kysely<unknown>): Promise<void> => {
  await sql`alter table locks add payment_failed boolean not null default false`.execute(db);
};
