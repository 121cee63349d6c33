import { format, type Money } from '@videowindow/contract';
import type { ReactNode } from 'react';

export type SumLine = {
  label: ReactNode;
  amount: Money;
  /** Written with a minus. */
  minus?: boolean;
};

/** How an amount came about: its parts, then the whole. */
export function SumLines({ lines, total, label }: { lines: readonly SumLine[]; total: Money; label: string }) {
  return (
    <dl className="figures grid grid-cols-[1fr_auto] gap-x-4 gap-y-1.5">
      {lines.map((line, place) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the lines of one sum, always in the same order
        <div key={place} className="contents text-ink-2">
          <dt>{line.label}</dt>
          <dd className="text-right">
            {line.minus && '−'}
            {format(line.amount)}
          </dd>
        </div>
      ))}
      <div className="contents font-semibold">
        <dt className="mt-1.5 border-t border-line pt-3">{label}</dt>
        <dd className="mt-1.5 border-t border-line pt-3 text-right">{format(total)}</dd>
      </div>
    </dl>
  );
}
