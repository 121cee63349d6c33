import type { MediaView } from '@videowindow/contract/api/media';
import { classNames, ErrorState } from '@videowindow/ui';
import { Play } from 'lucide-react';
import { type Ref, useEffect, useImperativeHandle, useRef, useState } from 'react';
import { CaptionsLine } from './captions-line.tsx';
import { readyMs, useGrowth } from './growing.ts';
import { GrowingNote } from './growing-note.tsx';
import { showInMediaSession } from './media-session.ts';
import { followFloat, toggleFloat, toggleFullScreen } from './picture-in-picture.ts';
import './player.css';
import { Thumbhash } from '../../lib/thumbhash.tsx';
import { Scrubber } from './scrubber.tsx';
import { positionOf, seek } from './seek.ts';
import { TouchSurface } from './touch-surface.tsx';
import { askFromOutside } from './unseen.ts';
import { usePlay } from './use-play.ts';
import { useSource } from './use-source.ts';

export type ClipHandle = {
  toggle: () => void;
  seekBy: (seconds: number) => void;
  seekTo: (seconds: number) => void;
  /** Into a small window over everything else, or back. */
  float: () => void;
  fullScreen: () => void;
};

export type ClipPlayerProps = {
  media: MediaView;
  /** What the clip shows, for those who do not see it. */
  title: string;
  /** Who made it, for the device's own controls. */
  by?: string;
  /** Plays when true; else it waits at its first frame, loaded. */
  active: boolean;
  /** Something lies over it: it waits where it is. */
  held?: boolean;
  /** Whether it may load while it waits: a neighbour's bytes must not slow down the one that is watched. */
  mayLoad?: boolean;
  /** It runs: now there is room for others to load. */
  onPlaying?: () => void;
  /** Steps to the neighbours, for the device's own controls; absent where there are none. */
  onStep?: (step: 1 | -1) => void;
  /** `cover` fills the box and cuts the edges, `contain` shows all of it. */
  fit: 'cover' | 'contain';
  loop?: boolean;
  ref?: Ref<ClipHandle>;
};

/**
 * One clip: impression → poster → first frame, each laid over the one before, so that nothing flashes. The element
 * stays the same when `media` changes; only its source is replaced.
 */
export function ClipPlayer({
  media,
  title,
  by = '',
  active,
  held = false,
  mayLoad = true,
  onPlaying,
  onStep,
  fit,
  loop = true,
  ref,
}: ClipPlayerProps) {
  const video = useRef<HTMLVideoElement>(null);
  const sight = useSource(video, media, { active, mayLoad });
  const { paused, setPaused, play, hurry } = usePlay(video, { active, held, clip: media.id, loading: sight.loading });
  const growth = useGrowth(video, media);
  const [isWaiting, setWaiting] = useState(false);
  const object = fit === 'cover' ? 'object-cover' : 'object-contain';

  const act = (then: (element: HTMLVideoElement) => unknown) => {
    if (video.current) void then(video.current);
  };
  const seekTo = (seconds: number) =>
    act((element) => seek(element, Math.min(Math.max(0, seconds), readyMs(element, media) / 1000 - 0.05)));
  useImperativeHandle(ref, () => ({
    toggle: () => setPaused(!paused),
    seekTo,
    seekBy: (seconds) => act((element) => seekTo(positionOf(element) + seconds)),
    float: () => act(toggleFloat),
    fullScreen: () => act(toggleFullScreen),
  }));

  const latest = useRef({ setPaused, play, seekTo, onStep });
  latest.current = { setPaused, play, seekTo, onStep };
  const hasNeighbours = onStep !== undefined;
  useEffect(() => {
    if (!active || !video.current) return;
    const fromOutside =
      <A extends unknown[]>(act: (...given: A) => void) =>
      (...given: A) => {
        askFromOutside();
        act(...given);
      };
    return showInMediaSession(video.current, {
      title,
      artist: by,
      artwork: media.posterUrl,
      play: fromOutside(() => latest.current.play()),
      pause: () => latest.current.setPaused(true),
      seekTo: (seconds) => latest.current.seekTo(seconds),
      next: hasNeighbours ? fromOutside(() => latest.current.onStep?.(1)) : null,
      previous: hasNeighbours ? fromOutside(() => latest.current.onStep?.(-1)) : null,
    });
  }, [active, title, by, media.posterUrl, hasNeighbours]);

  // The small window stays while one goes through the feed, and shows what is watched.
  const hasFrame = sight.hasFrame;
  useEffect(() => {
    if (active && hasFrame) act(followFloat);
  });

  return (
    <div data-full-screen className="absolute inset-0 overflow-hidden bg-black">
      <Thumbhash hash={media.thumbhash} className="absolute inset-0 opacity-70" />
      <img
        // An element that gets another address shows the picture before until that one is there.
        key={media.posterUrl}
        src={media.posterUrl}
        alt=""
        decoding="async"
        fetchPriority={active ? 'high' : 'low'}
        className={classNames('absolute inset-0 size-full', object)}
      />
      {/* biome-ignore lint/a11y/useMediaCaption: it has as many caption tracks as the clip has captions */}
      <video
        ref={video}
        playsInline
        loop={loop}
        preload="auto"
        aria-label={title}
        onWaiting={() => setWaiting(true)}
        onPlaying={() => {
          setWaiting(false);
          onPlaying?.();
        }}
        // These events come late: what they tell may be over already.
        onPlay={({ currentTarget }) => active && !currentTarget.paused && setPaused(false)}
        onPause={({ currentTarget }) => {
          if (!currentTarget.paused) return;
          // By a button of the browser's own, e.g. of the floating window. What it does unseen, or because bytes failed
          // it, isn't the person's wish.
          const isSeen = document.visibilityState === 'visible' || document.pictureInPictureElement === currentTarget;
          if (active && isSeen && currentTarget.readyState >= HTMLMediaElement.HAVE_CURRENT_DATA) setPaused(true);
        }}
        onError={sight.onError}
        className={classNames('absolute inset-0 size-full', object, sight.hasFrame ? 'opacity-100' : 'opacity-0')}
      >
        {active &&
          media.captions.map(({ url, language, label }) => (
            <track key={url} kind="captions" src={url} srcLang={language} label={label} />
          ))}
      </video>
      <TouchSurface paused={paused} onPress={() => setPaused(!paused)} onHurry={hurry}>
        {paused && (
          <span className="grid size-18 place-items-center rounded-full bg-black/45 text-white animate-pop">
            <Play aria-hidden size={34} fill="currentColor" className="translate-x-0.5" />
          </span>
        )}
      </TouchSurface>
      {active && media.captions.length > 0 && <CaptionsLine video={video} captions={media.captions} />}
      {active && growth && !sight.failed && <GrowingNote growth={growth} />}
      {active && isWaiting && sight.hasFrame && !paused && !growth?.caughtUp && (
        <span aria-hidden className="absolute inset-x-0 bottom-0 h-1 overflow-hidden">
          <span className="block h-full w-1/4 bg-white/80 animate-slide-along" />
        </span>
      )}
      {sight.failed && (
        <div data-theme="dark" className="pointer-events-none absolute inset-0 bg-black/75">
          {/* Above the story's words and their shade, and clear of them: they stay readable and can be pressed. */}
          <div className="clip-problem absolute inset-x-0 top-0 z-1 grid place-items-center">
            <div className="pointer-events-auto">
              <ErrorState
                title="This clip does not play"
                onRetry={() => {
                  setPaused(false);
                  sight.retry();
                }}
              >
                {navigator.onLine
                  ? 'The story is still here, and so is every bid.'
                  : 'You are offline. It goes on by itself when you are back.'}
              </ErrorState>
            </div>
          </div>
        </div>
      )}
      {active && <Scrubber video={video} media={media} />}
    </div>
  );
}
