// stories: a piece and how it was made. Editorial only: what is for sale about it is a listing.
import type { Actor } from '@videowindow/contract';
import type { Reader, Tx } from '#platform/database';
import type { Room } from '#platform/room';
import { changeReach, decideStory, draftFrom } from './commands.ts';
import { personal } from './personal.ts';
import { asInFeed, isFor, publicViews, readStory, type StoryReads, workViews } from './queries.ts';
import { storiesRoutes } from './routes.ts';
import * as store from './store.ts';

export type { StoryMedia } from './commands.ts';
export type Stories = ReturnType<typeof createStories>;

/** What rooms above may know of a story: its words as others see them, if anybody may. */
export type StoryFacts = Pick<
  store.StoryRow,
  'id' | 'makerId' | 'title' | 'category' | 'state' | 'mediaId' | 'submittedAt' | 'listedAt'
> & { isShown: boolean };

const factsOf = (row: store.StoryRow): StoryFacts => {
  const inFeed = asInFeed(row);
  return { ...(inFeed ?? row), isShown: inFeed !== null && row.seenBy !== 'private' };
};

export const createStories = (deps: StoryReads) => {
  const room: Room = { personal, routes: [storiesRoutes(deps)] };
  return {
    room,
    async facts(db: Reader, id: string): Promise<StoryFacts | null> {
      const row = await store.storyById(db, id);
      return row && factsOf(row);
    },
    async factsByIds(db: Reader, ids: readonly string[]): Promise<Map<string, StoryFacts>> {
      const rows = await store.storiesByIds(db, [...new Set(ids)]);
      return new Map(rows.map((row) => [row.id, factsOf(row)]));
    },
    /** What others read of a story; of one that nobody sees, what its maker wrote. */
    async words(db: Reader, id: string): Promise<Pick<store.StoryRow, 'caption' | 'category' | 'sections'> | null> {
      const row = await store.storyById(db, id);
      if (!row) return null;
      const { caption, category, sections } = asInFeed(row) ?? row;
      return { caption, category, sections };
    },
    /** The picture of each story that has a video. */
    async posters(db: Reader, ids: readonly string[]): Promise<Map<string, string>> {
      const rows = (await store.storiesByIds(db, [...new Set(ids)])).map(factsOf);
      const media = await deps.media.find(
        db,
        rows.flatMap((row) => row.mediaId ?? []),
      );
      return new Map(
        rows.flatMap((row) => {
          const posterUrl = row.mediaId ? media.get(row.mediaId)?.view?.posterUrl : undefined;
          return posterUrl ? [[row.id, posterUrl] as const] : [];
        }),
      );
    },
    /** Locks the story's row, before anything that rests on its state. */
    async lock(tx: Tx, id: string): Promise<StoryFacts | null> {
      const row = await store.lockStory(tx, id);
      return row && factsOf(row);
    },
    /**
     * A page of what is shown to everybody (of one maker's, also to followers), newest first. Its ids come first, so that
     * what belongs to them is read while the stories are made ready; the next page begins behind `next`.
     */
    async listed(db: Reader, page: Parameters<typeof store.listedPage>[1]) {
      const rows = await store.listedPage(db, { ...page, limit: page.limit + 1 });
      const shown = rows.slice(0, page.limit);
      const last = shown.at(-1);
      return {
        ids: shown.map(({ id }) => id),
        stories: publicViews(deps, db, shown),
        next: rows.length > page.limit && last?.listedAt ? { at: last.listedAt, id: last.id } : null,
      };
    },
    /** A maker's account was closed to all but followers, opened, left or taken up again. @throws DomainError story_frozen */
    reachOfMakerChanged: (tx: Tx, makerId: string) => changeReach(deps, tx, makerId),
    /** How many of a maker's stories this person may see in lists. */
    async countFor(db: Reader, makerId: string, reader: string | null): Promise<number> {
      const forFollowers = reader === makerId || (await deps.follows(db, reader, makerId));
      return await store.countListed(db, makerId, forFollowers);
    },
    /** One story as it is shown to this person; null when nothing of it is. */
    async shownTo(db: Reader, actor: Actor, id: string) {
      const row = await store.storyById(db, id);
      if (!row || !(await isFor(deps, db, actor, row))) return null;
      return (await publicViews(deps, db, [row]))[0] ?? null;
    },
    /** Whether an approved story is for this person. */
    async isFor(db: Reader, actor: Actor, id: string): Promise<boolean> {
      const row = await store.storyById(db, id);
      return row !== null && (await isFor(deps, db, actor, row));
    },
    /** Stories that wait for review, longest first. */
    async queue(db: Reader, page: Parameters<typeof store.queuePage>[1]) {
      const rows = await store.queuePage(db, { ...page, limit: page.limit + 1 });
      const shown = rows.slice(0, page.limit);
      const last = shown.at(-1);
      const submittedAt = new Map(shown.map((row) => [row.id, row.submittedAt]));
      return {
        items: (await workViews(deps, db, shown)).map((story) => ({
          story,
          submittedAt: (submittedAt.get(story.id) ?? new Date(story.updatedAt)).toISOString(),
        })),
        next: rows.length > page.limit && last?.submittedAt ? { at: last.submittedAt, id: last.id } : null,
      };
    },
    /** @throws DomainError not_found @returns the draft's id */
    draftFrom: (tx: Tx, actor: Actor, from: Parameters<typeof draftFrom>[3]) => draftFrom(deps, tx, actor, from),
    decide: (tx: Tx, actor: Actor, id: string, decision: Parameters<typeof decideStory>[4]) =>
      decideStory(deps, tx, actor, id, decision),
    read: (actor: Actor, id: string) => readStory(deps, actor, id),
    /** Whether this media must stay, because a story that others see or may see again shows it. */
    reliesOnMedia: (db: Reader, mediaId: string) => store.reliesOnMedia(db, mediaId),
  };
};
