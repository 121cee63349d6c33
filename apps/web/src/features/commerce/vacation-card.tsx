// A holiday: what can be bought pauses until a day, auctions go on.
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Button, Card, Sheet, TextField, useVoice } from '@videowindow/ui';
import { Palmtree } from 'lucide-react';
import { useState } from 'react';
import { useMe } from '../../app/session.ts';
import { keyOf, read, sentenceOf } from '../../lib/queries.ts';
import { client } from '../../lib/server.ts';
import { backWords } from './vacation-words.ts';

export function VacationCard() {
  const me = useMe();
  const params = { id: me?.id ?? '' };
  const vacation = useQuery({ ...read('GET /makers/:id/vacation', { params }), enabled: me !== null });
  const [asking, setAsking] = useState(false);
  const [day, setDay] = useState('');
  const queries = useQueryClient();
  const { toast } = useVoice();
  const set = useMutation({
    mutationFn: (returnsAt: string | null) => client.call('PUT /makers/me/vacation', { body: { returnsAt } }),
    onSuccess: (saved) => {
      queries.setQueryData(keyOf('GET /makers/:id/vacation', { params }), saved);
      void queries.invalidateQueries({ queryKey: ['GET /listings'] });
      setAsking(false);
    },
    onError: (error) => toast({ text: sentenceOf(error), tone: 'bad' }),
  });
  const returnsAt = vacation.data?.returnsAt ?? null;
  return (
    <Card tone="sunken" className="mb-5 flex flex-wrap items-center justify-between gap-3">
      <p className="flex min-w-0 items-center gap-3 text-ink-2">
        <Palmtree aria-hidden size={20} className="shrink-0 text-ink-3" />
        {returnsAt
          ? `You are away; what you sell pauses. ${backWords(returnsAt)}`
          : 'Going away? Your pieces can pause until you are back.'}
      </p>
      {returnsAt ? (
        <Button variant="secondary" size="small" busy={set.isPending} onClick={() => set.mutate(null)}>
          I am back
        </Button>
      ) : (
        <Button variant="secondary" size="small" onClick={() => setAsking(true)}>
          Take a holiday
        </Button>
      )}
      {asking && (
        <Sheet
          open
          onOpenChange={setAsking}
          title="Take a holiday"
          subtitle="Everybody sees when you are back. Auctions that run go on, and orders wait to be sent."
        >
          <form
            className="grid gap-5"
            onSubmit={(event) => {
              event.preventDefault();
              if (day && !set.isPending) set.mutate(new Date(`${day}T08:00`).toISOString());
            }}
          >
            <TextField
              label="Back on"
              type="date"
              value={day}
              onChange={(event) => setDay(event.target.value)}
              error={set.isError ? 'Choose a day in the coming year.' : undefined}
            />
            <Button type="submit" wide busy={set.isPending} disabled={!day}>
              Pause until then
            </Button>
          </form>
        </Sheet>
      )}
    </Card>
  );
}
