import { CloudOff, RotateCw } from 'lucide-react';
import type { ReactNode } from 'react';
import { Button } from './button.tsx';

/** Nothing here yet: what could be here, and the one thing to press. */
export function EmptyState({
  icon,
  title,
  heading: Heading = 'h2',
  children,
  action,
}: {
  icon?: ReactNode;
  title: string;
  /** `h1` where this is all that the page has to say. */
  heading?: 'h1' | 'h2';
  children?: ReactNode;
  action?: ReactNode;
}) {
  return (
    <div className="mx-auto grid max-w-100 justify-items-center gap-3 px-4 py-14 text-center">
      {icon && <div className="grid size-14 place-items-center rounded-full bg-ink/5 text-ink-3">{icon}</div>}
      <Heading tabIndex={Heading === 'h1' ? -1 : undefined} className="font-title text-22 font-semibold">
        {title}
      </Heading>
      {children && <div className="text-ink-2">{children}</div>}
      {action && <div className="mt-2">{action}</div>}
    </div>
  );
}

/** What happened, that nothing was lost, what to do; the request's id for whoever is asked for help. */
export function ErrorState({
  title = 'This did not load',
  heading: Heading = 'h2',
  children = 'Nothing was lost. Check your connection and try again.',
  requestId,
  onRetry,
  busy,
}: {
  title?: string;
  heading?: 'h1' | 'h2';
  children?: ReactNode;
  requestId?: string | undefined;
  onRetry?: (() => void) | undefined;
  busy?: boolean;
}) {
  return (
    <div role="alert" className="mx-auto grid max-w-100 justify-items-center gap-3 px-4 py-14 text-center">
      <div className="grid size-14 place-items-center rounded-full bg-madder/8 text-madder">
        <CloudOff aria-hidden size={26} />
      </div>
      <Heading tabIndex={Heading === 'h1' ? -1 : undefined} className="font-title text-22 font-semibold">
        {title}
      </Heading>
      <div className="text-ink-2">{children}</div>
      {onRetry && (
        <div className="mt-2">
          <Button variant="secondary" busy={busy} icon={<RotateCw aria-hidden size={18} />} onClick={onRetry}>
            Try again
          </Button>
        </div>
      )}
      {requestId && (
        <p className="text-12 text-ink-3">
          Request <code className="select-all">{requestId}</code>
        </p>
      )}
    </div>
  );
}

/** Says that there is no more, so that nobody waits for it. */
export function EndOfList({ children = 'That is everything.' }: { children?: ReactNode }) {
  return (
    <p className="flex items-center gap-4 py-8 text-14 text-ink-3 before:h-px before:grow before:bg-line after:h-px after:grow after:bg-line">
      {children}
    </p>
  );
}
