// Long films: the first job makes the sound, the poster and the first chunk; each further chunk is a job of its own; the
// one that finds nothing missing publishes. A chunk that is made is never made again, whoever dies when.
import { randomUUID } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import type { Tx } from '#platform/database';
import type { JobContext } from '#platform/jobs';
import {
  type Film,
  type FilmWork,
  makeChunk,
  makeFilmStills,
  makeSound,
  planFilm,
  type Sound,
  soundIn,
} from './chunks-engine.ts';
import { announce, finishFilm, prefixOf } from './chunks-package.ts';
import * as chunks from './chunks-store.ts';
import { change, keepOriginal, type MediaDeps, placeInQueue } from './commands.ts';
import { filesOf } from './cover.ts';
import type { Progress, Refusal, TranscodeRequest } from './engine.ts';
import type { MediaRecord } from './media.ts';
import * as rules from './media.ts';
import { noteFailure, reject, takeBack, withClaim } from './outcomes.ts';
import { segmentName } from './playlist.ts';
import { candidates, type Report, readRung } from './runs.ts';
import { makeStills } from './stills.ts';

/** `run` is the media's claim: it is another one after a cancel, a retry or an edit, and then the job has nothing to do. */
export type ChunkJob = { readonly id: string; readonly n: number; readonly run: string };

const TELL_EVERY_MS = 900;

/** The beginning of a film: it can be watched from here on. Whoever dies in here begins again. */
export const beginFilm = async (
  deps: MediaDeps,
  media: MediaRecord,
  run: string,
  { source, folder, signal, description, handle, cut, cover }: TranscodeRequest,
  tell: (progress: FilmProgress) => void,
): Promise<void> => {
  const { engine, storage } = deps;
  if (engine === null) throw new Error(`video cannot be processed here: ${deps.whyNot}`);
  const film = planFilm(description, handle, cut);
  const [first] = film.chunks;
  if (first === undefined) throw new Error('a film has a first chunk');
  const folders = { sound: join(folder, 'sound'), stills: join(folder, 'stills'), chunk: join(folder, 'chunk') };
  for (const path of Object.values(folders)) await mkdir(path);
  const work = (path: string): FilmWork => ({ source, folder: path, signal });

  const sound = makeSound(engine, film, work(folders.sound)).then(made);
  const [found, chunk] = await Promise.all([
    cover?.stills ?? makeFilmStills(engine, film, work(folders.stills)),
    makeChunk(
      engine,
      film,
      first,
      sound.then((rung) => rung && soundIn(folders.sound, rung)),
      work(folders.chunk),
      async (report) => tell(progressOf(film, report.madeSeconds, report.speed)),
    ),
  ]);
  if (chunk.kind === 'rejected') return await reject(deps, media.id, run, chunk.rejection);
  const { segments, ends, sprite, preview } = made(chunk);
  const record: chunks.ChunkRecord = { segments, ends, sprite: sprite ?? null, preview: preview ?? null };

  // Where seeks find no keyframe the first seconds have to do.
  const stills = found ?? (await makeStills(folders.chunk, await candidates(folders.chunk)));
  const stillsFolder = cover?.folder ?? (found ? folders.stills : folders.chunk);
  const version = rules.workVersion(media);
  const prefix = prefixOf(media.id, version);
  const heard = await sound;
  const put = (from: string, files: readonly string[]) =>
    Promise.all(files.map((file) => storage.putFile(`${prefix}/${file}`, join(from, file))));
  const rungs = (await Promise.all(film.ladder.rungs.map(({ name }) => readRung(folders.chunk, name)))).filter(
    (rung) => rung !== undefined,
  );
  if (heard)
    await put(
      folders.sound,
      ['init.mp4', ...heard.segments.map((_, n) => segmentName(n))].map((file) => `audio/${file}`),
    );
  await put(stillsFolder, filesOf(stills));
  await put(folders.chunk, made(chunk).files);
  const filmRecord: chunks.FilmRecord = {
    ...film,
    edits: media.edits,
    sound: heard
      ? { seconds: heard.segments.map(({ seconds }) => seconds), bytes: heard.segments.map(({ bytes }) => bytes) }
      : null,
    stills: { poster: stills.poster, thumbnails: [...stills.thumbnails], thumbhash: stills.thumbhash },
  };
  await withClaim(deps, media.id, run, async (tx, now) => {
    await chunks.insertFilm(tx, now.id, version, filmRecord);
    const claim = randomUUID();
    await chunks.claimChunk(tx, now.id, 0, claim);
    await chunks.noteChunkMade(tx, now.id, 0, claim, record);
    await announce(deps, tx, now, { version, film: filmRecord }, [record], rungs);
    await enqueueWaiting(deps, tx, now, run);
  });
};

/** Goes on with a film that was begun, with a new run. @returns false when none was */
export const resumeFilm = async (deps: MediaDeps, id: string, run: string): Promise<boolean> => {
  const resumed = await withClaim(deps, id, run, async (tx, media) => {
    const found = await chunks.filmOf(tx, id);
    if (found === null) return false;
    await chunks.releaseChunks(tx, id);
    await enqueueWaiting(deps, tx, media, run);
    // Where all are made, the last one's job has still to publish.
    const last = found.film.chunks.length - 1;
    if ((await chunks.waitingChunks(tx, id, 1)).length === 0) await enqueueChunk(deps, tx, media, { run, n: last });
    return true;
  });
  return resumed === true;
};

/** Makes one chunk that is still missing, and the package when it was the last one. */
export const makeFilmChunk = async (deps: MediaDeps, job: ChunkJob, context: JobContext): Promise<void> => {
  const { id, n, run } = job;
  const claim = randomUUID();
  const begun = await withClaim(deps, id, run, async (tx) => {
    const found = await chunks.filmOf(tx, id);
    const before = await chunks.madeChunks(tx, id);
    if (found === null) return null;
    if (before[n] === undefined) await chunks.claimChunk(tx, id, n, claim);
    return { ...found, before };
  });
  if (begun === null) return;
  const folder = join(deps.workFolder, `${id}-${claim}`);
  const lost = new AbortController();
  try {
    await mkdir(folder, { recursive: true });
    if (begun.before[n] === undefined) {
      const isBeyond = begun.before.slice(0, n).some((chunk) => chunk?.ends);
      const signal = AbortSignal.any([context.signal, lost.signal]);
      const chunk = isBeyond
        ? NOTHING
        : await runChunk(deps, job, claim, begun, { folder, signal }, () => lost.abort());
      if (chunk === null || lost.signal.aborted) return;
      await keepChunk(deps, job, claim, begun, chunk);
    }
    await finishFilm(deps, id, run, begun);
  } catch (error) {
    if (lost.signal.aborted) return;
    if (!context.signal.aborted) await noteFailure(deps, id, run, context, error);
    throw error;
  } finally {
    for (const path of [folder, `${folder}.source`]) await rm(path, { recursive: true, force: true });
    await takeBack(deps, id);
  }
};

type FilmProgress = Omit<Progress, 'playableSeconds'>;
type Begun = { readonly version: number; readonly film: chunks.FilmRecord };

/** Beyond the picture's end. */
const NOTHING: chunks.ChunkRecord = { segments: [], ends: true, sprite: null, preview: null };

const runChunk = async (
  deps: MediaDeps,
  { id, n, run }: ChunkJob,
  claim: string,
  { version, film }: Begun,
  { folder, signal }: Omit<FilmWork, 'source'>,
  lost: () => void,
): Promise<chunks.ChunkRecord | null> => {
  const { engine, storage } = deps;
  const chunk = film.chunks[n];
  if (engine === null || chunk === undefined) throw new Error(`chunk ${n} cannot be made here: ${deps.whyNot}`);
  const source = await keepOriginal(deps, id, `${folder}.source`);
  const prefix = prefixOf(id, version);
  const tell = chunkTeller(deps, { id, n, run }, claim, film, lost);
  const sound = Promise.resolve(soundOf(deps, prefix, film));
  const result = made(await makeChunk(engine, film, chunk, sound, { source, folder, signal }, tell));
  // All chunks share the init segments that the first one wrote.
  for (const { name } of result.segments.length > 0 ? film.ladder.rungs : []) {
    const [ours, first] = [await initIn(folder, name), await readAll(deps, `${prefix}/${name}/init.mp4`)];
    if (!ours?.equals(first)) throw new Error(`chunk ${n} has another header than the first in ${name}`);
  }
  const files = result.files.filter((file) => !file.endsWith('/init.mp4'));
  await Promise.all(files.map((file) => storage.putFile(`${prefix}/${file}`, join(folder, file))));
  const { segments, ends, sprite, preview } = result;
  return { segments, ends, sprite: sprite ?? null, preview: preview ?? null };
};

/** From here on it is made. What can be watched grows, and the next chunk's turn comes. */
const keepChunk = async (
  deps: MediaDeps,
  { id, n, run }: ChunkJob,
  claim: string,
  begun: Begun,
  chunk: chunks.ChunkRecord,
): Promise<void> => {
  await withClaim(deps, id, run, async (tx, media) => {
    if (!(await chunks.noteChunkMade(tx, id, n, claim, chunk))) return;
    await announce(deps, tx, media, begun, await chunks.madeChunks(tx, id));
    await enqueueWaiting(deps, tx, media, run);
  });
};

/** As many jobs as may run at once; each that ends brings the next. */
const enqueueWaiting = async (deps: MediaDeps, tx: Tx, media: MediaRecord, run: string): Promise<void> => {
  const free = Math.max(0, deps.atOnce - (await chunks.countBegun(tx, media.id)));
  for (const n of await chunks.waitingChunks(tx, media.id, free)) await enqueueChunk(deps, tx, media, { run, n });
};

const enqueueChunk = async (
  deps: MediaDeps,
  tx: Tx,
  media: MediaRecord,
  { run, n }: Omit<ChunkJob, 'id'>,
): Promise<void> => {
  const job: ChunkJob = { id: media.id, n, run };
  const place = await placeInQueue(deps, tx, media, n);
  await deps.jobs.enqueue(tx, 'media.chunk', job, { key: `media.chunk ${media.id} ${n}`, ...place });
};

/** Tells the owner about once a second; notices by the way when the chunk is no longer ours. */
const chunkTeller = (
  deps: MediaDeps,
  { id, n, run }: ChunkJob,
  claim: string,
  film: Film,
  lost: () => void,
): ((report: Report) => Promise<void>) => {
  let toldAt = Number.NEGATIVE_INFINITY;
  return async (report) => {
    if (performance.now() - toldAt < TELL_EVERY_MS) return;
    toldAt = performance.now();
    const told = await withClaim(deps, id, run, async (tx, media) => {
      if (!(await chunks.noteChunkProgress(tx, id, n, claim, report))) return null;
      const { seconds, speed } = await chunks.filmProgress(tx, id);
      const { percent, secondsLeft } = progressOf(film, seconds, speed);
      const progress = { stage: 'transcode' as const, percent, speed, secondsLeft: secondsLeft ?? null };
      return await change(deps, tx, media, null, { progress });
    });
    if (told === null) lost();
  };
};

const progressOf = ({ ladder }: Film, madeSeconds: number, speed: number): FilmProgress => ({
  percent: Math.min(99, Math.round((madeSeconds / ladder.durationSeconds) * 1000) / 10),
  speed,
  secondsLeft: speed > 0 ? Math.max(0, Math.round((ladder.durationSeconds - madeSeconds) / speed)) : undefined,
});

const soundOf = (deps: MediaDeps, prefix: string, { sound }: chunks.FilmRecord): Promise<Sound | undefined> =>
  sound === null
    ? Promise.resolve(undefined)
    : readAll(deps, `${prefix}/audio/init.mp4`).then((init) => ({
        init,
        segments: sound.seconds.length,
        segment: (n) => readAll(deps, `${prefix}/audio/${segmentName(n)}`),
      }));

const initIn = async (folder: string, rung: string): Promise<Buffer | undefined> =>
  (await readRung(folder, rung))?.init;

const readAll = async ({ storage }: MediaDeps, key: string): Promise<Buffer> => buffer(await storage.read(key));

/** @throws Error for what has to be tried again */
const made = <T>(result: T | Refusal): Exclude<T, Refusal> => {
  if (typeof result === 'object' && result !== null && 'kind' in result) {
    if (result.kind === 'failed') throw new Error(`${result.why}: ${result.detail.slice(-2000)}`);
    if (result.kind === 'rejected') throw new Error(result.rejection.code);
  }
  return result as Exclude<T, Refusal>; // both refusals have been thrown
};
