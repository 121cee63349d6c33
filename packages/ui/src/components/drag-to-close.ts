import { type PointerEvent, useRef } from 'react';

const CLOSE_AFTER_PX = 96;
const FLING_PX_PER_MS = 0.5;

/**
 * Lets a sheet follow the finger down by its handle; let go far or fast enough, and it closes, else it springs back.
 * Touch only: a mouse has the close button. Escape and a tap beside the sheet close it as well.
 */
export function useDragToClose(close: () => void) {
  const ref = useRef<HTMLDivElement>(null);
  const start = useRef<{ y: number; at: number } | null>(null);

  const settle = (event: PointerEvent) => {
    const sheet = ref.current;
    const from = start.current;
    start.current = null;
    if (!sheet || !from) return;
    const moved = event.clientY - from.y;
    const speed = moved / Math.max(1, event.timeStamp - from.at);
    sheet.style.transition = 'translate 220ms cubic-bezier(0.2, 0, 0, 1)';
    if (moved > CLOSE_AFTER_PX || (moved > 24 && speed > FLING_PX_PER_MS)) close();
    else sheet.style.translate = '';
  };

  return {
    ref,
    handle: {
      onPointerDown: (event: PointerEvent) => {
        if (event.pointerType !== 'touch') return;
        start.current = { y: event.clientY, at: event.timeStamp };
        event.currentTarget.setPointerCapture(event.pointerId);
      },
      onPointerMove: (event: PointerEvent) => {
        if (!start.current || !ref.current) return;
        ref.current.style.transition = 'none';
        ref.current.style.translate = `0 ${Math.max(0, event.clientY - start.current.y)}px`;
      },
      onPointerUp: settle,
      onPointerCancel: settle,
    },
  };
}
