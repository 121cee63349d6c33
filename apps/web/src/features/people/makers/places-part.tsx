// Where a maker works: each place in a line, changed in its own form; the form alone while there is none.
import { useMutation } from '@tanstack/react-query';
import { MOST_PLACES, type OwnMakerPage } from '@videowindow/contract/api/makers';
import { Button, useVoice } from '@videowindow/ui';
import { MapPin, Plus } from 'lucide-react';
import { useRef, useState } from 'react';
import { sentenceOf } from '../../../lib/queries.ts';
import { client } from '../../../lib/server.ts';
import { PlaceForm } from './place-form.tsx';
import { placeWords } from './place-words.ts';
import { useKeepPage } from './use-keep-page.ts';

type Place = OwnMakerPage['places'][number];

export function PlacesPart({ places }: { places: readonly Place[] }) {
  /** The id of the one that is changed, or `new`. */
  const [open, setOpen] = useState<string | null>(null);
  const part = useRef<HTMLDivElement>(null);
  const close = () => {
    setOpen(null);
    // What was pressed goes away with the form.
    part.current?.focus();
  };
  return (
    <div ref={part} tabIndex={-1} className="grid gap-4 outline-none">
      {places.length === 0 ? (
        <PlaceForm key="first" place={null} onDone={close} />
      ) : (
        <PlacesList places={places} open={open} onOpen={setOpen} onClose={close} />
      )}
    </div>
  );
}

function PlacesList({
  places,
  open,
  onOpen,
  onClose,
}: {
  places: readonly Place[];
  open: string | null;
  onOpen: (which: string) => void;
  onClose: () => void;
}) {
  return (
    <>
      <ul className="overflow-hidden rounded-card border border-line bg-sheet">
        {places.map((place) => (
          <li key={place.id} className="border-b border-line p-4 last:border-b-0">
            {open === place.id ? (
              <PlaceForm place={place} onDone={onClose} onLeave={onClose} />
            ) : (
              <PlaceRow place={place} onChange={() => onOpen(place.id)} onGone={onClose} />
            )}
          </li>
        ))}
      </ul>
      {open === 'new' ? (
        <PlaceForm key="new" place={null} onDone={onClose} onLeave={onClose} />
      ) : places.length < MOST_PLACES ? (
        <Button
          variant="secondary"
          className="justify-self-start"
          icon={<Plus aria-hidden size={18} />}
          onClick={() => onOpen('new')}
        >
          Add a place
        </Button>
      ) : (
        <p className="text-14 text-ink-3">These are as many places as there can be.</p>
      )}
    </>
  );
}

function PlaceRow({ place, onChange, onGone }: { place: Place; onChange: () => void; onGone: () => void }) {
  const keep = useKeepPage();
  const { toast } = useVoice();
  const remove = useMutation({
    mutationFn: () => client.call('DELETE /makers/me/places/:id', { params: { id: place.id } }),
    onSuccess: (saved) => {
      toast({ text: `Nobody sees any more that you work in ${place.city}.` });
      onGone();
      keep(saved);
    },
    onError: (error) => toast({ text: sentenceOf(error), tone: 'bad' }),
  });
  return (
    <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
      <MapPin aria-hidden size={20} className="shrink-0 text-ink-3" />
      <div className="min-w-0 grow basis-52">
        <p className="font-semibold wrap-anywhere">{place.city}</p>
        <p className="text-14 text-ink-3">{placeWords(place.shown)}</p>
        {place.travelNotes && <p className="line-clamp-2 text-14 text-ink-3 wrap-anywhere">{place.travelNotes}</p>}
      </div>
      <div className="flex gap-1">
        <Button variant="quiet" size="small" aria-label={`Change ${place.city}`} onClick={onChange}>
          Change
        </Button>
        <Button
          variant="quiet"
          size="small"
          aria-label={`Take ${place.city} away`}
          busy={remove.isPending}
          onClick={() => remove.mutate()}
        >
          Take away
        </Button>
      </div>
    </div>
  );
}
