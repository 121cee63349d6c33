/** Poster, thumbnails and thumbhash from the frames that the ladder's run kept. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { rgbaToThumbHash } from 'thumbhash';

export interface Stills {
  readonly poster: { readonly file: string; readonly width: number; readonly height: number };
  readonly thumbnails: readonly { readonly file: string; readonly width: number }[];
  /** base64; about 30 bytes that paint a blurred picture before anything is fetched. */
  readonly thumbhash: string;
}

const THUMBNAIL_WIDTHS = [160, 320, 640];

/** Picks the best of the candidate files in `folder` and writes `poster.jpg` and `thumb-*.{avif,webp}` beside them. */
export async function makeStills(folder: string, candidates: readonly string[]): Promise<Stills> {
  const scored = await Promise.all(candidates.map(async (file) => ({ file, score: await score(join(folder, file)) })));
  const best = scored.reduce((a, b) => (b.score > a.score ? b : a));
  const frame = await readFile(join(folder, best.file));

  const poster = await sharp(frame)
    .jpeg({ quality: 80, progressive: true, mozjpeg: true })
    .toBuffer({ resolveWithObject: true });
  await writeFile(join(folder, 'poster.jpg'), poster.data);
  const thumbnails: { file: string; width: number }[] = [];
  // A frame that is narrower than the widest is there once in its own width, not again for each width beyond it.
  for (const width of new Set(THUMBNAIL_WIDTHS.map((most) => Math.min(most, poster.info.width)))) {
    const small = sharp(frame).resize({ width });
    const name = `thumb-${width}`;
    // Effort 2: a tenth of the default's time for a few percent more bytes.
    await Promise.all([
      small
        .clone()
        .avif({ quality: 50, effort: 2 })
        .toFile(join(folder, `${name}.avif`)),
      small
        .clone()
        .webp({ quality: 74, effort: 3 })
        .toFile(join(folder, `${name}.webp`)),
    ]);
    thumbnails.push({ file: `${name}.avif`, width }, { file: `${name}.webp`, width });
  }
  return {
    poster: { file: 'poster.jpg', width: poster.info.width, height: poster.info.height },
    thumbnails,
    thumbhash: await thumbhashOf(frame),
  };
}

/** Detail, contrast and colour, less for frames that are nearly black or white. */
async function score(path: string): Promise<number> {
  // `stats` looks at its input as it is, so the small picture is made first.
  const small = sharp(path).resize(160, 160, { fit: 'inside' }).toColourspace('srgb');
  const { data, info } = await small.raw().toBuffer({ resolveWithObject: true });
  const { channels, entropy, sharpness } = await sharp(data, { raw: info }).stats();
  const light = channels.reduce((sum, c) => sum + c.mean, 0) / channels.length / 255;
  const contrast = channels.reduce((sum, c) => sum + c.stdev, 0) / channels.length / 128;
  const exposed = Math.max(0.02, Math.min(1, light / 0.12) * Math.min(1, (1 - light) / 0.08));
  return exposed * (entropy / 8 + contrast + Math.min(1, sharpness / 20) * 0.5);
}

async function thumbhashOf(frame: Buffer): Promise<string> {
  const { data, info } = await sharp(frame)
    .resize(100, 100, { fit: 'inside' })
    .ensureAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  return Buffer.from(rgbaToThumbHash(info.width, info.height, data)).toString('base64');
}
