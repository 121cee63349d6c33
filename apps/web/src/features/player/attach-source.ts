// Gives a <video> its bytes: a progressive MP4 for short clips (first frame at once), HLS for long and growing ones.
import type { MediaView } from '@videowindow/contract/api/media';
import { connection, isThrifty } from './choices.ts';
import { pickMp4 } from './source-choice.ts';
import { LOOKS_FOR_SEGMENTS, onStandstill, secondsAhead } from './still-clip.ts';

/** A clip that waits its turn loads this much and no more. */
const AHEAD_S = 4;

export type Source = {
  /** Whether it is watched: what waits loads its first seconds only. */
  setWatched(watched: boolean): void;
  /** Lets go of the bytes and sets the element free. */
  release(): void;
};

export type Terms = {
  watched: boolean;
  /** Where it begins. */
  fromS: number;
  /** Asks for a new grant when one has ended. */
  renew: () => Promise<unknown>;
};

/** Starts loading a clip that is watched for itself, from its beginning. @returns what stops it */
export const attachSource = (video: HTMLVideoElement, media: MediaView): (() => void) =>
  openSource(video, media, { watched: true, fromS: 0, renew: async () => {} }).release;

/** Starts loading a clip into an element. */
export function openSource(video: HTMLVideoElement, media: MediaView, terms: Terms): Source {
  const mp4 = fileFor(video, media);
  return mp4 === undefined ? openHls(video, media, terms) : openFile(video, mp4, terms);
}

/** The file for an element's box now; undefined: HLS. */
const fileFor = (video: HTMLVideoElement, media: MediaView): string | undefined => {
  const { clientWidth, clientHeight } = video.clientWidth > 0 ? video : document.documentElement;
  const shortSidePx = Math.min(clientWidth, clientHeight) * Math.min(devicePixelRatio, 2);
  return pickMp4(media, { shortSidePx, thrifty: isThrifty(), megabitsPerSecond: connection().downlink });
};

function openFile(video: HTMLVideoElement, url: string, { watched, fromS }: Terms): Source {
  let isWatched = watched;
  const stopEarly = () => {
    // Browsers heed a change: what is there stays, no more is asked for.
    if (!isWatched && secondsAhead(video) >= AHEAD_S) video.preload = 'metadata';
  };
  video.addEventListener('progress', stopEarly);
  // To who watches a silent connection is the same as one that failed.
  const stopLooking = onStandstill(video, () => video.dispatchEvent(new Event('error')));
  video.preload = 'auto';
  video.src = url;
  if (fromS > 0) video.currentTime = fromS;
  return {
    setWatched(now) {
      isWatched = now;
      if (now) video.preload = 'auto';
    },
    release() {
      stopLooking();
      video.removeEventListener('progress', stopEarly);
      empty(video);
    },
  };
}

/** Safari's own is better for batteries and AirPlay. Others say 'maybe' and then play nothing: only WebKit is believed. */
const playsHls = (video: HTMLVideoElement): boolean =>
  'webkitShowPlaybackTargetPicker' in video && video.canPlayType('application/vnd.apple.mpegurl') !== '';

function openHls(video: HTMLVideoElement, media: MediaView, terms: Terms): Source {
  if (playsHls(video)) return openFile(video, media.hlsUrl, terms);
  let released = false;
  let isWatched = terms.watched;
  let playing: Source | null = null;
  const fail = () => video.dispatchEvent(new Event('error'));
  // Whatever hls.js keeps to itself. A film that grows may wait at its end for long.
  const stopLooking = media.playableMs === null ? onStandstill(video, fail, LOOKS_FOR_SEGMENTS) : () => {};
  Promise.all([import('./hls-source.ts'), import('hls.js/light')]).then(
    ([{ playHls }, { default: Hls }]) => {
      if (!released) playing = playHls(Hls, video, media, { ...terms, watched: isWatched, aheadS: AHEAD_S });
    },
    // Its code did not come: to who watches that is the same as bytes that do not.
    () => released || fail(),
  );
  return {
    setWatched(now) {
      isWatched = now;
      playing?.setWatched(now);
    },
    release() {
      released = true;
      stopLooking();
      playing?.release();
      empty(video);
    },
  };
}

function empty(video: HTMLVideoElement): void {
  video.removeAttribute('src');
  video.load();
}
