import type { HTMLAttributes } from 'react';
import { classNames } from '../class-names.ts';

/** Lies on the paper: a hairline, no shadow. `tone="sunken"` lies inside another card or sheet. */
export function Card({
  tone = 'sheet',
  padded = true,
  className,
  ...rest
}: HTMLAttributes<HTMLDivElement> & { tone?: 'sheet' | 'sunken'; padded?: boolean }) {
  return (
    <div
      {...rest}
      className={classNames(
        'rounded-card',
        tone === 'sheet' ? 'border border-line bg-sheet' : 'bg-paper',
        padded && 'p-4',
        className,
      )}
    />
  );
}
