// Where the clip in the studio stands, and the way to another moment of it. Times are milliseconds.
import { useEffect, useState } from 'react';

export type Playhead = {
  /** The element comes and goes; while there is none, the clip stands at 0. A React ref. */
  attach: (video: HTMLVideoElement | null) => void;
  /** Now, exactly. */
  read(): number;
  seek(ms: number): void;
  toggle(): void;
  /** Goes to a moment and gives its frame as an address of a picture; null where there is none to be had. */
  still(ms: number): Promise<string | null>;
  isPaused(): boolean;
  /** Calls back while it moves and when it stands still again. @returns what ends that */
  subscribe(listener: () => void): () => void;
};

const STILL_SIDE = 480;
const EVENTS = ['play', 'pause', 'seeking', 'seeked', 'timeupdate', 'loadedmetadata'];

export function createPlayhead(): Playhead {
  const listeners = new Set<() => void>();
  let video: HTMLVideoElement | null = null;
  let frame = 0;
  const follow = () => {
    for (const listener of listeners) listener();
    frame = video?.paused === false ? requestAnimationFrame(follow) : 0;
  };
  const wake = () => {
    if (frame === 0) follow();
  };
  return {
    attach(next) {
      for (const event of EVENTS) video?.removeEventListener(event, wake);
      video = next;
      for (const event of EVENTS) video?.addEventListener(event, wake);
      wake();
    },
    read: () => Math.round((video?.currentTime ?? 0) * 1000),
    seek(ms) {
      if (video) video.currentTime = Math.max(0, ms) / 1000;
    },
    async still(ms) {
      const element = video;
      if (!element) return null;
      const isThere = Math.abs(element.currentTime * 1000 - ms) < 1 && !element.seeking;
      if (!isThere) {
        const arrived = new Promise((resolve) => element.addEventListener('seeked', resolve, { once: true }));
        element.currentTime = ms / 1000;
        await arrived;
      }
      return frameOf(element);
    },
    toggle() {
      if (video?.paused) void video.play().catch(() => {});
      else video?.pause();
    },
    isPaused: () => video?.paused ?? true,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** The frame that stands in an element now, small. */
function frameOf(video: HTMLVideoElement): string | null {
  const { videoWidth, videoHeight } = video;
  const canvas = document.createElement('canvas');
  const scale = Math.min(1, STILL_SIDE / Math.max(videoWidth, videoHeight, 1));
  canvas.width = Math.round(videoWidth * scale);
  canvas.height = Math.round(videoHeight * scale);
  const context = canvas.getContext('2d');
  if (!context || canvas.width === 0 || canvas.height === 0) return null;
  context.drawImage(video, 0, 0, canvas.width, canvas.height);
  return canvas.toDataURL('image/jpeg', 0.85);
}

/** What `look` makes of the playhead; drawn anew only when that changes. */
export function usePlayhead<T extends string | number | boolean | null>(
  playhead: Playhead,
  look: (playhead: Playhead) => T,
): T {
  const [seen, setSeen] = useState(() => look(playhead));
  useEffect(() => {
    const update = () => setSeen(look(playhead));
    update();
    return playhead.subscribe(update);
  }, [playhead, look]);
  return seen;
}
