import { useMutation, useQueryClient } from '@tanstack/react-query';
import { format } from '@videowindow/contract';
import { Button, ConfirmDialog, useVoice } from '@videowindow/ui';
import { useRef, useState } from 'react';
import { dateTime } from '../../lib/dates.ts';
import { newKey } from '../../lib/new-key.ts';
import { keyOf, sentenceOf } from '../../lib/queries.ts';
import { client } from '../../lib/server.ts';
import type { MyAuction } from './live-auction.ts';

/** What the maker may do with a running auction, and with one whose winner did not pay. */
export function MakerAuctionControls({ mine, title }: { mine: MyAuction; title: string }) {
  const { auction, possible, secondChance } = mine;
  const [asking, setAsking] = useState<'accept' | 'cancel' | null>(null);
  const acceptKey = useRef(newKey());
  const queries = useQueryClient();
  const { toast } = useVoice();
  const params = { id: auction.id };

  const refresh = () => queries.invalidateQueries({ queryKey: keyOf('GET /auctions/:id', { params }) });
  const act = useMutation({
    mutationFn: (way: 'accept' | 'cancel' | 'ask' | 'relist') => {
      if (way === 'accept') {
        const body = { expectedSeq: auction.seq };
        return client.call('POST /auctions/:id/accept', { params, body, idempotencyKey: acceptKey.current });
      }
      if (way === 'cancel') return client.call('POST /auctions/:id/cancel', { params });
      return client.call('POST /auctions/:id/second-chance', { params, body: { choice: way } });
    },
    onSuccess: () => setAsking(null),
    onError: (error) => {
      setAsking(null);
      toast({ text: sentenceOf(error), tone: 'bad' });
    },
    onSettled: () => {
      acceptKey.current = newKey();
      void refresh();
    },
  });

  return (
    <div className="grid gap-2">
      {secondChance && (
        <div className="grid gap-2">
          <p className="text-14 text-ink-2">
            The winner did not pay.{' '}
            {secondChance.next
              ? `Ask ${secondChance.next.label} at ${format(secondChance.next.amount)}, or sell it anew.`
              : 'There is nobody else to ask; you can sell it anew.'}{' '}
            Choose by {dateTime(secondChance.decideBy)}; without your word we ask.
          </p>
          <div className="grid grid-cols-2 gap-2">
            {secondChance.next && (
              <Button busy={act.isPending} onClick={() => act.mutate('ask')}>
                Ask {secondChance.next.label}
              </Button>
            )}
            <Button variant="secondary" busy={act.isPending} onClick={() => act.mutate('relist')}>
              Sell it anew
            </Button>
          </div>
        </div>
      )}
      {possible.includes('accept') && auction.leader && (
        <Button wide variant="secondary" onClick={() => setAsking('accept')}>
          Accept {format(auction.price)} now
        </Button>
      )}
      {possible.includes('cancel') && (
        <Button wide variant="quiet" onClick={() => setAsking('cancel')}>
          Cancel the auction
        </Button>
      )}
      <ConfirmDialog
        open={asking === 'accept'}
        onOpenChange={(open) => setAsking(open ? 'accept' : null)}
        title={`Accept ${format(auction.price)}?`}
        confirm="Accept"
        busy={act.isPending}
        onConfirm={() => act.mutate('accept')}
      >
        The auction of {title} ends now, and {auction.leader?.label ?? 'the highest bidder'} is asked to pay. This
        cannot be undone.
      </ConfirmDialog>
      <ConfirmDialog
        open={asking === 'cancel'}
        onOpenChange={(open) => setAsking(open ? 'cancel' : null)}
        title="Cancel this auction?"
        confirm="Cancel it"
        cancel="Keep it"
        danger
        busy={act.isPending}
        onConfirm={() => act.mutate('cancel')}
      >
        {auction.bidCount > 0
          ? 'People have bid on it. They are told that it ended without a sale.'
          : 'Nobody has bid yet. You can open it again with the next good offer.'}
      </ConfirmDialog>
    </div>
  );
}
