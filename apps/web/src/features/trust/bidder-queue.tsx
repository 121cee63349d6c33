import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { BidderSignal } from '@videowindow/contract/api/commerce';
import type { PersonSummary } from '@videowindow/contract/api/people';
import { Button, Card, EmptyState, useServerNow, useVoice } from '@videowindow/ui';
import { Coffee } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { ago } from '../../lib/dates.ts';
import { Loaded } from '../../lib/loaded.tsx';
import { keyOf, read } from '../../lib/queries.ts';
import { client } from '../../lib/server.ts';
import { ReasonSheet } from './reason-sheet.tsx';

/** Bidders whose ways look odd, the newest first. Nothing has been done about them. */
export function BidderQueue() {
  const signals = useQuery({ ...read('GET /moderation/bidders'), refetchInterval: 30_000 });
  const [looking, setLooking] = useState<BidderSignal | null>(null);
  const now = useServerNow(30_000);
  return (
    <>
      <Loaded query={signals}>
        {({ items }) =>
          items.length === 0 ? (
            <EmptyState icon={<Coffee aria-hidden size={26} />} title="Nobody to look at">
              Who shares a card or a home with a maker or another bidder, or often takes bids back, comes here.
            </EmptyState>
          ) : (
            <ul className="grid grid-cols-1 gap-3 lg:grid-cols-2">
              {items.map((signal) => (
                <li key={signal.id}>
                  <Card className="grid h-full content-start gap-3">
                    <p>
                      <Words signal={signal} />
                    </p>
                    <p className="text-14 text-ink-3">
                      <Link to="/s/$storyId" params={{ storyId: signal.storyId }} className="font-semibold text-ink-2">
                        {signal.title}
                      </Link>{' '}
                      · {ago(signal.at, now)}
                    </p>
                    <Button className="mt-auto" variant="secondary" onClick={() => setLooking(signal)}>
                      I have looked
                    </Button>
                  </Card>
                </li>
              ))}
            </ul>
          )
        }
      </Loaded>
      {looking && <LookedSheet signal={looking} onClose={() => setLooking(null)} />}
    </>
  );
}

/** What was noticed, in a sentence. */
function Words({ signal: { kind, person, other, times } }: { signal: BidderSignal }) {
  const one = <Name person={person} />;
  const two = other && <Name person={other} />;
  const again = times > 1 && ` ${times} times so far.`;
  const words: Record<BidderSignal['kind'], ReactNode> = {
    maker_card: (
      <>
        {one} uses the same card as {two}, who sells, and bid on their piece.{again}
      </>
    ),
    maker_home: (
      <>
        {one} has parcels sent to where {two} lives, who sells, and bid on their piece.{again}
      </>
    ),
    bidder_card: (
      <>
        {one} and {two} use the same card, and both bid on pieces of one maker.{again}
      </>
    ),
    bidder_home: (
      <>
        {one} and {two} have parcels sent to the same home, and both bid on pieces of one maker.{again}
      </>
    ),
    retractions: (
      <>
        {one} took bids back {times} times within half a year.
      </>
    ),
  };
  return words[kind];
}

function Name({ person }: { person: PersonSummary }) {
  return (
    <Link to="/@{$handle}" params={{ handle: person.handle }} className="font-semibold">
      {person.displayName}
    </Link>
  );
}

function LookedSheet({ signal, onClose }: { signal: BidderSignal; onClose: () => void }) {
  const queries = useQueryClient();
  const { toast } = useVoice();
  const looked = useMutation({
    mutationFn: (reason: string) =>
      client.call('POST /moderation/bidders/:id/looked', { params: { id: signal.id }, body: { reason } }),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: keyOf('GET /moderation/bidders') });
      toast({ text: 'Kept with the record.' });
      onClose();
    },
  });
  return (
    <ReasonSheet
      title="What did you find?"
      subtitle={signal.person.displayName}
      hint="Kept with the record; nobody else hears of it. If it happens again, it comes back here."
      suggestions={[
        signal.other
          ? 'They belong together; nothing wrong with the bids.'
          : 'Honest mistakes; nothing wrong with the bids.',
        'Watched, and to be suspended next time.',
      ]}
      confirm="Keep it"
      busy={looked.isPending}
      error={looked.error}
      onConfirm={(reason) => looked.mutate(reason)}
      onClose={onClose}
    />
  );
}
