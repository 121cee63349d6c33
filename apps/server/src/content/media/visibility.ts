// Who may watch a piece of media, and what happens to its paths when that changes.
import { type Actor, can, DomainError } from '@videowindow/contract';
import { sql, type Tx } from '#platform/database';
import { change, lockOwn, type MediaDeps } from './commands.ts';
import type { MediaClass, MediaRecord, Visibility } from './media.ts';
import * as rules from './media.ts';
import * as store from './store.ts';

/** From those who let in the fewest on. */
const WIDENING: readonly Visibility[] = ['private', 'followers', 'unlisted', 'public'];

const classOf = (visibility: Visibility): MediaClass => (visibility === 'public' ? 'public' : 'private');

/** Whether this person may watch it now. Its owner and those who moderate see it in every state. */
export const mayWatch = async (
  deps: Pick<MediaDeps, 'database' | 'follows' | 'areApart'>,
  actor: Actor,
  media: MediaRecord,
): Promise<boolean> => {
  if (can(actor, 'media.read', media)) return true;
  if (!rules.plays(media) || media.visibility === 'private') return false;
  const { db } = deps.database;
  if (await deps.areApart(db, actor.id, media.ownerId)) return false;
  return media.visibility !== 'followers' || (await deps.follows(db, actor.id, media.ownerId));
};

/**
 * Its owner's choice, while no story decides.
 * @throws DomainError not_found, story_frozen, media_not_ready
 */
export const changeVisibility = (
  deps: MediaDeps,
  actor: Actor,
  id: string,
  visibility: Visibility,
): Promise<MediaRecord> =>
  deps.database.transaction(async (tx) => {
    await lockOwn(tx, actor, id);
    await deps.assertDeletable(tx, id);
    return await setVisibility(deps, tx, id, visibility);
  });

/**
 * Whoever may watch no more loses it at once: the files are linked under a path of a new version, which is what ends
 * every grant for the old one; those paths end a moment later. Letting in more people with a grant of their own changes
 * no path. The media's row is locked by this.
 * @throws DomainError media_not_ready
 */
export const setVisibility = async (
  deps: MediaDeps,
  tx: Tx,
  id: string,
  visibility: Visibility,
): Promise<MediaRecord> => {
  const media = await store.lockMedia(tx, id);
  if (!media || !rules.plays(media)) throw new DomainError('media_not_ready');
  if (media.visibility === visibility) return media;
  const wider = WIDENING.indexOf(visibility) > WIDENING.indexOf(media.visibility);
  const mediaClass = classOf(visibility);
  if (wider && mediaClass === media.class) return await change(deps, tx, media, null, { visibility });
  const version = media.version + 1;
  await linkVersion(
    deps,
    rules.versionPrefix(id, media.class, media.version),
    rules.versionPrefix(id, mediaClass, version),
    tx,
  );
  const after = await change(deps, tx, media, null, { class: mediaClass, version, visibility });
  await deps.jobs.enqueue(tx, 'media.drop_version', { id, class: media.class, version: media.version });
  return after;
};

/** Copies at once: over a network each takes a while, and a film has thousands. */
const COPIES = 16;

/** Done again after a roll-back, the copies replace themselves. `tx`: the transaction that waits for it, if one does. */
export const linkVersion = async (
  { storage }: Pick<MediaDeps, 'storage'>,
  from: string,
  to: string,
  tx?: Tx,
): Promise<void> => {
  if (tx) await sql`set local idle_in_transaction_session_timeout = 0`.execute(tx);
  const keys = await storage.list(from);
  for (let n = 0; n < keys.length; n += COPIES) {
    const batch = keys.slice(n, n + COPIES);
    await Promise.all(batch.map((key) => storage.copy(key, `${to}/${key.slice(from.length + 1)}`)));
  }
  if (tx) await sql`set local idle_in_transaction_session_timeout to default`.execute(tx);
};
