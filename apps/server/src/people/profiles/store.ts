// The SQL of profiles: what a page has beyond the person's row, and handles that lead on.
import type { ProfileLink } from '@videowindow/contract/api/people';
import { type Reader, sql, type Tx } from '#platform/database';

export type PageRow = { links: ProfileLink[]; heroMediaId: string | null };

const EMPTY: PageRow = { links: [], heroMediaId: null };

export const pageOf = async (db: Reader, userId: string): Promise<PageRow> =>
  (
    await sql<PageRow>`
      select links, hero_media_id as "heroMediaId" from profiles where user_id = ${userId}`.execute(db)
  ).rows[0] ?? EMPTY;

/** Changes what is given and leaves the rest. */
export const updatePage = async (tx: Tx, userId: string, change: Partial<PageRow>): Promise<void> => {
  const links = change.links === undefined ? null : JSON.stringify(change.links);
  await sql`
    insert into profiles (user_id, links, hero_media_id)
    values (${userId}, coalesce(${links}::jsonb, '[]'), ${change.heroMediaId ?? null})
    on conflict (user_id) do update
    set links = coalesce(${links}::jsonb, profiles.links),
        hero_media_id = case
          when ${change.heroMediaId !== undefined} then excluded.hero_media_id
          else profiles.hero_media_id
        end`.execute(tx);
};

/** Whose handle this was within the last 30 days; null when it leads nowhere. */
export const whoseHandleWas = async (db: Reader, handle: string): Promise<string | null> =>
  (
    await sql<{ userId: string }>`
      select user_id as "userId" from handle_redirects
      where handle = ${handle.toLowerCase()} and until > app_now()`.execute(db)
  ).rows[0]?.userId ?? null;

/** How many handles that a person gave up still lead to them. */
export const countRedirects = async (db: Reader, userId: string): Promise<number> =>
  (
    await sql<{ redirects: number }>`
      select count(*) as redirects from handle_redirects
      where user_id = ${userId} and until > app_now()`.execute(db)
  ).rows[0]?.redirects ?? 0;

/** Forgets what leads nowhere any more. */
export const sweepRedirects = async (db: Reader): Promise<void> => {
  await sql`delete from handle_redirects where until <= app_now()`.execute(db);
};
