import { type ErrorComponentProps, Link, useRouter } from '@tanstack/react-router';
import { buttonClass, EmptyState, ErrorState } from '@videowindow/ui';
import { Telescope } from 'lucide-react';
import { isMissing, requestIdOf, sentenceOf } from '../lib/queries.ts';
import { useTitle } from '../lib/title.ts';

export function NotFoundPage() {
  useTitle('Not found');
  return (
    <div className="grid min-h-[70dvh] place-items-center">
      <EmptyState
        icon={<Telescope aria-hidden size={26} />}
        heading="h1"
        title="We could not find this"
        action={
          <Link to="/" className={buttonClass({ variant: 'primary' })}>
            Watch what is here
          </Link>
        }
      >
        The link may be old, or it was never for your eyes.
      </EmptyState>
    </div>
  );
}

/** A page that failed: what happened, the request's id, and a way to try again. */
export function ErrorPage({ error, reset }: ErrorComponentProps) {
  const router = useRouter();
  useTitle('Something went wrong');
  if (isMissing(error)) return <NotFoundPage />;
  // A chunk of an older release is gone after an update; only a reload brings the new one.
  const isOldRelease = /dynamically imported module|Importing a module script/.test(String(error));
  return (
    <div className="grid min-h-[70dvh] place-items-center">
      <ErrorState
        heading="h1"
        requestId={requestIdOf(error)}
        onRetry={() => {
          if (isOldRelease) return location.reload();
          reset();
          void router.invalidate();
        }}
      >
        {isOldRelease ? 'There is a newer version of this page. Load it to go on.' : sentenceOf(error)}
      </ErrorState>
    </div>
  );
}
