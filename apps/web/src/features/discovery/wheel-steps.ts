import { type RefObject, useEffect, useRef } from 'react';

const STEP_PX = 30;
/** A trackpad goes on sending after the fingers have left; a step is over when it has been quiet for this long. */
const QUIET_MS = 140;

/** One turn of the wheel or one swipe on a trackpad is one step, however long it rolls on. */
export function useWheelSteps(element: RefObject<HTMLElement | null>, go: (step: 1 | -1) => void): void {
  const latest = useRef(go);
  latest.current = go;
  useEffect(() => {
    const target = element.current;
    if (!target) return;
    let gathered = 0;
    let stepped = false;
    let quiet: ReturnType<typeof setTimeout>;
    const onWheel = (event: WheelEvent) => {
      if (event.ctrlKey) return;
      event.preventDefault();
      clearTimeout(quiet);
      quiet = setTimeout(() => {
        gathered = 0;
        stepped = false;
      }, QUIET_MS);
      gathered += event.deltaMode === WheelEvent.DOM_DELTA_LINE ? event.deltaY * 33 : event.deltaY;
      if (stepped || Math.abs(gathered) < STEP_PX) return;
      stepped = true;
      latest.current(gathered > 0 ? 1 : -1);
    };
    // Not passive, because it stands in for the browser's own scrolling.
    target.addEventListener('wheel', onWheel, { passive: false });
    return () => {
      clearTimeout(quiet);
      target.removeEventListener('wheel', onWheel);
    };
  }, [element]);
}
