import { type ReactNode, useEffect, useRef, useState } from 'react';
import { speed } from './choices.ts';
import { HURRY } from './use-play.ts';

const HOLD_MS = 450;

type Props = { paused: boolean; onPress: () => void; onHurry: (on: boolean) => void; children: ReactNode };

/** All of the picture: pressed it pauses and plays, held it plays at twice the speed. */
export function TouchSurface({ paused, onPress, onHurry, children }: Props) {
  const [hurries, setHurries] = useState(false);
  const rate = speed.use();
  const waiting = useRef<ReturnType<typeof setTimeout>>(undefined);
  const wasHeld = useRef(false);

  const letGo = () => {
    clearTimeout(waiting.current);
    if (!hurries) return;
    setHurries(false);
    onHurry(false);
  };
  useEffect(() => () => clearTimeout(waiting.current), []);

  return (
    <>
      <button
        type="button"
        aria-label={paused ? 'Play' : 'Pause'}
        onPointerDown={({ button }) => {
          wasHeld.current = false;
          if (button !== 0 || paused) return;
          waiting.current = setTimeout(() => {
            wasHeld.current = true;
            setHurries(true);
            onHurry(true);
          }, HOLD_MS);
        }}
        onPointerUp={letGo}
        onPointerCancel={letGo}
        onPointerLeave={letGo}
        onContextMenu={(event) => wasHeld.current && event.preventDefault()}
        onClick={() => {
          if (!wasHeld.current) onPress();
          wasHeld.current = false;
        }}
        className="absolute inset-0 grid size-full touch-manipulation place-items-center select-none focus-visible:outline-offset-[-4px] focus-visible:outline-white"
      >
        {children}
      </button>
      {(hurries || rate !== 1) && (
        <span className="pointer-events-none absolute inset-x-0 top-5 mx-auto w-fit rounded-full bg-black/60 px-3 py-1 text-14 font-semibold text-white">
          {hurries ? HURRY : rate}× speed
        </span>
      )}
    </>
  );
}
