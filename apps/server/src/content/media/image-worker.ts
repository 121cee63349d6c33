/**
 * Runs in the cage as a program of its own: reads one picture that a stranger sent and writes it anew, upright, in sRGB,
 * without anything that was said about it, in sizes and formats for the web. Its last line of output is a `WorkerAnswer`.
 */

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
  | { readonly ok: false; readonly why: 'too_large'; readonly width: number; readonly height: number };

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
    return { ok: false, why: 'too_large', width, height };

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
  const thumbhash = Buffer.from(rgbaToThumbHash(tiny.info.width, tiny.info.height, tiny.data)).toString('base64');
  return { ok: true, width: base.info.width, height: base.info.height, frames, sources, thumbhash };
}

// The parent wrote it, of the type that it shares with this file.
const order = JSON.parse(process.argv[2] ?? '') as WorkerOrder;
console.log(JSON.stringify(await work(order)));
