// What is done to all pieces that are chosen. Stays at the foot of the page while some are.
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { errors, isErrorCode } from '@videowindow/contract';
import type { BulkChange } from '@videowindow/contract/api/commerce';
import { Button, Select, Sheet, TextField, useVoice } from '@videowindow/ui';
import { useState } from 'react';
import { read, sentenceOf } from '../../lib/queries.ts';
import { client } from '../../lib/server.ts';

const pieces = (count: number): string => (count === 1 ? '1 piece' : `${count} pieces`);

export function BulkBar({ ids, onDone }: { ids: readonly string[]; onDone: () => void }) {
  const [asking, setAsking] = useState<'price' | 'shipping' | null>(null);
  const queries = useQueryClient();
  const { toast } = useVoice();
  const change = useMutation({
    mutationFn: (wanted: BulkChange) => client.call('POST /listings/bulk', { body: { ids: [...ids], change: wanted } }),
    onSuccess: ({ items }) => {
      void queries.invalidateQueries({ queryKey: ['GET /listings'] });
      void queries.invalidateQueries({ queryKey: ['GET /stories/:storyId/listing'] });
      const failed = items.flatMap(({ problem }) => problem ?? []);
      const [code] = failed;
      toast(
        code
          ? {
              text: `${pieces(items.length - failed.length)} changed, ${pieces(failed.length)} not: ${isErrorCode(code) ? errors[code].title : code}`,
              tone: 'bad',
            }
          : { text: `${pieces(items.length)} changed.`, tone: 'good' },
      );
      setAsking(null);
      onDone();
    },
    onError: (error) => toast({ text: sentenceOf(error), tone: 'bad' }),
  });
  const busy = change.isPending;
  return (
    <div
      role="toolbar"
      aria-label="Chosen pieces"
      className="sticky bottom-[calc(4.5rem+env(safe-area-inset-bottom))] z-10 mt-5 flex flex-wrap items-center gap-2 rounded-card border border-line bg-sheet p-3 shadow-float md:bottom-4"
    >
      <span className="mr-auto px-1 font-semibold">{pieces(ids.length)}</span>
      <Button variant="secondary" size="small" onClick={() => setAsking('price')}>
        Change prices
      </Button>
      <Button variant="secondary" size="small" onClick={() => setAsking('shipping')}>
        Way of sending
      </Button>
      <Button variant="secondary" size="small" busy={busy} onClick={() => change.mutate({ kind: 'pause' })}>
        Pause
      </Button>
      <Button variant="secondary" size="small" busy={busy} onClick={() => change.mutate({ kind: 'resume' })}>
        Sell again
      </Button>
      {asking === 'price' && (
        <PriceSheet busy={busy} onClose={() => setAsking(null)} onChange={(wanted) => change.mutate(wanted)} />
      )}
      {asking === 'shipping' && (
        <ProfileSheet busy={busy} onClose={() => setAsking(null)} onChange={(wanted) => change.mutate(wanted)} />
      )}
    </div>
  );
}

type SheetProps = { busy: boolean; onClose: () => void; onChange: (change: BulkChange) => void };

function PriceSheet({ busy, onClose, onChange }: SheetProps) {
  const [text, setText] = useState('');
  const percent = Number(text.replace('%', '').trim());
  const usable = text.trim() !== '' && Number.isInteger(percent) && percent !== 0 && percent >= -90 && percent <= 500;
  return (
    <Sheet open onOpenChange={(open) => !open && onClose()} title="Change prices">
      <form
        className="grid gap-5"
        onSubmit={(event) => {
          event.preventDefault();
          if (usable && !busy) onChange({ kind: 'price', percent });
        }}
      >
        <TextField
          label="By per cent"
          hint="10 makes them dearer, -10 cheaper. Rounded to the cent."
          inputMode="text"
          value={text}
          onChange={(event) => setText(event.target.value)}
          error={text !== '' && text !== '-' && !usable ? 'A whole number from -90 to 500.' : undefined}
        />
        <Button type="submit" wide busy={busy} disabled={!usable}>
          Change them
        </Button>
      </form>
    </Sheet>
  );
}

function ProfileSheet({ busy, onClose, onChange }: SheetProps) {
  const profiles = useQuery(read('GET /makers/me/shipping-profiles'));
  const [profileId, setProfileId] = useState('');
  return (
    <Sheet open onOpenChange={(open) => !open && onClose()} title="Way of sending">
      <form
        className="grid gap-5"
        onSubmit={(event) => {
          event.preventDefault();
          if (profileId && !busy) onChange({ kind: 'shipping', profileId });
        }}
      >
        <Select
          label="All chosen pieces are sent by"
          placeholder="Choose"
          value={profileId}
          options={(profiles.data?.items ?? []).map(({ id, name }) => ({ value: id, label: name }))}
          onChange={(event) => setProfileId(event.target.value)}
          error={profiles.isError ? sentenceOf(profiles.error) : undefined}
        />
        <Button type="submit" wide busy={busy} disabled={!profileId}>
          Use it
        </Button>
      </form>
    </Sheet>
  );
}
