// The SQL of stories.
import type { StoryText } from '@videowindow/contract/api/content';
import type { visibilities } from '@videowindow/contract/api/media';
import type { StoryState } from '@videowindow/contract/machines/story';
import { type Reader, sql, type Tx } from '#platform/database';

export type Review = { decision: 'approved' | 'changes_requested' | 'removed'; reason: string; at: string };

export type Visibility = (typeof visibilities)[number];

export type StoryRow = StoryText & {
  id: string;
  makerId: string;
  state: StoryState;
  /** Whom its approved version is for. */
  visibility: Visibility;
  /** Whom it is for in the end: no more people than its maker's account lets in. */
  seenBy: Visibility;
  version: number;
  hashtags: string[];
  review: Review | null;
  /** The words that a moderator approved last; null before that. */
  approved: StoryText | null;
  /** What the feed shows while these words are not approved; null where it shows them, or nothing. */
  shown: StoryText | null;
  createdAt: Date;
  updatedAt: Date;
  submittedAt: Date | null;
  listedAt: Date | null;
};

const STORY = sql`
  id, maker_id as "makerId", state, visibility, seen_by as "seenBy", version, title, caption, category, sections, media_id as "mediaId", hashtags, review,
  approved, shown, created_at as "createdAt", updated_at as "updatedAt", submitted_at as "submittedAt", listed_at as "listedAt"`;

/** Whether an approved version of it is shown; the partial indexes have the same words. */
const IS_SHOWN = sql`(state = 'listed' or shown is not null)`;

export const storyById = async (db: Reader, id: string): Promise<StoryRow | null> =>
  (await sql<StoryRow>`select ${STORY} from stories where id = ${id}`.execute(db)).rows[0] ?? null;

/** Locks the row: every change of a story begins here. */
export const lockStory = async (tx: Tx, id: string): Promise<StoryRow | null> =>
  (await sql<StoryRow>`select ${STORY} from stories where id = ${id} for update`.execute(tx)).rows[0] ?? null;

export const storiesByIds = async (db: Reader, ids: readonly string[]): Promise<StoryRow[]> =>
  (await sql<StoryRow>`select ${STORY} from stories where id = any(${[...ids]}::uuid[])`.execute(db)).rows;

export const insertStory = async (
  tx: Tx,
  story: StoryText & { id: string; makerId: string; hashtags: string[]; now: Date },
): Promise<void> => {
  await sql`
    insert into stories (id, maker_id, state, title, caption, category, sections, media_id, hashtags, created_at, updated_at)
    values (${story.id}, ${story.makerId}, 'draft', ${story.title}, ${story.caption}, ${story.category},
            ${JSON.stringify(story.sections)}, ${story.mediaId}, ${story.hashtags}, ${story.now}, ${story.now})`.execute(
    tx,
  );
};

/** Writes the words and counts the version up. */
export const updateText = async (tx: Tx, id: string, text: StoryText, hashtags: string[], now: Date): Promise<void> => {
  await sql`
    update stories
    set title = ${text.title}, caption = ${text.caption}, category = ${text.category},
        sections = ${JSON.stringify(text.sections)}, media_id = ${text.mediaId}, hashtags = ${hashtags},
        version = version + 1, updated_at = ${now}
    where id = ${id}`.execute(tx);
};

export const updateState = async (
  tx: Tx,
  id: string,
  { state, shown }: Pick<StoryRow, 'state' | 'shown'>,
  now: Date,
): Promise<void> => {
  await sql`
    update stories
    set state = ${state}, shown = ${shown && JSON.stringify(shown)}, updated_at = ${now},
        submitted_at = case when ${state} = 'submitted' then ${now} else submitted_at end,
        listed_at = case when ${state} = 'listed' then coalesce(listed_at, ${now}) else listed_at end
    where id = ${id}`.execute(tx);
};

export const updateReview = async (tx: Tx, id: string, review: Review): Promise<void> => {
  await sql`update stories set review = ${JSON.stringify(review)} where id = ${id}`.execute(tx);
};

export const updateApproved = async (tx: Tx, id: string, text: StoryText): Promise<void> => {
  await sql`update stories set approved = ${JSON.stringify(text)} where id = ${id}`.execute(tx);
};

export const deleteStory = async (tx: Tx, id: string): Promise<void> => {
  await sql`delete from stories where id = ${id}`.execute(tx);
};

/** Whether any story, in whatever state, has it as its video or a picture, also in the version that is shown. */
export const hasMedia = async (db: Reader, mediaId: string): Promise<boolean> => {
  const { rows } = await sql`
    select 1 from stories where media_id = ${mediaId} or sections @> ${asPicture(mediaId)}
    union all
    select 1 from stories
    where (shown->>'mediaId' = ${mediaId} or shown->'sections' @> ${asPicture(mediaId)}) and shown is not null
    limit 1`.execute(db);
  return rows.length > 0;
};

export const updateVisibility = async (tx: Tx, id: string, visibility: Visibility): Promise<void> => {
  await sql`update stories set visibility = ${visibility} where id = ${id}`.execute(tx);
};

/** All of a maker's stories reach as far as their account lets them. @returns those that changed */
export const updateReach = async (tx: Tx, makerId: string, reach: string): Promise<StoryRow[]> => {
  const { rows } = await sql<StoryRow>`
    with mine as (select id as story from stories where maker_id = ${makerId} and reach <> ${reach} order by id for update)
    update stories set reach = ${reach} from mine where id = mine.story returning ${STORY}`.execute(tx);
  return rows;
};

export const updateReachOf = async (tx: Tx, id: string, reach: string): Promise<void> => {
  await sql`update stories set reach = ${reach} where id = ${id} and reach <> ${reach}`.execute(tx);
};

export type Position = { at: Date; id: string } | null;

/** What is shown to everybody, newest first, from behind a position; without those makers. One maker's: also what is for followers. */
export const listedPage = async (
  db: Reader,
  page: {
    after: Position;
    limit: number;
    makerId?: string;
    forFollowers?: boolean;
    withoutMakers?: readonly string[];
  },
): Promise<StoryRow[]> => {
  const behind = page.after ? sql`and (listed_at, id) < (${page.after.at}, ${page.after.id})` : sql``;
  const maker = page.makerId ? sql`and maker_id = ${page.makerId}` : sql``;
  const without = page.withoutMakers?.length ? sql`and not maker_id = any(${[...page.withoutMakers]}::uuid[])` : sql``;
  const seen = page.forFollowers ? sql`seen_by in ('public', 'followers')` : sql`seen_by = 'public'`;
  const { rows } = await sql<StoryRow>`
    select ${STORY}
    from stories
    where ${IS_SHOWN} and ${seen} ${behind} ${maker} ${without}
    order by listed_at desc, id desc
    limit ${page.limit}`.execute(db);
  return rows;
};

/** How many of a maker's stories are shown to everybody, or also to followers. */
export const countListed = async (db: Reader, makerId: string, forFollowers: boolean): Promise<number> => {
  const seen = forFollowers ? sql`seen_by in ('public', 'followers')` : sql`seen_by = 'public'`;
  const { rows } = await sql<{ stories: number }>`
    select count(*) as stories from stories where maker_id = ${makerId} and ${IS_SHOWN} and ${seen}`.execute(db);
  return rows[0]?.stories ?? 0;
};

export const makersPage = async (
  db: Reader,
  page: { makerId: string; state: StoryState | undefined; after: Position; limit: number },
): Promise<StoryRow[]> => {
  const behind = page.after ? sql`and (updated_at, id) < (${page.after.at}, ${page.after.id})` : sql``;
  const state = page.state ? sql`and state = ${page.state}` : sql``;
  const { rows } = await sql<StoryRow>`
    select ${STORY}
    from stories
    where maker_id = ${page.makerId} ${state} ${behind}
    order by updated_at desc, id desc
    limit ${page.limit}`.execute(db);
  return rows;
};

export const queuePage = async (db: Reader, page: { after: Position; limit: number }): Promise<StoryRow[]> => {
  const behind = page.after ? sql`and (submitted_at, id) > (${page.after.at}, ${page.after.id})` : sql``;
  const { rows } = await sql<StoryRow>`
    select ${STORY}
    from stories
    where state = 'submitted' ${behind}
    order by submitted_at, id
    limit ${page.limit}`.execute(db);
  return rows;
};

/** Lets one transaction at a time decide who may play a video by the stories that show it. */
export const lockMediaUse = async (tx: Tx, mediaId: string): Promise<void> => {
  await sql`select pg_advisory_xact_lock(hashtext('stories.media'), hashtext(${mediaId}))`.execute(tx);
};

/** What sections contain that show a picture; served by stories_pictures and stories_shown_pictures. */
const asPicture = (mediaId: string) => sql`${JSON.stringify([{ pictures: [{ mediaId }] }])}::jsonb`;

/** Whom the stories that show it are for. */
export const shownFor = async (db: Reader, mediaId: string): Promise<Visibility[]> => {
  const { rows } = await sql<{ visibility: Visibility }>`
    select seen_by as visibility from stories where (media_id = ${mediaId} or sections @> ${asPicture(mediaId)}) and state = 'listed'
    union
    select seen_by as visibility from stories
    where (shown->>'mediaId' = ${mediaId} or shown->'sections' @> ${asPicture(mediaId)}) and shown is not null`.execute(
    db,
  );
  return rows.map(({ visibility }) => visibility);
};

/** Whether a piece of media is the video or a picture of a story that others see or may see again. */
export const reliesOnMedia = async (db: Reader, mediaId: string): Promise<boolean> => {
  const { rows } = await sql`
    select 1 from stories
    where (media_id = ${mediaId} or sections @> ${asPicture(mediaId)})
      and state in ('submitted', 'scheduled', 'listed', 'archived')
    union all
    select 1 from stories
    where (shown->>'mediaId' = ${mediaId} or shown->'sections' @> ${asPicture(mediaId)}) and shown is not null
    limit 1`.execute(db);
  return rows.length > 0;
};
