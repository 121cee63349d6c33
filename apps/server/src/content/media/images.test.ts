/** Pictures of every kind, made here, put through the pipeline, and judged by what comes out. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { deflateSync } from 'node:zlib';
import sharp from 'sharp';
import { afterAll, describe, expect, it } from 'vitest';
import { cageDoctor } from './cage-doctor.ts';
import { examine, transcode } from './engine.ts';
import { type MadePicture, makePicture } from './images.ts';
import { ffmpeg, makeClip, temporaryFolder, writeBytes } from './test-clips.ts';
import { DRAWING_HEIC } from './test-heic.ts';
import { watch } from './test-measures.ts';

const { cage } = cageDoctor();
if (cage === undefined) throw new Error('these tests need a cage: run the doctor');
const engine = { cage, threads: 2 };
const room = temporaryFolder();
afterAll(() => room[Symbol.dispose]());
let jobs = 0;

/** Puts a picture through; `folder` holds what was made. */
async function put(source: string): Promise<MadePicture & { folder: string }> {
  const folder = join(room.path, `job ${jobs++}`);
  mkdirSync(folder);
  return { ...(await makePicture(engine, source, folder, `${folder}.aside`)), folder };
}

const SIZE = { width: 360, height: 240 };
/** Red above, blue below, with a green corner at the top left. */
const drawing = () =>
  sharp({ create: { ...SIZE, channels: 3, background: '#00f' } }).composite([
    { input: { create: { width: 360, height: 120, channels: 3, background: '#f00' } }, top: 0, left: 0 },
    { input: { create: { width: 60, height: 60, channels: 3, background: '#0f0' } }, top: 0, left: 0 },
  ]);

async function pixel(path: string, left: number, top: number): Promise<number[]> {
  const { data } = await sharp(path)
    .removeAlpha()
    .extract({ left: Math.floor(left), top: Math.floor(top), width: 4, height: 4 })
    .resize(1, 1)
    .raw()
    .toBuffer({ resolveWithObject: true });
  return [...data];
}
const near = (found: number[], wanted: number[]) =>
  Math.max(...wanted.map((value, n) => Math.abs(value - (found[n] ?? 999)))) <= 24;

async function save(name: string): Promise<string> {
  const path = join(room.path, name);
  if (name.endsWith('.heic')) writeBytes(room.path, name, DRAWING_HEIC);
  else if (name.endsWith('.gif')) await drawing().gif().toFile(path);
  else if (name.endsWith('.webp')) await drawing().webp({ lossless: true }).toFile(path);
  else if (name.endsWith('.avif')) await drawing().avif({ quality: 90 }).toFile(path);
  else if (name.endsWith('.png')) await drawing().png().toFile(path);
  else await drawing().jpeg({ quality: 95, chromaSubsampling: '4:4:4' }).toFile(path);
  return path;
}

describe('a picture', () => {
  it.each(['a.jpg', 'a.png', 'a.webp', 'a.gif', 'a.avif', 'a.heic'])(
    '%s is written anew in all sizes',
    async (name) => {
      const made = await put(await save(name));

      if (!made.ok) throw new Error(JSON.stringify(made));
      expect(made.image).toMatchObject(SIZE);
      expect(made.clip).toBeNull();
      expect(made.image.sources.map(({ width, type }) => `${width} ${type}`)).toEqual(
        [360, 320, 160].flatMap((width) => ['avif', 'webp', 'jpeg'].map((end) => `${width} image/${end}`)),
      );
      expect(made.files).toEqual(made.image.sources.map(({ file }) => file));
      for (const { file, width, type } of made.image.sources) {
        const path = join(made.folder, file);
        const head = await sharp(path).metadata();
        expect([head.width, head.mediaType]).toEqual([width, type]);
        const scale = width / 360;
        expect(near(await pixel(path, 20 * scale, 20 * scale), [0, 255, 0])).toBe(true);
        expect(near(await pixel(path, 300 * scale, 40 * scale), [255, 0, 0])).toBe(true);
        expect(near(await pixel(path, 300 * scale, 200 * scale), [0, 0, 255])).toBe(true);
      }
    },
  );

  it('taken with a phone held upright stands upright, and tells neither where nor by whom', async () => {
    const source = join(room.path, 'phone.jpg');
    const place = { GPSLatitudeRef: 'N', GPSLatitude: '38/1 43/1 20/1' };
    await drawing()
      .withExif({ IFD0: { Artist: 'TOLD-ARTIST', Make: 'TOLD-MAKE' }, IFD3: place })
      .withMetadata({ orientation: 6 })
      .withXmp('<x:xmpmeta xmlns:x="adobe:ns:meta/"><a>TOLD-XMP</a></x:xmpmeta>')
      .jpeg()
      .toFile(source);

    const made = await put(source);

    if (!made.ok) throw new Error(JSON.stringify(made));
    expect(readFileSync(source, 'latin1')).toMatch(/TOLD-ARTIST[\s\S]*TOLD-XMP/);
    expect(made.image).toMatchObject({ width: 240, height: 360 });
    for (const file of made.files) {
      const path = join(made.folder, file);
      const { exif, xmp, iptc, orientation } = await sharp(path).metadata();
      expect([exif, xmp, iptc, orientation]).toEqual([undefined, undefined, undefined, undefined]);
      expect(readFileSync(path, 'latin1')).not.toContain('TOLD');
    }
    // What was at the top left is at the top right after a quarter turn.
    expect(near(await pixel(join(made.folder, 'image-360.jpg'), 220, 20), [0, 255, 0])).toBe(true);
  });

  it('of a wide gamut comes to the colours of the web', async () => {
    const source = join(room.path, 'p3.jpg');
    // The drawing's green said in Display P3 is another number; what is seen must be the same.
    await drawing().withIccProfile('p3').jpeg({ quality: 95, chromaSubsampling: '4:4:4' }).toFile(source);

    const made = await put(source);

    const raw = await sharp(source, { ignoreIcc: true })
      .extract({ left: 20, top: 20, width: 1, height: 1 })
      .raw()
      .toBuffer();
    expect(near([...raw], [0, 255, 0])).toBe(false);
    expect(near(await pixel(join(made.folder, 'image-360.jpg'), 20, 20), [0, 255, 0])).toBe(true);
  });

  it('with see-through parts keeps them, and is white there as JPEG', async () => {
    const source = join(room.path, 'clear.png');
    await sharp({ create: { width: 64, height: 64, channels: 4, background: '#0000' } })
      .png()
      .toFile(source);

    const made = await put(source);

    expect((await sharp(join(made.folder, 'image-64.webp')).stats()).isOpaque).toBe(false);
    expect(await pixel(join(made.folder, 'image-64.jpg'), 30, 30)).toEqual([255, 255, 255]);
  });

  it('that moves becomes a clip in its own time as well', async () => {
    ffmpeg(room.path, [
      '-f',
      'lavfi',
      '-i',
      "color=black:s=101x75:r=10:d=2,drawbox=c=white:t=fill:enable='gte(t,1)',scale=101:75",
      'moving.gif',
    ]);

    const made = await put(join(room.path, 'moving.gif'));

    if (!made.ok) throw new Error(JSON.stringify(made));
    expect(made.image).toMatchObject({ width: 101, height: 75 });
    const verdict = await examine(engine, made.clip ?? '', `${made.folder}.aside`);
    expect(verdict).toMatchObject({ ok: true, description: { video: { width: 100, height: 74 } } });
    expect(watch(made.clip ?? '', { sound: false }).flash).toBeCloseTo(1, 1);
  });
});

describe('an animation', () => {
  /** Greys from black to white, each shown for its own time. */
  const greys = [0, 60, 120, 180, 255];
  const delays = [120, 440, 80, 320, 240];
  const pictures = (width: number, height: number) =>
    Promise.all(
      greys.map((grey) =>
        sharp({ create: { width, height, channels: 3, background: { r: grey, g: grey, b: grey } } })
          .png()
          .toBuffer(),
      ),
    );
  const animatedWebp = async (name: string, width = 101, height = 75) => {
    const path = join(room.path, name);
    await sharp(await pictures(width, height), { join: { animated: true } })
      .webp({ delay: delays, loop: 0, lossless: true })
      .toFile(path);
    return path;
  };
  const animatedAvif = async () => {
    for (const [n, picture] of (await pictures(102, 76)).entries()) writeBytes(room.path, `grey${n}.png`, picture);
    const shown = greys.map((_, n) => `file grey${n}.png\nduration ${(delays[n] ?? 0) / 1000}`).join('\n');
    writeBytes(room.path, 'greys.txt', `${shown}\nfile grey4.png\n`);
    const coded = ['-c:v', 'libaom-av1', '-cpu-used', '8', '-crf', '10', '-pix_fmt', 'yuv420p', '-fps_mode', 'vfr'];
    ffmpeg(room.path, ['-f', 'concat', '-i', 'greys.txt', ...coded, '-f', 'avif', 'moving.avif']);
    return join(room.path, 'moving.avif');
  };

  it.each([
    ['WebP', () => animatedWebp('moving.webp')],
    ['AVIF', animatedAvif],
  ])('in %s becomes a picture and a clip in which each moment keeps its time', async (_what, save) => {
    const made = await put(await save());

    if (!made.ok) throw new Error(JSON.stringify(made));
    expect(near(await pixel(join(made.folder, made.files[0] ?? ''), 20, 20), [0, 0, 0])).toBe(true);
    expect(made.files.every((file) => file.startsWith('image-'))).toBe(true);
    const aside = `${made.folder}.aside`;
    const verdict = await examine(engine, made.clip ?? '', aside);
    if (!verdict.ok) throw new Error(verdict.rejection.sentence);
    const starts = execFileSync(
      'ffprobe',
      ['-v', 'error', '-show_entries', 'packet=pts_time', '-of', 'csv=p=0', made.clip ?? ''],
      { encoding: 'utf8' },
    );
    const at = starts.split('\n').filter(Boolean).map(Number);
    expect(at.slice(0, 5).map((time) => time.toFixed(2))).toEqual(['0.00', '0.12', '0.56', '0.64', '0.96']);
    const folder = join(room.path, `job ${jobs++}`);
    mkdirSync(folder);
    const { description } = verdict;
    const result = await transcode(engine, { source: made.clip ?? '', folder, description, handle: undefined });
    if (result.kind !== 'ready') throw new Error(JSON.stringify(result));
    expect(result.package.durationSeconds).toBeCloseTo(1.2, 1);
    const seen = watch(join(folder, result.package.progressive[0] ?? ''), { sound: false });
    expect(Math.abs(seen.flash - 0.96)).toBeLessThan(0.04);
  });

  it('of more pictures than can be shown is refused, and one that is cut short', async () => {
    const whole = readFileSync(await animatedWebp('whole.webp'));
    const huge = Buffer.from(whole);
    // Its canvas says 16,384 x 16,383: RIFF, VP8X, flags, then both sides less one, in three bytes each.
    huge.writeUIntLE(16_383, 24, 3);
    huge.writeUIntLE(16_382, 27, 3);

    const bomb = await put(writeBytes(room.path, 'huge.webp', huge));
    const cut = await put(writeBytes(room.path, 'cut.webp', whole.subarray(0, whole.length - 60)));
    const avif = readFileSync(await animatedAvif());
    const cutAvif = await put(writeBytes(room.path, 'cut.avif', avif.subarray(0, 400)));
    const endless = Buffer.from(avif);
    endless.writeUInt32BE(4_000_000, endless.indexOf('stts') + 12); // so many of its pictures are of one length
    const long = await put(writeBytes(room.path, 'endless.avif', endless));

    expect(bomb).toMatchObject({ ok: false });
    expect(long).toMatchObject({ ok: false, rejection: { code: 'media_unsupported' } });
    expect(long.ok ? '' : long.rejection.sentence).toMatch(/^This animation is 400000\d pictures of 102 × 76/);
    expect(cut).toMatchObject({ ok: false, rejection: { code: 'media_unreadable' } });
    expect(cutAvif).toMatchObject({ ok: false, rejection: { code: 'media_unreadable' } });
  });
});

/** A PNG of any size that is all one colour: a thousandth of it. */
function bomb(side: number): Buffer {
  const crcTable = Array.from({ length: 256 }, (_, n) => {
    let c = n;
    for (let k = 0; k < 8; k++) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1;
    return c >>> 0;
  });
  const crc = (bytes: Buffer) =>
    (bytes.reduce((c, byte) => (crcTable[(c ^ byte) & 0xff] ?? 0) ^ (c >>> 8), 0xffffffff) ^ 0xffffffff) >>> 0;
  const chunk = (type: string, data: Buffer) => {
    const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
    const ends = Buffer.alloc(8);
    ends.writeUInt32BE(data.length, 0);
    ends.writeUInt32BE(crc(body), 4);
    return Buffer.concat([ends.subarray(0, 4), body, ends.subarray(4)]);
  };
  const header = Buffer.alloc(13);
  header.writeUInt32BE(side, 0);
  header.writeUInt32BE(side, 4);
  header.set([1, 0, 0, 0, 0], 8); // one bit a pixel
  const rows = Buffer.alloc(side * (1 + Math.ceil(side / 8)));
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    ...[chunk('IHDR', header), chunk('IDAT', deflateSync(rows)), chunk('IEND', Buffer.alloc(0))],
  ]);
}

describe('what is no picture', () => {
  const cutJpeg = async () => {
    const whole = readFileSync(await save('whole.jpg'));
    return whole.subarray(0, whole.length / 2);
  };
  it.each<[string, () => Buffer | Promise<Buffer>, string, string]>([
    ['30,000 x 30,000 px in 110 kB', () => bomb(30_000), 'media_unsupported', '30000 × 30000'],
    ['text', () => Buffer.from('Dear diary'), 'media_unsupported', 'Export it as JPEG'],
    ['nothing', () => Buffer.alloc(1), 'media_unsupported', 'Export it as JPEG'],
    ['a drawing that may fetch what it likes', () => Buffer.from(SVG), 'media_unsupported', 'Export it as JPEG'],
    ['a JPEG that is cut short', cutJpeg, 'media_unreadable', 'cut short'],
    [
      'a head of PNG and noise',
      () => Buffer.concat([bomb(64).subarray(0, 40), Buffer.alloc(900, 7)]),
      'media_unreadable',
      'damaged',
    ],
    ['a head of HEIC and noise', () => Buffer.from(DRAWING_HEIC).fill(0x5a, 300), 'media_unreadable', 'damaged'],
    ['a head of GIF and noise', () => Buffer.from(`GIF89a${'x'.repeat(500)}`), 'media_unreadable', 'damaged'],
  ])('%s is refused in words that say what to do', async (_what, make, code, words) => {
    const made = await put(writeBytes(room.path, 'bad.jpg', await make()));

    expect(made).toMatchObject({ ok: false, rejection: { code } });
    expect(made.ok ? '' : made.rejection.sentence).toContain(words);
  });

  it('a video is refused as a picture', async () => {
    const made = await put(makeClip(room.path, 'clip.mp4', { size: '64x48', rate: '10', seconds: 1 }));

    expect(made).toMatchObject({ ok: false, rejection: { code: 'media_unsupported' } });
  });
});

const SVG = '<svg xmlns="http://www.w3.org/2000/svg"><image href="file:///etc/passwd"/></svg>';
