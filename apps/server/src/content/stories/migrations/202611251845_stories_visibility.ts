import { type Kysely, sql } from 'kysely';

/** Whom an approved story is for. What there was before is for everybody, as it has been. */
export const up = async (db: Kysely<unknown>): Promise<void> => {
  await sql`
    alter table stories add column visibility text not null default 'public'
    check (visibility in ('private', 'unlisted', 'followers', 'public'))`.execute(db);
  await sql`drop index stories_feed`.execute(db);
  await sql`
    create index stories_feed on stories (listed_at desc, id desc)
    where (state = 'listed' or shown is not null) and visibility = 'public'`.execute(db);
};
