import { Link } from '@tanstack/react-router';
import type { Lock } from '@videowindow/contract/api/commerce';
import { buttonClass, EmptyState, Spinner } from '@videowindow/ui';
import { CircleCheck, Hourglass } from 'lucide-react';
import { goneWords, stageOf } from './lock-words.ts';

/** A lock that cannot be paid now: it is paid, on its way there, or over. */
export function LockOutcome({ lock }: { lock: Lock }) {
  const stage = stageOf(lock);
  const seePiece = (
    <Link to="/s/$storyId" params={{ storyId: lock.storyId }} className={buttonClass({ variant: 'secondary' })}>
      See the piece
    </Link>
  );
  if (stage === 'paid') {
    return (
      <Outcome>
        <EmptyState
          icon={<CircleCheck aria-hidden size={28} className="text-moss" />}
          title="It is paid"
          action={
            lock.orderId ? (
              <Link to="/orders/$orderId" params={{ orderId: lock.orderId }} className={buttonClass()}>
                See your order
              </Link>
            ) : (
              <Busy>Your order is being written</Busy>
            )
          }
        >
          {lock.storyTitle} is yours.
        </EmptyState>
      </Outcome>
    );
  }
  if (stage === 'processing') {
    return (
      <Outcome>
        <EmptyState
          icon={<Hourglass aria-hidden size={26} />}
          title="Your bank is deciding"
          action={<Busy>Waiting for its word</Busy>}
        >
          The payment for {lock.storyTitle} was begun. Some banks take their time; the piece is held until they have
          answered. You may close this page, we write to you.
        </EmptyState>
      </Outcome>
    );
  }
  if (stage === 'ending') {
    return (
      <Outcome>
        <EmptyState
          icon={<Hourglass aria-hidden size={26} />}
          title={lock.released === 'declined' ? 'It is being let go' : 'The time to pay has ended'}
          action={<Busy>Asking the payment provider</Busy>}
        >
          We make sure that no payment is on its way. If you have just paid, that payment counts, and this page says so.
        </EmptyState>
      </Outcome>
    );
  }
  const { title, sentence } = goneWords(lock);
  return (
    <Outcome>
      <EmptyState icon={<Hourglass aria-hidden size={26} />} title={title} action={seePiece}>
        {sentence}
      </EmptyState>
    </Outcome>
  );
}

const Outcome = ({ children }: { children: React.ReactNode }) => (
  <div className="grid min-h-[70dvh] place-items-center">
    <h1 tabIndex={-1} className="sr-only">
      Your payment
    </h1>
    <div role="status">{children}</div>
  </div>
);

const Busy = ({ children }: { children: React.ReactNode }) => (
  <p className="flex items-center gap-2.5 text-14 text-ink-2">
    <Spinner /> {children}
  </p>
);
