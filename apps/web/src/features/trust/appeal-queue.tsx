import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Button, Card, EmptyState, FormProblem, ListSkeleton, useServerNow, useVoice } from '@videowindow/ui';
import { Coffee } from 'lucide-react';
import { ago } from '../../lib/dates.ts';
import { keyOf, read, sentenceOf } from '../../lib/queries.ts';
import { client } from '../../lib/server.ts';

type Answer = { id: string; answer: 'lifted' | 'upheld' };

const kinds = {
  unpaid: 'did not pay for',
  auction_cancelled: 'cancelled the auction of',
  order_cancelled: 'did not send',
};

/** What people wrote about promises that they missed, oldest first. */
export function AppealQueue() {
  const { data, isPending, isError, error, refetch } = useQuery({
    ...read('GET /moderation/appeals'),
    refetchInterval: 30_000,
  });
  const now = useServerNow(30_000);
  const queries = useQueryClient();
  const { toast } = useVoice();
  const act = useMutation({
    mutationFn: ({ id, answer }: Answer) =>
      client.call('POST /moderation/appeals/:id/answer', { params: { id }, body: { answer } }),
    onSuccess: (_, { answer }) =>
      toast({ text: answer === 'lifted' ? 'It counts no longer.' : 'It goes on counting.' }),
    onError: (problem) => toast({ text: sentenceOf(problem), tone: 'bad' }),
    onSettled: () => queries.invalidateQueries({ queryKey: keyOf('GET /moderation/appeals', {}) }),
  });
  if (isPending) return <ListSkeleton rows={3} />;
  if (isError) {
    return (
      <FormProblem>
        {sentenceOf(error)}{' '}
        <button type="button" className="min-h-11 font-semibold underline" onClick={() => void refetch()}>
          Try again
        </button>
      </FormProblem>
    );
  }
  if (data.items.length === 0) {
    return (
      <EmptyState icon={<Coffee aria-hidden size={26} />} title="No appeals">
        When somebody says why they could not pay, or had to cancel an auction, it comes here.
      </EmptyState>
    );
  }
  return (
    <ul className="grid grid-cols-1 gap-3 lg:grid-cols-2">
      {data.items.map((each) => (
        <li key={each.id}>
          <Card className="grid h-full content-start gap-3">
            <p>
              <span className="font-semibold">{each.person.displayName}</span>{' '}
              <span className="text-14 text-ink-3">
                {kinds[each.kind]} “{each.title}” {ago(each.at, now)}
              </span>
            </p>
            <p className="whitespace-pre-line text-ink-2">{each.appeal}</p>
            <div className="mt-auto grid grid-cols-2 gap-2">
              <Button
                busy={act.isPending && act.variables.id === each.id && act.variables.answer === 'lifted'}
                onClick={() => act.mutate({ id: each.id, answer: 'lifted' })}
              >
                Lift it
              </Button>
              <Button
                variant="secondary"
                busy={act.isPending && act.variables.id === each.id && act.variables.answer === 'upheld'}
                onClick={() => act.mutate({ id: each.id, answer: 'upheld' })}
              >
                Let it stand
              </Button>
            </div>
          </Card>
        </li>
      ))}
    </ul>
  );
}
