import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { AuctionState, RetractionView } from '@videowindow/contract/api/commerce';
import { Button, FormProblem, Select, Sheet, Skeleton, useVoice } from '@videowindow/ui';
import { useState } from 'react';
import { keyOf, read, sentenceOf } from '../../lib/queries.ts';
import { client } from '../../lib/server.ts';
import { useDecisionKey } from '../../lib/use-decision-key.ts';
import { type RetractionReason, retractionReasons } from './auction-words.ts';

const options = Object.entries(retractionReasons).map(([value, label]) => ({ value, label }));

/** Take bids back: says first what may be taken back, and that everybody sees it. */
export function RetractSheet({
  auction,
  title,
  onClose,
}: {
  auction: AuctionState;
  title: string;
  onClose: () => void;
}) {
  const params = { id: auction.id };
  const { data, isPending, isError, error, refetch } = useQuery({
    ...read('GET /auctions/:id/retraction', { params }),
    staleTime: 0,
  });
  const [reason, setReason] = useState<RetractionReason | ''>('');
  const key = useDecisionKey();
  const queries = useQueryClient();
  const { toast } = useVoice();
  const retract = useMutation({
    mutationFn: (chosen: RetractionReason) =>
      client.call('POST /auctions/:id/retract', { params, body: { reason: chosen }, idempotencyKey: key.of(chosen) }),
    onSuccess: (view) => {
      queries.setQueryData(keyOf('GET /auctions/:id', { params }), view);
      toast({ text: 'Your bid is taken back.' });
      onClose();
    },
    onError: () => {
      key.over();
      void refetch();
    },
  });
  return (
    <Sheet open onOpenChange={(open) => !open && onClose()} title="Take a bid back" subtitle={title}>
      {isPending && <Skeleton className="h-24 w-full" />}
      {isError && <FormProblem>{sentenceOf(error)}</FormProblem>}
      {data && data.what === 'none' && <p className="text-ink-2">{whyNot(data.why)}</p>}
      {data && data.what !== 'none' && (
        <form
          className="grid gap-4"
          onSubmit={(event) => {
            event.preventDefault();
            if (reason && !retract.isPending) retract.mutate(reason);
          }}
        >
          <p className="text-ink-2">
            {data.what === 'newest'
              ? 'So near the end only your newest bid can be taken back.'
              : data.bids === 1
                ? 'Your bid is taken back.'
                : `All ${data.bids} of your bids are taken back.`}{' '}
            Everybody sees that in the list of bids. A bid is a promise, so please do this only when you must: after
            three times in half a year a person looks at it.
          </p>
          <Select
            label="Why?"
            placeholder="Choose"
            options={options}
            value={reason}
            // The options are exactly the reasons.
            onChange={(event) => setReason(event.target.value as RetractionReason)}
          />
          {reason && (
            <p className="text-14 text-ink-3">
              {reason === 'wrong_amount' && data.bidAgain
                ? 'You may bid once more here, below what you take back.'
                : 'You cannot bid on this piece again afterwards.'}
            </p>
          )}
          {retract.isError && <FormProblem>{sentenceOf(retract.error)}</FormProblem>}
          <Button type="submit" wide size="large" variant="danger" busy={retract.isPending} disabled={!reason}>
            Take it back
          </Button>
        </form>
      )}
    </Sheet>
  );
}

function whyNot(why: RetractionView['why']): string {
  switch (why) {
    case 'too_old':
      return 'So near the end a bid can be taken back only soon after placing it. If something is badly wrong, please write to us.';
    case 'too_late':
      return 'Bids stay as they are now, the end is too near. If something is badly wrong, please write to us.';
    default:
      return 'There is no bid of yours here that could be taken back.';
  }
}
