import type { ReactNode } from 'react';
import { classNames } from '../class-names.ts';

export type PageProps = {
  title: string;
  /** One small line above the title, e.g. an order's number. */
  over?: ReactNode;
  /** One line below it. */
  intro?: ReactNode;
  actions?: ReactNode;
  /** `form` for one column of fields, `page` for lists and tables. */
  width?: 'form' | 'page';
  children: ReactNode;
};

/** A page of reading or doing: one title (which takes the focus on navigation), room around it. */
export function Page({ title, over, intro, actions, width = 'page', children }: PageProps) {
  return (
    <div
      className={classNames(
        'mx-auto w-full px-5 pt-6 pb-16 md:px-8 md:pt-9',
        width === 'form' ? 'max-w-[36rem]' : 'max-w-page',
      )}
    >
      <header
        className={classNames(
          'mb-6 flex flex-wrap justify-between gap-x-6 gap-y-3',
          over || intro ? 'items-end' : 'items-center', // a title alone stands on the line of what is beside it
        )}
      >
        <div>
          {over && <p className="text-14 text-ink-3">{over}</p>}
          <h1 tabIndex={-1} className="font-title text-28 font-semibold">
            {title}
          </h1>
          {intro && <p className="mt-1.5 max-w-text text-ink-2">{intro}</p>}
        </div>
        {actions && <div className="flex flex-wrap gap-2">{actions}</div>}
      </header>
      {children}
    </div>
  );
}

/** A part of a page with its own heading. */
export function Section({ title, aside, children }: { title: string; aside?: ReactNode; children: ReactNode }) {
  return (
    <section className="mt-8 first:mt-0">
      <div className="mb-3 flex items-baseline justify-between gap-4">
        <h2 className="text-18 font-semibold">{title}</h2>
        {aside}
      </div>
      {children}
    </section>
  );
}
