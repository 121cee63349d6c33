// What is held for a buyer of mine, and the time that I may add them.
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import type { Hold } from '@videowindow/contract/api/commerce';
import { Button, Countdown, Page, useVoice } from '@videowindow/ui';
import { dateTime } from '../../lib/dates.ts';
import { Loaded } from '../../lib/loaded.tsx';
import { keyOf, read, sentenceOf } from '../../lib/queries.ts';
import { client } from '../../lib/server.ts';
import { useTitle } from '../../lib/title.ts';
import { firstName } from './order-words.ts';
import { PieceCard, usePoster } from './piece.tsx';
import { hours } from './sale-words.ts';

const route = getRouteApi('/signed-in/makers/studio/holds/$lockId');

export function HoldPage() {
  useTitle('Held for a buyer');
  const { lockId } = route.useParams();
  const query = useQuery({ ...read('GET /locks/:id/hold', { params: { id: lockId } }), staleTime: 0 });
  return (
    <Page width="form" title="Held for a buyer">
      <Loaded query={query}>{(hold) => <HoldCard hold={hold} />}</Loaded>
    </Page>
  );
}

function HoldCard({ hold }: { hold: Hold }) {
  const posterUrl = usePoster(hold.storyId);
  const queries = useQueryClient();
  const { toast } = useVoice();
  const params = { id: hold.id };
  const buyer = firstName(hold.buyer);
  const extend = useMutation({
    mutationFn: () => client.call('POST /locks/:id/extend', { params }),
    onSuccess: (longer) => {
      queries.setQueryData(keyOf('GET /locks/:id/hold', { params }), longer);
      toast({ text: `${buyer} has until ${dateTime(longer.expiresAt)}.`, tone: 'good' });
    },
    onError: (error) => {
      toast({ text: sentenceOf(error), tone: 'bad' });
      void queries.invalidateQueries({ queryKey: keyOf('GET /locks/:id/hold', { params }) });
    },
  });
  const open = hold.state === 'held' || hold.state === 'checkout_open';
  return (
    <div className="grid gap-5">
      <PieceCard
        storyId={hold.storyId}
        title={hold.storyTitle}
        person={hold.buyer.displayName}
        posterUrl={posterUrl}
        price={hold.item}
        note={open ? <Countdown endsAt={hold.expiresAt} prefix="to be paid within" over="Time is over" /> : undefined}
      />
      <p className="text-ink-2">{words(hold, buyer)}</p>
      {hold.possible.includes('extend') && (
        <Button wide size="large" busy={extend.isPending} onClick={() => extend.mutate()}>
          Give {hours(hold.extensionHours)} more
        </Button>
      )}
    </div>
  );
}

function words(hold: Hold, buyer: string): string {
  if (hold.state === 'paid') return `${buyer} has paid.`;
  if (hold.state === 'releasing' || hold.state === 'released') return 'The time to pay is over.';
  if (hold.extension === 'given') return `You gave ${buyer} more time.`;
  if (hold.extension === 'asked') return `${buyer} asks for more time. You can give it once; saying nothing is a no.`;
  return `${buyer} is asked to pay. You can give them more time, once.`;
}
