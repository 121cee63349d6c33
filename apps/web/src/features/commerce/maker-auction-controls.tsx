import { useMutation, useQueryClient } from '@tanstack/react-query';
import { format } from '@videowindow/contract';
import { Button, ConfirmDialog, useVoice } from '@videowindow/ui';
import { useState } from 'react';
import { keyOf, sentenceOf } from '../../lib/queries.ts';
import { client } from '../../lib/server.ts';
import { useDecisionKey } from '../../lib/use-decision-key.ts';
import type { MyAuction } from './live-auction.ts';
import { isRunning } from './sale-words.ts';
import { SecondChance, type SecondChoice } from './second-chance.tsx';

/** What the maker may do with a running auction, and with one whose winner did not pay. */
export function MakerAuctionControls({ mine, title }: { mine: MyAuction; title: string }) {
  const { auction, possible, secondChance, reserve } = mine;
  const [asking, setAsking] = useState<'accept' | 'cancel' | 'block' | null>(null);
  const key = useDecisionKey();
  const queries = useQueryClient();
  const { toast } = useVoice();
  const params = { id: auction.id };

  const refresh = () => queries.invalidateQueries({ queryKey: keyOf('GET /auctions/:id', { params }) });
  const act = useMutation({
    mutationFn: (way: 'accept' | 'cancel' | 'block' | SecondChoice) => {
      if (way === 'accept') {
        const body = { expectedSeq: auction.seq };
        return client.call('POST /auctions/:id/accept', {
          params,
          body,
          idempotencyKey: key.of(`accept ${auction.seq}`),
        });
      }
      if (way === 'block') {
        const body = { bidder: auction.leader?.bidder ?? 0 };
        return client.call('POST /auctions/:id/block', { params, body });
      }
      if (way === 'cancel') return client.call('POST /auctions/:id/cancel', { params });
      return way.choice === 'offer'
        ? client.call('POST /auctions/:id/second-chance', { params, body: way })
        : client.call('POST /auctions/:id/second-chance', { params, body: { choice: way.choice } });
    },
    onSuccess: () => setAsking(null),
    onError: (error) => {
      setAsking(null);
      toast({ text: sentenceOf(error), tone: 'bad' });
    },
    onSettled: () => {
      key.over();
      void refresh();
    },
  });

  return (
    <div className="mt-2 grid gap-2">
      {reserve && isRunning(auction.state) && (
        <p className="text-14 text-ink-2">
          Your reserve is {format(reserve)}; nobody else sees it.{' '}
          {auction.reserveMet ? 'It is met.' : 'Below it the clock sells nothing, but you may accept.'}
        </p>
      )}
      {secondChance && <SecondChance chance={secondChance} busy={act.isPending} onChoose={act.mutate} />}
      {possible.includes('accept') && auction.leader && (
        <Button wide variant="secondary" onClick={() => setAsking('accept')}>
          Accept {format(auction.price)} now
        </Button>
      )}
      {possible.includes('accept') && auction.leader && (
        <Button wide variant="quiet" onClick={() => setAsking('block')}>
          Block {auction.leader.label}
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
        cannot be undone.{auction.reserveMet === false && ' It is below your reserve.'}
      </ConfirmDialog>
      <ConfirmDialog
        open={asking === 'block'}
        onOpenChange={(open) => setAsking(open ? 'block' : null)}
        title={`Block ${auction.leader?.label ?? 'this bidder'}?`}
        confirm="Block"
        danger
        busy={act.isPending}
        onConfirm={() => act.mutate('block')}
      >
        Their bids count no longer, so the price may fall to what the others bid. They cannot buy from you any more.
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
          ? 'People have bid on it. They are told that it ended without a sale, and it counts as a strike against you.'
          : 'Nobody has bid yet. You can open it again with the next good offer.'}
      </ConfirmDialog>
    </div>
  );
}
