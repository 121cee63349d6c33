// Where the clip in the studio stands, and the way to another moment of it. Times are milliseconds.
import { useEffect, useState } from 'react';

export type Playhead = {
  /** The element comes and goes; while there is none, the clip stands at 0. A React ref. */
  attach: (video: HTMLVideoElement | null) => void;
  /** Now, exactly. */
  read(): number;
  seek(ms: number): void;
  toggle(): void;
  isPaused(): boolean;
  /** Calls back while it moves and when it stands still again. @returns what ends that */
  subscribe(listener: () => void): () => void;
};

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
