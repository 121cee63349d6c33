// Import by URL: announced like an upload, fetched by a job, and from the last byte on an upload like any other.
import { createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type Actor, DomainError, errors } from '@videowindow/contract';
import type { JobContext } from '#platform/jobs';
import { announceUpload, change, finishUpload, type MediaDeps, uploadPath, uploadSpace } from './commands.ts';
import { type AddressCheck, readImportUrl } from './import-address.ts';
import { ImportProblem, openPublic } from './import-fetch.ts';
import type { MediaRecord, Purpose, StoredRejection } from './media.ts';
import * as rules from './media.ts';
import * as store from './store.ts';

export type ImportDeps = MediaDeps & {
  /** null where the operator has not turned imports on. */
  importFrom: AddressCheck | null;
};

/** All of one import; a server that sends a byte now and then holds nobody up for longer. */
const LONGEST_MS = 30 * 60_000;
const TELL_EVERY_MS = 900;

/** @throws DomainError capability_off, import_refused, and what an upload is refused for */
export const importMedia = async (
  deps: ImportDeps,
  actor: Actor,
  { purpose, url }: { purpose: Purpose; url: string },
): Promise<MediaRecord> => {
  if (deps.importFrom === null) throw new DomainError('capability_off', { setting: 'MEDIA_IMPORT' });
  const source = readImportUrl(url, undefined, deps.importFrom);
  if (source === null) throw new DomainError('import_refused');
  const filename = nameOf(source);
  // How many bytes is known when the other server answers.
  return await announceUpload(deps, actor, { purpose, filename, bytes: 0, sourceUrl: source.href });
};

/** Fetches it. Killed and run again it begins anew; ended when its owner deletes the media. */
export const runImport = async (deps: ImportDeps, id: string, context: JobContext): Promise<void> => {
  const media = await store.mediaById(deps.database.db, id);
  if (media?.state !== 'uploading' || media.sourceUrl === null) return;
  const gone = new AbortController();
  const signal = AbortSignal.any([context.signal, gone.signal, AbortSignal.timeout(LONGEST_MS)]);
  try {
    if (deps.importFrom === null) throw new DomainError('capability_off');
    const answer = await openPublic(media.sourceUrl, { isAllowed: deps.importFrom, signal });
    const promised = lengthOf(answer.headers['content-length']);
    const most = await admit(deps, id, promised);
    const meter = createMeter(most, (received) => tell(deps, id, received, promised, () => gone.abort()));
    await pipeline(answer, meter.stream, createWriteStream(uploadPath(deps, id)), { signal });
    if (promised === null) await admit(deps, id, meter.received());
    await finishUpload(deps, id);
  } catch (error) {
    if (context.signal.aborted) throw error;
    await rm(uploadPath(deps, id), { force: true });
    if (gone.signal.aborted) return;
    context.log.info({ err: error, media: id }, 'an import came to nothing');
    await reject(deps, id, reasonOf(error));
  }
};

/**
 * Decides by size and quota, now that there is something to decide by.
 * @returns the bytes that may come
 * @throws DomainError media_too_large, quota_exceeded, storage_full, not_found
 */
const admit = (deps: ImportDeps, id: string, bytes: number | null): Promise<number> =>
  deps.database.transaction(async (tx) => {
    const announced = await store.mediaById(tx, id);
    if (announced === null) throw new DomainError('not_found');
    const used = await store.lockUsage(tx, announced.ownerId, await deps.database.now(tx));
    const media = await store.lockMedia(tx, id);
    if (media?.state !== 'uploading') throw new DomainError('not_found');
    if (bytes === 0) throw new ImportProblem('import_failed', 'There is nothing in this file.');
    const others = { today: used.today - media.bytes, inAll: used.inAll - media.bytes };
    rules.admitUpload(bytes ?? 1, others, await uploadSpace(deps, tx, id), deps.bounds);
    const { fileBytes, dayBytes, personBytes } = deps.bounds;
    if (bytes === null) return Math.min(fileBytes, dayBytes - others.today, personBytes - others.inAll);
    await change(deps, tx, media, null, { bytes });
    return bytes;
  });

/** Counts what comes, and ends it when it is more than may come. */
const createMeter = (most: number, tellReceived: (bytes: number) => void) => {
  let received = 0;
  let toldAt = performance.now();
  const stream = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      received += chunk.length;
      if (received > most) return done(new DomainError('media_too_large', { maxBytes: most }));
      if (performance.now() - toldAt > TELL_EVERY_MS) {
        toldAt = performance.now();
        tellReceived(received);
      }
      done(null, chunk);
    },
  });
  return { stream, received: () => received };
};

/** Tells the owner about once a second; notices by the way when the media was deleted. */
const tell = (deps: ImportDeps, id: string, received: number, promised: number | null, gone: () => void): void => {
  const percent = promised === null ? 0 : Math.round((received / promised) * 1000) / 10;
  deps.database
    .transaction(async (tx) => {
      const media = await store.lockMedia(tx, id);
      if (media?.state !== 'uploading') return gone();
      await change(deps, tx, media, null, { progress: rules.atStage('upload', percent) });
    })
    .catch((error) => deps.log.warn({ err: error, media: id }, 'progress could not be told'));
};

const reject = (deps: ImportDeps, id: string, rejection: StoredRejection): Promise<void> =>
  deps.database.transaction(async (tx) => {
    const media = await store.lockMedia(tx, id);
    if (media?.state !== 'uploading') return;
    const rejectedAt = await deps.database.now(tx);
    await change(deps, tx, media, 'reject', { rejection, rejectedAt, progress: rules.atStage('done', 100) });
    const { ownerId, filename } = media;
    await deps.events.emit(tx, 'media.rejected', id, { mediaId: id, ownerId, filename, code: rejection.code });
  });

/** What the maker reads. Everything unexpected is the other side's connection, or its server. */
const reasonOf = (error: unknown): StoredRejection => {
  if (error instanceof ImportProblem) return { code: error.code, sentence: error.message };
  if (error instanceof DomainError && isReason(error.code))
    return { code: error.code, sentence: errors[error.code].title };
  return {
    code: 'import_failed',
    sentence: 'The connection to the other server broke before the file was complete. Try again, or upload the file.',
  };
};

const isReason = (code: string): code is 'media_too_large' | 'quota_exceeded' | 'storage_full' =>
  code === 'media_too_large' || code === 'quota_exceeded' || code === 'storage_full';

const lengthOf = (header: string | undefined): number | null =>
  header !== undefined && /^\d{1,15}$/.test(header) ? Number(header) : null;

/** The last part of the path; a part that cannot be decoded stays as it is. */
const nameOf = ({ pathname, hostname }: URL): string => {
  const last = pathname.split('/').at(-1) || hostname;
  try {
    return decodeURIComponent(last);
  } catch {
    return last;
  }
};
