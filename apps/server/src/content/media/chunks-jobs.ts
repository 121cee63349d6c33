// Long films: the first job makes the sound, the poster and the first chunk; each further chunk is a job of its own; the
// one that finds nothing missing publishes. A chunk that is made is never made again, whoever dies when.
import { randomUUID } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Tx } from '#platform/database';
import type { JobContext } from '#platform/jobs';
import { type Film, type FilmWork, makeChunk, makeFilmStills, makeSound, planFilm, soundIn } from './chunks-engine.ts';
import { made, NOTHING, putChunk, putSound, soundOf } from './chunks-files.ts';
import { announce, finishFilm, prefixOf } from './chunks-package.ts';
import * as chunks from './chunks-store.ts';
import { filmKey } from './chunks-store.ts';
import { change, type MediaDeps, placeInQueue } from './commands.ts';
import { filesOf } from './cover.ts';
import type { Progress, TranscodeRequest } from './engine.ts';
import type { MediaRecord } from './media.ts';
import * as rules from './media.ts';
import { noteFailure, reject, takeBack, withClaim } from './outcomes.ts';
import { candidates, type Report, readRung } from './runs.ts';
import { filmSource } from './seekable.ts';
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
  const soundRecord = await putSound(deps, prefix, folders.sound, heard);
  await put(stillsFolder, filesOf(stills));
  const record = await putChunk(deps, prefix, film, 0, folders.chunk, made(chunk));
  const filmRecord: chunks.FilmRecord = {
    ...film,
    edits: media.edits,
    sound: soundRecord,
    stills: { poster: stills.poster, thumbnails: [...stills.thumbnails], thumbhash: stills.thumbhash },
  };
  await withClaim(deps, media.id, run, async (tx, now) => {
    await chunks.insertFilm(tx, filmKey(now.id), version, filmRecord);
    const claim = randomUUID();
    await chunks.claimChunk(tx, filmKey(now.id), 0, claim);
    await chunks.noteChunkMade(tx, filmKey(now.id), 0, claim, record);
    await announce(deps, tx, now, { version, film: filmRecord }, [record], rungs);
    await enqueueWaiting(deps, tx, now, run);
  });
};

/** Goes on with a film that was begun, with a new run. @returns false when none was */
export const resumeFilm = async (deps: MediaDeps, id: string, run: string): Promise<boolean> => {
  const resumed = await withClaim(deps, id, run, async (tx, media) => {
    const found = await chunks.filmOf(tx, filmKey(id));
    if (found === null) return false;
    await chunks.releaseChunks(tx, filmKey(id));
    // Where all are made, the last one's job has still to publish.
    if ((await enqueueWaiting(deps, tx, media, run)) === 0)
      await enqueueChunks(deps, tx, media, run, [found.film.chunks.length - 1]);
    return true;
  });
  return resumed === true;
};

/** Makes one chunk that is still missing, and the package when it was the last one. */
export const makeFilmChunk = async (deps: MediaDeps, job: ChunkJob, context: JobContext): Promise<void> => {
  const { id, n, run } = job;
  const claim = randomUUID();
  const begun = await withClaim(deps, id, run, async (tx) => {
    const found = await chunks.filmOf(tx, filmKey(id));
    const before = await chunks.madeChunks(tx, filmKey(id));
    if (found === null) return null;
    if (before[n] === undefined) await chunks.claimChunk(tx, filmKey(id), n, claim);
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

const runChunk = async (
  deps: MediaDeps,
  { id, n, run }: ChunkJob,
  claim: string,
  { version, film }: Begun,
  { folder, signal }: Omit<FilmWork, 'source'>,
  lost: () => void,
): Promise<chunks.ChunkRecord | null> => {
  const { engine } = deps;
  const chunk = film.chunks[n];
  if (engine === null || chunk === undefined) throw new Error(`chunk ${n} cannot be made here: ${deps.whyNot}`);
  const source = await filmSource(deps, id, `${folder}.source`);
  const prefix = prefixOf(id, version);
  const tell = chunkTeller(deps, { id, n, run }, claim, film, lost);
  const sound = soundOf(deps, prefix, film);
  const result = made(await makeChunk(engine, film, chunk, sound, { source, folder, signal }, tell));
  return await putChunk(deps, prefix, film, n, folder, result);
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
    if (!(await chunks.noteChunkMade(tx, filmKey(id), n, claim, chunk))) return;
    await announce(deps, tx, media, begun, await chunks.madeChunks(tx, filmKey(id)));
    await enqueueWaiting(deps, tx, media, run);
  });
};

/** As many jobs as may run at once; each that ends brings the next. @returns how many */
const enqueueWaiting = async (deps: MediaDeps, tx: Tx, media: MediaRecord, run: string): Promise<number> => {
  const waiting = await chunks.waitingChunks(tx, filmKey(media.id), deps.atOnce);
  await enqueueChunks(deps, tx, media, run, waiting);
  return waiting.length;
};

const enqueueChunks = async (
  deps: MediaDeps,
  tx: Tx,
  media: MediaRecord,
  run: string,
  numbers: readonly number[],
): Promise<void> => {
  const place = await placeInQueue(deps, tx, media);
  for (const n of numbers) {
    const job: ChunkJob = { id: media.id, n, run };
    await deps.jobs.enqueue(tx, 'media.chunk', job, { key: `media.chunk ${media.id} ${n}`, ...place(n) });
  }
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
      if (!(await chunks.noteChunkProgress(tx, filmKey(id), n, claim, report))) return null;
      const { seconds, speed } = await chunks.filmProgress(tx, filmKey(id));
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
