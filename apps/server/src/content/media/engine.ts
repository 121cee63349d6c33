/** From an uploaded file to everything a player needs, in one work folder: probe, judge, plan, run, package. No database. */
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import type { Cage, CagedFailure } from './cage.ts';
import { folderBytes } from './cage.ts';
import { type Cover, filesOf } from './cover.ts';
import { settleTimes } from './edit-lists.ts';
import { outputFolders, type RunSettings, topOf } from './ffmpeg-args.ts';
import { type Ladder, planLadder } from './ladder.ts';
import { masterPlaylist, segmentsOf } from './playlist.ts';
import { type Description, probe, type VideoDescription } from './probe.ts';
import {
  candidates,
  decodes,
  limitsFor,
  measureGain,
  readRung,
  runLadder,
  WATERMARK_FILE,
  writeWatermark,
} from './runs.ts';
import { makeStills, type Stills } from './stills.ts';
import {
  makePreview,
  PREVIEW_FILE,
  planPreview,
  planSprite,
  previewStart,
  STORYBOARD_FILE,
  secondsBetween,
  storyboardVtt,
} from './storyboard.ts';
import { DEFAULT_POLICY, judge, type Rejection, undecodable, type VideoPolicy } from './verdict.ts';
import { DEFAULT_WATERMARK, type WatermarkPolicy } from './watermark.ts';

export interface Engine {
  readonly cage: Cage;
  readonly policy?: VideoPolicy;
  readonly watermark?: WatermarkPolicy;
  /** Threads of each decoder, filter and encoder. Default: the machine's cores. */
  readonly threads?: number;
}

export interface Progress {
  /** 0 to 100. */
  readonly percent: number;
  /** Seconds of video made in a second. */
  readonly speed: number;
  readonly secondsLeft: number | undefined;
  /** Seconds from the start that every rung already has. */
  readonly playableSeconds: number;
}

export type PictureDescription = Description & { readonly video: VideoDescription };

/** The part of a source that is played, in its seconds. */
export interface Cut {
  readonly startSeconds: number;
  readonly endSeconds: number;
}

export interface TranscodeRequest {
  readonly source: string;
  /** An empty folder of this job's own; everything in it is output afterwards. */
  readonly folder: string;
  readonly description: PictureDescription;
  /** The maker's handle; undefined burns nothing in. */
  readonly handle: string | undefined;
  /** All of it when undefined. */
  readonly cut?: Cut | undefined;
  /** What is the poster whatever the pictures are; the best of them when undefined. */
  readonly cover?: Cover | undefined;
  readonly onProgress?: (progress: Progress) => void;
  readonly signal?: AbortSignal;
}

export interface Package {
  /** Measured from what was made, not from what the source said. */
  readonly durationSeconds: number;
  readonly width: number;
  readonly height: number;
  readonly hasSound: boolean;
  readonly rungs: readonly string[];
  readonly progressive: readonly string[];
  readonly stills: Stills;
  /** WebVTT index of the sprites. */
  readonly storyboard: string;
  /** Missing when there are no frames for it, or it could not be made small enough. */
  readonly preview: string | undefined;
  /** All files, relative to the folder, `master.m3u8` last: where it is, everything is. */
  readonly files: readonly string[];
  readonly bytes: number;
}

/** A rejected file, or what is not the file's fault, or not surely: worth another try. */
export type Refusal =
  | { readonly kind: 'rejected'; readonly rejection: Rejection }
  | { readonly kind: 'failed'; readonly why: CagedFailure; readonly detail: string };

export type TranscodeResult = { readonly kind: 'ready'; readonly package: Package } | Refusal;

const STILLS = 8;

/** Probes and judges; `folder` is an empty work folder. */
export async function examine(engine: Engine, source: string, folder: string, signal?: AbortSignal) {
  return judge(await probe(engine.cage, source, folder, signal), engine.policy ?? DEFAULT_POLICY);
}

/** Makes the whole ladder in one ffmpeg run. Rejects only on errors of our own (disk full, folder gone). */
export async function transcode(engine: Engine, request: TranscodeRequest): Promise<TranscodeResult> {
  const { description, folder, source, signal, cut } = request;
  const policy = engine.policy ?? DEFAULT_POLICY;
  const threads = engine.threads ?? availableParallelism();
  const length = cut ? cut.endSeconds - cut.startSeconds : description.durationSeconds;
  const ladder = planLadder({ ...description, durationSeconds: length });
  const work = {
    cage: engine.cage,
    source,
    folder,
    limits: limitsFor(ladder, ladder.durationSeconds, threads),
    signal,
  };
  for (const name of outputFolders(ladder)) await mkdir(join(folder, name), { recursive: true });

  const span = {
    description,
    startSeconds: cut?.startSeconds ?? 0,
    maxSeconds: cut ? length : policy.maxSeconds + 1,
  };
  const [gainDb, watermark] = await Promise.all([
    measureGain(work, span),
    writeWatermark(request.handle, ladder, folder, engine.watermark ?? DEFAULT_WATERMARK),
  ]);
  const sprite = planSprite(ladder, 0, ladder.durationSeconds);
  const settings: RunSettings = {
    ...{ ...span, ladder, gainDb, watermark, threads, part: undefined },
    frames: cut && Math.max(1, Math.round((length * ladder.fps.num) / ladder.fps.den)),
    ...{ stills: STILLS, stillsWithin: ladder.durationSeconds, storyboard: sprite },
    preview: planPreview(ladder, previewStart(ladder.durationSeconds)),
  };

  let stills = request.cover && placeCover(request.cover, folder);
  const { run, way } = await runLadder(work, settings, async ({ madeSeconds, speed }) => {
    const total = ladder.durationSeconds;
    request.onProgress?.({
      percent: Math.min(99, Math.round((madeSeconds / total) * 1000) / 10),
      speed,
      secondsLeft: speed > 0 ? Math.max(0, Math.round((total - madeSeconds) / speed)) : undefined,
      playableSeconds: await playableSeconds(ladder, folder),
    });
    if (stills === undefined && (await candidates(folder)).length === STILLS) {
      stills = candidates(folder).then((files) => makeStills(folder, files));
      stills.catch(() => undefined); // awaited below; it must not end the process meanwhile
    }
  });

  const made = await readRung(folder, topOf(ladder).name);
  if (!run.ok && run.why !== 'exit') return { kind: 'failed', why: run.why, detail: run.stderr };
  const isEmpty = made === undefined || made.segments.length === 0;
  if (isEmpty && (run.ok || !(await decodes(work, span)))) return { kind: 'rejected', rejection: undecodable() };
  if (!run.ok || isEmpty) return { kind: 'failed', why: run.ok ? 'exit' : run.why, detail: run.stderr };
  const durationSeconds = made.segments.reduce((sum, segment) => sum + segment.seconds, 0);
  if (durationSeconds > policy.maxSeconds + 0.5) {
    const verdict = judge({ ok: true, description: { ...description, durationSeconds } }, policy);
    if (!verdict.ok) return { kind: 'rejected', rejection: verdict.rejection };
  }
  await settleTimes(
    folder,
    ladder.rungs.map(({ name }) => name),
    ladder.audioBitRate ? 'audio' : undefined,
  );
  stills ??= makeStills(folder, await candidates(folder));
  const sheet = { sprite, startSeconds: 0, seconds: durationSeconds };
  await writeFile(join(folder, STORYBOARD_FILE), storyboardVtt([sheet], secondsBetween(ladder)));
  // The plain way makes no MP4s: each would be another encoding.
  const madeLadder = way === 'plain' ? { ...ladder, progressive: [] } : ladder;
  return { kind: 'ready', package: await pack(folder, madeLadder, durationSeconds, await stills) };
}

async function placeCover({ folder, stills }: Cover, into: string): Promise<Stills> {
  for (const file of filesOf(stills)) await rename(join(folder, file), join(into, file));
  await rm(folder, { recursive: true });
  return stills;
}

/** Writes the master playlist, throws away what was scaffolding, and lists what is left. */
async function pack(folder: string, ladder: Ladder, durationSeconds: number, stills: Stills): Promise<Package> {
  const rungs = await Promise.all(ladder.rungs.map((rung) => readRung(folder, rung.name)));
  const audio = ladder.audioBitRate ? await readRung(folder, 'audio') : undefined;
  await writeFile(
    join(folder, 'master.m3u8'),
    masterPlaylist(
      ladder,
      rungs.filter((rung) => rung !== undefined),
      audio,
    ),
  );
  const hasPreview = await makePreview(folder);
  for (const file of [...(await candidates(folder)), WATERMARK_FILE]) await rm(join(folder, file), { force: true });

  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const all = entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1));
  const { width, height } = topOf(ladder);
  return {
    durationSeconds,
    width,
    height,
    hasSound: ladder.audioBitRate !== undefined,
    rungs: ladder.rungs.map((rung) => rung.name),
    progressive: ladder.progressive.map((name) => `mp4/${name}.mp4`),
    stills,
    storyboard: STORYBOARD_FILE,
    preview: hasPreview ? PREVIEW_FILE : undefined,
    files: [...all.filter((file) => file !== 'master.m3u8').sort(), 'master.m3u8'],
    bytes: await folderBytes(folder),
  };
}

async function playableSeconds(ladder: Ladder, folder: string): Promise<number> {
  const lengths = await Promise.all(
    ladder.rungs.map(async (rung) => {
      const playlist = await readFile(join(folder, rung.name, 'index.m3u8'), 'utf8').catch(() => '');
      return segmentsOf(playlist).reduce((sum, segment) => sum + segment.seconds, 0);
    }),
  );
  return Math.min(...lengths);
}
