import { type RefObject, useEffect, useLayoutEffect, useState } from 'react';
import { sound } from '../../lib/sound.ts';
import { autoplay, speed } from './choices.ts';
import { seek } from './seek.ts';
import { mayPlay } from './unseen.ts';

export type Play = {
  paused: boolean;
  setPaused: (paused: boolean) => void;
  /** Plays it now, also where it stands still without being paused. */
  play: () => void;
  /** Plays at twice the speed while held. */
  hurry: (on: boolean) => void;
};

/** How fast a clip plays while it is held. */
export const HURRY = 2;

type Terms = {
  /** It is the one that is watched. */
  active: boolean;
  /** Something lies over it: it waits where it is. */
  held: boolean;
  /** Which clip; a new one is not paused. */
  clip: string;
  /** Changes when the element got its bytes anew. */
  loading: string;
};

/** Plays or holds an element as it is watched and as the person wants it: paused, silent, slow or fast, unseen or not. */
export function usePlay(video: RefObject<HTMLVideoElement | null>, { active, held, clip, loading }: Terms): Play {
  const [paused, setPaused] = useState(!autoplay.get());
  const rate = speed.use();
  const plays = active && !held && !paused;

  // Paused is what one paused: the next clip plays, and so does this one when one comes back to it; unless one wants to begin each oneself.
  // biome-ignore lint/correctness/useExhaustiveDependencies: when the clip changes
  useLayoutEffect(() => setPaused(!autoplay.get()), [active, clip]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: bytes that are loaded anew set the speed back
  useLayoutEffect(() => {
    if (!video.current) return;
    video.current.defaultPlaybackRate = rate;
    video.current.playbackRate = rate;
  }, [rate, loading, video]);

  // In the same moment as it becomes active, not after the next paint.
  // biome-ignore lint/correctness/useExhaustiveDependencies: what was loaded anew has to be played anew
  useLayoutEffect(() => {
    const element = video.current;
    if (!element) return;
    if (!active) seek(element, 0);
    if (plays && mayPlay()) void start(element, setPaused);
    else element.pause();
  }, [active, plays, loading]);

  // Only what changes: an element that was refused sound is silent, and to make it loud without a gesture stops it.
  // The others are made silent or loud when they begin.
  useEffect(() => {
    if (!active) return;
    return sound.subscribe(() => {
      if (video.current) video.current.muted = sound.isMuted();
    });
  }, [active, video]);

  useEffect(() => {
    if (!plays) return;
    const onVisibility = () => {
      const element = video.current;
      if (!element) return;
      if (!mayPlay()) element.pause();
      // Some browsers hold a clip when its page goes, and say nothing when one comes back.
      else if (element.paused) void start(element, setPaused);
    };
    document.addEventListener('visibilitychange', onVisibility);
    return () => document.removeEventListener('visibilitychange', onVisibility);
  }, [plays, video]);

  return {
    paused,
    setPaused,
    play: () => {
      setPaused(false);
      if (video.current) void start(video.current, setPaused);
    },
    hurry: (on) => {
      if (video.current) video.current.playbackRate = on ? HURRY : speed.get();
    },
  };
}

/**
 * Plays as the person likes it; where the browser refuses sound without a gesture, silently until there is one. Where
 * it refuses that as well (an iPhone that saves power does), the clip is paused, and says so.
 */
async function start(element: HTMLVideoElement, setPaused: (paused: boolean) => void): Promise<void> {
  element.muted = sound.isMuted();
  if (await plays(element)) return;
  if (!element.muted) {
    element.muted = true;
    makeLoudWithGesture(element);
    if (await plays(element)) return;
  }
  if (element.paused) setPaused(true);
}

/** False when the browser refuses; what else ends a play (another clip, a pause) is somebody's wish. */
const plays = (element: HTMLVideoElement): Promise<boolean> =>
  element.play().then(
    () => true,
    (error: unknown) => !(error instanceof DOMException && error.name === 'NotAllowedError'),
  );

function makeLoudWithGesture(element: HTMLVideoElement): void {
  const gone = new AbortController();
  const onGesture = () => {
    // Not every key is one.
    if (navigator.userActivation?.hasBeenActive === false) return;
    gone.abort();
    element.muted = sound.isMuted();
  };
  for (const event of ['pointerup', 'keydown']) addEventListener(event, onGesture, { signal: gone.signal });
  element.addEventListener('emptied', () => gone.abort(), { signal: gone.signal });
}
