// What a maker does to the work on their media: stop it, or ask for another version of the same original.
import { type Actor, DomainError } from '@videowindow/contract';
import type { MediaEdits } from '@videowindow/contract/api/media';
import { deleteFilm, filmKey } from './chunks-store.ts';
import { change, enqueueProcessing, lockOwn, type MediaDeps } from './commands.ts';
import type { MediaRecord } from './media.ts';
import * as rules from './media.ts';

/**
 * Stops the work on it; a worker that is at it loses its claim and notices within a second. The original stays. Of an edit
 * the version before it goes on playing.
 * @throws DomainError not_found, invalid_transition
 */
export const cancelProcessing = async (deps: MediaDeps, actor: Actor, id: string): Promise<MediaRecord> =>
  await deps.database.transaction(async (tx) => {
    const media = await lockOwn(tx, actor, id);
    return await change(deps, tx, media, 'cancel', { claim: null, failures: 0, progress: rules.atStage('done') });
  });

/**
 * Begins another version, cut or with another cover; the one before plays until it is there.
 * @throws DomainError not_found, invalid_transition, story_frozen, validation_failed
 */
export const editMedia = async (deps: MediaDeps, actor: Actor, id: string, edits: MediaEdits): Promise<MediaRecord> =>
  await deps.database.transaction(async (tx) => {
    const media = await lockOwn(tx, actor, id);
    await deps.assertDeletable(tx, id);
    if (media.purpose === 'image')
      throw new DomainError('invalid_transition', { from: media.state, possible: ['delete'] });
    if (media.state === 'ready') rules.checkEdits(media, edits);
    const after = await change(deps, tx, media, 'edit', { edits, failures: 0, progress: rules.atStage('probe') });
    await deleteFilm(tx, filmKey(id));
    await enqueueProcessing(deps, tx, media);
    return after;
  });
