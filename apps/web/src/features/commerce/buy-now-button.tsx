import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { format, type Money } from '@videowindow/contract';
import type { AuctionState } from '@videowindow/contract/api/commerce';
import { Button, useVoice } from '@videowindow/ui';
import { lazy, Suspense, useState } from 'react';
import { useMe } from '../../app/session.ts';
import { keyOf, sentenceOf } from '../../lib/queries.ts';
import { client } from '../../lib/server.ts';
import { useDecisionKey } from '../../lib/use-decision-key.ts';

/** With the dialog's code, which the feed need not load. */
const ConfirmBuyNow = lazy(async () => ({ default: (await import('./confirm-buy-now.tsx')).ConfirmBuyNow }));

/** Have it at once, for a price: said what that means, then on to the page that asks to pay. */
export function BuyNowButton({ auction, price, title }: { auction: AuctionState; price: Money; title: string }) {
  const [wanted, setWanted] = useState(false);
  const [asking, setAsking] = useState(false);
  const me = useMe();
  const key = useDecisionKey();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const { toast } = useVoice();
  const params = { id: auction.id };
  const buy = useMutation({
    mutationFn: () => client.call('POST /auctions/:id/buy-now', { params, idempotencyKey: key.of('buy now') }),
    onSuccess: (view) => {
      queries.setQueryData(keyOf('GET /auctions/:id', { params }), view);
      setAsking(false);
      if (view.me.lockId) void navigate({ to: '/pay/$lockId', params: { lockId: view.me.lockId } });
    },
    onError: (error) => {
      key.over();
      setAsking(false);
      toast({ text: sentenceOf(error), tone: 'bad' });
    },
  });
  return (
    <>
      <Button
        wide
        size="large"
        variant="secondary"
        className="mt-2"
        onClick={() => {
          if (me) {
            setWanted(true);
            setAsking(true);
          } else void navigate({ to: '/sign-in', search: { back: `/s/${auction.storyId}` } });
        }}
      >
        Buy now for {format(price)}
      </Button>
      {wanted && (
        <Suspense fallback={null}>
          <ConfirmBuyNow
            {...{ price, title, asking }}
            onAsking={setAsking}
            busy={buy.isPending}
            onConfirm={() => buy.mutate()}
          />
        </Suspense>
      )}
    </>
  );
}
