import type { MediaView } from '@videowindow/contract/api/media';
import { classNames, ErrorState } from '@videowindow/ui';
import { Play } from 'lucide-react';
import { type Ref, useEffect, useImperativeHandle, useRef, useState } from 'react';
import { client } from '../../lib/server.ts';
import { sound, useMuted } from '../../lib/sound.ts';
import { attachSource } from './attach-source.ts';
import './player.css';
import { Scrubber } from './scrubber.tsx';
import { Thumbhash } from './thumbhash.tsx';

/** A grant lives ten minutes; asking a little earlier means that no segment ever meets its end. */
const RENEW_GRANT_MS = 8 * 60_000;

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
  // The clip whose bytes were asked for last; once asked for they are not dropped when the watched one stalls.
  const [wanted, setWanted] = useState<string | null>(null);
  if ((active || mayLoad) && wanted !== media.id) setWanted(media.id);
  const [attempt, setAttempt] = useState(0);
  const [hasFrame, setHasFrame] = useState(false);
  const [paused, setPaused] = useState(false);
  const [failed, setFailed] = useState(false);
  const [isWaiting, setWaiting] = useState(false);
  const muted = useMuted();
  const object = fit === 'cover' ? 'object-cover' : 'object-contain';

  // biome-ignore lint/correctness/useExhaustiveDependencies: a new attempt attaches the same clip once more
  useEffect(() => {
    const element = video.current;
    // Before anything else: another clip's poster must not lie under the last one's frame.
    setHasFrame(false);
    if (!element || wanted !== media.id) return;
    setFailed(false);
    setPaused(false);
    return attachSource(element, media);
  }, [media.id, media.version, wanted, attempt]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: a new attempt must start playing too
  useEffect(() => {
    const element = video.current;
    if (!element) return;
    if (!active || paused) {
      element.pause();
      if (!active) element.currentTime = 0;
      return;
    }
    void start(element);
  }, [active, paused, media.id, wanted, attempt]);

  useEffect(() => {
    if (video.current) video.current.muted = muted;
  }, [muted]);

  useEffect(() => {
    if (!active) return setPaused(false);
    const timer = setInterval(() => void renewGrant(media.id), RENEW_GRANT_MS);
    return () => clearInterval(timer);
  }, [active, media.id]);

  useImperativeHandle(ref, () => ({ toggle: () => setPaused((now) => !now) }), []);

  const retry = async () => {
    await renewGrant(media.id);
    setAttempt((count) => count + 1);
  };

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
        onLoadedData={() => setHasFrame(true)}
        onWaiting={() => setWaiting(true)}
        onPlaying={() => {
          setWaiting(false);
          onPlaying?.();
        }}
        onError={() => {
          // The first failure is most often a grant that has ended while the page slept.
          if (attempt === 0) void retry();
          else setFailed(true);
        }}
        className={classNames('absolute inset-0 size-full', object, hasFrame ? 'opacity-100' : 'opacity-0')}
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
      {active && isWaiting && hasFrame && !paused && (
        <span aria-hidden className="absolute inset-x-0 bottom-0 h-1 overflow-hidden">
          <span className="block h-full w-1/4 bg-white/80 animate-slide-along" />
        </span>
      )}
      {failed && (
        <div data-theme="dark" className="absolute inset-0 grid place-items-center bg-black/75">
          <ErrorState title="This clip does not play" onRetry={() => void retry()}>
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

/** Failing here is harmless: the player's own error says what the person must know. */
const renewGrant = (id: string) => client.call('GET /media/:id/playback', { params: { id } }).catch(() => null);
