// How the work on a piece of media ends, whichever jobs did it. Whoever holds the row's claim writes; the others stop.
import type { Tx } from '#platform/database';
import type { JobContext } from '#platform/jobs';
import { placeCaptions } from './captions.ts';
import { change, enqueueAv1, type MediaDeps } from './commands.ts';
import type { MediaClass, MediaRecord, PackageRecord } from './media.ts';
import * as rules from './media.ts';
import * as store from './store.ts';
import type { Rejection } from './verdict.ts';
import { linkVersion } from './visibility.ts';

/** Locks the row if it is still ours; null when it is not. */
export const withClaim = <T>(
  deps: MediaDeps,
  id: string,
  claim: string,
  work: (tx: Tx, media: MediaRecord) => Promise<T>,
): Promise<T | null> =>
  deps.database.transaction(async (tx) => {
    const media = await store.lockMedia(tx, id);
    return media?.state === 'processing' && media.claim === claim ? await work(tx, media) : null;
  });

export const reject = async (deps: MediaDeps, id: string, claim: string, rejection: Rejection): Promise<void> => {
  await withClaim(deps, id, claim, async (tx, media) => {
    const rejectedAt = await deps.database.now(tx);
    await change(deps, tx, media, 'reject', {
      rejection,
      rejectedAt,
      claim: null,
      progress: rules.atStage('done', 100),
    });
    await deps.events.emit(tx, 'media.rejected', id, {
      mediaId: id,
      ownerId: media.ownerId,
      filename: media.filename,
      code: rejection.code,
    });
  });
};

/**
 * All files lie in the folder of `version`: from here on it plays. The row is locked. An edit's files are linked to where
 * a new version of the media's class has them, and the paths of the one before end a moment later.
 */
export const publish = async (
  deps: MediaDeps,
  tx: Tx,
  media: MediaRecord,
  version: number,
  record: PackageRecord,
): Promise<void> => {
  const { id } = media;
  const made = rules.versionPrefix(id, 'private', version);
  const isEdit = version !== media.version;
  const next = isEdit ? media.version + 1 : version;
  const folder = isEdit ? rules.versionPrefix(id, media.class, next) : made;
  if (isEdit) await linkVersion(deps, made, folder, tx);
  await placeCaptions(deps, tx, id, folder, record.trim ?? null);
  await change(deps, tx, media, 'publish', {
    package: record,
    version: next,
    claim: null,
    failures: 0,
    progress: rules.atStage('done', 100),
  });
  await deps.events.emit(tx, 'media.ready', id, { mediaId: id, ownerId: media.ownerId });
  await enqueueAv1(deps, tx, media);
  if (!isEdit) return;
  const drop = (folders: { class: MediaClass; version: number }) =>
    deps.jobs.enqueue(tx, 'media.drop_version', { id, ...folders });
  await drop({ class: media.class, version: media.version });
  // Also those of edits that a kill or a cancel ended.
  for (const edit of rules.editFolders(await deps.storage.list(rules.mediaPrefix(id))))
    await drop({ class: 'private', version: edit });
};

/** Counts it; after the third it is the maker who asks again. The job's own retries go on until then. */
export const noteFailure = async (
  deps: MediaDeps,
  id: string,
  claim: string,
  context: JobContext,
  error: unknown,
): Promise<void> => {
  context.log.error({ err: error, media: id }, 'media could not be processed');
  await withClaim(deps, id, claim, async (tx, media) => {
    const failures = media.failures + 1;
    const last = failures >= rules.MAX_FAILURES || context.lastAttempt;
    await change(deps, tx, media, last ? 'fail' : null, {
      failures,
      ...(last ? { claim: null } : {}),
      progress: rules.atStage(last ? 'done' : 'probe'),
    });
    if (last)
      await deps.events.emit(tx, 'media.failed', id, { mediaId: id, ownerId: media.ownerId, filename: media.filename });
  });
};

/** Takes out again what was written for media that was deleted meanwhile. */
export const takeBack = async (deps: MediaDeps, id: string): Promise<void> => {
  const left = await store.mediaById(deps.database.db, id);
  if (left === null || left.state === 'deleting') await deps.storage.deletePrefix(rules.mediaPrefix(id));
};
