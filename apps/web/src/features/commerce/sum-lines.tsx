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
    <dl className="figures grid gap-1.5">
      {lines.map((line, place) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the lines of one sum, always in the same order
        <div key={place} className="flex justify-between gap-4 text-ink-2">
          <dt>{line.label}</dt>
          <dd className="whitespace-nowrap">
            {line.minus && '−'}
            {format(line.amount)}
          </dd>
        </div>
      ))}
      <div className="mt-1.5 flex justify-between gap-4 border-t border-line pt-3 font-semibold">
        <dt>{label}</dt>
        <dd className="whitespace-nowrap">{format(total)}</dd>
      </div>
    </dl>
  );
}
