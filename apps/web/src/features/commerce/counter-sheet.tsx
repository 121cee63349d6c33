import { compare, format, type Money } from '@videowindow/contract';
import type { Offer } from '@videowindow/contract/api/commerce';
import { Button, MoneyField, Sheet, useVoice } from '@videowindow/ui';
import { useState } from 'react';
import { useSite } from '../../app/site.tsx';
import { client } from '../../lib/server.ts';
import { useDecisionKey } from '../../lib/use-decision-key.ts';
import { AccountNeeded } from './account-needed.tsx';
import { CardNeeded } from './card-needed.tsx';
import { firstName, type Side } from './order-words.ts';
import { hours } from './sale-words.ts';
import { useOfferChange } from './use-offer-change.ts';

/** Answers an offer with another price: a maker with more, a buyer with less than was named. */
export function CounterSheet({ offer, side, onClose }: { offer: Offer; side: Side; onClose: () => void }) {
  const [own, setOwn] = useState<{ text: string; amount: Money | null }>({ text: '', amount: null });
  const key = useDecisionKey();
  const offerHours = useSite()?.offerHours;
  const { toast } = useVoice();
  const other = side === 'maker' ? firstName(offer.buyer) : 'The maker';
  const named = format(offer.amount);
  const counter = useOfferChange(
    (amount: Money) =>
      client.call('POST /offers/:id/counter', {
        params: { id: offer.id },
        body: { amount },
        idempotencyKey: key.of(`${amount.amount}`),
      }),
    (made) => {
      onClose();
      toast(
        made.state === 'auto_declined'
          ? { text: `The maker does not take ${format(made.amount)}. You may offer more.`, tone: 'plain' }
          : { text: `${other} is asked about ${format(made.amount)}.`, tone: 'good' },
      );
    },
  );
  const order = own.amount === null ? 0 : compare(own.amount, offer.amount);
  const fits = side === 'maker' ? order > 0 : order < 0;
  return (
    <Sheet
      open
      onOpenChange={(open) => !open && onClose()}
      title="Name another price"
      subtitle={`${offer.storyTitle} · ${other} ${side === 'maker' ? `offers ${named}` : `asks ${named}`}`}
      footer={
        <form
          onSubmit={(event) => {
            event.preventDefault();
            if (own.amount && fits && !counter.isPending) counter.mutate(own.amount);
          }}
        >
          <Button type="submit" wide size="large" busy={counter.isPending} disabled={!own.amount || !fits}>
            {side === 'maker' ? 'Ask' : 'Offer'} {own.amount && fits ? format(own.amount) : ''}
          </Button>
          <p className="mt-2.5 text-center text-14 text-ink-3">
            It stands {offerHours && `for ${hours(offerHours)} `}and takes the place of{' '}
            {side === 'maker' ? `${other}'s offer` : "the maker's price"}.
          </p>
        </form>
      }
    >
      <MoneyField
        label={side === 'maker' ? 'Your price' : 'What you would pay'}
        currency={offer.amount.currency}
        value={own.text}
        onChange={(text, amount) => setOwn({ text, amount })}
        hint={side === 'maker' ? `More than ${named}` : `Less than ${named}`}
        error={problemOf(own, fits, side, named)}
        autoFocus
      />
      {counter.error && (
        <p className="mt-3 text-14 text-ink-2 empty:hidden">
          <CardNeeded error={counter.error} />
          <AccountNeeded error={counter.error} />
        </p>
      )}
    </Sheet>
  );
}

function problemOf(own: { text: string; amount: Money | null }, fits: boolean, side: Side, named: string) {
  if (own.text === '' || fits) return undefined;
  if (own.amount === null) return 'Write an amount like 85 or 85.50.';
  return side === 'maker'
    ? `${named} is offered already: name more, or accept it.`
    : `${named} is asked: name less, or buy it.`;
}
