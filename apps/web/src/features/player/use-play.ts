import { type RefObject, useEffect, useLayoutEffect, useState } from 'react';
import { sound, useMuted } from '../../lib/sound.ts';
import { speed } from './choices.ts';

export type Play = {
  paused: boolean;
  setPaused: (paused: boolean) => void;
  /** Plays at twice the speed while held. */
  hurry: (on: boolean) => void;
};

/** How fast a clip plays while it is held. */
export const HURRY = 2;

/**
 * Plays or holds an element as it is watched and as the person wants it: paused, silent, slow or fast.
 * @param clip which one; a new one is not paused
 * @param loading changes when the element got its bytes anew
 */
export function usePlay(
  video: RefObject<HTMLVideoElement | null>,
  { active, clip, loading }: { active: boolean; clip: string; loading: string },
): Play {
  const [paused, setPaused] = useState(false);
  const muted = useMuted();
  const rate = speed.use();

  // Paused is what one paused: the next clip plays, and so does this one when one comes back to it.
  // biome-ignore lint/correctness/useExhaustiveDependencies: when the clip changes
  useLayoutEffect(() => setPaused(false), [active, clip]);

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
    if (!active || paused) {
      element.pause();
      if (!active) element.currentTime = 0;
      return;
    }
    void start(element);
  }, [active, paused, loading]);

  useEffect(() => {
    if (video.current) video.current.muted = muted;
  }, [muted, video]);

  // A page that was away: some browsers hold a clip there, and say nothing when one comes back.
  useEffect(() => {
    if (!active || paused) return;
    const onVisible = () => {
      const element = video.current;
      if (document.visibilityState === 'visible' && element?.paused) void start(element);
    };
    document.addEventListener('visibilitychange', onVisible);
    return () => document.removeEventListener('visibilitychange', onVisible);
  }, [active, paused, video]);

  return {
    paused,
    setPaused,
    hurry: (on) => {
      if (video.current) video.current.playbackRate = on ? HURRY : speed.get();
    },
  };
}

/** Plays as the person likes it; where the browser refuses sound without a gesture, silently. */
async function start(element: HTMLVideoElement): Promise<void> {
  element.muted = sound.isMuted();
  try {
    await element.play();
  } catch (error) {
    if (!(error instanceof DOMException) || error.name !== 'NotAllowedError' || element.muted) return;
    element.muted = true;
    await element.play().catch(() => {});
  }
}
