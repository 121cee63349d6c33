// What the commands of this room share: what it was made with, who may see a piece, how a change is told.
import { type Actor, DomainError } from '@videowindow/contract';
import type { Database, Reader, Tx } from '#platform/database';
import type { Events } from '#platform/events';
import type { Timers } from '#platform/jobs';
import type { Listing } from './listing.ts';

/** What a listing must know of its story; content plugs it in. */
export type StoryFacts = {
  readonly id: string;
  readonly makerId: string;
  readonly title: string;
  readonly isShown: boolean;
};

export type ListingsDeps = {
  database: Database;
  events: Events;
  /** The marketplace's settlement currency. */
  currency: string;
  /** A story by id, null when there is none. Whoever may see it is decided here. */
  story(reader: Reader, id: string): Promise<StoryFacts | null>;
  /** Whether a story that is shown is for this person too: it may be for followers only. */
  isFor(reader: Reader, actor: Actor, storyId: string): Promise<boolean>;
  /** Whether one of the two blocked the other. */
  areApart(reader: Reader, person: string | null, other: string): Promise<boolean>;
  timers: Timers;
  /** Stories by id and the picture of each that has one, for lists. */
  stories(reader: Reader, ids: readonly string[]): Promise<Map<string, StoryFacts>>;
  posters(reader: Reader, ids: readonly string[]): Promise<Map<string, string>>;
  /** A new draft of the maker's: with the words of another story of theirs, or with a title only. @returns its id */
  draft(tx: Tx, actor: Actor, from: { storyId: string } | { title: string }): Promise<string>;
};

/** The story, when this person may know of it: its maker, staff, and once it is shown everybody whom it is for. */
export const storyFor = async (
  deps: ListingsDeps,
  reader: Reader,
  actor: Actor,
  storyId: string,
): Promise<StoryFacts | null> => {
  const story = await deps.story(reader, storyId);
  if (!story) return null;
  if (story.makerId === actor.id || actor.roles.some((role) => role === 'moderator' || role === 'admin')) return story;
  if (!story.isShown || (await deps.areApart(reader, actor.id, story.makerId))) return null;
  return (await deps.isFor(reader, actor, storyId)) ? story : null;
};

/** The same. @throws DomainError not_found */
export const visibleStory = async (...asked: Parameters<typeof storyFor>): Promise<StoryFacts> => {
  const story = await storyFor(...asked);
  if (!story) throw new DomainError('not_found');
  return story;
};

/** Says how the listing stands now. */
export const announce = (deps: Pick<ListingsDeps, 'events'>, tx: Tx, listing: Listing): Promise<void> =>
  deps.events.emit(tx, 'listing.changed', listing.id, {
    listingId: listing.id,
    storyId: listing.storyId,
    makerId: listing.makerId,
    state: listing.state,
    version: listing.version,
  });
