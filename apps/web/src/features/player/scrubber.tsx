import type { MediaView } from '@videowindow/contract/api/media';
import { type KeyboardEvent, type PointerEvent, type RefObject, useRef, useState } from 'react';
import { readyMs } from './growing.ts';
import { ScrubPreview } from './scrub-preview.tsx';
import { positionOf, seek } from './seek.ts';
import { type Bar, useProgress } from './use-progress.ts';

const STEP_MS = 5_000;
const PAGE_MS = 15_000;

type Props = { video: RefObject<HTMLVideoElement | null>; media: MediaView };

/** How far a clip is, and a handle to move it. */
export function Scrubber({ video, media }: Props) {
  const { durationMs, chapters, playableMs } = media;
  const bar = useRef<Bar>({ range: null, played: null, ready: null });
  const held = useRef(false);
  const [lookingAt, setLookingAt] = useState<number | null>(null);
  useProgress(video, bar, held, media);

  const seekTo = (ms: number) => {
    const to = Math.min(Math.max(0, ms), readyMs(video.current, { durationMs, playableMs }) - 50);
    if (video.current) seek(video.current, to / 1000);
    return to;
  };
  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>) => {
    // Not the bar's own value: it follows with the next frame, and keys may come faster.
    const now = video.current ? positionOf(video.current) * 1000 : 0;
    const before = chapters.findLast(({ startMs }) => startMs < now - 1_500)?.startMs ?? 0;
    const after = chapters.find(({ startMs }) => startMs > now)?.startMs ?? now + PAGE_MS;
    const targets: Record<string, number> = {
      ArrowRight: now + STEP_MS,
      ArrowUp: now + STEP_MS,
      ArrowLeft: now - STEP_MS,
      ArrowDown: now - STEP_MS,
      PageUp: after,
      PageDown: chapters.length > 0 ? before : now - PAGE_MS,
    };
    const target = targets[event.key];
    if (target === undefined) return;
    event.preventDefault();
    setLookingAt(seekTo(target));
  };
  const onPointerMove = ({ currentTarget, clientX, pointerType }: PointerEvent<HTMLInputElement>) => {
    if (pointerType !== 'mouse' && !held.current) return;
    const { left, width } = currentTarget.getBoundingClientRect();
    setLookingAt(Math.min(1, Math.max(0, (clientX - left) / width)) * durationMs);
  };
  const letGo = () => {
    held.current = false;
    setLookingAt(null);
  };

  return (
    <div className="scrubber absolute inset-x-0 bottom-0 z-1 h-6">
      {lookingAt !== null && <ScrubPreview media={media} atMs={lookingAt} />}
      <input
        ref={(input) => {
          bar.current.range = input;
        }}
        type="range"
        min={0}
        max={durationMs}
        step={50}
        defaultValue={0}
        aria-label="Position in the clip"
        onPointerDown={(event) => {
          held.current = true;
          onPointerMove(event);
        }}
        onPointerMove={onPointerMove}
        onPointerUp={letGo}
        onPointerCancel={letGo}
        onPointerLeave={() => held.current || setLookingAt(null)}
        onKeyDown={onKeyDown}
        onBlur={() => setLookingAt(null)}
        onInput={(event) => seekTo(Number(event.currentTarget.value))}
        className="absolute inset-0 size-full cursor-pointer"
      />
      <span aria-hidden className="scrubber-line bg-white/10" />
      <span
        aria-hidden
        ref={(line) => {
          bar.current.ready = line;
        }}
        className="scrubber-line bg-white/22"
      />
      <span
        aria-hidden
        ref={(line) => {
          bar.current.played = line;
        }}
        className="scrubber-line bg-white"
      />
      {chapters.map(
        ({ startMs }) =>
          startMs > 0 &&
          startMs < durationMs && (
            <span
              key={startMs}
              aria-hidden
              className="scrubber-chapter"
              style={{ left: `${(startMs / durationMs) * 100}%` }}
            />
          ),
      )}
    </div>
  );
}
