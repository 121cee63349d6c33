import { compare, format, type Money } from '@videowindow/contract/money';
import { useRef } from 'react';
import { classNames } from '../class-names.ts';

const sizes = { small: 'text-16', medium: 'text-22', large: 'text-36', huge: 'text-48' };

export type PriceProps = { value: Money; size?: keyof typeof sizes; className?: string };

/** A price that people watch: even figures, and the digits that changed tick in from the side they came from. */
export function Price({ value, size = 'medium', className }: PriceProps) {
  const text = format(value);
  const before = useRef<{ value: Money; text: string; run: number; up: boolean; from: string }>(undefined);
  const last = before.current;
  // Kept while rendering: the animation must start in the very render that brings the new digits.
  if (!last) before.current = { value, text, run: 0, up: true, from: text };
  else if (last.text !== text) {
    const up = last.value.currency !== value.currency || compare(value, last.value) >= 0;
    before.current = { value, text, run: last.run + 1, up, from: last.text };
  }
  const { run, up, from } = before.current ?? { run: 0, up: true, from: text };
  const shift = text.length - from.length;
  return (
    <span
      className={classNames('figures inline-block font-title font-semibold whitespace-nowrap', sizes[size], className)}
    >
      <span className="sr-only">{text}</span>
      <span aria-hidden>
        {[...text].map((letter, place) => {
          const changed = run > 0 && letter !== from[place - shift];
          return (
            <span
              // biome-ignore lint/suspicious/noArrayIndexKey: a digit's identity is its place, counted from the right
              key={`${text.length - place}${changed ? `-${run}` : ''}`}
              className={classNames('inline-block', changed && (up ? 'animate-tick-up' : 'animate-tick-down'))}
            >
              {letter}
            </span>
          );
        })}
      </span>
    </span>
  );
}
