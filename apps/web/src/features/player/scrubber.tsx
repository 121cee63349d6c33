import { type RefObject, useEffect, useRef } from 'react';

/** How far a clip is, and a handle to move it. Written past React: it changes with every frame. */
export function Scrubber({ video, durationMs }: { video: RefObject<HTMLVideoElement | null>; durationMs: number }) {
  const range = useRef<HTMLInputElement>(null);
  const held = useRef(false);

  useEffect(() => {
    let frame = 0;
    const draw = () => {
      const element = video.current;
      const bar = range.current;
      if (element && bar) {
        const played = Math.min(1, (element.currentTime * 1000) / durationMs);
        if (!held.current) bar.value = String(Math.round(played * 1000));
        bar.style.setProperty('--played', `${Number(bar.value) / 10}%`);
      }
      frame = requestAnimationFrame(draw);
    };
    draw();
    return () => cancelAnimationFrame(frame);
  }, [video, durationMs]);

  return (
    <input
      ref={range}
      type="range"
      min={0}
      max={1000}
      step={5}
      defaultValue={0}
      aria-label="Position in the clip"
      onPointerDown={() => {
        held.current = true;
      }}
      onPointerUp={() => {
        held.current = false;
      }}
      onInput={(event) => {
        if (video.current) video.current.currentTime = (Number(event.currentTarget.value) / 1000) * (durationMs / 1000);
      }}
      className="scrubber absolute inset-x-0 bottom-0 z-1 h-6 w-full cursor-pointer"
    />
  );
}
