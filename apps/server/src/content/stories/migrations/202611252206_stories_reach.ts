import { type Kysely, sql } from 'kysely';

/** How far a maker's account lets their stories reach, and whom each is for with that. */
export const up = async (db: Kysely<unknown>): Promise<void> => {
  await sql`
    alter table stories
      add column reach text not null default 'everybody' check (reach in ('everybody', 'followers', 'nobody'))`.execute(
    db,
  );
  await sql`
    alter table stories
      add column seen_by text not null generated always as (
        case
          when reach = 'nobody' then 'private'
          when reach = 'followers' and visibility in ('public', 'unlisted') then 'followers'
          else visibility
        end) stored`.execute(db);
  await sql`drop index stories_feed`.execute(db);
  await sql`
    create index stories_feed on stories (listed_at desc, id desc)
    where (state = 'listed' or shown is not null) and seen_by = 'public'`.execute(db);
};
