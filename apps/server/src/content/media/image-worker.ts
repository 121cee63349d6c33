/**
 * Runs in the cage as a program of its own: reads one picture that a stranger sent and writes it anew, upright, in sRGB,
 * without anything that was said about it, in sizes and formats for the web. Its last line of output is a `WorkerAnswer`.
 */

import { open } from 'node:fs/promises';

/** What the parent asks for, as JSON in the one argument. Addresses are those of modules inside the cage. */
export interface WorkerOrder {
  readonly source: string;
  readonly sharpUrl: string;
  readonly thumbhashUrl: string;
  readonly maxPixels: number;
  /** Long sides of the pictures to make, none larger than the source. */
  readonly longSides: readonly number[];
  /** Whether the source says which way is up; what heif-convert wrote is upright already. */
  readonly orient: boolean;
  /** Where an animated WebP's pictures go, and how much of them, in milliseconds. */
  readonly moving: { readonly file: string; readonly moduleUrl: string; readonly most: number };
}

export interface WorkerSource {
  readonly file: string;
  readonly width: number;
  readonly type: 'image/avif' | 'image/webp' | 'image/jpeg';
}

export type WorkerAnswer =
  | {
      readonly ok: true;
      readonly width: number;
      readonly height: number;
      /** Frames of an animation; 1 for a still. */
      readonly frames: number;
      readonly sources: readonly WorkerSource[];
      readonly thumbhash: string;
    }
  | {
      readonly ok: false;
      readonly why: 'too_large';
      readonly width: number;
      readonly height: number;
      readonly frames: number;
    };

type MovingJpegs = typeof import('./moving-jpegs.ts');
type Sharp = typeof import('sharp')['default'];
type Thumbhash = typeof import('thumbhash');

async function work(order: WorkerOrder): Promise<WorkerAnswer> {
  // Addresses from the parent: the cage holds no folder above this file to look for modules in.
  const { default: sharp } = (await import(order.sharpUrl)) as { default: Sharp };
  const { rgbaToThumbHash } = (await import(order.thumbhashUrl)) as Thumbhash;

  const open = { failOn: 'error', limitInputPixels: false } as const; // looked at below, before anything is decoded
  const head = await sharp(order.source, open).metadata();
  const [width, height] = [head.width ?? 0, head.pageHeight ?? head.height ?? 0];
  const frames = head.pages ?? 1;
  if (width * height > order.maxPixels || width * height * frames > order.maxPixels * 40)
    return { ok: false, why: 'too_large', width, height, frames };

  const first = sharp(order.source, open);
  const largest = Math.max(...order.longSides);
  const base = await (order.orient ? first.autoOrient() : first)
    .resize(largest, largest, { fit: 'inside', withoutEnlargement: true })
    .toColourspace('srgb')
    .png({ compressionLevel: 1 })
    .toBuffer({ resolveWithObject: true });
  const longest = Math.max(base.info.width, base.info.height);
  const sides = [...new Set(order.longSides.map((side) => Math.min(side, longest)))].sort((a, b) => b - a);

  const sources: WorkerSource[] = [];
  for (const side of sides) {
    const small = sharp(base.data).resize(side, side, { fit: 'inside', withoutEnlargement: true });
    const write = async (end: string, type: WorkerSource['type'], made: typeof small) => {
      const file = `image-${side}.${end}`;
      sources.push({ file, type, width: (await made.toFile(file)).width });
    };
    await write('avif', 'image/avif', small.clone().avif({ quality: 55, effort: 2 }));
    await write('webp', 'image/webp', small.clone().webp({ quality: 78, effort: 3 }));
    const opaque = small.clone().flatten({ background: '#fff' });
    await write('jpg', 'image/jpeg', opaque.jpeg({ quality: 80, progressive: true, mozjpeg: true }));
  }
  const tiny = await sharp(base.data)
    .resize(100, 100, { fit: 'inside' })
    .ensureAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  if (frames > 1 && head.format === 'webp')
    await writeMoving(order, sharp, { width, height, delays: head.delay ?? [] });
  const thumbhash = Buffer.from(rgbaToThumbHash(tiny.info.width, tiny.info.height, tiny.data)).toString('base64');
  return { ok: true, width: base.info.width, height: base.info.height, frames, sources, thumbhash };
}

/** Long side of a clip's pictures, and the sides below which it would be taken for nothing. */
const [LONGEST, SHORTEST] = [1920, 16];
/** Decoded at once: each batch is read from the file's beginning. */
const BATCH_PIXELS = 64_000_000;
/** Shown for less, browsers show a picture for so long. */
const [TOO_SHORT_MS, INSTEAD_MS] = [10, 100];

/** All pictures of an animation in their own times, as JPEG of the best quality. */
async function writeMoving(
  { source, moving }: WorkerOrder,
  sharp: Sharp,
  { width, height, delays }: { width: number; height: number; delays: readonly number[] },
): Promise<void> {
  const { movingHead, movingPicture } = (await import(moving.moduleUrl)) as MovingJpegs;
  const scale = Math.min(1, LONGEST / Math.max(width, height));
  const side = (pixels: number) => Math.max(SHORTEST, Math.round(pixels * scale));
  const size = { width: side(width), height: side(height) };
  const times: { at: number; shownFor: number }[] = [];
  let length = 0;
  for (const ms of delays) {
    if (length >= moving.most) break;
    const shownFor = ms <= TOO_SHORT_MS ? INSTEAD_MS : ms;
    times.push({ at: length, shownFor });
    length += shownFor;
  }
  const file = await open(moving.file, 'w');
  await file.write(movingHead(size.width, size.height, length));
  const batch = Math.max(1, Math.floor(BATCH_PIXELS / (width * height)));
  for (let page = 0; page < times.length; page += batch) {
    const pages = Math.min(batch, times.length - page);
    const read = sharp(source, { page, pages, failOn: 'error', limitInputPixels: false }).flatten({
      background: '#fff',
    });
    const { data, info } = await read
      .resize({ ...size, fit: 'fill' })
      .toColourspace('srgb')
      .raw()
      .toBuffer({ resolveWithObject: true });
    const bytes = data.length / pages;
    const raw = { ...size, channels: info.channels };
    for (const [n, { at, shownFor }] of times.slice(page, page + pages).entries()) {
      const picture = sharp(data.subarray(n * bytes, (n + 1) * bytes), { raw });
      const jpeg = await picture.jpeg({ quality: 95, chromaSubsampling: '4:4:4' }).toBuffer();
      await file.write(movingPicture(jpeg, at, shownFor));
    }
  }
  await file.close();
}

// The parent wrote it, of the type that it shares with this file.
const order = JSON.parse(process.argv[2] ?? '') as WorkerOrder;
console.log(JSON.stringify(await work(order)));
