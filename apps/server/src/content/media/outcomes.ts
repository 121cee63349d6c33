// How the work on a piece of media ends, whichever jobs did it. Whoever holds the row's claim writes; the others stop.
import type { Tx } from '#platform/database';
import type { JobContext } from '#platform/jobs';
import { placeCaptions } from './captions.ts';
import { change, type MediaDeps } from './commands.ts';
import type { MediaRecord, PackageRecord } from './media.ts';
import * as rules from './media.ts';
import * as store from './store.ts';
import type { Rejection } from './verdict.ts';

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

/** All files lie in `prefix`: from here on it plays. The row is locked. */
export const publish = async (
  deps: MediaDeps,
  tx: Tx,
  media: MediaRecord,
  prefix: string,
  record: PackageRecord,
): Promise<void> => {
  await placeCaptions(deps, tx, media.id, prefix, record.trim ?? null);
  await change(deps, tx, media, 'publish', {
    package: record,
    claim: null,
    failures: 0,
    progress: rules.atStage('done', 100),
  });
  await deps.events.emit(tx, 'media.ready', media.id, { mediaId: media.id, ownerId: media.ownerId });
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
    await change(deps, tx, media, last ? 'fail' : null, { failures, progress: rules.atStage(last ? 'done' : 'probe') });
    if (last)
      await deps.events.emit(tx, 'media.failed', id, { mediaId: id, ownerId: media.ownerId, filename: media.filename });
  });
};

/** Takes out again what was written for media that was deleted meanwhile. */
export const takeBack = async (deps: MediaDeps, id: string): Promise<void> => {
  const left = await store.mediaById(deps.database.db, id);
  if (left === null || left.state === 'deleting') await deps.storage.deletePrefix(rules.mediaPrefix(id));
};
