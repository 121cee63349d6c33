// Reading stories: rows → what belongs to them, in batches → what this reader sees.
import { type Actor, can, DomainError } from '@videowindow/contract';
import type { PublicStory, Story } from '@videowindow/contract/api/content';
import { possibleCommands } from '@videowindow/contract/machine';
import { storyMachine } from '@videowindow/contract/machines/story';
import type { Profiles } from '#people/profiles';
import type { Reader } from '#platform/database';
import { authorize, cutPage, decodeCursor, personId } from '#platform/http';
import type { StoriesDeps } from './commands.ts';
import * as store from './store.ts';
import { arePicturesReady, hashtagsOf, isDiscardable, mediaOf, missingFrom, textInFeed } from './story.ts';

export type StoryReads = StoriesDeps & {
  profiles: Profiles;
  /** Whether one person follows another; false for nobody. */
  follows(db: Reader, follower: string | null, followed: string): Promise<boolean>;
};

/** The maker and the media of each row. Rows whose maker is gone are left out. */
const hydrate = async (deps: StoryReads, db: Reader, rows: readonly store.StoryRow[]) => {
  const [people, media] = await Promise.all([
    deps.profiles.summaries(
      db,
      rows.map((row) => row.makerId),
    ),
    deps.media.find(db, rows.flatMap(mediaOf)),
  ]);
  return rows.flatMap((row) => {
    const maker = people.get(row.makerId);
    return maker ? [{ row, maker, media: row.mediaId ? media.get(row.mediaId) : undefined, all: media }] : [];
  });
};

type Hydrated = Awaited<ReturnType<typeof hydrate>>[number];

const workView = ({ row, maker, media, all }: Hydrated): Story => ({
  id: row.id,
  title: row.title,
  caption: row.caption,
  category: row.category,
  sections: row.sections,
  mediaId: row.mediaId,
  maker,
  state: row.state,
  visibility: row.visibility,
  isShown: textInFeed(row) !== null,
  version: row.version,
  possible: [
    ...possibleCommands(storyMachine, row.state, {
      byMaker: true,
      shown: row.shown !== null,
      complete:
        row.visibility !== 'private' && missingFrom(row, media?.state ?? null, arePicturesReady(row, all)).length === 0,
    }),
    ...(isDiscardable(row) ? ['discard'] : []),
  ],
  review: row.review,
  media: media?.view ?? null,
  mediaState: (media?.state ?? null) as Story['mediaState'], // the media room's own states
  hashtags: row.hashtags,
  createdAt: row.createdAt.toISOString(),
  updatedAt: row.updatedAt.toISOString(),
  listedAt: row.listedAt?.toISOString() ?? null,
});

/** Null for what cannot be shown: no video that plays. `row` has the words that are in the feed. */
const publicView = ({ row, maker, media, all }: Hydrated): PublicStory | null =>
  row.listedAt && media?.view
    ? {
        id: row.id,
        title: row.title,
        caption: row.caption,
        category: row.category,
        sections: row.sections.map(({ kind, text, pictures = [] }) => ({
          kind,
          text,
          pictures: pictures.flatMap(({ mediaId, alt }) => {
            const image = all.get(mediaId)?.image;
            return image ? [{ alt, image }] : [];
          }),
        })),
        hashtags: hashtagsOf(row.caption),
        maker,
        visibility: row.seenBy,
        media: media.view,
        listedAt: row.listedAt.toISOString(),
      }
    : null;

/** A story as its maker or a moderator sees it. */
export const readStory = async (deps: StoryReads, actor: Actor, id: string): Promise<Story> => {
  const row = await store.storyById(deps.database.db, id);
  if (!row) throw new DomainError('not_found');
  authorize(actor, 'story.preview', { ownerId: row.makerId });
  const [story] = await hydrate(deps, deps.database.db, [row]);
  if (!story) throw new DomainError('not_found');
  return workView(story);
};

export const workViews = async (deps: StoryReads, db: Reader, rows: readonly store.StoryRow[]): Promise<Story[]> =>
  (await hydrate(deps, db, rows)).map(workView);

export type MyStoriesQuery = { state?: store.StoryRow['state']; cursor?: string; limit?: number };

/** The caller's stories, last changed first. */
export const listMine = async (deps: StoryReads, actor: Actor, query: MyStoriesQuery) => {
  const cursor = decodeCursor(query.cursor, ['instant', 'uuid']);
  const limit = query.limit ?? 20;
  const rows = await store.makersPage(deps.database.db, {
    makerId: personId(actor),
    state: query.state,
    after: cursor ? { at: new Date(cursor[0]), id: cursor[1] } : null,
    limit: limit + 1,
  });
  const { shown, next } = cutPage(rows, limit, ({ updatedAt, id }) => [updatedAt.toISOString(), id]);
  return { items: await workViews(deps, deps.database.db, shown), next };
};

/** A story with the words that are in the feed, whatever its maker writes meanwhile; null when nothing of it is. */
export const asInFeed = (row: store.StoryRow): store.StoryRow | null => {
  const text = textInFeed(row);
  return text && { ...row, ...text, state: row.state };
};

/** Whether an approved story is for this person; its maker and those who moderate see every one. */
export const isFor = async (
  deps: StoryReads,
  db: Reader,
  actor: Actor,
  { seenBy, makerId }: Pick<store.StoryRow, 'seenBy' | 'makerId'>,
): Promise<boolean> => {
  if (seenBy === 'public' || seenBy === 'unlisted') return true;
  if (can(actor, 'story.preview', { ownerId: makerId })) return true;
  return seenBy === 'followers' && (await deps.follows(db, actor.id, makerId));
};

/** What is in the feed as anybody sees it, in the order of `rows`. */
export const publicViews = async (
  deps: StoryReads,
  db: Reader,
  rows: readonly store.StoryRow[],
): Promise<PublicStory[]> => {
  const shown = rows.flatMap((row) => asInFeed(row) ?? []);
  return (await hydrate(deps, db, shown)).flatMap((story) => publicView(story) ?? []);
};
