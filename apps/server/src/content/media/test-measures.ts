/** What people would see and hear in a made file, as numbers, for the tests of this room. Not used by the product. */
import { spawnSync } from 'node:child_process';

export type Colour = readonly [red: number, green: number, blue: number];

/** The seven 75% bars of SMPTE EG 1 from left to right. */
export const BARS: readonly Colour[] = [
  [191, 191, 191],
  [191, 191, 0],
  [0, 191, 191],
  [0, 191, 0],
  [191, 0, 191],
  [191, 0, 0],
  [0, 0, 191],
];
/** A place in each bar, as shares of width and height. */
const IN_BARS = BARS.map((_, n) => [(n + 0.5) / 7, 0.3] as const);
const RATE = 48_000;

export interface Seen {
  /** Mean colours of small squares in the first frame. */
  readonly colours: readonly Colour[];
  /** Seconds at which the first white frame is shown and the first loud sound begins; NaN when there is none. */
  readonly flash: number;
  readonly beep: number;
  /** Zero crossings a second, halved: the pitch of a pure tone. */
  readonly pitch: number;
  /** The picture's codec, pixels and size, as ffmpeg names them. */
  readonly coded: string;
}

/** Looks at and listens to a file in one decoding. `places` are shares of width and height. */
export function watch(
  path: string,
  { places = IN_BARS, sound = true }: { places?: readonly (readonly [x: number, y: number])[]; sound?: boolean } = {},
): Seen {
  const each = (text: (n: number) => string) => places.map((_, n) => text(n)).join('');
  const graph = [
    '[0:v]split=2[first][all]',
    `[first]trim=end_frame=1,scale=in_color_matrix=bt709:in_range=tv:flags=accurate_rnd+full_chroma_int,format=gbrp,split=${places.length}${each((n) => `[p${n}]`)}`,
    ...places.map(([x, y], n) => `[p${n}]crop=8:8:iw*${x}-4:ih*${y}-4,scale=1:1:flags=area,format=rgb24[o${n}]`),
    `${each((n) => `[o${n}]`)}hstack=inputs=${places.length}[colours]`,
    '[all]scale=32:32:in_range=tv:out_range=pc,format=gray,signalstats,metadata=print:file=pipe\\\\:3[light]',
    ...(sound ? [`[0:a]aresample=${RATE}:async=1:first_pts=0,aformat=channel_layouts=mono[heard]`] : []),
  ].join(';');
  const run = spawnSync(
    'ffmpeg',
    [
      ...['-hide_banner', '-nostats', '-nostdin', '-xerror', '-i', path, '-filter_complex', graph],
      ...['-map', '[light]', '-f', 'null', '-'],
      ...['-map', '[colours]', '-f', 'rawvideo', 'pipe:1'],
      ...(sound ? ['-map', '[heard]', '-f', 's16le', 'pipe:4'] : []),
    ],
    { stdio: ['ignore', 'pipe', 'pipe', 'pipe', 'pipe'], maxBuffer: 2 ** 28 },
  );
  const [, raw = null, told, light, heard] = run.output;
  if (run.status !== 0 || raw === null) throw new Error(`not playable: ${told}`);
  // Without an encoding spawnSync gives buffers.
  const samples = sound && Buffer.isBuffer(heard) ? asSamples(heard) : new Int16Array();
  return {
    colours: places.map((_, n) => [0, 1, 2].map((c) => Number(raw[n * 3 + c])) as unknown as Colour),
    flash: flashIn(String(light)),
    coded: /Stream #0:.*: Video: (.*)/.exec(String(told))?.[1] ?? '',
    ...listen(samples),
  };
}

/** The share of frames in which two moments are woven into each other, line by line. */
export function interlacedShare(path: string): number {
  const { stderr } = spawnSync('ffmpeg', ['-nostdin', '-i', path, '-vf', 'idet', '-f', 'null', '-'], {
    encoding: 'utf8',
  });
  const [, top, bottom, progressive] = /Multi frame.*TFF:\s*(\d+) BFF:\s*(\d+) Progressive:\s*(\d+)/.exec(stderr) ?? [];
  const woven = Number(top) + Number(bottom);
  return woven / (woven + Number(progressive));
}

/** Largest difference of one channel of one colour. */
export const offBy = (found: readonly Colour[], wanted: readonly Colour[]): number =>
  Math.max(...wanted.flatMap((colour, n) => colour.map((value, c) => Math.abs(value - (found[n]?.[c] ?? -999)))));

function flashIn(metadata: string): number {
  let at = Number.NaN;
  for (const line of metadata.split('\n')) {
    at = Number(/pts_time:([\d.]+)/.exec(line)?.[1] ?? at);
    if (Number(/YAVG=([\d.]+)/.exec(line)?.[1]) > 225) return at;
  }
  return Number.NaN;
}

function asSamples(raw: Buffer): Int16Array {
  const copy = Uint8Array.from(raw.subarray(0, raw.length & ~1)); // aligned, which a pipe's buffer need not be
  return new Int16Array(copy.buffer);
}

function listen(samples: Int16Array): Pick<Seen, 'beep' | 'pitch'> {
  const loudest = samples.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const first = samples.findIndex((value) => Math.abs(value) > loudest / 3);
  const crossings = samples.reduce(
    (sum, value, n) => sum + (n > 0 && value >= 0 !== (samples[n - 1] ?? 0) >= 0 ? 1 : 0),
    0,
  );
  return {
    beep: loudest < 300 || first < 0 ? Number.NaN : first / RATE,
    pitch: (crossings / 2 / samples.length) * RATE,
  };
}
