/**
 * Pictures: from an uploaded file to AVIF, WebP and JPEG in sizes. The decoders run in the cage (sharp in a process of its
 * own, HEIC through heif-convert); an animation becomes a clip as well.
 */
import { mkdir, rename } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Type } from 'typebox';
import { Value } from 'typebox/value';
import { type CagedRun, type CageLimits, folderBytes, plainFiles } from './cage.ts';
import type { Engine } from './engine.ts';
import type { WorkerAnswer, WorkerOrder } from './image-worker.ts';
import type { ImageRecord } from './media.ts';
import { pinnedInput } from './probe.ts';
import { sniffPictureFile } from './sniff.ts';
import type { Rejection } from './verdict.ts';

export type MadePicture =
  | {
      readonly ok: true;
      readonly image: ImageRecord;
      /** All files, relative to the folder. */
      readonly files: readonly string[];
      /** A clip of what moves in it, to be made into a video; null for a still. */
      readonly clip: string | null;
    }
  | { readonly ok: false; readonly rejection: Rejection };

/** Every phone's picture fits; a bomb of a few kilobytes that unpacks to gigabytes does not. */
const MAX_PIXELS = 220_000_000;
const LONG_SIDES = [2048, 1280, 640, 320, 160];
const GIB = 2 ** 30;
/** What a picture may cost is counted in processor time; the clock only ends what hangs on a machine that is busy. */
const LIMITS: CageLimits = { wallMs: 300_000, cpuSeconds: 120, memoryBytes: 4 * GIB, outputBytes: 2 ** 28 };
const CLIP_SECONDS = 60;
const MOVING = 'moving.mkv';

const SHARP_URL = import.meta.resolve('sharp');
const THUMBHASH_URL = import.meta.resolve('thumbhash');
const MOVING_JPEGS_URL = import.meta.resolve('./moving-jpegs.ts');
const WORKER = fileURLToPath(new URL('./image-worker.ts', import.meta.url));

const Answer = Type.Union([
  Type.Object({
    ok: Type.Literal(true),
    width: Type.Integer({ minimum: 1 }),
    height: Type.Integer({ minimum: 1 }),
    frames: Type.Integer({ minimum: 1 }),
    sources: Type.Array(
      Type.Object({
        file: Type.String({ pattern: '^image-\\d{1,4}\\.(avif|webp|jpg)$' }),
        width: Type.Integer({ minimum: 1 }),
        type: Type.Union([Type.Literal('image/avif'), Type.Literal('image/webp'), Type.Literal('image/jpeg')]),
      }),
      { minItems: 3 },
    ),
    thumbhash: Type.String({ minLength: 1, maxLength: 100 }),
  }),
  Type.Object({
    ok: Type.Literal(false),
    why: Type.Literal('too_large'),
    width: Type.Integer(),
    height: Type.Integer(),
    frames: Type.Integer(),
  }),
]);

/** Writes the pictures into `folder`, which is empty; `aside` is made for what is needed on the way. */
export async function makePicture(
  engine: Engine,
  source: string,
  folder: string,
  aside: string,
  signal?: AbortSignal,
): Promise<MadePicture> {
  const kind = await sniffPictureFile(source);
  if (kind === undefined) return refuse('media_unsupported', NOT_A_PICTURE);
  await mkdir(aside, { recursive: true });
  const caged = async (run: Omit<CagedRun, 'limits'>) => {
    const result = await engine.cage.run({ ...run, limits: LIMITS, ...(signal ? { signal } : {}) });
    // Not the picture's fault, or not surely: worth another try.
    if (!result.ok && (result.why === 'timeout' || result.why === 'aborted'))
      throw new Error(`${run.tool} on a picture: ${result.why}: ${result.stderr}`);
    return result;
  };

  let readable = source;
  if (kind === 'heic') {
    const run = await caged({
      tool: 'heif-convert',
      folder: aside,
      source,
      args: (path) => [path, 'picture.png'],
    });
    if (!run.ok && run.why === 'not_started') return refuse('media_unsupported', NO_HEIC);
    const first = (await plainFiles(aside)).find((name) => name.endsWith('.png'));
    if (!run.ok || first === undefined) return refuse('media_unreadable', DAMAGED);
    readable = join(aside, first);
  }

  if (kind === 'avis') {
    const first = await firstOfAvif(caged, source, aside);
    if (!first.ok) return first;
    readable = first.picture;
  }

  const moving = { file: MOVING, moduleUrl: MOVING_JPEGS_URL, most: CLIP_SECONDS * 1000 };
  const order = {
    moving,
    sharpUrl: SHARP_URL,
    thumbhashUrl: THUMBHASH_URL,
    maxPixels: MAX_PIXELS,
    longSides: LONG_SIDES,
  };
  const run = await caged({
    tool: 'node',
    folder,
    source: readable,
    readOnly: [...new Set([modulesOf(SHARP_URL), modulesOf(THUMBHASH_URL)]), WORKER, fileURLToPath(MOVING_JPEGS_URL)],
    args: (path) => [
      '--disable-warning=MODULE_TYPELESS_PACKAGE_JSON',
      WORKER,
      JSON.stringify({ ...order, source: path, orient: kind !== 'heic' && kind !== 'avis' } satisfies WorkerOrder),
    ],
  });
  if (!run.ok && run.why === 'not_started') throw new Error(run.stderr);
  const answer = run.ok ? readAnswer(run.stdout) : undefined;
  if (answer === undefined) return refuse('media_unreadable', DAMAGED);
  if (!answer.ok) return tooLarge(answer);
  // It is no file of what is delivered.
  if ((await plainFiles(folder)).includes(MOVING)) await rename(join(folder, MOVING), join(aside, MOVING));

  const { width, height, thumbhash, sources } = answer;
  const image = { width, height, thumbhash, sources: [...sources], bytes: await folderBytes(folder) };
  const files = sources.map(({ file }) => file);
  const there = new Set(await plainFiles(folder));
  if (!files.every((file) => there.has(file))) return refuse('media_unreadable', DAMAGED);
  const clip =
    kind === 'avis' || (kind === 'gif' && answer.frames > 1)
      ? await clipOf(caged, source, aside, kind === 'gif' ? GIF : AVIF)
      : await plainFiles(aside).then((found) => (found.includes(MOVING) ? join(aside, MOVING) : null));
  return { ok: true, image, files, clip };
}

type Caged = (run: Omit<CagedRun, 'limits'>) => ReturnType<Engine['cage']['run']>;
/** How ffmpeg opens what moves. */
const GIF = ['-format_whitelist', 'gif', '-f', 'gif', '-ignore_loop', '1'];
const AVIF = pinnedInput('mov');

/** The first picture of an AVIF that moves, which sharp does not read; its size and number are looked at before. */
async function firstOfAvif(caged: Caged, source: string, folder: string) {
  const asked = ['-v', 'error', ...AVIF, '-select_streams', 'v:0', '-show_entries', 'stream=width,height,nb_frames'];
  const head = await caged({ tool: 'ffprobe', folder, source, args: (path) => [...asked, '-of', 'csv=p=0', path] });
  const [width = 0, height = 0, frames = 0] = (head.ok ? head.stdout : '').split(',').map(Number);
  if (!(width > 0 && height > 0 && frames > 0)) return refuse('media_unreadable', DAMAGED);
  if (width * height > MAX_PIXELS || width * height * frames > MAX_PIXELS * 40)
    return tooLarge({ width, height, frames });
  const output = ['-frames:v', '1', '-c:v', 'png', '-f', 'image2', '-update', '1', 'first.png'];
  const input = ['-hide_banner', '-nostdin', '-y', '-v', 'error', ...AVIF, '-i'];
  const run = await caged({ tool: 'ffmpeg', folder, source, args: (path) => [...input, path, ...output] });
  if (!run.ok || !(await plainFiles(folder)).includes('first.png')) return refuse('media_unreadable', DAMAGED);
  return { ok: true, picture: join(folder, 'first.png') } as const;
}

/** What moves in it, in its own time; null when that cannot be read, and the first picture stands for it. */
async function clipOf(caged: Caged, source: string, folder: string, input: readonly string[]): Promise<string | null> {
  const run = await caged({
    tool: 'ffmpeg',
    folder,
    source,
    args: (path) => [
      ...['-hide_banner', '-nostdin', '-y', '-v', 'error', '-protocol_whitelist', 'file,pipe'],
      ...[...input, '-i', path, '-t', String(CLIP_SECONDS)],
      // Even sides; a clip of less than 16 pixels would be refused as nothing to be seen.
      ...['-vf', 'scale=max(16\\,trunc(iw/2)*2):max(16\\,trunc(ih/2)*2),format=yuv420p', '-fps_mode', 'passthrough'],
      ...['-c:v', 'libx264', '-preset', 'ultrafast', '-crf', '12', '-f', 'matroska', MOVING],
    ],
  });
  return run.ok && (await plainFiles(folder)).includes(MOVING) ? join(folder, MOVING) : null;
}

/** The folder of packages that a module lies in. */
function modulesOf(url: string): string {
  const path = fileURLToPath(url);
  const name = `${sep}node_modules${sep}`;
  return path.slice(0, path.indexOf(name) + name.length - 1);
}

function readAnswer(stdout: string): WorkerAnswer | undefined {
  try {
    const answer: unknown = JSON.parse(stdout.trim().split('\n').at(-1) ?? '');
    return Value.Check(Answer, answer) ? answer : undefined;
  } catch {
    return undefined;
  }
}

const NOT_A_PICTURE =
  'This file is not a picture that can be read, whatever its name says. Export it as JPEG, PNG or WebP and upload that.';
const NO_HEIC = 'HEIC cannot be read on this server. Export the picture as JPEG and upload that.';
const DAMAGED = 'This picture is damaged or cut short. Export it again as JPEG or PNG and upload that.';

function tooLarge({ width, height, frames }: { width: number; height: number; frames: number }) {
  return refuse(
    'media_unsupported',
    frames === 1
      ? `This picture is ${width} × ${height}; that is more than can be shown. Export it smaller and upload that.`
      : `This animation is ${frames} pictures of ${width} × ${height}; that is more than can be shown. Export it smaller or shorter and upload that.`,
  );
}

function refuse(code: Rejection['code'], sentence: string): Extract<MadePicture, { ok: false }> {
  return { ok: false, rejection: { code, sentence } };
}
