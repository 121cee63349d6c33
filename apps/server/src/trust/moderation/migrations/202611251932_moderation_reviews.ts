import { type Kysely, sql } from 'kysely';

/** Reviews are reported as well. */
export const up = async (db: Kysely<unknown>): Promise<void> => {
  await sql`
    alter table reports
      drop constraint reports_kind_check,
      add constraint reports_kind_check check (kind in ('story', 'profile', 'review'))`.execute(db);
};
