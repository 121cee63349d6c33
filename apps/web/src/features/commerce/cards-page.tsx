// My saved cards. They are typed in on the payment provider's page only; here they are listed and removed.
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { isApiError } from '@videowindow/client';
import type { SavedCard } from '@videowindow/contract/api/commerce';
import { Button, ConfirmDialog, EmptyState, IconButton, Page, StatusChip, useVoice } from '@videowindow/ui';
import { CreditCard, Trash2 } from 'lucide-react';
import { useEffect, useState } from 'react';
import { Loaded } from '../../lib/loaded.tsx';
import { newKey } from '../../lib/new-key.ts';
import { keyOf, read, sentenceOf } from '../../lib/queries.ts';
import { client } from '../../lib/server.ts';
import { toYou } from '../../lib/text-link.tsx';
import { useTitle } from '../../lib/title.ts';
import { useReturn } from '../../lib/use-return.ts';
import { brandName, expiryWords, spokenCard, withoutCard } from './card-words.ts';

const route = getRouteApi('/signed-in/you/cards');
/** A card that was just saved is told of a moment after its page has sent people back: asked for this often, this long. */
const ASK_AGAIN_MS = 1500;
const ASK_FOR_MS = 30_000;

export function CardsPage() {
  useTitle('Cards');
  const { saved } = route.useSearch();
  const navigate = route.useNavigate();
  const query = useQuery({ ...read('GET /me/cards'), staleTime: 0, refetchInterval: saved ? ASK_AGAIN_MS : false });
  useEffect(() => {
    if (!saved) return;
    const timer = setTimeout(() => void navigate({ search: {}, replace: true }), ASK_FOR_MS);
    return () => clearTimeout(timer);
  }, [saved, navigate]);
  const add = <AddCard onReturn={() => void query.refetch()} />;
  return (
    <Page
      over={toYou}
      width="form"
      title="Cards"
      intro="A saved card lets you make higher bids. You type it in on our payment provider's page; we never see its number, and nothing is charged."
    >
      <Loaded query={query}>
        {({ items, bidsUpTo }) => (
          <div className="grid gap-6">
            {saved && items.length === 0 ? (
              <p role="status" className="rounded-control bg-amber/12 px-4 py-3 text-14">
                Your card is on its way here from the payment provider. This takes a moment.
              </p>
            ) : items.length === 0 ? (
              <EmptyState icon={<CreditCard aria-hidden size={26} />} title="No card saved" action={add}>
                {withoutCard(bidsUpTo)}
              </EmptyState>
            ) : (
              <ul className="overflow-hidden rounded-card border border-line bg-sheet">
                {items.map((card) => (
                  <CardRow key={card.id} card={card} onRemoved={() => void navigate({ search: {}, replace: true })} />
                ))}
              </ul>
            )}
            {(saved || items.length > 0) && add}
          </div>
        )}
      </Loaded>
    </Page>
  );
}

function CardRow({ card, onRemoved }: { card: SavedCard; onRemoved: () => void }) {
  const [asking, setAsking] = useState(false);
  const queries = useQueryClient();
  const { toast } = useVoice();
  const remove = useMutation({
    mutationFn: () => client.call('DELETE /me/cards/:id', { params: { id: card.id } }),
    onSuccess: () => {
      setAsking(false);
      onRemoved();
      toast({ text: 'The card is removed.', tone: 'good' });
    },
    onSettled: () => queries.invalidateQueries({ queryKey: keyOf('GET /me/cards') }),
  });
  return (
    <li className="flex min-h-16 items-center gap-4 border-t border-line px-4 py-3 first:border-t-0">
      <CreditCard aria-hidden size={22} strokeWidth={1.75} className="shrink-0 text-ink-2" />
      <span className="min-w-0 grow">
        <span className="figures block font-semibold">
          {brandName(card.brand)} <span aria-hidden>••••</span> <span className="sr-only">ending in</span> {card.last4}
        </span>
        <span className="flex flex-wrap items-center gap-x-2.5 text-14 text-ink-3">
          {expiryWords(card)}
          {card.expired && <StatusChip tone="bad">Expired</StatusChip>}
        </span>
      </span>
      <IconButton
        label={`Remove ${spokenCard(card)}`}
        icon={<Trash2 aria-hidden size={20} />}
        onClick={() => setAsking(true)}
      />
      <ConfirmDialog
        open={asking}
        onOpenChange={setAsking}
        title={`Remove ${spokenCard(card)}?`}
        confirm="Remove it"
        cancel="Keep it"
        danger
        busy={remove.isPending}
        onConfirm={() => remove.mutate()}
      >
        It is removed here and at the payment provider. Bids that you have made still hold.
        {remove.isError && (
          <span role="alert" className="mt-2 block text-14 text-madder">
            {sentenceOf(remove.error)}
          </span>
        )}
      </ConfirmDialog>
    </li>
  );
}

function AddCard({ onReturn }: { onReturn: () => void }) {
  const add = useMutation({
    // A key a press: an older page may have ended.
    mutationFn: () => client.call('POST /me/cards', { idempotencyKey: newKey() }),
    onSuccess: ({ url }) => location.assign(url),
  });
  useReturn(() => {
    add.reset();
    onReturn();
  });
  return (
    <div className="grid justify-items-start gap-3">
      {add.isError && (
        <p role="alert" className="rounded-control bg-madder/8 px-4 py-3 text-14 text-madder">
          {isApiError(add.error, 'external_service_unavailable')
            ? 'The payment provider does not answer right now. Nothing was lost; try again in a moment.'
            : sentenceOf(add.error)}
        </p>
      )}
      <Button busy={add.isPending || add.isSuccess} onClick={() => add.mutate()}>
        {add.isSuccess ? "Opening the provider's page" : 'Add a card'}
      </Button>
    </div>
  );
}
