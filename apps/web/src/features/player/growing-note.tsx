import { Hourglass } from 'lucide-react';
import type { Growth } from './growing.ts';
import { clockTime } from './times.ts';

/** Says how much of a clip there is while the rest is made, and why it stands still at the end of that. */
export function GrowingNote({ growth: { readyMs, caughtUp } }: { growth: Growth }) {
  return (
    <p className="growing-note pointer-events-none absolute left-3 z-1 flex max-w-[calc(100%-1.5rem)] items-center gap-1.5 rounded-full bg-black/60 px-3 py-1 text-14 text-white">
      <Hourglass aria-hidden size={14} className="shrink-0" />
      {caughtUp ? 'You are up to date. It goes on by itself.' : `Still being made. Ready up to ${clockTime(readyMs)}`}
    </p>
  );
}
