import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { format } from '@videowindow/contract';
import type { Offer } from '@videowindow/contract/api/commerce';
import { Button, buttonClass, ConfirmDialog, EmptyState, useVoice } from '@videowindow/ui';
import { HandCoins } from 'lucide-react';
import { useState } from 'react';
import { Paged } from '../../lib/paged.tsx';
import { readPages } from '../../lib/queries.ts';
import { client } from '../../lib/server.ts';
import { OfferCard } from './offer-card.tsx';
import { useOfferChange } from './use-offer-change.ts';

/** Offers that I made, newest first. */
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
                actions={offer.possible.includes('withdraw') ? <Withdraw offer={offer} /> : undefined}
              />
            </li>
          ))}
        </ul>
      )}
    </Paged>
  );
}

function Withdraw({ offer }: { offer: Offer }) {
  const [asking, setAsking] = useState(false);
  const { toast } = useVoice();
  const withdraw = useOfferChange(
    () => client.call('POST /offers/:id/withdraw', { params: { id: offer.id } }),
    () => toast({ text: 'Your offer is taken back.' }),
  );
  return (
    <>
      <Button variant="secondary" wide busy={withdraw.isPending} onClick={() => setAsking(true)}>
        Take it back
      </Button>
      <ConfirmDialog
        open={asking}
        onOpenChange={setAsking}
        title={`Take back ${format(offer.amount)}?`}
        confirm="Take it back"
        cancel="Leave it"
        onConfirm={() => {
          setAsking(false);
          withdraw.mutate(undefined);
        }}
      >
        The maker of {offer.storyTitle} no longer sees it. You may offer again.
      </ConfirmDialog>
    </>
  );
}
