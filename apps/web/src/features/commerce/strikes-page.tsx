import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { Strike } from '@videowindow/contract/api/commerce';
import {
  Button,
  buttonClass,
  Card,
  EmptyState,
  FormProblem,
  ListSkeleton,
  Page,
  StatusChip,
  TextArea,
} from '@videowindow/ui';
import { HeartHandshake } from 'lucide-react';
import { useState } from 'react';
import { date } from '../../lib/dates.ts';
import { keyOf, read, sentenceOf } from '../../lib/queries.ts';
import { client } from '../../lib/server.ts';
import { toYou } from '../../lib/text-link.tsx';
import { useTitle } from '../../lib/title.ts';

const standings = {
  good: 'Nothing stands in the way of your next bid.',
  warned: 'You can bid as always. After a second missed payment within 90 days a saved card is needed to bid.',
  card: 'A saved card is needed for your next bid, since two payments were missed within 90 days.',
  suspended: 'You cannot bid for now, since three payments were missed within a year.',
};

const kinds: Record<Strike['kind'], string> = {
  unpaid: 'It was not paid in time.',
  auction_cancelled: 'You cancelled its auction when people had bid.',
  order_cancelled: 'It was paid, and you did not send it.',
};

/** What counts against me, what that means, and where I can say why. */
export function StrikesPage() {
  useTitle('Missed promises');
  const { data, isPending, isError, error, refetch } = useQuery(read('GET /strikes'));
  return (
    <Page over={toYou} width="form" title="Missed promises" intro={data && standings[data.standing]}>
      {data?.standing === 'card' && (
        <Link to="/you/cards" className={buttonClass({ wide: true })}>
          Save a card
        </Link>
      )}
      {isPending && <ListSkeleton rows={2} />}
      {isError && (
        <FormProblem>
          {sentenceOf(error)}{' '}
          <button type="button" className="min-h-11 font-semibold underline" onClick={() => void refetch()}>
            Try again
          </button>
        </FormProblem>
      )}
      {data?.items.length === 0 && (
        <EmptyState icon={<HeartHandshake aria-hidden size={26} />} title="All is well">
          When something is won and not paid in time, it shows here, and you can tell us why.
        </EmptyState>
      )}
      {data && data.items.length > 0 && (
        <ul className="grid gap-3">
          {data.items.map((strike) => (
            <li key={strike.id}>
              <StrikeCard strike={strike} />
            </li>
          ))}
        </ul>
      )}
    </Page>
  );
}

function StrikeCard({ strike }: { strike: Strike }) {
  const [text, setText] = useState<string | null>(null);
  const queries = useQueryClient();
  const appeal = useMutation({
    mutationFn: (words: string) =>
      client.call('POST /strikes/:id/appeal', { params: { id: strike.id }, body: { text: words } }),
    onSuccess: () => queries.invalidateQueries({ queryKey: keyOf('GET /strikes', {}) }),
  });
  return (
    <Card className="grid gap-3">
      <div className="flex flex-wrap items-baseline justify-between gap-2">
        <p className="font-semibold">{strike.title}</p>
        <span className="text-14 text-ink-3">{date(strike.at)}</span>
      </div>
      <p className="text-ink-2">{kinds[strike.kind]}</p>
      {strike.answer === 'lifted' && (
        <span>
          <StatusChip tone="good">Counts no longer</StatusChip>
        </span>
      )}
      {strike.appeal !== null && strike.answer !== 'lifted' && (
        <p className="text-14 text-ink-3">
          {strike.answer === 'upheld'
            ? 'A person has read what you wrote. It goes on counting.'
            : 'A person reads what you wrote and answers you here.'}
        </p>
      )}
      {strike.possible.includes('appeal') &&
        (text === null ? (
          <Button variant="secondary" onClick={() => setText('')}>
            Tell us why
          </Button>
        ) : (
          <form
            className="grid gap-3"
            onSubmit={(event) => {
              event.preventDefault();
              if (text.trim() && !appeal.isPending) appeal.mutate(text.trim());
            }}
          >
            <TextArea
              label="What happened?"
              maxLength={2000}
              rows={4}
              value={text}
              onChange={(event) => setText(event.target.value)}
              hint="A person reads it. You can write once for each."
              autoFocus
            />
            {appeal.isError && <FormProblem>{sentenceOf(appeal.error)}</FormProblem>}
            <Button type="submit" busy={appeal.isPending} disabled={!text.trim()}>
              Send it
            </Button>
          </form>
        ))}
    </Card>
  );
}
