import type { ReactNode } from 'react';
import { classNames } from '../class-names.ts';

export type TimelineStep = {
  key: string;
  title: ReactNode;
  /** When it happened, or about when it will. */
  note?: ReactNode;
  state: 'done' | 'now' | 'next' | 'failed';
};

const dots = {
  done: 'bg-moss border-moss',
  now: 'bg-kiln border-kiln',
  next: 'bg-transparent border-line',
  failed: 'bg-madder border-madder',
};

/** What happened and what comes, oldest first. */
export function Timeline({ steps }: { steps: readonly TimelineStep[] }) {
  return (
    <ol className="grid">
      {steps.map((step, index) => (
        <li
          key={step.key}
          aria-current={step.state === 'now' ? 'step' : undefined}
          className="relative flex gap-3.5 pb-4 last:pb-0"
        >
          {index < steps.length - 1 && (
            <span
              aria-hidden
              className={classNames(
                'absolute top-6 bottom-0 left-[6px] w-0.5 -mb-1',
                step.state === 'done' ? 'bg-moss' : 'bg-line',
              )}
            />
          )}
          <span
            aria-hidden
            className={classNames('mt-1.5 size-3.5 shrink-0 rounded-full border-2', dots[step.state])}
          />
          <div className={step.state === 'next' ? 'text-ink-3' : undefined}>
            <p className="font-semibold">{step.title}</p>
            {step.note && <p className="text-14 text-ink-3">{step.note}</p>}
          </div>
        </li>
      ))}
    </ol>
  );
}
