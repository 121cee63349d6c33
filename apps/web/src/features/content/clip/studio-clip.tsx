import { useQuery } from '@tanstack/react-query';
import { ErrorState, IconButton, Skeleton } from '@videowindow/ui';
import { Pause, Play, StepBack, StepForward } from 'lucide-react';
import { useCallback, useEffect, useRef } from 'react';
import { read, requestIdOf, sentenceOf } from '../../../lib/queries.ts';
import { attachSource } from '../../player/attach-source.ts';
import { type Playhead, usePlayhead } from './playhead.ts';
import { shortClock } from './time-field.tsx';

const STEP_MS = 1_000;
const isPaused = (playhead: Playhead) => playhead.isPaused();
/** A tenth of a second is as fine as a hand is. */
const tenth = (playhead: Playhead) => Math.round(playhead.read() / 100) * 100;

/** One's own clip to work on: stands still at first, goes to any moment, shows what would be read there. */
export function StudioClip(props: {
  mediaId: string;
  title: string;
  playhead: Playhead;
  /** Drawn over the picture, e.g. the line that is read now. */
  children?: React.ReactNode;
}) {
  const { mediaId, title, playhead, children } = props;
  const video = useRef<HTMLVideoElement>(null);
  const playback = useQuery({
    ...read('GET /media/:id/playback', { params: { id: mediaId } }),
    staleTime: 8 * 60_000,
    // The grant ends after ten minutes; who writes captions sits here longer.
    refetchInterval: 8 * 60_000,
    refetchOnWindowFocus: false,
  });
  const media = playback.data?.media;
  // biome-ignore lint/correctness/useExhaustiveDependencies: a renewed grant must not start the clip anew
  useEffect(() => {
    if (!media || !video.current) return;
    return attachSource(video.current, media);
  }, [media?.id, media?.version]);

  if (playback.isError && !media) {
    return (
      <ErrorState requestId={requestIdOf(playback.error)} onRetry={() => void playback.refetch()}>
        {sentenceOf(playback.error)}
      </ErrorState>
    );
  }
  if (!media) return <Skeleton className="h-60 w-full rounded-card" />;
  return (
    <div className="mx-auto grid w-full gap-2">
      <div
        className="relative mx-auto h-[20dvh] max-w-full overflow-hidden rounded-card bg-black lg:h-[52dvh]"
        style={{ aspectRatio: `${media.width} / ${media.height}` }}
      >
        {/* biome-ignore lint/a11y/useMediaCaption: its captions are what is written here; they are drawn above it */}
        <video
          ref={(element) => {
            video.current = element;
            playhead.attach(element);
          }}
          playsInline
          preload="auto"
          poster={media.posterUrl}
          aria-label={title || 'Your video'}
          className="size-full object-contain"
        />
        {children}
      </div>
      <Transport playhead={playhead} durationMs={media.durationMs} />
    </div>
  );
}

function Transport({ playhead, durationMs }: { playhead: Playhead; durationMs: number }) {
  const place = usePlayhead(playhead, tenth);
  const paused = usePlayhead(playhead, isPaused);
  const step = useCallback((by: number) => playhead.seek(playhead.read() + by), [playhead]);
  return (
    <div className="grid">
      <input
        type="range"
        aria-label="Place in the clip"
        aria-valuetext={shortClock(place)}
        min={0}
        max={durationMs}
        step={100}
        value={Math.min(place, durationMs)}
        onChange={(event) => playhead.seek(Number(event.target.value))}
        className="h-6 w-full accent-kiln"
      />
      <div className="flex items-center justify-between">
        <span className="figures min-w-20 text-14 text-ink-2">{shortClock(place)}</span>
        <span className="flex">
          <IconButton
            label="Back a second (Alt J)"
            icon={<StepBack aria-hidden size={20} />}
            onClick={() => step(-STEP_MS)}
          />
          <IconButton
            label={paused ? 'Play (Alt K)' : 'Pause (Alt K)'}
            icon={paused ? <Play aria-hidden size={22} /> : <Pause aria-hidden size={22} />}
            onClick={() => playhead.toggle()}
          />
          <IconButton
            label="On a second (Alt L)"
            icon={<StepForward aria-hidden size={20} />}
            onClick={() => step(STEP_MS)}
          />
        </span>
        <span className="figures min-w-20 text-right text-14 text-ink-3">{shortClock(durationMs)}</span>
      </div>
    </div>
  );
}
