import { type Kysely, sql } from 'kysely';

/** How large an import is, is known only when the other server answers. */
export const up = async (db: Kysely<unknown>): Promise<void> => {
  await sql`
    alter table media
      drop constraint media_bytes_check,
      add constraint media_bytes_check check (bytes > 0 or (bytes = 0 and source_url is not null))`.execute(db);
};
