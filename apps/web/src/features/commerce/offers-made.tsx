import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { buttonClass, EmptyState } from '@videowindow/ui';
import { HandCoins } from 'lucide-react';
import { Paged } from '../../lib/paged.tsx';
import { readPages } from '../../lib/queries.ts';
import { OfferAnswers } from './offer-answers.tsx';
import { OfferCard } from './offer-card.tsx';

/** Offers that I made and what makers answered, newest first. */
export function OffersMade() {
  const offers = useInfiniteQuery(readPages('GET /offers', { query: { as: 'buyer' } }));
  return (
    <Paged
      query={offers}
      empty={
        <EmptyState
          icon={<HandCoins aria-hidden size={26} />}
          title="No offers yet"
          action={
            <Link to="/" className={buttonClass()}>
              Find a piece
            </Link>
          }
        >
          When you offer a price for a piece, you follow it here.
        </EmptyState>
      }
    >
      {(items) => (
        <ul className="grid grid-cols-1 gap-3 lg:grid-cols-2">
          {items.map((offer) => (
            <li key={offer.id}>
              <OfferCard
                offer={offer}
                side="buyer"
                actions={offer.possible.length > 0 ? <OfferAnswers offer={offer} side="buyer" /> : undefined}
              />
            </li>
          ))}
        </ul>
      )}
    </Paged>
  );
}
