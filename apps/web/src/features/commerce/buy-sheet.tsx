// Buying at a fixed price: which kind, how many, and then the page that asks for the payment.
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { isApiError } from '@videowindow/client';
import { format } from '@videowindow/contract';
import type { Listing } from '@videowindow/contract/api/commerce';
import type { FeedItem } from '@videowindow/contract/api/discovery';
import { multiply } from '@videowindow/contract/money';
import { zoneOf } from '@videowindow/contract/shipping';
import { Button, FormProblem, Price, Select, Sheet, TextSkeleton } from '@videowindow/ui';
import { useState } from 'react';
import { keyOf, read, sentenceOf } from '../../lib/queries.ts';
import { client } from '../../lib/server.ts';
import { useDecisionKey } from '../../lib/use-decision-key.ts';
import { useBuyerCountry } from './buyer-country.ts';
import { Roughly } from './display-currency.tsx';
import { KindChoice } from './kind-choice.tsx';
import { chosenVariant, leftWords, type Picks } from './kinds.ts';
import { ShippingFacts } from './shipping-facts.tsx';

const AT_MOST = 10;

export function BuySheet({ item, onClose }: { item: FeedItem; onClose: () => void }) {
  const { story } = item;
  // What can be bought is asked anew, and again when somebody buys: `useListingNews` says when.
  const listing = useQuery({
    ...read('GET /stories/:storyId/listing', { params: { storyId: story.id } }),
    staleTime: 0,
  });
  return (
    <Sheet
      open
      onOpenChange={(open) => !open && onClose()}
      title={story.title}
      subtitle={[`by ${story.maker.displayName}`, story.maker.city].filter(Boolean).join(' · ')}
    >
      {listing.data ? (
        <BuyForm listing={listing.data} />
      ) : listing.isError ? (
        <FormProblem>{sentenceOf(listing.error)}</FormProblem>
      ) : (
        <TextSkeleton lines={4} />
      )}
    </Sheet>
  );
}

function BuyForm({ listing }: { listing: Listing }) {
  const [picks, setPicks] = useState<Picks>({});
  const [wanted, setWanted] = useState(1);
  const [country] = useBuyerCountry();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const key = useDecisionKey();
  const variant = chosenVariant(listing, picks);
  const most = Math.min(variant?.quantity ?? 0, AT_MOST);
  const quantity = Math.min(wanted, Math.max(most, 1));
  const open = listing.state === 'available';

  const buy = useMutation({
    mutationFn: (variantId: string) => {
      const sent = country !== null && zoneOf(listing.shipping.zones, country) !== null;
      return client.call('POST /listings/:id/buy', {
        params: { id: listing.id },
        body: { variantId, quantity, ...(sent ? { country } : {}) },
        idempotencyKey: key.of(`${variantId} ${quantity}`),
      });
    },
    onSuccess: (lock) => {
      queries.setQueryData(keyOf('GET /locks/:id', { params: { id: lock.id } }), lock);
      void queries.invalidateQueries({ queryKey: ['GET /locks'] });
      void navigate({ to: '/pay/$lockId', params: { lockId: lock.id } });
    },
    onError: () => {
      key.over();
      const params = { storyId: listing.storyId };
      void queries.invalidateQueries({ queryKey: keyOf('GET /stories/:storyId/listing', { params }) });
    },
  });

  return (
    <form
      className="grid gap-5"
      onSubmit={(event) => {
        event.preventDefault();
        if (variant && most > 0 && open && !buy.isPending) buy.mutate(variant.id);
      }}
    >
      {listing.optionNames.map((name, at) => (
        <KindChoice
          key={name}
          listing={listing}
          at={at}
          picks={picks}
          onPick={(value) => setPicks((before) => ({ ...before, [at]: value }))}
        />
      ))}
      <div className="flex flex-wrap items-end justify-between gap-4" aria-live="polite">
        {variant ? (
          <div>
            <Price value={multiply(variant.price, quantity)} size="huge" />
            <Roughly value={multiply(variant.price, quantity)} />
            <p className="text-14 text-ink-2">{leftWords(listing, variant)}</p>
          </div>
        ) : (
          <p className="text-ink-2">Choose what you would like.</p>
        )}
        {most > 1 && (
          <Select
            label="How many"
            className="w-28"
            value={String(quantity)}
            options={Array.from({ length: most }, (_, at) => ({ value: String(at + 1), label: String(at + 1) }))}
            onChange={(event) => setWanted(Number(event.target.value))}
          />
        )}
      </div>
      <ShippingFacts shipping={listing.shipping} quantity={quantity} />
      {buy.isError && (
        <FormProblem>
          {isApiError(buy.error, 'checkout_in_progress') ? (
            <>
              You have another one of these reserved already.{' '}
              <Link to="/orders" className="font-semibold underline">
                Pay for it, or let it go
              </Link>
              .
            </>
          ) : (
            sentenceOf(buy.error)
          )}
        </FormProblem>
      )}
      <div>
        <Button type="submit" wide size="large" busy={buy.isPending} disabled={!open || !variant || most === 0}>
          {buttonWords(listing, variant !== null && most === 0, variant && multiply(variant.price, quantity))}
        </Button>
        <p className="mt-2.5 text-center text-14 text-ink-3">It is kept for you for half an hour while you pay.</p>
      </div>
    </form>
  );
}

function buttonWords(listing: Listing, gone: boolean, price: { amount: number; currency: string } | null): string {
  if (listing.state === 'sold') return 'Sold out';
  if (listing.state === 'locked') return 'Reserved';
  if (listing.state !== 'available') return 'Not for sale right now';
  if (gone) return listing.unitsHeld > 0 ? 'Reserved' : 'Sold out';
  return price ? `Buy, ${format(price)}` : 'Buy';
}
