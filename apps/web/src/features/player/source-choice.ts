// Which of a clip's files is played. Pure.
import type { MediaView } from '@videowindow/contract/api/media';

const SHORT_CLIP_MS = 90_000;
/** A file may ask for this much of the line; the rest is for everything else, and for bad moments. */
const SHARE_OF_LINE = 0.6;

export type Need = {
  /** The box's short side in device pixels. */
  shortSidePx: number;
  thrifty: boolean;
  /** What the line is said to carry; undefined where the browser doesn't say. */
  megabitsPerSecond?: number | undefined;
};

/**
 * The smallest MP4 that fills the box sharply, else the largest, and none that the line can't carry while there is a
 * smaller one; undefined when HLS is the better way (long, or still growing).
 */
export function pickMp4(media: MediaView, { shortSidePx, thrifty, megabitsPerSecond }: Need): string | undefined {
  if (media.durationMs > SHORT_CLIP_MS || media.playableMs !== null) return undefined;
  const bySize = [...media.mp4].sort((a, b) => a.shortSide - b.shortSide);
  if (thrifty) return bySize[0]?.url;
  const bytesPerMs = (megabitsPerSecond ?? Number.POSITIVE_INFINITY) * 125;
  const most = bytesPerMs * SHARE_OF_LINE * media.durationMs;
  const carried = bySize.filter((file, place) => place === 0 || file.bytes <= most);
  return (carried.find((file) => file.shortSide >= shortSidePx) ?? carried.at(-1))?.url;
}
