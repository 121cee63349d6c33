import { format, type Money } from '@videowindow/contract';
import { Button, MoneyField, Sheet } from '@videowindow/ui';
import { useState } from 'react';
import { useSite } from '../../app/site.tsx';
import { dateTime } from '../../lib/dates.ts';
import type { MyAuction } from './live-auction.ts';
import { hours } from './sale-words.ts';

export type SecondChoice = { choice: 'ask' | 'relist' } | { choice: 'offer'; amount: Money };

/** The winner did not pay: the maker asks the next bidder, names them another price, or sells anew. */
export function SecondChance({
  chance,
  busy,
  onChoose,
}: {
  chance: NonNullable<MyAuction['secondChance']>;
  busy: boolean;
  onChoose: (choice: SecondChoice) => void;
}) {
  const [naming, setNaming] = useState(false);
  const { next, decideBy } = chance;
  return (
    <div className="grid gap-2">
      <p className="text-14 text-ink-2">
        The winner did not pay.{' '}
        {next
          ? `Ask ${next.label} at ${format(next.amount)}, offer it to them at another price, or sell it anew.`
          : 'There is nobody else to ask; you can sell it anew.'}{' '}
        {next?.belowReserve && 'That is below your reserve, so we ask only if you say so. '}
        Choose by {dateTime(decideBy)};{' '}
        {next && !next.belowReserve ? 'without your word we ask.' : 'without your word it is free to sell anew.'}
      </p>
      <div className="grid grid-cols-2 gap-2">
        {next && (
          <Button className="col-span-2" busy={busy} onClick={() => onChoose({ choice: 'ask' })}>
            Ask {next.label}
          </Button>
        )}
        {next && (
          <Button variant="secondary" onClick={() => setNaming(true)}>
            Name a price
          </Button>
        )}
        <Button variant="secondary" busy={busy} onClick={() => onChoose({ choice: 'relist' })}>
          Sell it anew
        </Button>
      </div>
      {naming && next && (
        <PriceSheet
          next={next}
          busy={busy}
          onClose={() => setNaming(false)}
          onOffer={(amount) => onChoose({ choice: 'offer', amount })}
        />
      )}
    </div>
  );
}

function PriceSheet({
  next,
  busy,
  onOffer,
  onClose,
}: {
  next: NonNullable<NonNullable<MyAuction['secondChance']>['next']>;
  busy: boolean;
  onOffer: (amount: Money) => void;
  onClose: () => void;
}) {
  const [own, setOwn] = useState<{ text: string; amount: Money | null }>({ text: '', amount: null });
  const offerHours = useSite()?.offerHours;
  return (
    <Sheet
      open
      onOpenChange={(open) => !open && onClose()}
      title={`Offer it to ${next.label}`}
      subtitle={`Asked by the rules, they would pay ${format(next.amount)}`}
      footer={
        <form
          onSubmit={(event) => {
            event.preventDefault();
            if (own.amount && !busy) onOffer(own.amount);
          }}
        >
          <Button type="submit" wide size="large" busy={busy} disabled={!own.amount}>
            Offer it {own.amount ? `for ${format(own.amount)}` : ''}
          </Button>
          <p className="mt-2.5 text-center text-14 text-ink-3">
            The auction is over then. Your offer stands {offerHours && `for ${hours(offerHours)}`}; they may buy, answer
            with a price, or let it be, and meanwhile others may make you offers.
          </p>
        </form>
      }
    >
      <MoneyField
        label="Your price"
        currency={next.amount.currency}
        value={own.text}
        onChange={(text, amount) => setOwn({ text, amount })}
        error={own.text !== '' && own.amount === null ? 'Write an amount like 85 or 85.50.' : undefined}
        autoFocus
      />
    </Sheet>
  );
}
