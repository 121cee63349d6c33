/** A long film, made in chunks of time: its sound once, its picture chunk by chunk, both joined by copy. No database. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { type Chunk, endsEarly, isChunked, type MadeSegment, planChunks, planOneChunk, ticksBefore } from './chunks.ts';
import type { Cut, Engine, PictureDescription, Refusal } from './engine.ts';
import { outputFolders, type RunSettings, seekStillsArgs, soundArgs } from './ffmpeg-args.ts';
import { SAMPLE_RATE } from './filters.ts';
import { delayOf, joinInits, joinSegment, type Part, PICTURE_TRACK, SOUND_TRACK, timescaleOf } from './fmp4.ts';
import { inAv1, type Ladder, planLadder } from './ladder.ts';
import { type RungFiles, segmentName } from './playlist.ts';
import {
  candidates,
  limitsFor,
  measureGain,
  type Report,
  readRung,
  runLadder,
  type Work,
  writeWatermark,
} from './runs.ts';
import { makeStills, type Stills } from './stills.ts';
import { makePreview, PREVIEW_FILE, planPreview, planSprite, previewStart, type Sprite } from './storyboard.ts';
import { DEFAULT_POLICY, undecodable } from './verdict.ts';
import { DEFAULT_WATERMARK } from './watermark.ts';

/** All that chunks must agree on; kept as JSON. */
export interface Film {
  readonly description: PictureDescription;
  readonly ladder: Ladder;
  readonly handle?: string;
  /** Where in the source it begins. */
  readonly startSeconds: number;
  /** When its first picture is shown; what the coder's reordering needs when absent. */
  readonly shownFrom?: number;
  readonly chunks: readonly Chunk[];
}

/** What a source needs beside the film. */
export interface FilmWork {
  readonly source: string;
  /** An empty folder; everything in it is output afterwards, but for what no list names. */
  readonly folder: string;
  readonly signal: AbortSignal | undefined;
}

/** The whole film's sound as fragments of its own. */
export interface Sound {
  readonly init: Buffer;
  readonly segments: number;
  segment(n: number): Promise<Buffer>;
}

export interface MadeChunk {
  readonly kind: 'made';
  readonly segments: readonly MadeSegment[];
  /** Nothing comes after it, whatever was planned. */
  readonly ends: boolean;
  readonly sprite: Sprite | undefined;
  readonly preview: string | undefined;
  /** Relative to the folder. */
  readonly files: readonly string[];
}

/** Candidates for the poster by seeks, and from the first chunk's run: for sources in which seeks find nothing. */
const SEEKS = 6;
const STILLS_OF_FIRST = 2;

/** `cut`: the part of the source that is the film, in seconds; all of it when undefined. */
export function planFilm(description: PictureDescription, handle: string | undefined, cut: Cut | undefined): Film {
  const durationSeconds = cut ? cut.endSeconds - cut.startSeconds : description.durationSeconds;
  const ladder = { ...planLadder({ ...description, durationSeconds }), progressive: [] };
  return {
    description,
    ladder,
    ...(handle === undefined ? {} : { handle }),
    startSeconds: cut?.startSeconds ?? 0,
    chunks: planChunks(ladder, cut !== undefined),
  };
}

/**
 * The same film in AV1, to be played beside the one in H.264: the same segments, shown at the same moments.
 * @param shownFrom seconds at which that one shows its first picture
 */
export function planAv1(
  description: PictureDescription,
  handle: string | undefined,
  cut: Cut | undefined,
  shownFrom: number,
): Film {
  const film = planFilm(description, handle, cut);
  const chunks = isChunked(description.demuxer, film.ladder.durationSeconds)
    ? film.chunks
    : planOneChunk(film.ladder, cut !== undefined);
  return { ...film, ladder: inAv1(film.ladder), chunks, shownFrom };
}

/** Writes the folder `audio`, measured and brought to its loudness first. Undefined: the film is silent. */
export async function makeSound(engine: Engine, film: Film, work: FilmWork): Promise<RungFiles | undefined | Refusal> {
  const { description, ladder, startSeconds } = film;
  if (description.audio === undefined) return undefined;
  const within = workOf(engine, film, work, ladder.durationSeconds);
  const isCut = !film.chunks.at(-1)?.open;
  const maxSeconds = isCut ? ladder.durationSeconds : (engine.policy ?? DEFAULT_POLICY).maxSeconds + 1;
  const span = { description, ladder, startSeconds, maxSeconds };
  const gainDb = await measureGain(within, span);
  await mkdir(join(work.folder, 'audio'));
  const args = (source: string) => soundArgs(source, { ...span, gainDb });
  const run = await within.cage.run({ ...within, tool: 'ffmpeg', args });
  const made = await readRung(work.folder, 'audio');
  if (!run.ok) return { kind: 'failed', why: run.why, detail: run.stderr };
  return made?.segments.length ? made : undefined;
}

/** Poster and thumbnails, from all over the film, by seeks; undefined where these find nothing. */
export async function makeFilmStills(engine: Engine, film: Film, work: FilmWork): Promise<Stills | undefined> {
  const step = film.ladder.durationSeconds / SEEKS;
  const moments = Array.from({ length: SEEKS }, (_, n) => film.startSeconds + step * (n + 0.4));
  const within = workOf(engine, film, work, 60);
  const end = film.startSeconds + film.ladder.durationSeconds;
  // What it could not find is no reason to fail: the first chunk's candidates are there.
  await within.cage.run({ ...within, tool: 'ffmpeg', args: (source) => seekStillsArgs(source, film, moments, end) });
  const found = await candidates(work.folder);
  return found.length > 0 ? await makeStills(work.folder, found) : undefined;
}

/** Makes one chunk of all rungs, joined with its sound: segments that stand where they belong in the whole film. */
export async function makeChunk(
  engine: Engine,
  film: Film,
  chunk: Chunk,
  /** Needed only when the picture is made. */
  sound: Promise<Sound | undefined>,
  work: FilmWork,
  onReport: (report: Report) => Promise<void>,
): Promise<MadeChunk | Refusal> {
  const { ladder } = film;
  const { folder } = work;
  sound.catch(() => undefined); // awaited below; it must not end the process meanwhile
  for (const name of outputFolders({ ...ladder, audioBitRate: undefined })) await mkdir(join(folder, name));
  const watermark = await writeWatermark(film.handle, ladder, folder, engine.watermark ?? DEFAULT_WATERMARK);
  const settings = settingsFor(engine, film, chunk, watermark);
  const { run } = await runLadder(workOf(engine, film, work, chunk.seconds), settings, onReport);
  if (!run.ok) return { kind: 'failed', why: run.why, detail: run.stderr };

  const rungs = await Promise.all(ladder.rungs.map((rung) => readRung(folder, rung.name)));
  const made = rungs.filter((rung) => rung !== undefined && rung.segments.length > 0) as RungFiles[]; // filter's type keeps undefined
  const top = made.at(-1);
  if (top === undefined) {
    if (chunk.n === 0) return { kind: 'rejected', rejection: undecodable() };
    return { kind: 'made', segments: [], ends: true, sprite: undefined, preview: undefined, files: [] };
  }
  const uneven = made.length < rungs.length || made.some((rung) => rung.segments.length !== top.segments.length);
  if (uneven) return { kind: 'failed', why: 'exit', detail: 'the rungs have not the same segments' };

  const ends =
    chunk.open ||
    endsEarly(
      ladder,
      chunk,
      top.segments.map(({ seconds }) => ({ seconds, bytes: {} })),
    );
  const bytes = new Map<string, number[]>();
  for (const rung of made) bytes.set(rung.name, await joinRung(film, chunk, rung, await sound, folder, ends));
  const hasPreview = settings.preview !== undefined && (await makePreview(folder));
  return {
    kind: 'made',
    segments: top.segments.map(({ seconds }, n) => ({
      seconds,
      bytes: Object.fromEntries(made.map(({ name }) => [name, bytes.get(name)?.[n] ?? 0])),
    })),
    ends,
    sprite: settings.storyboard,
    preview: hasPreview ? PREVIEW_FILE : undefined,
    files: [
      ...made.flatMap(({ name, segments }) => [
        `${name}/init.mp4`,
        ...segments.map((_, n) => `${name}/${segmentName(chunk.firstSegment + n)}`),
      ]),
      ...(settings.storyboard ? [settings.storyboard.file] : []),
      ...(hasPreview ? [PREVIEW_FILE] : []),
    ],
  };
}

/** The sound that {@link makeSound} left in a folder. */
export function soundIn(folder: string, made: RungFiles): Sound {
  const segment = (n: number) => readFile(join(folder, 'audio', segmentName(n)));
  return { init: made.init, segments: made.segments.length, segment };
}

function settingsFor(engine: Engine, film: Film, chunk: Chunk, watermark: RunSettings['watermark']): RunSettings {
  const { ladder } = film;
  const end = chunk.startSeconds + chunk.seconds;
  const preview = Math.min(previewStart(ladder.durationSeconds), ladder.durationSeconds);
  // Beside a film in AV1 there are the pictures of the one in H.264.
  const hasPictures = ladder.codec !== 'av1';
  const previewed = hasPictures && preview >= chunk.startSeconds && preview < end;
  const frames = Math.round((chunk.seconds * ladder.fps.num) / ladder.fps.den);
  return {
    ...{ description: film.description, ladder, gainDb: undefined, watermark },
    ...{ stills: hasPictures && chunk.n === 0 ? STILLS_OF_FIRST : 0, stillsWithin: chunk.seconds },
    threads: engine.threads ?? availableParallelism(),
    maxSeconds: chunk.open ? (engine.policy ?? DEFAULT_POLICY).maxSeconds + 1 - chunk.startSeconds : chunk.seconds,
    storyboard: hasPictures ? planSprite(ladder, chunk.n, chunk.seconds) : undefined,
    // Three seconds of one chunk: where a cut would part them they begin earlier.
    preview: previewed ? planPreview(ladder, Math.max(0, Math.min(preview, end - 3) - chunk.startSeconds)) : undefined,
    startSeconds: film.startSeconds + chunk.startSeconds,
    part: { firstSegment: chunk.firstSegment },
    frames: chunk.open ? undefined : frames,
  };
}

/** Puts each segment's sound to its picture and both to their place in time. @returns the segments' bytes */
async function joinRung(
  film: Film,
  chunk: Chunk,
  rung: RungFiles,
  sound: Sound | undefined,
  folder: string,
  ends: boolean,
): Promise<number[]> {
  const path = (name: string) => join(folder, rung.name, name);
  const scale = timescaleOf(rung.init);
  const before = ticksBefore(film.ladder, chunk, scale);
  const sizes: number[] = [];
  for (const [index] of rung.segments.entries()) {
    const n = chunk.firstSegment + index;
    const picture = await readFile(path(segmentName(n)));
    const delay = delayOf(picture) / scale;
    const shownFrom = film.shownFrom ?? delay;
    const shift = before + Math.round((shownFrom - delay) * scale);
    const soundPart = async (of: number): Promise<Part[]> => {
      if (sound === undefined || of >= sound.segments) return [];
      return [{ segment: await sound.segment(of), track: SOUND_TRACK, shift: Math.round(shownFrom * SAMPLE_RATE) }];
    };
    const parts: Part[] = [{ segment: picture, track: PICTURE_TRACK, shift }, ...(await soundPart(n))];
    // Sound is cut a little after the picture, so that a rest of it may be left at the end.
    const rest = ends && index === rung.segments.length - 1 ? await soundPart(n + 1) : [];
    const pieces = [joinSegment(parts, 4 * n + 1), ...(rest.length > 0 ? [joinSegment(rest, 4 * n + 3)] : [])];
    await writeFile(path(segmentName(n)), Buffer.concat(pieces));
    sizes.push(pieces.reduce((sum, { length }) => sum + length, 0));
  }
  await writeFile(path('init.mp4'), joinInits(rung.init, sound?.init));
  return sizes;
}

function workOf(engine: Engine, { ladder }: Film, work: FilmWork, seconds: number): Work {
  const threads = engine.threads ?? availableParallelism();
  return { ...work, cage: engine.cage, limits: limitsFor(ladder, seconds, threads) };
}
