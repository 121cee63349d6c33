import { useEffect, useRef } from 'react';
import { classNames } from '../class-names.ts';
import { useServerNow } from './server-clock.tsx';

const SOON_MS = 15 * 60_000;
const LAST_MS = 60_000;

/** `2 d 4 h`, `3:12:04`, `12:04`; whole seconds, rounded up so that it never says 0:00 while there is time. */
export function remainingText(leftMs: number): string {
  const seconds = Math.max(0, Math.ceil(leftMs / 1000));
  const two = (value: number) => String(value).padStart(2, '0');
  const hours = Math.floor(seconds / 3600);
  if (hours >= 48) return `${Math.floor(hours / 24)} d ${hours % 24} h`;
  const clock = `${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
  return hours > 0 ? `${hours}:${clock}` : clock.replace(/^0/, '');
}

export type CountdownProps = {
  /** RFC 3339. */
  endsAt: string;
  /** Words before the clock, e.g. `ends in`. */
  prefix?: string;
  /** Shown when the time is over. */
  over?: string;
  /** Called once, when it runs out while being shown. */
  onEnd?: () => void;
  className?: string;
};

/** Time left by the server's clock: amber in the last quarter of an hour, on amber in the last minute. */
export function Countdown({ endsAt, prefix, over = 'Ended', onEnd, className }: CountdownProps) {
  const end = Date.parse(endsAt);
  const now = useServerNow(1000, true);
  const left = end - now;
  const wasRunning = useRef(false);
  useEffect(() => {
    if (left > 0) wasRunning.current = true;
    else if (wasRunning.current) {
      wasRunning.current = false;
      onEnd?.();
    }
  }, [left, onEnd]);
  return (
    <time
      dateTime={endsAt}
      className={classNames(
        'figures inline-block font-semibold whitespace-nowrap transition-colors duration-120',
        left > LAST_MS && left <= SOON_MS && 'text-amber',
        left > 0 && left <= LAST_MS && '-mx-1.5 rounded-control px-1.5 tint-amber',
        left <= 0 && 'text-ink-3',
        className,
      )}
    >
      {left <= 0 ? over : `${prefix ? `${prefix} ` : ''}${remainingText(left)}`}
    </time>
  );
}
