import { type RefObject, useEffect, useRef } from 'react';
import { landingPlace } from './landing.ts';

/** Older touches say nothing about how fast the finger was when it lifted. */
const RECENT_MS = 100;

/**
 * Says where a swipe will come to rest at the moment the finger lifts, half a second before the scrolling is there: a
 * clip that is fetched already plays while it glides in. What the browser decides otherwise is put right by its scroll
 * events.
 */
export function useLanding(
  scroller: RefObject<HTMLElement | null>,
  { from, land }: { from: () => number; land: (place: number) => void },
): void {
  const latest = useRef({ from, land });
  latest.current = { from, land };
  useEffect(() => {
    const element = scroller.current;
    if (!element) return;
    let start = 0;
    let touches: { y: number; at: number }[] = [];
    const note = ({ touches: [finger], timeStamp }: TouchEvent) => {
      if (finger) touches.push({ y: finger.clientY, at: timeStamp });
    };
    const onStart = (event: TouchEvent) => {
      start = latest.current.from();
      touches = [];
      note(event);
    };
    const onEnd = (event: TouchEvent) => {
      const last = touches.at(-1);
      const recent = touches.find(({ at }) => event.timeStamp - at < RECENT_MS);
      const height = element.clientHeight;
      if (event.touches.length > 0 || !last || height === 0) return;
      const speed = recent && last.at > recent.at ? (recent.y - last.y) / (last.at - recent.at) : 0;
      const place = landingPlace(start, element.scrollTop - start * height, speed, height);
      if (place !== start) latest.current.land(place);
    };
    const passive = { passive: true };
    element.addEventListener('touchstart', onStart, passive);
    element.addEventListener('touchmove', note, passive);
    element.addEventListener('touchend', onEnd, passive);
    return () => {
      element.removeEventListener('touchstart', onStart);
      element.removeEventListener('touchmove', note);
      element.removeEventListener('touchend', onEnd);
    };
  }, [scroller]);
}
