/** Small pictures for scrubbing (sprites with a WebVTT index) and three moving seconds as a preview. Pure but for `makePreview`. */
import { readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import type { Ladder } from './ladder.ts';

/** One sheet of small frames, filled row by row. */
export interface Sprite {
  readonly file: string;
  /** Of one small frame. */
  readonly width: number;
  readonly height: number;
  readonly columns: number;
  readonly rows: number;
  /** Frames of the film from one small frame to the next. */
  readonly every: number;
}

export interface Preview {
  /** From the run's start. */
  readonly startSeconds: number;
  readonly width: number;
  readonly height: number;
}

/** What a sheet shows: from `startSeconds` of the film on, `seconds` of it. */
interface Sheet {
  readonly sprite: Sprite;
  readonly startSeconds: number;
  readonly seconds: number;
}

export const STORYBOARD_FILE = 'storyboard.vtt';
export const PREVIEW_FILE = 'preview.webp';
/** Files that a run keeps the preview's frames in. */
export const PREVIEW_FRAMES = 'preview%02d.jpg';
const PREVIEW_FRAME = /^preview\d\d\.jpg$/;
const PREVIEW_SECONDS = 3;
const PREVIEW_BYTES = 300_000;
const PREVIEW_FPS = 8;
const PREVIEW_LONGEST = 320;
const SPRITE_LONGEST = 160;
const COLUMNS = 8;

/** A small frame a second, fewer in a longer film: always a whole part or multiple of a GOP, so that chunks divide by it. */
function framesBetween({ gop, durationSeconds }: Pick<Ladder, 'gop' | 'durationSeconds'>): number {
  if (durationSeconds <= 120) return gop / 2;
  if (durationSeconds <= 600) return gop;
  return durationSeconds <= 2400 ? gop * 2 : gop * 4;
}

/** Seconds of the film from one small frame to the next. */
export function secondsBetween(ladder: Ladder): number {
  return (framesBetween(ladder) * ladder.fps.den) / ladder.fps.num;
}

/** The sheet of a run of so many seconds; `n` counts sheets. */
export function planSprite(ladder: Ladder, n: number, seconds: number): Sprite {
  const every = framesBetween(ladder);
  const small = Math.max(1, Math.ceil(seconds / secondsBetween(ladder) - 1e-6));
  return {
    file: `sprite-${String(n).padStart(4, '0')}.jpg`,
    ...fitted(ladder, SPRITE_LONGEST),
    columns: Math.min(COLUMNS, small),
    rows: Math.ceil(small / COLUMNS),
    every,
  };
}

/** Three seconds from a third of the film on. @returns where they begin in the film */
export function previewStart(durationSeconds: number): number {
  return Math.max(0, Math.min(durationSeconds / 3, durationSeconds - PREVIEW_SECONDS));
}

export function planPreview(ladder: Ladder, startSeconds: number): Preview {
  return { startSeconds, ...fitted(ladder, PREVIEW_LONGEST) };
}

export function spriteChain({ every, width, height, columns, rows }: Sprite): string {
  return `select=not(mod(n\\,${every})),scale=${width}:${height}:out_range=pc,format=yuvj420p,tile=${columns}x${rows}`;
}

export function previewChain({ startSeconds, width, height }: Preview): string {
  // Cut by count, after the rate is made: the `fps` filter would draw the last picture out to the film's end.
  const first = Math.round(startSeconds * PREVIEW_FPS);
  const last = first + PREVIEW_SECONDS * PREVIEW_FPS;
  return `fps=${PREVIEW_FPS},trim=start_frame=${first}:end_frame=${last},scale=${width}:${height}:out_range=pc,format=yuvj420p`;
}

/** The WebVTT index: a cue per small frame, `sprite#xywh=`, as players read it. */
export function storyboardVtt(sheets: readonly Sheet[], between: number): string {
  const cues = sheets.flatMap(({ sprite, startSeconds, seconds }) => {
    const small = Math.min(sprite.columns * sprite.rows, Math.ceil(seconds / between - 1e-6));
    return Array.from({ length: small }, (_, n) => {
      const x = (n % sprite.columns) * sprite.width;
      const y = Math.floor(n / sprite.columns) * sprite.height;
      const from = startSeconds + n * between;
      const to = Math.min(from + between, startSeconds + seconds);
      return `${vttTime(from)} --> ${vttTime(to)}\n${sprite.file}#xywh=${x},${y},${sprite.width},${sprite.height}\n`;
    });
  });
  return ['WEBVTT\n', ...cues].join('\n');
}

/** Puts the frames that a run kept together into one moving picture below its bound, and takes them away. @returns whether there is one */
export async function makePreview(folder: string): Promise<boolean> {
  const frames = (await readdir(folder)).filter((file) => PREVIEW_FRAME.test(file)).sort();
  const paths = frames.map((file) => join(folder, file));
  // A film that is shorter than it says may have none.
  const picture = paths.length > 1 ? await smallEnough(paths) : undefined;
  if (picture) await writeFile(join(folder, PREVIEW_FILE), picture);
  for (const path of paths) await rm(path);
  return picture !== undefined;
}

async function smallEnough(frames: readonly string[]): Promise<Buffer | undefined> {
  for (const quality of [45, 20, 5]) {
    const joined = sharp([...frames], { join: { animated: true } });
    const picture = await joined
      .webp({ quality, effort: 1, loop: 0, delay: frames.map(() => 1000 / PREVIEW_FPS) })
      .toBuffer();
    if (picture.length <= PREVIEW_BYTES) return picture;
  }
  return undefined;
}

function fitted({ rungs }: Pick<Ladder, 'rungs'>, longest: number): { width: number; height: number } {
  const [smallest] = rungs;
  if (smallest === undefined) throw new Error('a ladder has at least one rung');
  const scale = Math.min(1, longest / Math.max(smallest.width, smallest.height));
  const even = (pixels: number) => Math.max(2, Math.round((pixels * scale) / 2) * 2);
  return { width: even(smallest.width), height: even(smallest.height) };
}

function vttTime(seconds: number): string {
  const ms = Math.round(seconds * 1000);
  const part = (value: number, length = 2) => String(value).padStart(length, '0');
  return `${part(Math.floor(ms / 3_600_000))}:${part(Math.floor(ms / 60_000) % 60)}:${part(Math.floor(ms / 1000) % 60)}.${part(ms % 1000, 3)}`;
}
