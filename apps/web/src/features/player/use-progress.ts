import type { MediaView } from '@videowindow/contract/api/media';
import { type RefObject, useEffect } from 'react';
import { readyMs } from './growing.ts';
import { positionOf } from './seek.ts';
import { chapterAt, clockTime } from './times.ts';

/** All that says where a clip is, or how fast it gets on. */
const EVENTS = [
  ...['play', 'playing', 'pause', 'waiting', 'ended', 'emptied'],
  ...['seeking', 'seeked', 'timeupdate', 'ratechange', 'progress', 'durationchange'],
];
/** A line that is less than this beside its clip's time goes on. */
const BESIDE_MS = 80;

export type Bar = {
  /** The input that tells it to hands and screen readers. */
  range: HTMLInputElement | null;
  /** Lines as long as all of the clip, scaled to what is played of it and to what is there. */
  played: HTMLElement | null;
  ready: HTMLElement | null;
};

/**
 * Keeps a bar where its clip is. It is written past React, some times a second; between them the line goes on by an
 * animation of the compositor's, which costs the page nothing.
 * @param held whether a hand is on it: then the line is where the hand is
 */
export function useProgress(
  video: RefObject<HTMLVideoElement | null>,
  bar: RefObject<Bar>,
  held: RefObject<boolean>,
  { durationMs, playableMs, chapters }: Pick<MediaView, 'durationMs' | 'playableMs' | 'chapters'>,
): void {
  useEffect(() => {
    const element = video.current;
    const { range, played, ready } = bar.current;
    if (!element || !range || !played || !ready) return;
    const line = runningLine(played, durationMs);
    let spoken = '';
    const follow = () => {
      if (!held.current) range.value = String(Math.round(positionOf(element) * 1000));
      const now = Number(range.value);
      const runs = !element.paused && !element.seeking && element.readyState > HTMLMediaElement.HAVE_CURRENT_DATA;
      line.set(now, runs && !held.current ? element.playbackRate : 0);
      const there = readyMs(element, { durationMs, playableMs });
      ready.style.transform = `scaleX(${there / durationMs})`;
      const words = [
        `${clockTime(now)} of ${clockTime(durationMs)}`,
        chapterAt(chapters, now)?.title,
        there < durationMs && `ready up to ${clockTime(there)}`,
      ];
      const next = words.filter(Boolean).join(', ');
      if (next !== spoken) range.setAttribute('aria-valuetext', next);
      spoken = next;
    };
    for (const event of EVENTS) element.addEventListener(event, follow);
    follow();
    return () => {
      for (const event of EVENTS) element.removeEventListener(event, follow);
      line.set(0, 0);
    };
  }, [video, bar, held, durationMs, playableMs, chapters]);
}

/** A line that runs to its end by itself. */
function runningLine(line: HTMLElement, durationMs: number) {
  let run: { animation: Animation; fromMs: number; rate: number } | null = null;
  const shownMs = () => (run ? run.fromMs + Number(run.animation.currentTime ?? 0) * run.rate : 0);
  const at = (ms: number) => `scaleX(${Math.min(1, ms / durationMs)})`;
  return {
    /** @param rate how fast it runs on from there; 0 to stand */
    set(ms: number, rate: number): void {
      if (run && run.rate === rate && Math.abs(shownMs() - ms) < BESIDE_MS) return;
      run?.animation.cancel();
      run = null;
      line.style.transform = at(ms);
      if (rate === 0 || ms >= durationMs) return;
      const animation = line.animate(
        { transform: [at(ms), at(durationMs)] },
        { duration: (durationMs - ms) / rate, fill: 'forwards' },
      );
      run = { animation, fromMs: ms, rate };
    },
  };
}
