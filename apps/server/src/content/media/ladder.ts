/** Plans the ladder: which rungs a video gets, how large, how fast, how many bits. Pure. */
import { type Description, framesPerSecond, type VideoDescription } from './probe.ts';

export interface Rung {
  /** Short side in pixels, which names the rung: `v480`, `a480` in AV1. */
  readonly name: string;
  readonly width: number;
  readonly height: number;
  /** Ceiling in bits a second; quality (CRF) decides below it. */
  readonly maxBitRate: number;
  readonly crf: number;
}

export type Codec = 'h264' | 'av1';

export interface Ladder {
  /** Of all rungs; H.264 when absent. */
  readonly codec?: 'av1';
  /** Smallest first. Never empty, never larger than the source. */
  readonly rungs: readonly Rung[];
  readonly fps: { readonly num: number; readonly den: number };
  /** Frames between keyframes: 2 s. */
  readonly gop: number;
  readonly audioBitRate: number | undefined;
  /** Rungs that also become one plain MP4 with its index in front. */
  readonly progressive: readonly string[];
  readonly durationSeconds: number;
}

/** Short side → ceiling in bits a second at up to 30 frames a second. */
const RUNGS: readonly (readonly [shortSide: number, maxBitRate: number])[] = [
  [240, 400_000],
  [360, 800_000],
  [480, 1_400_000],
  [720, 3_000_000],
  [1080, 5_500_000],
];
const CRF = 23;
const AV1_CRF = 35;
const AV1_BIT_RATE = 0.65;
export const GOPS_PER_SEGMENT = 2;
const GOP_SECONDS = 2;
const AUDIO_BIT_RATE = 128_000;
const MAX_FPS = 60;
const MIN_FPS = 10;
const PROGRESSIVE_UP_TO_SECONDS = 60;
const PROGRESSIVE_SHORT_SIDES = [480, 720];
const COMMON_RATES: readonly (readonly [number, number])[] = [
  [24000, 1001],
  [24, 1],
  [25, 1],
  [30000, 1001],
  [30, 1],
  [50, 1],
  [60000, 1001],
  [60, 1],
];

export function planLadder(description: Description & { readonly video: VideoDescription }): Ladder {
  const { video } = description;
  const fps = constantRate(framesPerSecond(video));
  const faster = fps.num / fps.den > 31 ? 1.5 : 1;
  const shortSide = Math.min(video.width, video.height);
  const fitting = RUNGS.filter(([side]) => side <= shortSide);
  // What stands still costs next to nothing in its largest size: a smaller one would save nobody anything.
  const useful = video.drawn ? fitting.slice(-1) : fitting;
  const chosen = useful.length > 0 ? useful : [[evenBelow(shortSide), 400_000] as const];
  const rungs = chosen.map(([side, bitRate]) => rung(video, side, Math.round(bitRate * faster)));
  return {
    rungs,
    fps,
    gop: Math.ceil((GOP_SECONDS * fps.num) / fps.den - 1e-9),
    audioBitRate: description.audio && AUDIO_BIT_RATE,
    progressive: description.durationSeconds <= PROGRESSIVE_UP_TO_SECONDS ? progressiveRungs(rungs) : [],
    durationSeconds: description.durationSeconds,
  };
}

/** The same rungs in AV1: by these figures its pictures come as near to the source (SSIM) for two thirds of the bytes. */
export function inAv1(ladder: Ladder): Ladder {
  const rungs = ladder.rungs.map((rung) => ({
    ...rung,
    name: rung.name.replace(/^v/, 'a'),
    maxBitRate: Math.round(rung.maxBitRate * AV1_BIT_RATE),
    crf: AV1_CRF,
  }));
  return { ...ladder, codec: 'av1', rungs, progressive: [] };
}

function rung(video: VideoDescription, shortSide: number, maxBitRate: number): Rung {
  const scale = shortSide / Math.min(video.width, video.height);
  const upright = video.height >= video.width;
  const longest = Math.max(video.width, video.height);
  const long = Math.max(2, Math.min(even(longest * scale), evenBelow(longest)));
  const [width, height] = upright ? [shortSide, long] : [long, shortSide];
  return { name: `v${shortSide}`, width, height, maxBitRate, crf: CRF };
}

/** A segment is two whole GOPs: 4 s, or 4.004 s at 29.97 frames a second. */
export function segmentSecondsOf({ gop, fps }: Pick<Ladder, 'gop' | 'fps'>): number {
  return (gop * GOPS_PER_SEGMENT * fps.den) / fps.num;
}

/** The largest rung up to 480 for a first frame at once, and the largest up to 720 for a good one. */
function progressiveRungs(rungs: readonly Rung[]): string[] {
  const side = (r: Rung) => Math.min(r.width, r.height);
  const names = PROGRESSIVE_SHORT_SIDES.map(
    (limit) => rungs.filter((r) => side(r) <= limit).at(-1)?.name ?? rungs[0]?.name,
  );
  return [...new Set(names)].filter((name) => name !== undefined);
}

/** The constant rate a source is brought to: a common rate when it is within 2% of one, else whole frames, 10 to 60. */
export function constantRate(mean: number): { num: number; den: number } {
  const common = COMMON_RATES.map(([num, den]) => ({ num, den, off: Math.abs(num / den - mean) / mean })).sort(
    (a, b) => a.off - b.off,
  )[0];
  if (common && common.off < 0.02) return { num: common.num, den: common.den };
  return { num: Math.min(MAX_FPS, Math.max(MIN_FPS, Math.round(mean))), den: 1 };
}

function evenBelow(pixels: number): number {
  return Math.max(2, Math.floor(pixels / 2) * 2);
}

function even(pixels: number): number {
  return Math.max(2, Math.round(pixels / 2) * 2);
}
