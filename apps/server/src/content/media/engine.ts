/** From an uploaded file to everything a player needs, in one work folder: probe, judge, plan, run, package. No database. */
import { mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import type { Cage, CagedFailure, CageLimits } from './cage.ts';
import { folderBytes } from './cage.ts';
import { gainFromSummary, ladderArgs, loudnessArgs, outputFolders, type RunSettings } from './ffmpeg-args.ts';
import { type Ladder, planLadder } from './ladder.ts';
import { masterPlaylist, type RungFiles, segmentsOf } from './playlist.ts';
import { type Description, probe, type VideoDescription } from './probe.ts';
import { makeStills, type Stills } from './stills.ts';
import {
  framesBetween,
  makePreview,
  PREVIEW_FILE,
  planPreview,
  planSprite,
  previewStart,
  STORYBOARD_FILE,
  storyboardVtt,
} from './storyboard.ts';
import { DEFAULT_POLICY, judge, type Rejection, undecodable, type VideoPolicy } from './verdict.ts';
import { DEFAULT_WATERMARK, drawWatermark, type WatermarkPolicy } from './watermark.ts';

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

export interface TranscodeRequest {
  readonly source: string;
  /** An empty folder of this job's own; everything in it is output afterwards. */
  readonly folder: string;
  readonly description: Description & { readonly video: VideoDescription };
  /** The maker's handle; undefined burns nothing in. */
  readonly handle: string | undefined;
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
  /** Missing when it could not be made small enough. */
  readonly preview: string | undefined;
  /** All files, relative to the folder, `master.m3u8` last: where it is, everything is. */
  readonly files: readonly string[];
  readonly bytes: number;
}

export type TranscodeResult =
  | { readonly kind: 'ready'; readonly package: Package }
  | { readonly kind: 'rejected'; readonly rejection: Rejection }
  /** Not the file's fault, or not surely: worth another try. */
  | { readonly kind: 'failed'; readonly why: CagedFailure; readonly detail: string };

const STILLS = 8;
const STILL_FILE = /^still\d\d\.jpg$/;
const WATERMARK_FILE = 'watermark.png';
const GIB = 2 ** 30;

/** Probes and judges; `folder` is an empty work folder. */
export async function examine(engine: Engine, source: string, folder: string, signal?: AbortSignal) {
  return judge(await probe(engine.cage, source, folder, signal), engine.policy ?? DEFAULT_POLICY);
}

/** Makes the whole ladder in one ffmpeg run. Rejects only on errors of our own (disk full, folder gone). */
export async function transcode(engine: Engine, request: TranscodeRequest): Promise<TranscodeResult> {
  const { description, folder, source, signal } = request;
  const policy = engine.policy ?? DEFAULT_POLICY;
  const threads = engine.threads ?? availableParallelism();
  const ladder = planLadder(description);
  const limits = limitsFor(ladder, threads);
  for (const name of outputFolders(ladder)) await mkdir(join(folder, name), { recursive: true });

  const [gainDb, watermark] = await Promise.all([
    measureGain(engine.cage, request, limits, policy.maxSeconds),
    request.handle === undefined
      ? undefined
      : writeWatermark(request.handle, ladder, folder, engine.watermark ?? DEFAULT_WATERMARK),
  ]);
  const sprite = planSprite(ladder, 0, (ladder.durationSeconds * ladder.fps.num) / ladder.fps.den);
  const settings: RunSettings = {
    description,
    ladder,
    gainDb,
    watermark,
    stills: STILLS,
    threads,
    maxSeconds: policy.maxSeconds + 1,
    storyboard: sprite,
    preview: planPreview(ladder, previewStart(ladder.durationSeconds)),
  };

  let stills: Promise<Stills> | undefined;
  const follow = followProgress(ladder, folder, async (progress) => {
    request.onProgress?.(progress);
    if (stills === undefined && (await candidates(folder)).length === STILLS) {
      stills = candidates(folder).then((files) => makeStills(folder, files));
      stills.catch(() => undefined); // awaited below; it must not end the process meanwhile
    }
  });
  const run = await engine.cage.run({
    tool: 'ffmpeg',
    folder,
    source,
    limits,
    signal,
    args: (path) => ladderArgs(path, settings),
    onLine: follow.line,
  });
  await follow.settled();

  const top = ladder.rungs.at(-1);
  const made = await readRung(folder, top?.name ?? '');
  if (!run.ok && run.why !== 'exit') return { kind: 'failed', why: run.why, detail: run.stderr };
  if (made === undefined || made.segments.length === 0) return { kind: 'rejected', rejection: undecodable() };
  if (!run.ok) return { kind: 'failed', why: run.why, detail: run.stderr };
  const durationSeconds = made.segments.reduce((sum, segment) => sum + segment.seconds, 0);
  if (durationSeconds > policy.maxSeconds + 0.5) {
    const verdict = judge({ ok: true, description: { ...description, durationSeconds } }, policy);
    if (!verdict.ok) return { kind: 'rejected', rejection: verdict.rejection };
  }
  stills ??= makeStills(folder, await candidates(folder));
  const secondsBetween = (framesBetween(ladder) * ladder.fps.den) / ladder.fps.num;
  const sheet = { sprite, startSeconds: 0, seconds: durationSeconds };
  await writeFile(join(folder, STORYBOARD_FILE), storyboardVtt([sheet], secondsBetween));
  return { kind: 'ready', package: await pack(folder, ladder, durationSeconds, await stills) };
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
  const top = ladder.rungs.at(-1);
  return {
    durationSeconds,
    width: top?.width ?? 0,
    height: top?.height ?? 0,
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

async function readRung(folder: string, name: string): Promise<RungFiles | undefined> {
  try {
    const playlist = await readFile(join(folder, name, 'index.m3u8'), 'utf8');
    const segments = await Promise.all(
      segmentsOf(playlist).map(async ({ name: file, seconds }) => ({
        seconds,
        bytes: (await stat(join(folder, name, file))).size,
      })),
    );
    return { name, segments, init: await readFile(join(folder, name, 'init.mp4')) };
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

async function measureGain(cage: Cage, request: TranscodeRequest, limits: CageLimits, maxSeconds: number) {
  const { description, folder, source, signal } = request;
  if (description.audio === undefined) return undefined;
  const run = await cage.run({
    tool: 'ffmpeg',
    folder,
    source,
    limits,
    signal,
    args: (path) => loudnessArgs(path, description, maxSeconds),
  });
  return run.ok ? gainFromSummary(run.stderr) : undefined;
}

async function writeWatermark(
  handle: string,
  ladder: Ladder,
  folder: string,
  policy: WatermarkPolicy,
): Promise<RunSettings['watermark']> {
  const top = ladder.rungs.at(-1);
  if (top === undefined) return undefined;
  await writeFile(join(folder, WATERMARK_FILE), await drawWatermark(handle, top, policy));
  return { file: WATERMARK_FILE, corner: policy.corner, margin: Math.round(Math.min(top.width, top.height) * 0.045) };
}

/** Time by length (a phone's 4K HEVC on one slow core is 1/20 of real time), bytes by the ladder's own ceilings. */
function limitsFor(ladder: Ladder, threads: number): CageLimits {
  const seconds = Math.max(10, ladder.durationSeconds);
  const wallSeconds = 120 + seconds * 40;
  const bitRate = ladder.rungs.reduce((sum, rung) => sum + rung.maxBitRate, 0) * 2 + 1_000_000;
  return {
    wallMs: wallSeconds * 1000,
    cpuSeconds: wallSeconds * threads,
    memoryBytes: 6 * GIB,
    outputBytes: Math.round((bitRate / 8) * seconds * 1.5 + 64 * 2 ** 20),
  };
}

/** Gathers ffmpeg's `-progress` lines into one report each half second; reports never overlap. */
function followProgress(ladder: Ladder, folder: string, report: (progress: Progress) => Promise<void>) {
  const values = new Map<string, string>();
  let reporting: Promise<void> = Promise.resolve();
  const tick = async () => {
    const made = Number(values.get('out_time_us')) / 1e6 || 0;
    const speed = Number.parseFloat(values.get('speed') ?? '') || 0;
    const total = ladder.durationSeconds;
    await report({
      percent: Math.min(99, Math.round((made / total) * 1000) / 10),
      speed,
      secondsLeft: speed > 0 ? Math.max(0, Math.round((total - made) / speed)) : undefined,
      playableSeconds: await playableSeconds(ladder, folder),
    });
  };
  return {
    line(line: string) {
      const at = line.indexOf('=');
      values.set(line.slice(0, at), line.slice(at + 1).trim());
      if (line.startsWith('progress=')) reporting = reporting.then(tick).catch(() => undefined); // a lost report is no lost video
    },
    settled: () => reporting,
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

async function candidates(folder: string): Promise<string[]> {
  return (await readdir(folder)).filter((file) => STILL_FILE.test(file)).sort();
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}
