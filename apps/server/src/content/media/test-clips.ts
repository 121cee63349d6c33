/** Fixture builder: real files made by the system's ffmpeg, for the tests of this room. Not used by the product. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A folder with a space in its name; `[Symbol.dispose]` removes it. */
export function temporaryFolder(): { path: string; [Symbol.dispose](): void } {
  const path = mkdtempSync(join(tmpdir(), 'media test '));
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) };
}

export function ffmpeg(folder: string, args: readonly string[]): void {
  execFileSync('ffmpeg', ['-v', 'error', '-y', '-nostdin', ...args], {
    cwd: folder,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
}

export function ffprobeJson(path: string, args: readonly string[]): unknown {
  return JSON.parse(execFileSync('ffprobe', ['-v', 'error', ...args, '-of', 'json', path], { encoding: 'utf8' }));
}

export interface ClipOptions {
  readonly size?: string;
  readonly rate?: string;
  readonly seconds?: number;
  readonly sound?: boolean;
  /** ffmpeg output options: codecs, pixel formats, tags. */
  readonly output?: readonly string[];
  /** A video filter drawn over the pattern. */
  readonly filter?: string;
}

/** The test pattern with a 440 Hz tone; returns the file's path. */
export function makeClip(folder: string, name: string, options: ClipOptions = {}): string {
  const { size = '640x360', rate = '30', seconds = 3, sound = true, output = [], filter = 'null' } = options;
  const tone = sound ? ['-f', 'lavfi', '-i', `sine=f=440:d=${seconds}`] : [];
  const coder = output.includes('-c:v') ? [] : ['-c:v', 'libx264', '-preset', 'ultrafast'];
  ffmpeg(folder, [
    '-f',
    'lavfi',
    '-i',
    `testsrc2=s=${size}:r=${rate}:d=${seconds}`,
    ...tone,
    '-vf',
    filter,
    '-pix_fmt',
    'yuv420p',
    ...coder,
    ...output,
    name,
  ]);
  return join(folder, name);
}

export function writeBytes(folder: string, name: string, bytes: Buffer | string): string {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return path;
}

export interface ClapOptions {
  readonly size?: string;
  readonly seconds?: number;
  /** Seconds at which the picture is white for a frame and a 1 kHz beep begins. */
  readonly at?: number;
  /** An ffmpeg matrix name, and `tv` or `pc`, that the bars are stored in. */
  readonly matrix?: string;
  readonly range?: string;
  readonly pixels?: string;
  /** Filters after the picture and the sound are drawn. */
  readonly picture?: string;
  readonly sound?: string | null;
  /** Options before the sound's input, as `-itsoffset`; what it delays is drawn earlier. */
  readonly soundDelay?: number;
  readonly output?: readonly string[];
}

/** 75% colour bars at 10 frames a second, and one clap: a white frame and a beep at the same moment. */
export function makeClap(folder: string, name: string, options: ClapOptions = {}): string {
  const { size = '256x144', seconds = 2, at = 1, matrix = 'bt601', range = 'tv', pixels = 'yuv420p' } = options;
  const { picture = 'null', sound = 'anull', soundDelay = 0, output = [] } = options;
  const white = `lutrgb=r=maxval:g=maxval:b=maxval:enable='between(t,${at - 0.01},${at + 0.09})'`;
  const bars =
    `smptebars=s=${size}:r=10:d=${seconds},scale=in_color_matrix=bt601:in_range=tv,format=gbrp,${white},${picture},` +
    `scale=out_color_matrix=${matrix}:out_range=${range}:flags=accurate_rnd,format=${pixels}`;
  const start = at - soundDelay;
  const beep = `aevalsrc='if(between(t,${start},${start + 0.1}),0.8*sin(2*PI*1000*t),0)':s=48000:d=${seconds - soundDelay}`;
  ffmpeg(folder, [
    ...['-f', 'lavfi', '-i', bars],
    ...(sound === null ? [] : ['-itsoffset', String(soundDelay), '-f', 'lavfi', '-i', `${beep},${sound}`]),
    ...(output.includes('-c:v') ? [] : ['-c:v', 'libx264', '-preset', 'ultrafast', '-qp', '12']),
    ...output,
    name,
  ]);
  return join(folder, name);
}
