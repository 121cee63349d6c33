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
