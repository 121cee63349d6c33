// What was made of a picture finds its place beside the media's row.
import { join } from 'node:path';
import { change, type MediaDeps } from './commands.ts';
import type { MadePicture } from './images.ts';
import type { MediaRecord } from './media.ts';
import * as rules from './media.ts';
import * as store from './store.ts';

/**
 * Keeps what was made in `work`. A still is ready with that; what moves is a clip that is still to be made, whose files
 * are put away together with these. @returns whether there is nothing more to do, also because another took over
 */
export const keepPicture = async (
  deps: MediaDeps,
  media: MediaRecord,
  claim: string,
  work: string,
  { image, files, clip }: Extract<MadePicture, { ok: true }>,
): Promise<boolean> => {
  const prefix = rules.versionPrefix(media.id, 'private', media.version);
  if (clip === null) for (const file of files) await deps.storage.putFile(`${prefix}/${file}`, join(work, file));
  const now = await deps.database.transaction(async (tx) => {
    const row = await store.lockMedia(tx, media.id);
    if (row?.state !== 'processing' || row.claim !== claim) return { row, ours: false };
    if (clip !== null) return { row: await change(deps, tx, row, null, { image }), ours: true };
    const done = { image, claim: null, failures: 0, progress: rules.atStage('done', 100) };
    await deps.events.emit(tx, 'media.ready', row.id, { mediaId: row.id, ownerId: row.ownerId });
    return { row: await change(deps, tx, row, 'publish', done), ours: true };
  });
  // Deleted meanwhile: the deletion may have looked before these were put away.
  if (!now.ours && (now.row === null || now.row.state === 'deleting')) await deps.storage.deletePrefix(prefix);
  return !now.ours || clip === null;
};
