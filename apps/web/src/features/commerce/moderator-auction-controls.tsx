import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Button, useVoice } from '@videowindow/ui';
import { useState } from 'react';
import { keyOf, sentenceOf } from '../../lib/queries.ts';
import { client } from '../../lib/server.ts';
import { ReasonSheet } from '../trust/reason-sheet.tsx';
import type { MyAuction } from './live-auction.ts';

/** What is asked before it is done. */
const WORDS = {
  suspend: {
    title: 'Stop the clock?',
    hint: 'Kept with the record. Nobody can bid until a moderator lets it go on; the lost time is given back.',
    confirm: 'Stop it',
  },
  end: {
    title: 'End this auction?',
    hint: "Kept with the record. Nobody owes anything, and the piece is its maker's to sell again.",
    confirm: 'End it',
  },
};

/** A moderator stops the clock of a running auction, lets it go on, or ends it. */
export function ModeratorAuctionControls({ mine, title }: { mine: MyAuction; title: string }) {
  const [asking, setAsking] = useState<keyof typeof WORDS | null>(null);
  const queries = useQueryClient();
  const { toast } = useVoice();
  const params = { id: mine.auction.id };
  const onSuccess = () => {
    setAsking(null);
    void queries.invalidateQueries({ queryKey: keyOf('GET /auctions/:id', { params }) });
  };
  const suspend = useMutation({
    mutationFn: (reason: string) => client.call('POST /auctions/:id/suspend', { params, body: { reason } }),
    onSuccess,
  });
  const resume = useMutation({
    mutationFn: () => client.call('POST /auctions/:id/resume', { params }),
    onSuccess,
    onError: (error) => toast({ text: sentenceOf(error), tone: 'bad' }),
  });
  const end = useMutation({
    mutationFn: (reason: string) => client.call('POST /auctions/:id/end', { params, body: { reason } }),
    onSuccess,
  });
  const acts = { suspend, end };
  return (
    <div className="mt-2 grid gap-2">
      {mine.possible.includes('suspend') && (
        <Button wide variant="quiet" onClick={() => setAsking('suspend')}>
          Stop the clock
        </Button>
      )}
      {mine.possible.includes('resume') && (
        <Button wide variant="secondary" busy={resume.isPending} onClick={() => resume.mutate()}>
          Let it go on
        </Button>
      )}
      {mine.possible.includes('resume') && mine.possible.includes('cancel') && (
        <Button wide variant="quiet" onClick={() => setAsking('end')}>
          End it without a sale
        </Button>
      )}
      {asking && (
        <ReasonSheet
          {...WORDS[asking]}
          subtitle={title}
          danger
          busy={acts[asking].isPending}
          error={acts[asking].error}
          onConfirm={(reason) => acts[asking].mutate(reason)}
          onClose={() => setAsking(null)}
        />
      )}
    </div>
  );
}
