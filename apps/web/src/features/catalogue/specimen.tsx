import { classNames } from '@videowindow/ui';
import type { ReactNode } from 'react';

/** One component, named, with its states in a row. */
export function Specimen({ name, column, children }: { name: string; column?: boolean; children: ReactNode }) {
  return (
    <div className="mb-6 last:mb-0">
      <h3 className="mb-2.5 text-14 text-ink-3">{name}</h3>
      <div className={classNames(column ? 'grid gap-4' : 'flex flex-wrap items-center gap-3')}>{children}</div>
    </div>
  );
}
