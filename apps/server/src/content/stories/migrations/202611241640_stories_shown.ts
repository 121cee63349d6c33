import { type Kysely, sql } from 'kysely';

/** The version that stays in the feed while a newer one is written or reviewed; a listed story shows its own words. */
export const up = async (db: Kysely<unknown>): Promise<void> => {
  await sql`alter table stories add column shown jsonb`.execute(db);
  await sql`
    alter table stories add constraint stories_shown_beside_another
    check (shown is null or state in ('draft', 'submitted', 'changes_requested'))`.execute(db);
  await sql`drop index stories_feed, stories_maker_listed`.execute(db);
  await sql`
    create index stories_feed on stories (listed_at desc, id desc)
    where state = 'listed' or shown is not null`.execute(db);
  await sql`
    create index stories_maker_listed on stories (maker_id, listed_at desc, id desc)
    where state = 'listed' or shown is not null`.execute(db);
  await sql`create index stories_shown_media on stories ((shown->>'mediaId')) where shown is not null`.execute(db);
};
