import { Link } from '@tanstack/react-router';
import type { Offer } from '@videowindow/contract/api/commerce';
import { buttonClass, Card, Countdown, Price, StatusChip } from '@videowindow/ui';
import type { ReactNode } from 'react';
import { dateTime } from '../../lib/dates.ts';
import { offerChip, offerWords } from './offer-words.ts';
import type { Side } from './order-words.ts';
import { Still, usePoster } from './piece.tsx';

/** One offer: for what, how much, from whom, how long it stands. What can be done with it comes from outside. */
export function OfferCard({ offer, side, actions }: { offer: Offer; side: Side; actions?: ReactNode }) {
  const posterUrl = usePoster(offer.storyId);
  const chip = offerChip(offer, side);
  const words = offerWords(offer, side);
  const pending = offer.state === 'pending';
  return (
    <Card className="grid h-full grid-cols-1 content-between gap-4">
      <div className="flex gap-3.5">
        <Still url={posterUrl} className="h-24 w-18" />
        <div className="grid min-w-0 grow content-start gap-0.5">
          <Link to="/s/$storyId" params={{ storyId: offer.storyId }} className="line-clamp-2 font-semibold">
            {offer.storyTitle}
          </Link>
          <p className="flex flex-wrap items-center gap-x-3 gap-y-1">
            <Price value={offer.amount} size="medium" />
            {/* What waits for the reader says so by its clock and its buttons. */}
            {(!pending || offer.from === side) && <StatusChip tone={chip.tone}>{chip.label}</StatusChip>}
          </p>
          <p className="text-14 text-ink-3">
            {side === 'maker' && (
              <>
                <Link to="/@{$handle}" params={{ handle: offer.buyer.handle }} className="font-semibold text-ink-2">
                  {offer.buyer.displayName}
                </Link>
                {' · '}
              </>
            )}
            {pending ? (
              <Countdown endsAt={offer.expiresAt} prefix="stands for" over="Ending" className="font-normal!" />
            ) : (
              dateTime(offer.createdAt)
            )}
          </p>
          {words && <p className="mt-1 text-14 text-ink-2">{words}</p>}
        </div>
      </div>
      {actions ?? <Onward offer={offer} side={side} />}
    </Card>
  );
}

/** Where an offer has led to. */
function Onward({ offer, side }: { offer: Offer; side: Side }) {
  if (offer.lockId && side === 'buyer' && offer.state === 'accepted') {
    return (
      <Link to="/pay/$lockId" params={{ lockId: offer.lockId }} className={buttonClass({ wide: true })}>
        Pay for it
      </Link>
    );
  }
  if (offer.auctionId) {
    return (
      <Link
        to="/s/$storyId"
        params={{ storyId: offer.storyId }}
        className={buttonClass({ variant: 'secondary', wide: true })}
      >
        See the auction
      </Link>
    );
  }
  return null;
}
