import { format } from '@videowindow/contract';
import type { Offer } from '@videowindow/contract/api/commerce';
import { Button, ConfirmDialog, useVoice } from '@videowindow/ui';
import { useState } from 'react';
import { useSite } from '../../app/site.tsx';
import { client } from '../../lib/server.ts';
import { useDecisionKey } from '../../lib/use-decision-key.ts';
import { AccountNeeded } from './account-needed.tsx';
import { CardNeeded } from './card-needed.tsx';
import { CounterSheet } from './counter-sheet.tsx';
import { firstName, type Side } from './order-words.ts';
import { hours } from './sale-words.ts';
import { useOfferChange } from './use-offer-change.ts';

/** By the commands of the offer's machine. */
type Answer = 'accept' | 'openAuction' | 'decline' | 'withdraw';

/**
 * What one side can do with an offer: answer what the other side named, take back its own. What binds somebody is asked
 * twice; a no is quick.
 */
export function OfferAnswers({ offer, side }: { offer: Offer; side: Side }) {
  const [asking, setAsking] = useState<Answer | 'counter' | null>(null);
  const { toast } = useVoice();
  const key = useDecisionKey();
  const payHours = useSite()?.payHours;
  const toPay = payHours ? `${hours(payHours)} to pay` : 'to pay for it';
  const buyer = firstName(offer.buyer);
  const amount = format(offer.amount);
  const params = { id: offer.id };
  const answer = useOfferChange(
    (way: Answer) => {
      if (way === 'decline') return client.call('POST /offers/:id/decline', { params });
      if (way === 'withdraw') return client.call('POST /offers/:id/withdraw', { params });
      const input = { params, idempotencyKey: key.of(way) };
      return way === 'accept'
        ? client.call('POST /offers/:id/accept', input)
        : client.call('POST /offers/:id/open-auction', input);
    },
    (next) => {
      setAsking(null);
      toast({ text: doneWords(next, side, buyer), tone: next.lockId || next.auctionId ? 'good' : 'plain' });
    },
  );
  const way = answer.isPending ? answer.variables : null;
  const may = (command: Answer | 'counter') => offer.possible.includes(command);
  const dialog = (which: Answer) => ({
    open: asking === which,
    onOpenChange: (open: boolean) => setAsking(open ? which : null),
    busy: way === which,
    onConfirm: () => answer.mutate(which),
  });
  return (
    <>
      <div className="grid grid-cols-2 gap-2">
        {may('accept') && (
          <Button className="col-span-2" busy={way === 'accept'} onClick={() => setAsking('accept')}>
            {side === 'maker' ? 'Accept' : 'Buy for'} {amount}
          </Button>
        )}
        {may('counter') && (
          <Button variant="secondary" onClick={() => setAsking('counter')}>
            Name a price
          </Button>
        )}
        {may('openAuction') && (
          <Button variant="secondary" busy={way === 'openAuction'} onClick={() => setAsking('openAuction')}>
            Open auction
          </Button>
        )}
        {may('decline') && (
          <Button
            variant="quiet"
            className={may('openAuction') ? 'col-span-2' : undefined}
            busy={way === 'decline'}
            onClick={() => answer.mutate('decline')}
          >
            Decline
          </Button>
        )}
        {may('withdraw') && (
          <Button
            variant="secondary"
            className="col-span-2"
            busy={way === 'withdraw'}
            onClick={() => setAsking('withdraw')}
          >
            Take it back
          </Button>
        )}
      </div>
      {answer.error && (
        <p className="text-14 text-ink-2 empty:hidden">
          <CardNeeded error={answer.error} />
          <AccountNeeded error={answer.error} />
        </p>
      )}
      <ConfirmDialog
        {...dialog('accept')}
        title={side === 'maker' ? `Sell for ${amount}?` : `Buy for ${amount}?`}
        confirm={side === 'maker' ? 'Accept' : 'Buy it'}
      >
        {side === 'maker'
          ? `${offer.storyTitle} is held for ${buyer}, who has ${toPay}. Other offers on it end. This cannot be undone.`
          : `${offer.storyTitle} is held for you, and you have ${toPay}. This cannot be undone.`}
      </ConfirmDialog>
      <ConfirmDialog {...dialog('openAuction')} title={`Open an auction at ${amount}?`} confirm="Open it">
        {buyer}'s offer becomes the first bid, and everybody may bid more. Other offers end, and whoever made them is
        invited to bid.
      </ConfirmDialog>
      <ConfirmDialog {...dialog('withdraw')} title={`Take back ${amount}?`} confirm="Take it back" cancel="Leave it">
        {side === 'buyer'
          ? `The maker of ${offer.storyTitle} no longer sees it. You may offer again.`
          : `${buyer} can no longer buy ${offer.storyTitle} at this price.`}
      </ConfirmDialog>
      {asking === 'counter' && <CounterSheet offer={offer} side={side} onClose={() => setAsking(null)} />}
    </>
  );
}

function doneWords(offer: Offer, side: Side, buyer: string): string {
  if (offer.state === 'accepted') {
    return side === 'maker' ? `Accepted. ${buyer} has been asked to pay.` : 'It is held for you until you pay.';
  }
  if (offer.state === 'converted_to_bid') return `The auction is open, and ${buyer} leads.`;
  if (offer.state === 'withdrawn') return side === 'buyer' ? 'Your offer is taken back.' : 'Your price is taken back.';
  return side === 'maker' ? `Declined. ${buyer} is told kindly.` : 'Declined. The maker is told kindly.';
}
