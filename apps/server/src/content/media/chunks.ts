/** Cuts a long film into chunks of time and puts together what they made. Pure. */
import { seeksWell } from './ffmpeg-args.ts';
import { GOPS_PER_SEGMENT, type Ladder, segmentSecondsOf } from './ladder.ts';
import type { Demuxer } from './sniff.ts';

/** A clip up to this long is one run; it starts over when it is killed. */
const ONE_RUN_SECONDS = 60;
/** The first chunk is short, so that watching begins soon. */
const SEGMENTS_OF_FIRST = 2;
const SEGMENTS_PER_CHUNK = 8;

export interface Chunk {
  readonly n: number;
  readonly firstSegment: number;
  /** From where the film begins. */
  readonly startSeconds: number;
  readonly seconds: number;
  /** It goes on to where the source really ends. */
  readonly open: boolean;
}

/** A finished segment: its length, and bytes by rung. */
export interface MadeSegment {
  readonly seconds: number;
  readonly bytes: Readonly<Record<string, number>>;
}

/** Whether so many seconds are too much for one run. */
export const isLong = (seconds: number): boolean => seconds > ONE_RUN_SECONDS;

/** Whether so many seconds of a source are made in chunks. */
export function isChunked(demuxer: Demuxer, seconds: number): boolean {
  return isLong(seconds) && seeksWell(demuxer);
}

/**
 * Chunks begin where a segment of every rung begins. A rest of less than half a chunk is part of the one before it.
 * @param ends the film ends by its maker's cut, not where its source does
 */
export function planChunks(ladder: Ladder, ends: boolean): Chunk[] {
  const segment = segmentSecondsOf(ladder);
  const length = segment * SEGMENTS_PER_CHUNK;
  const first = segment * SEGMENTS_OF_FIRST;
  const count = 1 + Math.max(1, Math.round((ladder.durationSeconds - first) / length));
  return Array.from({ length: count }, (_, n) => {
    const firstSegment = n === 0 ? 0 : SEGMENTS_OF_FIRST + (n - 1) * SEGMENTS_PER_CHUNK;
    const startSeconds = firstSegment * segment;
    const isLast = n === count - 1;
    const seconds = n === 0 ? first : isLast ? ladder.durationSeconds - startSeconds : length;
    return { n, firstSegment, startSeconds, seconds, open: isLast && !ends };
  });
}

/** All of it at once: for what is short, or cannot be sought in. @param ends as above */
export function planOneChunk({ durationSeconds }: Ladder, ends: boolean): Chunk[] {
  return [{ n: 0, firstSegment: 0, startSeconds: 0, seconds: durationSeconds, open: !ends }];
}

/** Where a chunk begins, in ticks of `timescale`; whole, because a frame is. */
export function ticksBefore({ gop, fps }: Ladder, { firstSegment }: Chunk, timescale: number): number {
  return Math.round((firstSegment * GOPS_PER_SEGMENT * gop * fps.den * timescale) / fps.num);
}

/** Whether the picture ended within it, so that nothing comes after it. */
export function endsEarly({ fps }: Ladder, chunk: Chunk, segments: readonly MadeSegment[]): boolean {
  return secondsOf(segments) < chunk.seconds - fps.den / fps.num / 2;
}

/** The unbroken beginning of what is made, by chunks in order; undefined for one that is not made yet. */
export function playable<T>(
  chunks: readonly ({ readonly segments: readonly T[]; readonly ends: boolean } | undefined)[],
): T[] {
  const stop = chunks.findIndex((chunk) => chunk === undefined || chunk.ends);
  return chunks.slice(0, stop < 0 ? chunks.length : stop + 1).flatMap((chunk) => chunk?.segments ?? []);
}

export const secondsOf = (segments: readonly { readonly seconds: number }[]): number =>
  segments.reduce((sum, { seconds }) => sum + seconds, 0);
