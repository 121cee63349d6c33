import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { AuctionLogEntry } from '@videowindow/contract/api/commerce';
import { Button, FormProblem, Select, Sheet, TextArea, useVoice } from '@videowindow/ui';
import { type FormEvent, useState } from 'react';
import { keyOf, sentenceOf } from '../../lib/queries.ts';
import { client } from '../../lib/server.ts';
import { useDecisionKey } from '../../lib/use-decision-key.ts';
import { type RetractionReason, retractionReasons } from './auction-words.ts';

const reasons = Object.entries(retractionReasons).map(([value, label]) => ({ value, label }));
const amounts = [
  { value: 'newest', label: 'Their newest bid' },
  { value: 'all', label: 'All of their bids' },
] as const;

/** Support takes a bid back for whoever wrote to us: the last way out when the end is near. */
export function TakeBackSheet({
  auctionId,
  entry,
  onClose,
}: {
  auctionId: string;
  entry: AuctionLogEntry;
  onClose: () => void;
}) {
  const [what, setWhat] = useState<(typeof amounts)[number]['value']>('newest');
  const [reason, setReason] = useState<RetractionReason | ''>('');
  const [note, setNote] = useState('');
  const [tried, setTried] = useState(false);
  const key = useDecisionKey();
  const queries = useQueryClient();
  const { toast } = useVoice();
  const params = { id: auctionId };
  const written = note.trim();
  const takeBack = useMutation({
    mutationFn: (chosen: RetractionReason) => {
      const body = { bidder: entry.bidder ?? 0, what, reason: chosen, note: written };
      return client.call('POST /auctions/:id/retract-for', {
        params,
        body,
        idempotencyKey: key.of(JSON.stringify(body)),
      });
    },
    onSuccess: (view) => {
      queries.setQueryData(keyOf('GET /auctions/:id', { params }), view);
      toast({ text: 'It is taken back. Everybody sees it in this list.' });
      onClose();
    },
    onError: () => key.over(),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (reason && written && !takeBack.isPending) takeBack.mutate(reason);
  };
  return (
    <Sheet
      open
      onOpenChange={(open) => !open && onClose()}
      title="Take it back for them?"
      subtitle={`${entry.label ?? 'A bidder'}; the price may fall to what the others bid`}
    >
      <form noValidate className="grid gap-4" onSubmit={submit}>
        <Select
          label="What?"
          options={amounts}
          value={what}
          onChange={(event) => setWhat(event.target.value === 'all' ? 'all' : 'newest')}
        />
        <Select
          label="Why?"
          placeholder="Choose"
          options={reasons}
          value={reason}
          // The options are exactly the reasons.
          onChange={(event) => setReason(event.target.value as RetractionReason)}
          hint="Everybody reads this in the list of bids."
          error={tried && !reason ? 'Choose one.' : undefined}
        />
        <TextArea
          label="What happened"
          maxLength={2000}
          value={note}
          onChange={(event) => setNote(event.target.value)}
          hint="Kept with the record; only staff read it."
          error={tried && !written ? 'Write what they told us.' : undefined}
        />
        {takeBack.isError && <FormProblem>{sentenceOf(takeBack.error)}</FormProblem>}
        <Button type="submit" wide size="large" variant="danger" busy={takeBack.isPending}>
          Take it back
        </Button>
      </form>
    </Sheet>
  );
}
