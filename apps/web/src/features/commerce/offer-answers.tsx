import { format } from '@videowindow/contract';
import type { Offer } from '@videowindow/contract/api/commerce';
import { Button, ConfirmDialog, useVoice } from '@videowindow/ui';
import { useRef, useState } from 'react';
import { newKey } from '../../lib/new-key.ts';
import { client } from '../../lib/server.ts';
import { firstName } from './order-words.ts';
import { useOfferChange } from './use-offer-change.ts';

/** By the commands of the offer's machine. */
type Answer = 'accept' | 'openAuction' | 'decline';

/** The maker's answers to an offer. Accepting and opening bind somebody, so they are asked twice; a no is quick. */
export function OfferAnswers({ offer }: { offer: Offer }) {
  const [asking, setAsking] = useState<Answer | null>(null);
  const { toast } = useVoice();
  // One key a decision, so that an answer sent again over a broken line is the same answer.
  const keys = useRef({ accept: newKey(), openAuction: newKey() });
  const buyer = firstName(offer.buyer);
  const amount = format(offer.amount);
  const params = { id: offer.id };
  const answer = useOfferChange(
    (way: Answer) => {
      if (way === 'decline') return client.call('POST /offers/:id/decline', { params });
      const input = { params, idempotencyKey: keys.current[way] };
      return way === 'accept'
        ? client.call('POST /offers/:id/accept', input)
        : client.call('POST /offers/:id/open-auction', input);
    },
    (next) => {
      setAsking(null);
      toast({ text: doneWords(next, buyer), tone: next.state === 'declined' ? 'plain' : 'good' });
    },
  );
  const way = answer.isPending ? answer.variables : null;
  const may = (command: Answer) => offer.possible.includes(command);
  return (
    <>
      <div className="grid grid-cols-2 gap-2 sm:flex">
        {may('accept') && (
          <Button className="col-span-2 grow" busy={way === 'accept'} onClick={() => setAsking('accept')}>
            Accept {amount}
          </Button>
        )}
        {may('openAuction') && (
          <Button
            variant="secondary"
            className="grow"
            busy={way === 'openAuction'}
            onClick={() => setAsking('openAuction')}
          >
            Open auction
          </Button>
        )}
        {may('decline') && (
          <Button variant="quiet" className="grow" busy={way === 'decline'} onClick={() => answer.mutate('decline')}>
            Decline
          </Button>
        )}
      </div>
      <ConfirmDialog
        open={asking === 'accept'}
        onOpenChange={(open) => setAsking(open ? 'accept' : null)}
        title={`Sell for ${amount}?`}
        confirm="Accept"
        busy={way === 'accept'}
        onConfirm={() => answer.mutate('accept')}
      >
        {offer.storyTitle} is held for {buyer}, who has 48 hours to pay. Other offers on it end. This cannot be undone.
      </ConfirmDialog>
      <ConfirmDialog
        open={asking === 'openAuction'}
        onOpenChange={(open) => setAsking(open ? 'openAuction' : null)}
        title={`Open an auction at ${amount}?`}
        confirm="Open it"
        busy={way === 'openAuction'}
        onConfirm={() => answer.mutate('openAuction')}
      >
        {buyer}'s offer becomes the first bid, and everybody may bid more. Other offers end, and whoever made them is
        invited to bid.
      </ConfirmDialog>
    </>
  );
}

function doneWords(offer: Offer, buyer: string): string {
  if (offer.state === 'accepted') return `Accepted. ${buyer} has been asked to pay.`;
  if (offer.state === 'converted_to_bid') return `The auction is open, and ${buyer} leads.`;
  return `Declined. ${buyer} is told kindly.`;
}
