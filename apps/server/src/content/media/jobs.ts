// The long work on media. Every job may be killed at any point and run again, here or on another machine.
import { randomUUID } from 'node:crypto';
import { mkdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { JobContext, JobDefinition } from '#platform/jobs';
import { sweepAv1 } from './av1.ts';
import { isChunked, isLong } from './chunks.ts';
import { beginFilm, type ChunkJob, makeFilmChunk, resumeFilm } from './chunks-jobs.ts';
import { change, finishUpload, keepOriginal, type MediaDeps, uploadPath } from './commands.ts';
import { type Cover, filesOf, makeCover } from './cover.ts';
import { deleteEverything, dropVersion, foldersOf, removeUpload, sweepDeletions } from './deletion.ts';
import { type Engine, examine, type Package, type PictureDescription, type Progress, transcode } from './engine.ts';
import { makePicture } from './images.ts';
import { keepPicture } from './images-store.ts';
import type { MediaClass, MediaRecord, PackageRecord } from './media.ts';
import * as rules from './media.ts';
import { noteFailure, publish, reject, takeBack, withClaim } from './outcomes.ts';
import { dropCopy, keepCopy, keptCopy, seekable } from './seekable.ts';
import * as store from './store.ts';
import { linkVersion } from './visibility.ts';
import { clipOfSound, type SoundClip } from './waveform.ts';

const TELL_EVERY_MS = 900;
const COVER_FOLDER = 'cover';
const ABANDONED_WORK_MS = 24 * 3_600_000;

export const mediaJobs = (deps: MediaDeps): Record<string, JobDefinition<never>> => ({
  'media.process': { handle: ({ id }: { id: string }, context: JobContext) => processMedia(deps, id, context) },
  'media.chunk': { handle: (chunk: ChunkJob, context: JobContext) => makeFilmChunk(deps, chunk, context) },
  'media.delete': { handle: ({ id }: { id: string }) => deleteEverything(deps, id) },
  'media.drop_version': {
    handle: (old: { id: string; class: MediaClass; version: number }) => dropVersion(deps, old),
  },
  'media.drop_copy': { handle: ({ id }: { id: string }) => dropCopy(deps, id) },
  'media.sweep': { cron: '*/5 * * * *', handle: () => sweep(deps) },
  'media.sweep_orphans': { cron: '47 3 * * *', handle: () => sweepOrphans(deps) },
});

/** Probe → judge → ladder → storage → ready. Whoever holds the row's claim writes the outcome; the others stop. */
const processMedia = async (deps: MediaDeps, id: string, context: JobContext): Promise<void> => {
  const { engine } = deps;
  if (engine === null) throw new Error(`video cannot be processed here: ${deps.whyNot}`);
  const claim = randomUUID();
  const media = await claimMedia(deps, id, claim);
  if (media === null || (await resumeFilm(deps, id, claim))) return;
  const work = join(deps.workFolder, `${id}-${claim}`);
  const lost = new AbortController();
  const signal = AbortSignal.any([context.signal, lost.signal]);
  try {
    await mkdir(work, { recursive: true });
    const original = await keepOriginal(deps, id, `${work}.source`);
    const sound =
      media.purpose === 'audio' ? await soundClip(deps, engine, id, original, `${work}.sound`, signal) : null;
    if (sound?.ok === false) return await reject(deps, id, claim, sound.rejection);
    const picture =
      media.purpose === 'image' ? await makePicture(engine, original, work, `${work}.picture`, signal) : null;
    if (picture?.ok === false) return await reject(deps, id, claim, picture.rejection);
    if (picture && (await keepPicture(deps, media, claim, work, picture))) return;
    const given = sound?.source ?? picture?.clip ?? original;
    const verdict = await examine(engine, given, work, signal);
    if (!verdict.ok) return await reject(deps, id, claim, verdict.rejection);

    const seen = verdict.description;
    const described = sound ? { ...seen, video: { ...seen.video, drawn: true as const } } : seen;
    const { durationSeconds } = described;
    const sourceDurationMs = Math.round(durationSeconds * 1000);
    await withClaim(deps, id, claim, (tx, now) => change(deps, tx, now, null, { sourceDurationMs }));
    const tell = progressTeller(deps, id, claim, () => lost.abort());
    const handle = await deps.handleOf(deps.database.db, media.ownerId);
    const cut = rules.cutOf(media.edits);
    const seconds = cut ? cut.endSeconds - cut.startSeconds : durationSeconds;
    const { source, description } = rules.isOnlyCover(media)
      ? { source: given, description: described }
      : await seekable(
          deps,
          engine,
          id,
          { source: given, description: described, seconds },
          { folder: `${work}.copy`, signal },
        );
    const cover = await coverOf(engine, media, description, { source, folder: work, signal });
    if (cover && rules.isOnlyCover(media)) return await publishCover(deps, media, claim, cover);
    const request = { source, folder: work, description, handle, signal, cut, cover };
    if (isChunked(description.demuxer, seconds)) return await beginFilm(deps, media, claim, request, tell);
    const made = await transcode(engine, { ...request, onProgress: tell });
    if (lost.signal.aborted) return;
    if (made.kind === 'rejected') return await reject(deps, id, claim, made.rejection);
    if (made.kind === 'failed') throw new Error(`${made.why}: ${made.detail.slice(-2000)}`);
    await putAndPublish(deps, media, claim, work, made.package);
  } catch (error) {
    if (lost.signal.aborted) return;
    if (!context.signal.aborted) await noteFailure(deps, id, claim, context, error);
    throw error;
  } finally {
    for (const end of ['', '.source', '.sound', '.picture', '.copy'])
      await rm(`${work}${end}`, { recursive: true, force: true });
    await takeBack(deps, id);
  }
};

/** A recording with its picture. That of a long one is kept: whoever takes over does not draw it again. */
const soundClip = async (
  deps: MediaDeps,
  engine: Engine,
  id: string,
  original: string,
  folder: string,
  signal: AbortSignal,
): Promise<{ ok: true; source: string } | Extract<SoundClip, { ok: false }>> => {
  const kept = await keptCopy(deps, id, folder);
  if (kept) return { ok: true, source: kept };
  const made = await clipOfSound(engine, original, folder, signal);
  if (!made.ok || !isLong(made.seconds)) return made;
  return { ok: true, source: await keepCopy(deps, id, made.source, folder) };
};

const claimMedia = (deps: MediaDeps, id: string, claim: string): Promise<MediaRecord | null> =>
  deps.database.transaction(async (tx) => {
    const media = await store.lockMedia(tx, id);
    if (media?.state !== 'uploaded' && media?.state !== 'processing') return null;
    return await change(deps, tx, media, 'process', { claim, progress: rules.atStage('probe') });
  });

/** Moves the files in, the master playlist last, then says so. What a lost claim left behind is taken out again. */
const putAndPublish = async (
  deps: MediaDeps,
  media: MediaRecord,
  claim: string,
  work: string,
  made: Package,
): Promise<void> => {
  const version = rules.workVersion(media);
  const prefix = rules.versionPrefix(media.id, 'private', version);
  const record = { ...(await packageRecord(work, made)), ...media.edits };
  const started = await withClaim(deps, media.id, claim, (tx, now) =>
    change(deps, tx, now, null, { progress: rules.atStage('package', 99) }),
  );
  if (started === null) return;
  for (const file of made.files) await deps.storage.putFile(`${prefix}/${file}`, join(work, file));
  await withClaim(deps, media.id, claim, (tx, now) => publish(deps, tx, now, version, record));
};

/** The frame that its maker chose, before anything else is made. */
const coverOf = async (
  engine: Engine,
  { edits: { coverMs } }: MediaRecord,
  description: PictureDescription,
  { source, folder, signal }: { source: string; folder: string; signal: AbortSignal },
): Promise<Cover | undefined> => {
  if (coverMs === null) return undefined;
  const own = join(folder, COVER_FOLDER);
  await mkdir(own);
  const stills = await makeCover(engine, description, { source, folder: own, signal }, coverMs / 1000);
  return stills && { folder: own, stills };
};

/** Another poster for the same pictures: nothing is encoded again. */
const publishCover = async (
  deps: MediaDeps,
  media: MediaRecord,
  claim: string,
  { folder, stills }: Cover,
): Promise<void> => {
  const version = rules.workVersion(media);
  const prefix = rules.versionPrefix(media.id, 'private', version);
  await linkVersion(deps, rules.versionPrefix(media.id, media.class, media.version), prefix);
  for (const file of filesOf(stills)) await deps.storage.putFile(`${prefix}/${file}`, join(folder, file));
  const { poster, thumbnails, thumbhash } = stills;
  await withClaim(deps, media.id, claim, async (tx, now) => {
    if (now.package === null) return;
    const record = { ...now.package, poster, thumbnails: [...thumbnails], thumbhash, ...now.edits };
    await publish(deps, tx, now, version, record);
  });
};

const packageRecord = async (work: string, made: Package): Promise<PackageRecord> => ({
  width: made.width,
  height: made.height,
  durationMs: Math.round(made.durationSeconds * 1000),
  hasAudio: made.hasSound,
  rungs: [...made.rungs],
  mp4: await Promise.all(
    made.progressive.map(async (file) => ({
      file,
      shortSide: Number(/v(\d+)/.exec(file)?.[1]),
      bytes: (await stat(join(work, file))).size,
    })),
  ),
  poster: made.stills.poster,
  thumbnails: [...made.stills.thumbnails],
  thumbhash: made.stills.thumbhash,
  playableMs: null,
  storyboard: made.storyboard,
  preview: made.preview ?? null,
  bytes: made.bytes,
});

/** Tells the owner about once a second; notices by the way when the media was deleted or taken over. */
const progressTeller = (deps: MediaDeps, id: string, claim: string, lost: () => void) => {
  let toldAt = Number.NEGATIVE_INFINITY;
  return ({ percent, speed, secondsLeft }: Omit<Progress, 'playableSeconds'>): void => {
    if (performance.now() - toldAt < TELL_EVERY_MS) return;
    toldAt = performance.now();
    const progress = { stage: 'transcode' as const, percent, speed, secondsLeft: secondsLeft ?? null };
    withClaim(deps, id, claim, (tx, media) => change(deps, tx, media, null, { progress })).then(
      (told) => told === null && lost(),
      (error) => deps.log.warn({ err: error, media: id }, 'progress could not be told'),
    );
  };
};

/** Ends what was left lying: uploads nobody went on with, finished ones nobody told us of, originals of rejected files. */
export const sweep = async (deps: MediaDeps): Promise<void> => {
  await sweepDeletions(deps);
  const now = await deps.database.now(deps.database.db);
  for (const upload of await store.uploadingMedia(deps.database.db)) {
    const stored = await stat(uploadPath(deps, upload.id)).then(
      (info) => info.size,
      () => 0,
    );
    if (stored === upload.bytes && stored > 0) await finishUpload(deps, upload.id);
    else if (upload.expiresAt < now) await abandonUpload(deps, upload.id);
  }
  for (const id of await store.rejectedBefore(deps.database.db, new Date(now.getTime() - rules.REJECTED_LIFE_MS))) {
    await deps.storage.deletePrefix(rules.originalKey(id));
    await deps.database.transaction((tx) => store.noteOriginalDeleted(tx, id, now));
  }
  for (const name of await foldersOf(deps.workFolder)) {
    const info = await stat(join(deps.workFolder, name)).catch(() => null);
    if (info && Date.now() - info.mtimeMs > ABANDONED_WORK_MS)
      await rm(join(deps.workFolder, name), { recursive: true, force: true });
  }
  await deps.storage.sweep(new Date(Date.now() - ABANDONED_WORK_MS));
};

/** Forgets an upload that is not complete, with its bytes. @returns false when it was complete, or gone before */
export const abandonUpload = async (deps: MediaDeps, id: string): Promise<boolean> => {
  const abandoned = await deps.database.transaction(async (tx) => {
    const media = await store.lockMedia(tx, id);
    if (media?.state !== 'uploading') return false;
    await store.deleteMediaRow(tx, id);
    return true;
  });
  if (abandoned) await removeUpload(deps, id);
  return abandoned;
};

/** Objects and uploads that no row knows: left by a crash between a file and its row. */
const sweepOrphans = async (deps: MediaDeps): Promise<void> => {
  const keys = [...(await deps.storage.list('media')), ...(await deps.storage.list('originals'))];
  const uploads = (await foldersOf(deps.uploadsFolder)).map((name) => name.split('.')[0] ?? '');
  const ids = [...new Set([...keys.map((key) => key.split('/')[1] ?? ''), ...uploads])].filter((id) =>
    /^[0-9a-f-]{36}$/.test(id),
  );
  for (const { id, version } of editsAmong(keys)) {
    const media = await store.mediaById(deps.database.db, id);
    if (media && media.state !== 'processing')
      await deps.storage.deletePrefix(rules.versionPrefix(id, 'private', version));
  }
  await sweepAv1(deps, keys);
  for (const key of keys)
    if (key === rules.copyKey(key.split('/')[1] ?? '')) await dropCopy(deps, key.split('/')[1] ?? '');
  const known = await store.knownIds(deps.database.db, ids);
  for (const id of ids.filter((candidate) => !known.has(candidate))) {
    await deps.storage.deletePrefix(rules.mediaPrefix(id));
    await deps.storage.deletePrefix(rules.originalKey(id));
    await removeUpload(deps, id);
  }
};

/** What edits that a kill or a cancel ended left in the store. */
const editsAmong = (keys: readonly string[]): { id: string; version: number }[] =>
  [...new Set(keys.map((key) => key.split('/')[1] ?? ''))].flatMap((id) =>
    rules
      .editFolders(keys.filter((key) => key.startsWith(`${rules.mediaPrefix(id)}/`)))
      .map((version) => ({ id, version })),
  );
