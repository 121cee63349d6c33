// One place of a maker: a town from the list, this device's own place, or a press on the map; none of the three is needed for
// the others.
import { useMutation } from '@tanstack/react-query';
import type { OwnPlace } from '@videowindow/contract/api/makers';
import { Button, FormProblem, Switch, TextArea, TextField, useVoice } from '@videowindow/ui';
import { LocateFixed } from 'lucide-react';
import { useState } from 'react';
import { focusProblem } from '../../../lib/focus-problem.ts';
import { sentenceOf } from '../../../lib/queries.ts';
import { client } from '../../../lib/server.ts';
import { LazyMap } from '../../places/lazy-map.tsx';
import { CityField } from './city-field.tsx';
import { useKeepPage } from './use-keep-page.ts';

type Form = {
  city: string;
  point: { latitude: number; longitude: number } | null;
  radius: string;
  travelNotes: string;
  showsExactly: boolean;
};

const formOf = (place: OwnPlace | null): Form => ({
  city: place?.city ?? '',
  point: place && { latitude: place.latitude, longitude: place.longitude },
  radius: place?.radiusKm?.toString() ?? '',
  travelNotes: place?.travelNotes ?? '',
  showsExactly: place?.showsExactly ?? false,
});

/** As the server has it. */
const AROUND_KM = 4;
const FARTHEST_KM = 2000;

/** @param place the one that is changed; null for a new one */
export function PlaceForm({
  place,
  onDone,
  onLeave,
}: {
  place: (OwnPlace & { id: string }) | null;
  onDone: () => void;
  /** Without it there is nothing to go back to. */
  onLeave?: (() => void) | undefined;
}) {
  const [form, setForm] = useState(() => formOf(place));
  const [problems, setProblems] = useState<{ city?: string; radius?: string }>({});
  const keep = useKeepPage();
  const { toast } = useVoice();
  const set = (part: Partial<Form>) => setForm((before) => ({ ...before, ...part }));
  const save = useMutation({
    mutationFn: (body: OwnPlace) =>
      place
        ? client.call('PUT /makers/me/places/:id', { params: { id: place.id }, body })
        : client.call('POST /makers/me/places', { body }),
    onSuccess: (saved) => {
      keep(saved);
      toast({ text: 'Saved.', tone: 'good' });
      onDone();
    },
  });
  const radiusKm = form.radius.trim() === '' ? null : Number(form.radius);
  const isRadius = radiusKm === null || (Number.isInteger(radiusKm) && radiusKm >= 1 && radiusKm <= FARTHEST_KM);

  return (
    <form
      noValidate
      className="grid gap-5"
      onSubmit={(event) => {
        event.preventDefault();
        if (save.isPending) return;
        const found = {
          ...(form.city.trim() === '' || !form.point ? { city: 'Choose a town from the list.' } : {}),
          ...(isRadius ? {} : { radius: `Whole kilometres, up to ${FARTHEST_KM}.` }),
        };
        setProblems(found);
        if (Object.keys(found).length > 0 || !form.point) return focusProblem(event.currentTarget);
        save.mutate({
          city: form.city.trim(),
          ...form.point,
          radiusKm,
          travelNotes: form.travelNotes.trim(),
          showsExactly: form.showsExactly,
        });
      }}
    >
      <CityField
        value={form.city}
        error={problems.city}
        onType={(city) => set({ city })}
        onChoose={({ name, latitude, longitude }) => set({ city: name, point: { latitude, longitude } })}
      />
      <HereButton onHere={(point) => set({ point })} />
      {form.point && (
        <div>
          <p className="mb-2 text-14 text-ink-3">
            {form.showsExactly
              ? 'Everybody sees this point.'
              : 'Only you see this point. Others see a circle of 4 km near it. Press the map to move it.'}
          </p>
          <LazyMap
            shown={{
              ...form.point,
              withinKm: form.showsExactly ? 0 : AROUND_KM,
              radiusKm: isRadius ? radiusKm : null,
            }}
            label={`Your place: ${form.city || 'chosen on the map'}`}
            onPick={(point) => set({ point })}
          />
        </div>
      )}
      <Switch
        label="Show the point itself"
        hint="For a shop or a workshop that people may walk into."
        checked={form.showsExactly}
        onChange={(showsExactly) => set({ showsExactly })}
      />
      <TextField
        label="How far you come, in km"
        hint="For services at the customer's place. Left empty: you do not."
        optional
        inputMode="numeric"
        value={form.radius}
        onChange={(event) => set({ radius: event.target.value })}
        error={problems.radius}
      />
      <TextArea
        label="About the way"
        hint="Days, costs, or how to find you."
        optional
        maxLength={500}
        value={form.travelNotes}
        onChange={(event) => set({ travelNotes: event.target.value })}
      />
      {save.isError && <FormProblem>{sentenceOf(save.error)}</FormProblem>}
      <div className="flex flex-wrap gap-3">
        <Button type="submit" busy={save.isPending}>
          Save this place
        </Button>
        {onLeave && (
          <Button variant="quiet" onClick={onLeave}>
            Leave it as it was
          </Button>
        )}
      </div>
    </form>
  );
}

function HereButton({ onHere }: { onHere: (point: { latitude: number; longitude: number }) => void }) {
  const [state, setState] = useState<'idle' | 'asking' | 'refused'>('idle');
  return (
    <div>
      <Button
        variant="secondary"
        size="small"
        icon={<LocateFixed aria-hidden size={16} />}
        busy={state === 'asking'}
        onClick={() => {
          setState('asking');
          navigator.geolocation.getCurrentPosition(
            ({ coords }) => {
              setState('idle');
              onHere({ latitude: coords.latitude, longitude: coords.longitude });
            },
            () => setState('refused'),
          );
        }}
      >
        Where I am now
      </Button>
      {state === 'refused' && (
        <p role="status" className="mt-2 text-14 text-ink-3">
          Your device did not say. The list of towns does as well.
        </p>
      )}
    </div>
  );
}
