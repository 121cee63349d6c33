// Clips that are watched while they are still being made.
import type { MediaView } from '@videowindow/contract/api/media';
import { type RefObject, useEffect, useState } from 'react';

type Length = Pick<MediaView, 'durationMs' | 'playableMs'>;

/** A clip that ends less than this before its whole length is whole: lengths are rounded on the way. */
const ROUNDED_MS = 500;

/**
 * Milliseconds that can be played by now. What the element has read of a growing playlist counts, also when the server
 * has more already: hls.js takes a seek beyond it back.
 */
export function readyMs(video: HTMLVideoElement | null, { durationMs, playableMs }: Length): number {
  const parts = video?.seekable;
  const end = parts && parts.length > 0 ? parts.end(parts.length - 1) * 1000 : 0;
  if (end <= 0 || !Number.isFinite(end)) return playableMs ?? durationMs;
  return end > durationMs - ROUNDED_MS ? durationMs : end;
}

/** So near to where it ends yet, one has caught up with it. */
const NEAR_MS = 700;

export type Growth = { readyMs: number; caughtUp: boolean };

/** How a clip grows, to the second; null when it is all there. */
export function useGrowth(
  video: RefObject<HTMLVideoElement | null>,
  { durationMs, playableMs }: Length,
): Growth | null {
  const [growth, setGrowth] = useState<Growth | null>(null);
  useEffect(() => {
    const element = video.current;
    if (!element || playableMs === null) return setGrowth(null);
    const look = () => {
      const ready = readyMs(element, { durationMs, playableMs });
      const seconds = Math.floor(ready / 1000) * 1000;
      const caughtUp = !element.paused && ready - element.currentTime * 1000 < NEAR_MS;
      setGrowth((before) => {
        if (ready === durationMs) return null;
        return before?.readyMs === seconds && before.caughtUp === caughtUp ? before : { readyMs: seconds, caughtUp };
      });
    };
    const events = ['durationchange', 'progress', 'timeupdate', 'waiting', 'playing', 'pause'] as const;
    for (const event of events) element.addEventListener(event, look);
    look();
    return () => {
      for (const event of events) element.removeEventListener(event, look);
    };
  }, [video, durationMs, playableMs]);
  return growth;
}
