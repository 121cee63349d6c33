/** ffmpeg runs that make pictures and sound, in a work folder: what short clips and chunks of long films share. */
import { readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Cage, CagedResult, CageLimits } from './cage.ts';
import {
  gainFromSummary,
  ladderArgs,
  loudnessArgs,
  outputFolders,
  type RunSettings,
  topOf,
  type Way,
} from './ffmpeg-args.ts';
import type { Ladder } from './ladder.ts';
import { type RungFiles, segmentsOf } from './playlist.ts';
import { pinnedInput } from './probe.ts';
import { drawWatermark, type WatermarkPolicy } from './watermark.ts';

/** One run's surroundings. */
export interface Work {
  readonly cage: Cage;
  readonly source: string;
  readonly folder: string;
  readonly limits: CageLimits;
  readonly signal: AbortSignal | undefined;
}

/** ffmpeg's own report, each half second. */
export interface Report {
  readonly madeSeconds: number;
  /** Seconds of video made in a second. */
  readonly speed: number;
}

export const WATERMARK_FILE = 'watermark.png';
const GIB = 2 ** 30;
const STILL_FILE = /^(?:still|seek)\d\d\.jpg$/;

/**
 * Makes the ladder, and when ffmpeg fails at it, once more in another way that shares and needs less. A second failure, a
 * bound that was reached and a signal are the answer.
 */
export async function runLadder(
  work: Work,
  settings: RunSettings,
  onReport: (report: Report) => Promise<void>,
): Promise<{ run: CagedResult; way: Way }> {
  const shared = await runOnce(work, settings, 'shared', onReport);
  if (shared.ok || shared.why !== 'exit') return { run: shared, way: 'shared' };
  for (const name of outputFolders(settings.ladder)) {
    for (const file of await readdir(join(work.folder, name))) await rm(join(work.folder, name, file));
  }
  return { run: await runOnce(work, settings, 'plain', onReport), way: 'plain' };
}

async function runOnce(
  work: Work,
  settings: RunSettings,
  way: Way,
  onReport: (report: Report) => Promise<void>,
): Promise<CagedResult> {
  const follow = followReports(onReport);
  const args = (source: string) => ladderArgs(source, settings, way);
  const run = await work.cage.run({ ...work, tool: 'ffmpeg', args, onLine: follow.line });
  await follow.settled();
  return run;
}

/** Whether one picture can be read at all: whose fault it is when nothing was made. */
export async function decodes(work: Work, { description }: Pick<RunSettings, 'description'>): Promise<boolean> {
  const args = (source: string) => [
    ...['-hide_banner', '-nostdin', '-v', 'error', '-progress', 'pipe:1', ...pinnedInput(description.demuxer)],
    ...['-i', source, '-map', `0:${description.video.index}`, '-frames:v', '1', '-f', 'null', '-'],
  ];
  const run = await work.cage.run({ ...work, tool: 'ffmpeg', args });
  return run.ok && /^frame=1$/m.test(run.stdout);
}

/** Decibels that bring the sound to -14 LUFS; undefined where there is none to bring. */
export async function measureGain(
  work: Work,
  settings: Pick<RunSettings, 'description' | 'startSeconds' | 'maxSeconds'>,
): Promise<number | undefined> {
  if (settings.description.audio === undefined) return undefined;
  const run = await work.cage.run({ ...work, tool: 'ffmpeg', args: (source) => loudnessArgs(source, settings) });
  return run.ok ? gainFromSummary(run.stderr) : undefined;
}

export async function writeWatermark(
  handle: string | undefined,
  ladder: Ladder,
  folder: string,
  policy: WatermarkPolicy,
): Promise<RunSettings['watermark']> {
  if (handle === undefined) return undefined;
  const top = topOf(ladder);
  await writeFile(join(folder, WATERMARK_FILE), await drawWatermark(handle, top, policy));
  return { file: WATERMARK_FILE, corner: policy.corner, margin: Math.round(Math.min(top.width, top.height) * 0.045) };
}

/** Time by length (a phone's 4K HEVC on one slow core is 1/20 of real time), bytes by the ladder's own ceilings. */
export function limitsFor(ladder: Ladder, lengthSeconds: number, threads: number): CageLimits {
  const seconds = Math.max(10, lengthSeconds);
  // AV1 gives way to everything else.
  const wallSeconds = 120 + seconds * (ladder.codec === 'av1' ? 200 : 40);
  const bitRate = ladder.rungs.reduce((sum, rung) => sum + rung.maxBitRate, 0) * 2 + 1_000_000;
  return {
    wallMs: wallSeconds * 1000,
    cpuSeconds: wallSeconds * threads,
    memoryBytes: 6 * GIB,
    outputBytes: Math.round((bitRate / 8) * seconds * 1.5 + 64 * 2 ** 20),
  };
}

/** Frames that may become the poster, as far as they are written. */
export async function candidates(folder: string): Promise<string[]> {
  return (await readdir(folder)).filter((file) => STILL_FILE.test(file)).sort();
}

/** What is made of a rendition; undefined when nothing is. */
export async function readRung(folder: string, name: string): Promise<RungFiles | undefined> {
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
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Gathers ffmpeg's `-progress` lines into reports, which never overlap. */
function followReports(report: (report: Report) => Promise<void>) {
  const values = new Map<string, string>();
  let reporting: Promise<void> = Promise.resolve();
  const tell = () =>
    report({
      madeSeconds: Number(values.get('out_time_us')) / 1e6 || 0,
      speed: Number.parseFloat(values.get('speed') ?? '') || 0,
    });
  return {
    line(line: string) {
      const at = line.indexOf('=');
      values.set(line.slice(0, at), line.slice(at + 1).trim());
      if (line.startsWith('progress=')) reporting = reporting.then(tell).catch(() => undefined); // a lost report is no lost video
    },
    settled: () => reporting,
  };
}
