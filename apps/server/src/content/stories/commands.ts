// What can be done to a story. Each command: may they, lock, decide by the machine, write, emit.
import { type Actor, DomainError } from '@videowindow/contract';
import type { StoryText } from '@videowindow/contract/api/content';
import type { ImageView, MediaView } from '@videowindow/contract/api/media';
import { apply } from '@videowindow/contract/machine';
import { type StoryCommand, type StoryGuard, storyMachine } from '@videowindow/contract/machines/story';
import { MOST_PICTURES } from '@videowindow/contract/story-bounds';
import { recordAudit } from '#platform/audit';
import { newId } from '#platform/crypto';
import type { Database, Reader, Tx } from '#platform/database';
import type { Events } from '#platform/events';
import { authorize, personId } from '#platform/http';
import * as store from './store.ts';
import {
  arePicturesReady,
  hashtagsOf,
  isCorrection,
  isDiscardable,
  mediaOf,
  missingFrom,
  narrows,
  picturesOf,
  textInFeed,
  widest,
} from './story.ts';

/** What stories need of the media room. */
export type StoryMedia = {
  /** Media by id, whoever owns them. */
  find(
    db: Reader,
    ids: readonly string[],
  ): Promise<
    Map<string, { ownerId: string; purpose: string; state: string; view: MediaView | null; image: ImageView | null }>
  >;
  /** Decides who may watch it, besides its owner and moderators. Locks it. @throws DomainError media_not_ready */
  setVisibility(tx: Tx, mediaId: string, visibility: store.Visibility): Promise<void>;
  /** Deletes it, its bytes in the background. What is gone already is no error. */
  remove(tx: Tx, actor: Actor, mediaId: string): Promise<void>;
};

export type StoriesDeps = {
  database: Database;
  events: Events;
  media: StoryMedia;
  /** Whether buyers rely on the story now: its piece is in an auction or locked. Plugged by listings. */
  isFrozen(tx: Tx, storyId: string): Promise<boolean>;
  /** How far a maker's account lets their stories reach now. */
  reachOf(db: Reader, makerId: string): Promise<'everybody' | 'followers' | 'nobody'>;
};

const EMPTY: StoryText = { title: '', caption: '', category: null, sections: [], mediaId: null };

const textOf = (row: StoryText): StoryText => ({
  title: row.title,
  caption: row.caption,
  category: row.category,
  sections: row.sections,
  mediaId: row.mediaId,
});

/** The video of a story and its pictures are its maker's own, or they are not there. What it had before is not looked at. */
const assertOwnMedia = async (deps: StoriesDeps, tx: Tx, makerId: string, text: StoryText, before = EMPTY) => {
  const had = mediaOf(before);
  const added = mediaOf(text).filter((id) => !had.includes(id));
  if (added.length === 0) return;
  const media = await deps.media.find(tx, added);
  const pictures = picturesOf(text);
  const isTheirs = (id: string, isPicture: boolean) => {
    const found = media.get(id);
    return found?.ownerId === makerId && found.state !== 'deleting' && (found.purpose === 'image') === isPicture;
  };
  const refuse = (path: string, message: string) =>
    new DomainError('validation_failed', { fields: [{ path, message }] });
  if (text.mediaId !== null && added.includes(text.mediaId) && !isTheirs(text.mediaId, false))
    throw refuse('mediaId', 'is not a video of yours');
  if (pictures.length > MOST_PICTURES) throw refuse('sections', `at most ${MOST_PICTURES} pictures in a story`);
  if (pictures.some((id) => added.includes(id) && !isTheirs(id, true)))
    throw refuse('sections', 'holds a picture that is not yours');
};

/** Where the media of a text stand, as far as sending it in goes. */
const missingNow = async (deps: StoriesDeps, db: Reader, text: StoryText) => {
  const media = await deps.media.find(db, mediaOf(text));
  const video = text.mediaId === null ? undefined : media.get(text.mediaId);
  return missingFrom(text, video?.state ?? null, arePicturesReady(text, media));
};

const lockOwn = async (tx: Tx, actor: Actor, id: string): Promise<store.StoryRow> => {
  const story = await store.lockStory(tx, id);
  if (!story) throw new DomainError('not_found');
  authorize(actor, 'story.edit', { ownerId: story.makerId });
  return story;
};

/** Starts a draft. @returns its id. */
export const createStory = (deps: StoriesDeps, actor: Actor, given: Partial<StoryText>): Promise<string> =>
  deps.database.transaction((tx) => insertDraft(deps, tx, actor, given));

const insertDraft = async (deps: StoriesDeps, tx: Tx, actor: Actor, given: Partial<StoryText>): Promise<string> => {
  authorize(actor, 'story.create');
  const text = { ...EMPTY, ...given };
  const id = newId();
  const now = await deps.database.now(tx);
  await assertOwnMedia(deps, tx, personId(actor), text);
  await store.insertStory(tx, { ...text, id, makerId: personId(actor), hashtags: hashtagsOf(text.caption), now });
  // Asked after the row is there, which waits for a change of the maker's own row: no change passes a new story by.
  await store.updateReachOf(tx, id, await deps.reachOf(tx, personId(actor)));
  return id;
};

/** Starts a draft with the words and the video of another story of the same maker, or with a title only. @returns its id */
export const draftFrom = async (
  deps: StoriesDeps,
  tx: Tx,
  actor: Actor,
  from: { storyId: string } | { title: string },
): Promise<string> => {
  if ('title' in from) return await insertDraft(deps, tx, actor, from);
  const story = await store.storyById(tx, from.storyId);
  if (!story) throw new DomainError('not_found');
  authorize(actor, 'story.edit', { ownerId: story.makerId });
  return await insertDraft(deps, tx, actor, textOf(story));
};

/**
 * Saves the words. A listed story that becomes another goes back to review, or is a draft again while something is
 * missing; the feed shows what was approved until the new version is. An archived one becomes a draft, so that nothing
 * comes back into the feed that nobody has looked at.
 * @throws DomainError version_conflict when it was saved elsewhere meanwhile, story_frozen, invalid_transition
 */
export const saveStory = async (
  deps: StoriesDeps,
  actor: Actor,
  id: string,
  given: Partial<StoryText> & { version: number },
): Promise<void> => {
  await deps.database.transaction(async (tx) => {
    const story = await lockOwn(tx, actor, id);
    const { version, ...changes } = given;
    if (version !== story.version)
      throw new DomainError('version_conflict', { current: { version: story.version, ...textOf(story) } });
    const before = textOf(story);
    const after = { ...before, ...changes };
    const now = await deps.database.now(tx);
    await assertOwnMedia(deps, tx, story.makerId, after, before);
    if (story.state === 'removed' || story.state === 'submitted') {
      throw new DomainError('invalid_transition', { from: story.state, command: 'save', possible: [] });
    }
    // What stands in for these words in the feed is what buyers rely on.
    if (story.shown === null && (await deps.isFrozen(tx, id))) throw new DomainError('story_frozen');
    await store.updateText(tx, id, after, hashtagsOf(after.caption), now);
    const approved = story.state === 'listed' || story.state === 'scheduled' || story.state === 'archived';
    if (!approved || isCorrection(story.approved ?? before, after)) return;
    const shown = textInFeed(story);
    await move(deps, tx, { ...story, ...after, shown: shown && textOf(shown) }, 'revise', { byMaker: true }, now);
  });
};

/** Throws a draft away that was never approved, with its video and pictures where no other story has them. */
export const discardStory = async (deps: StoriesDeps, actor: Actor, id: string): Promise<void> => {
  await deps.database.transaction(async (tx) => {
    const story = await lockOwn(tx, actor, id);
    if (!isDiscardable(story))
      throw new DomainError('invalid_transition', { from: story.state, command: 'discard', possible: [] });
    await store.deleteStory(tx, id);
    for (const mediaId of mediaOf(story).sort()) {
      await store.lockMediaUse(tx, mediaId);
      if (!(await store.hasMedia(tx, mediaId))) await deps.media.remove(tx, actor, mediaId);
    }
    await recordAudit(tx, { actor: actor.id, action: 'story.discarded', subject: id });
    await deps.events.emit(tx, 'story.discarded', id, { storyId: id, makerId: story.makerId });
  });
};

/** A command of the maker's that only changes the state. */
export const moveStory = async (
  deps: StoriesDeps,
  actor: Actor,
  id: string,
  command: 'submit' | 'withdraw' | 'archive' | 'restore',
): Promise<void> => {
  await deps.database.transaction(async (tx) => {
    const story = await lockOwn(tx, actor, id);
    if (command === 'archive' && (await deps.isFrozen(tx, id))) throw new DomainError('story_frozen');
    await move(deps, tx, story, command, { byMaker: true }, await deps.database.now(tx));
  });
};

/**
 * Whom a story is for; of one that is shown at once. What waits for review is for somebody.
 * @throws DomainError story_private, story_frozen where buyers would lose sight of it, invalid_transition
 */
export const changeVisibility = async (
  deps: StoriesDeps,
  actor: Actor,
  id: string,
  visibility: store.Visibility,
): Promise<void> => {
  await deps.database.transaction(async (tx) => {
    const story = await lockOwn(tx, actor, id);
    if (story.visibility === visibility) return;
    if (story.state === 'removed')
      throw new DomainError('invalid_transition', { from: story.state, command: 'visibility', possible: [] });
    const waits = story.state === 'submitted' || story.state === 'scheduled';
    if (visibility === 'private' && waits) throw new DomainError('story_private');
    if (narrows(story.visibility, visibility) && (await deps.isFrozen(tx, id))) throw new DomainError('story_frozen');
    await store.updateVisibility(tx, id, visibility);
    await settleMedia(deps, tx, mediaOf(textInFeed(story) ?? EMPTY));
  });
};

/**
 * Lets a maker's stories reach as far as their account does now, and their clips with them.
 * @throws DomainError story_frozen where buyers would lose sight of a piece
 */
export const changeReach = async (deps: StoriesDeps, tx: Tx, makerId: string): Promise<void> => {
  const reach = await deps.reachOf(tx, makerId);
  const changed = await store.updateReach(tx, makerId, reach);
  const shown = changed.filter((story) => textInFeed(story) !== null);
  if (reach !== 'everybody')
    for (const story of shown) if (await deps.isFrozen(tx, story.id)) throw new DomainError('story_frozen');
  await settleMedia(
    deps,
    tx,
    shown.flatMap((story) => mediaOf(textInFeed(story) ?? EMPTY)),
  );
};

/** Gives up the version that is not approved: the story is again what the feed shows of it. */
export const revertStory = async (deps: StoriesDeps, actor: Actor, id: string): Promise<void> => {
  await deps.database.transaction(async (tx) => {
    const story = await lockOwn(tx, actor, id);
    const now = await deps.database.now(tx);
    const { shown } = story;
    if (shown) await store.updateText(tx, id, shown, hashtagsOf(shown.caption), now);
    await move(deps, tx, { ...story, ...shown }, 'revert', { byMaker: true }, now);
  });
};

export type Decision = { decision: 'approve' | 'request_changes' | 'remove'; reason: string; version: number };

const DECISIONS = {
  approve: { command: 'approve', recorded: 'approved' },
  request_changes: { command: 'requestChanges', recorded: 'changes_requested' },
  remove: { command: 'remove', recorded: 'removed' },
} as const;

/**
 * A moderator decides on a story; moderation calls it in its own transaction.
 * @param version what the moderator looked at; null for a removal that no edit may outrun.
 * @throws DomainError own_content, version_conflict, invalid_transition, story_frozen where buyers rely on the version in the feed
 */
export const decideStory = async (
  deps: StoriesDeps,
  tx: Tx,
  actor: Actor,
  id: string,
  decision: Omit<Decision, 'version'> & { version: number | null },
): Promise<void> => {
  authorize(actor, 'moderation.decide');
  const story = await store.lockStory(tx, id);
  if (!story) throw new DomainError('not_found');
  if (story.makerId === actor.id) throw new DomainError('own_content');
  if (decision.version !== null && decision.version !== story.version) {
    throw new DomainError('version_conflict', { current: { version: story.version } });
  }
  const now = await deps.database.now(tx);
  const { command, recorded } = DECISIONS[decision.decision];
  if (command === 'approve' && story.shown !== null && (await deps.isFrozen(tx, id)))
    throw new DomainError('story_frozen');
  await store.updateReview(tx, id, { decision: recorded, reason: decision.reason, at: now.toISOString() });
  if (command === 'approve') await store.updateApproved(tx, id, textOf(story));
  await move(deps, tx, story, command, { byModerator: true }, now, decision.reason);
  await recordAudit(tx, {
    actor: actor.id,
    action: `story.${recorded}`,
    subject: id,
    facts: { version: story.version, reason: decision.reason },
    before: { state: story.state },
    after: { state: (await store.lockStory(tx, id))?.state },
  });
};

/**
 * A video is for those whom the stories that show it are for; of two that show the same one, the wider counts. Comes after the story's
 * row is written. Its lock on the media is also what keeps a video from being deleted while a story is sent in with it.
 * The same goes for pictures.
 */
const settleMedia = async (deps: StoriesDeps, tx: Tx, mediaIds: readonly string[]): Promise<void> => {
  // In one order, so that two stories that swap their videos do not wait for each other.
  for (const mediaId of [...new Set(mediaIds)].sort()) {
    await store.lockMediaUse(tx, mediaId);
    await deps.media.setVisibility(tx, mediaId, widest(await store.shownFor(tx, mediaId)));
  }
};

/** Moves by the machine, and tells. */
const move = async (
  deps: StoriesDeps,
  tx: Tx,
  story: store.StoryRow,
  command: StoryCommand,
  who: { byMaker?: boolean; byModerator?: boolean },
  now: Date,
  reason = '',
): Promise<void> => {
  const missing = await missingNow(deps, tx, textOf(story));
  const shown = story.shown !== null;
  // What only its maker may see is nothing to look at for a moderator.
  const complete = missing.length === 0 && story.visibility !== 'private';
  const facts: Partial<Record<StoryGuard, boolean>> = { ...who, shown, complete };
  const moved = apply(storyMachine, story.state, command, facts);
  if (!moved.ok) {
    const wouldGo = apply(storyMachine, story.state, command, { ...who, shown, complete: true }).ok;
    if (wouldGo && missing.length === 0) throw new DomainError('story_private');
    if (wouldGo) throw new DomainError('story_incomplete', { fields: missing });
    throw new DomainError('invalid_transition', { from: moved.from, command, possible: moved.possible });
  }
  const ends = command === 'archive' || moved.to === 'listed' || moved.to === 'removed';
  await store.updateState(tx, story.id, { state: moved.to, shown: ends ? null : story.shown }, now);
  const relied = moved.to === 'submitted' || moved.to === 'scheduled' || moved.to === 'listed';
  const leaves = story.state === 'listed' && ends;
  await settleMedia(deps, tx, [...(relied || leaves ? mediaOf(story) : []), ...mediaOf(story.shown ?? EMPTY)]);
  const { id: storyId, makerId, title } = story;
  if (command === 'archive') return await deps.events.emit(tx, 'story.archived', storyId, { storyId, makerId });
  switch (moved.to) {
    case 'submitted':
      return await deps.events.emit(tx, 'story.submitted', storyId, { storyId, makerId, title });
    case 'changes_requested':
      return await deps.events.emit(tx, 'story.changes_requested', storyId, { storyId, makerId, title, reason });
    case 'listed':
      return await deps.events.emit(tx, 'story.listed', storyId, {
        storyId,
        makerId,
        title,
        by: who.byModerator ? 'moderator' : 'maker',
      });
    case 'removed':
      return await deps.events.emit(tx, 'story.removed', storyId, { storyId, makerId, title, reason });
    case 'draft':
    case 'archived':
    case 'scheduled':
      return;
  }
};
