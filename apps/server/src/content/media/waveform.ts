/**
 * A sound recording becomes a clip: its waveform is drawn, a line goes along it, and from there on it is a video like any
 * other, with a poster, an audio rung and chapters.
 */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type CagedRun, type CageLimits, plainFiles } from './cage.ts';
import type { Engine } from './engine.ts';
import { NO_METADATA, soundInMatroska } from './ffmpeg-args.ts';
import { type AudioDescription, type Description, pinnedInput, probe } from './probe.ts';
import { DEFAULT_POLICY, judgeSound, type Rejection, undecodableSound } from './verdict.ts';

export type SoundClip =
  | { readonly ok: true; readonly source: string; readonly seconds: number }
  | { readonly ok: false; readonly rejection: Rejection };

const [WIDTH, HEIGHT, MARGIN] = [848, 480, 40];
const WAVE_HEIGHT = 280;
/** Ink on paper at night, and the kiln's red for the line. */
const [PAPER, INK, LINE] = ['0x141210', '0xF5F0E8', '0xF07A4B'];
const FPS = 10;
/** Enough for a picture; showwavespic keeps all samples, and four hours of these are 230 MB. */
const DRAWN_RATE = 8000;
const PICTURE = 'waveform.png';
const CLIP = 'clip.mkv';
const GIB = 2 ** 30;

/** Probes and judges `source` as a recording and makes a clip of it in `folder`, which is made. */
export async function clipOfSound(
  engine: Engine,
  source: string,
  folder: string,
  signal?: AbortSignal,
): Promise<SoundClip> {
  await mkdir(folder, { recursive: true });
  const verdict = judgeSound(await probe(engine.cage, source, folder, signal), engine.policy ?? DEFAULT_POLICY);
  if (!verdict.ok) return verdict;
  const { description } = verdict;
  const limits = limitsFor(description.durationSeconds);
  for (const args of [pictureArgs, clipArgs]) {
    const run: CagedRun = { tool: 'ffmpeg', folder, source, limits, args: (path) => args(path, description) };
    const result = await engine.cage.run({ ...run, ...(signal ? { signal } : {}) });
    if (!result.ok && result.why !== 'exit') throw new Error(`waveform: ${result.why}: ${result.stderr}`);
    if (!result.ok) return { ok: false, rejection: undecodableSound() };
  }
  if (!(await plainFiles(folder)).includes(CLIP)) return { ok: false, rejection: undecodableSound() };
  return { ok: true, source: join(folder, CLIP), seconds: description.durationSeconds };
}

type Sound = Description & { readonly audio: AudioDescription };
const QUIET = ['-hide_banner', '-nostdin', '-y', '-v', 'error'];

function pictureArgs(path: string, { demuxer, audio, durationSeconds }: Sound): string[] {
  const wave = `showwavespic=s=${WIDTH - 2 * MARGIN}x${WAVE_HEIGHT}:colors=${INK}:scale=sqrt:draw=full:filter=peak`;
  return [
    ...[...QUIET, '-t', String(durationSeconds), ...pinnedInput(demuxer), '-i', path],
    ...['-filter_complex', `[0:${audio.index}]aformat=channel_layouts=mono,aresample=${DRAWN_RATE},${wave}[wave]`],
    ...['-map', '[wave]', '-frames:v', '1', '-f', 'image2', '-update', '1', PICTURE],
  ];
}

function clipArgs(path: string, { demuxer, audio, durationSeconds }: Sound): string[] {
  const colour = (name: string, size: string) => ['-f', 'lavfi', '-i', `color=c=${name}:s=${size}:r=${FPS}`];
  const place = `x='${MARGIN}+${WIDTH - 2 * MARGIN}*t/${durationSeconds}':y=${(HEIGHT - WAVE_HEIGHT) / 2 - 20}`;
  const graph = [
    `[1][2]overlay=x=${MARGIN}:y=${(HEIGHT - WAVE_HEIGHT) / 2}[drawn]`,
    `[drawn][3]overlay=${place},format=yuv420p,setparams=colorspace=smpte170m[picture]`,
  ];
  return [
    ...[...QUIET, ...pinnedInput(demuxer), '-i', path, ...colour(PAPER, `${WIDTH}x${HEIGHT}`)],
    ...['-protocol_whitelist', 'file', '-f', 'png_pipe', '-i', PICTURE, ...colour(LINE, `3x${WAVE_HEIGHT + 40}`)],
    ...['-filter_complex', graph.join(';'), '-map', '[picture]', '-map', `0:${audio.index}`],
    ...[...NO_METADATA, '-t', String(durationSeconds)],
    ...['-c:v', 'libx264', '-preset', 'ultrafast', '-tune', 'stillimage', '-crf', '16', '-g', String(FPS * 4)],
    ...['-c:a', soundInMatroska(audio.codec), '-f', 'matroska', CLIP],
  ];
}

/** Drawing is a hundred times real time on one slow core; the clip is its sound and little more. */
function limitsFor(durationSeconds: number): CageLimits {
  const seconds = 60 + durationSeconds / 2;
  return {
    wallMs: seconds * 4000, // the clock only ends what hangs on a machine that is busy
    cpuSeconds: seconds * 2,
    memoryBytes: 4 * GIB,
    outputBytes: 2 ** 26 + durationSeconds * 1_000_000,
  };
}
