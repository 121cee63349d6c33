import { type Kysely, sql } from 'kysely';

/** A buyer may also want to send a piece back, where its maker takes it. */
export const up = async (db: Kysely<unknown>): Promise<void> => {
  await sql`
    alter table order_issues
      drop constraint order_issues_reason_check,
      add constraint order_issues_reason_check
        check (reason in ('not_arrived', 'damaged', 'not_as_described', 'return', 'other'))`.execute(db);
};
