import type { ReactNode } from 'react';
import { classNames } from '../class-names.ts';

export type Tone = 'plain' | 'live' | 'good' | 'due' | 'bad' | 'info';

const tones: Record<Tone, string> = {
  plain: 'text-ink-2 bg-ink/6',
  live: 'tint-kiln',
  good: 'tint-moss',
  due: 'tint-amber',
  bad: 'tint-madder',
  info: 'tint-indigo',
};

/** Where a thing stands, in one or two words; the dot says it is happening now. */
export function StatusChip({ tone = 'plain', dot, children }: { tone?: Tone; dot?: boolean; children: ReactNode }) {
  return (
    <span
      className={classNames(
        'inline-flex w-fit items-center gap-1.5 justify-self-start rounded-full px-2.5 py-0.5 text-12 font-semibold whitespace-nowrap',
        tones[tone],
      )}
    >
      {dot && <span aria-hidden className="size-2 rounded-full bg-current animate-breathe" />}
      {children}
    </span>
  );
}

/** A small count on an icon; nothing at zero, `9+` above nine. */
export function CountBadge({ count, label }: { count: number; label: string }) {
  if (count <= 0) return null;
  return (
    <span className="figures grid h-4.5 min-w-4.5 place-items-center rounded-full bg-kiln px-1 text-[11px] leading-none font-bold text-on-kiln">
      <span aria-hidden>{count > 9 ? '9+' : count}</span>
      <span className="sr-only">{label}</span>
    </span>
  );
}
