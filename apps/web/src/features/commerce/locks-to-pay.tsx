import { Link } from '@tanstack/react-router';
import type { Lock } from '@videowindow/contract/api/commerce';
import { buttonClass, Card, Countdown, EmptyState, Price } from '@videowindow/ui';
import { ShoppingBag } from 'lucide-react';
import { chosenWords, reasonWords, stageOf } from './lock-words.ts';
import { Still, usePoster } from './piece.tsx';

/** Pieces that are held for me until I pay. */
export function LocksToPay({ locks }: { locks: readonly Lock[] }) {
  if (locks.length === 0) {
    return (
      <EmptyState icon={<ShoppingBag aria-hidden size={26} />} title="Nothing to pay">
        When you win an auction or your offer is accepted, the piece is held for you here until you pay.
      </EmptyState>
    );
  }
  return (
    <ul className="grid grid-cols-1 gap-3 lg:grid-cols-2">
      {locks.map((lock) => (
        <li key={lock.id}>
          <LockCard lock={lock} />
        </li>
      ))}
    </ul>
  );
}

function LockCard({ lock }: { lock: Lock }) {
  const posterUrl = usePoster(lock.storyId);
  const stage = stageOf(lock);
  return (
    <Card className="grid grid-cols-1 gap-4">
      <div className="flex gap-3.5">
        <Still url={posterUrl} className="h-24 w-18" />
        <div className="grid min-w-0 grow content-start gap-0.5">
          <p className="text-14 font-semibold text-moss">{reasonWords[lock.reason]}</p>
          <p className="line-clamp-2 font-semibold">{lock.storyTitle}</p>
          <p className="truncate text-14 text-ink-3">
            {[chosenWords(lock), lock.maker.displayName].filter(Boolean).join(' · ')}
          </p>
          <Price value={lock.total} size="medium" />
          <p className="mt-0.5 text-14 text-ink-3">
            {stage === 'processing' ? (
              'Your bank is deciding'
            ) : (
              <Countdown endsAt={lock.expiresAt} prefix="pay within" over="The time to pay has ended" />
            )}
          </p>
        </div>
      </div>
      <Link
        to="/pay/$lockId"
        params={{ lockId: lock.id }}
        className={buttonClass({ wide: true, variant: stage === 'open' ? 'primary' : 'secondary' })}
      >
        {stage === 'open' ? 'Pay for it' : 'See how it stands'}
      </Link>
    </Card>
  );
}
