import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { compare, format, type Money } from '@videowindow/contract';
import type { Offer } from '@videowindow/contract/api/commerce';
import type { FeedItem } from '@videowindow/contract/api/discovery';
import { Button, buttonClass, FormProblem, MoneyField, QuickAmounts, Sheet } from '@videowindow/ui';
import { useState } from 'react';
import { useSite } from '../../app/site.tsx';
import { dateTime } from '../../lib/dates.ts';
import { keyOf, sentenceOf } from '../../lib/queries.ts';
import { client } from '../../lib/server.ts';
import { useDecisionKey } from '../../lib/use-decision-key.ts';
import { CardNeeded } from './card-needed.tsx';
import { hours } from './sale-words.ts';
import { ShippingFacts } from './shipping-facts.tsx';

/** Offer a price. Says plainly that it may become a binding bid, and then what became of it. */
export function OfferSheet({ item, onClose }: { item: FeedItem; onClose: () => void }) {
  const { story, sale } = item;
  const site = useSite();
  const settled = site?.currency ?? 'USD';
  const currency = sale.leastOffer?.currency ?? settled;
  const least = sale.leastOffer ?? { amount: 100, currency };
  const suggestions = suggestedOffers(least, sale.askingPrice);
  const [choice, setChoice] = useState<number | 'other'>(suggestions.at(-1)?.amount ?? 'other');
  const [own, setOwn] = useState<{ text: string; amount: Money | null }>({ text: '', amount: null });
  const key = useDecisionKey();
  const queries = useQueryClient();
  const amount = choice === 'other' ? own.amount : { amount: choice, currency };
  const tooLow = amount !== null && compare(amount, least) < 0;

  const offer = useMutation({
    mutationFn: (money: Money) =>
      client.call('POST /stories/:storyId/offers', {
        params: { storyId: story.id },
        body: { amount: money },
        idempotencyKey: key.of(`${money.amount}`),
      }),
    onSuccess: () => {
      void queries.invalidateQueries({ queryKey: ['GET /offers'] });
      void queries.invalidateQueries({ queryKey: keyOf('GET /feed/story/:id', { params: { id: story.id } }) });
    },
    onError: () => key.over(),
  });

  return (
    <Sheet
      open
      onOpenChange={(open) => !open && onClose()}
      title={offer.data ? outcomeTitle(offer.data) : 'Make an offer'}
      subtitle={`${story.title} · ${story.maker.displayName}`}
      footer={
        offer.data ? (
          <Outcome offer={offer.data} storyId={story.id} onClose={onClose} />
        ) : (
          <form
            onSubmit={(event) => {
              event.preventDefault();
              if (amount && !tooLow && !offer.isPending) offer.mutate(amount);
            }}
          >
            <Button type="submit" wide size="large" busy={offer.isPending} disabled={!amount || tooLow}>
              Offer {amount ? format(amount) : ''}
            </Button>
            <p className="mt-2.5 text-center text-14 text-ink-3">
              An offer may open an auction and then is a binding bid.
              {site && ` It stands for ${hours(site.offerHours)}.`}
            </p>
          </form>
        )
      }
    >
      {offer.data ? (
        <p className="text-ink-2">{outcomeWords(offer.data)}</p>
      ) : (
        <div className="grid gap-4">
          {sale.askingPrice && <p className="text-ink-2">The maker asks {format(sale.askingPrice)}.</p>}
          <QuickAmounts legend="Your offer" amounts={suggestions} value={choice} onChange={setChoice} />
          {choice === 'other' && (
            <MoneyField
              label="Your own amount"
              currency={currency}
              value={own.text}
              onChange={(text, money) => setOwn({ text, amount: money })}
              hint={`At least ${format(least)}`}
              error={
                own.text === ''
                  ? undefined
                  : own.amount === null
                    ? 'Write an amount like 85 or 85.50.'
                    : tooLow
                      ? `The least offer is ${format(least)}.`
                      : undefined
              }
              autoFocus
            />
          )}
          {sale.shipping && <ShippingFacts shipping={sale.shipping} />}
          {offer.isError && (
            <FormProblem>
              {sentenceOf(offer.error)}
              <CardNeeded error={offer.error} />
            </FormProblem>
          )}
        </div>
      )}
    </Sheet>
  );
}

/** The least offer, the middle, and the asking price; only the least where nothing is asked. */
export function suggestedOffers(least: Money, asking: Money | null): Money[] {
  if (!asking || compare(asking, least) <= 0) return [least];
  const middle = Math.round((least.amount + asking.amount) / 2 / 100) * 100;
  const between = middle > least.amount && middle < asking.amount ? [{ amount: middle, currency: least.currency }] : [];
  return [least, ...between, asking];
}

function outcomeTitle(offer: Offer): string {
  if (offer.state === 'converted_to_bid') return 'Your offer opened the auction';
  if (offer.state === 'accepted') return 'Accepted';
  if (offer.state === 'auto_declined' || offer.state === 'declined') return 'Not this time';
  return 'Your offer is on its way';
}

function outcomeWords(offer: Offer): string {
  const amount = format(offer.amount);
  switch (offer.state) {
    case 'converted_to_bid':
      return `${amount} is the first bid, and you lead. Others can bid now; we tell you when they do.`;
    case 'accepted':
      return `${amount} it is. The piece is held for you until you pay.`;
    case 'auto_declined':
    case 'declined':
      return `The maker does not take ${amount}. You can offer more.`;
    default:
      return `You offered ${amount}. The maker has until ${dateTime(offer.expiresAt)} to answer; we tell you at once.`;
  }
}

function Outcome({ offer, storyId, onClose }: { offer: Offer; storyId: string; onClose: () => void }) {
  if (offer.lockId) {
    return (
      <Link to="/pay/$lockId" params={{ lockId: offer.lockId }} className={buttonClass({ wide: true, size: 'large' })}>
        Pay for it
      </Link>
    );
  }
  if (offer.auctionId) {
    return (
      <Link
        to="/s/$storyId"
        params={{ storyId }}
        onClick={onClose}
        className={buttonClass({ wide: true, size: 'large' })}
      >
        Watch the auction
      </Link>
    );
  }
  return (
    <Button wide size="large" variant="secondary" onClick={onClose}>
      Done
    </Button>
  );
}
