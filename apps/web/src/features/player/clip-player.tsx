import type { MediaView } from '@videowindow/contract/api/media';
import { classNames, ErrorState } from '@videowindow/ui';
import { Play } from 'lucide-react';
import { type Ref, useEffect, useImperativeHandle, useLayoutEffect, useRef, useState } from 'react';
import { sound, useMuted } from '../../lib/sound.ts';
import './player.css';
import { Scrubber } from './scrubber.tsx';
import { Thumbhash } from './thumbhash.tsx';
import { useSource } from './use-source.ts';

export type ClipHandle = { toggle: () => void };

export type ClipPlayerProps = {
  media: MediaView;
  /** What the clip shows, for those who do not see it. */
  title: string;
  /** Plays when true; else it waits at its first frame, loaded. */
  active: boolean;
  /** Whether it may load while it waits: a neighbour's bytes must not slow down the one that is watched. */
  mayLoad?: boolean;
  /** It runs: now there is room for others to load. */
  onPlaying?: () => void;
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
  active,
  mayLoad = true,
  onPlaying,
  fit,
  loop = true,
  ref,
}: ClipPlayerProps) {
  const video = useRef<HTMLVideoElement>(null);
  const sight = useSource(video, media, { active, mayLoad });
  const [paused, setPaused] = useState(false);
  const [isWaiting, setWaiting] = useState(false);
  const muted = useMuted();
  const object = fit === 'cover' ? 'object-cover' : 'object-contain';

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
  }, [active, paused, sight.loading]);

  useEffect(() => {
    if (video.current) video.current.muted = muted;
  }, [muted]);

  // Paused is what one paused: the next clip plays, and so does this one when one comes back to it.
  // biome-ignore lint/correctness/useExhaustiveDependencies: when the clip changes
  useEffect(() => setPaused(false), [active, media.id]);

  useImperativeHandle(ref, () => ({ toggle: () => setPaused((now) => !now) }), []);

  return (
    <div className="absolute inset-0 overflow-hidden bg-black">
      <Thumbhash hash={media.thumbhash} className="absolute inset-0 scale-110 opacity-70 blur-xl" />
      <img
        src={media.posterUrl}
        alt=""
        decoding="async"
        fetchPriority={active ? 'high' : 'low'}
        className={classNames('absolute inset-0 size-full', object)}
      />
      {/* biome-ignore lint/a11y/useMediaCaption: clips have no caption tracks yet; docs/roadmap.md says when they come */}
      <video
        ref={video}
        playsInline
        loop={loop}
        preload="auto"
        disablePictureInPicture
        aria-label={title}
        onWaiting={() => setWaiting(true)}
        onPlaying={() => {
          setWaiting(false);
          onPlaying?.();
        }}
        onError={sight.onError}
        className={classNames('absolute inset-0 size-full', object, sight.hasFrame ? 'opacity-100' : 'opacity-0')}
      />
      <button
        type="button"
        aria-label={paused ? 'Play' : 'Pause'}
        onClick={() => setPaused(!paused)}
        className="absolute inset-0 grid size-full place-items-center focus-visible:outline-offset-[-4px] focus-visible:outline-white"
      >
        {paused && (
          <span className="grid size-18 place-items-center rounded-full bg-black/45 text-white animate-pop">
            <Play aria-hidden size={34} fill="currentColor" className="translate-x-0.5" />
          </span>
        )}
      </button>
      {active && isWaiting && sight.hasFrame && !paused && (
        <span aria-hidden className="absolute inset-x-0 bottom-0 h-1 overflow-hidden">
          <span className="block h-full w-1/4 bg-white/80 animate-slide-along" />
        </span>
      )}
      {sight.failed && (
        <div data-theme="dark" className="absolute inset-0 grid place-items-center bg-black/75">
          <ErrorState title="This clip does not play" onRetry={sight.retry}>
            The story is still here, and so is every bid.
          </ErrorState>
        </div>
      )}
      {active && <Scrubber video={video} durationMs={media.durationMs} />}
    </div>
  );
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
