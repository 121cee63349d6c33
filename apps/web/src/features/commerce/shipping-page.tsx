// The ways of sending that a maker keeps: made once, used by many pieces.
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { format } from '@videowindow/contract';
import type { ShippingProfile } from '@videowindow/contract/api/commerce';
import { Button, Card, ConfirmDialog, EmptyState, FormProblem, Sheet, TextField } from '@videowindow/ui';
import { Package, Plus } from 'lucide-react';
import { useState } from 'react';
import { useSite } from '../../app/site.tsx';
import { focusProblem } from '../../lib/focus-problem.ts';
import { Loaded } from '../../lib/loaded.tsx';
import { keyOf, read, sentenceOf } from '../../lib/queries.ts';
import { client } from '../../lib/server.ts';
import { StudioPage } from '../content/studio-nav.tsx';
import { countryName } from './countries.ts';
import { handlingWords } from './sale-words.ts';
import { ShippingFields } from './shipping-fields.tsx';
import { type ShippingProblems, shippingFormOf, shippingOf } from './shipping-terms.ts';

const LIST = keyOf('GET /makers/me/shipping-profiles');

export function StudioShippingPage() {
  const query = useQuery(read('GET /makers/me/shipping-profiles'));
  const [edited, setEdited] = useState<ShippingProfile | 'new' | null>(null);
  const create = (
    <Button icon={<Plus aria-hidden size={18} />} onClick={() => setEdited('new')}>
      New way of sending
    </Button>
  );
  return (
    <StudioPage title="Ways of sending" within="/studio/pieces">
      <Loaded query={query}>
        {({ items }) =>
          items.length === 0 ? (
            <EmptyState
              icon={<Package aria-hidden size={26} />}
              title="Write it once, use it for every piece"
              action={create}
            >
              What a parcel costs to which countries, how soon you send, where a piece can be fetched.
            </EmptyState>
          ) : (
            <div className="grid gap-4">
              <div>{create}</div>
              <ul className="grid gap-3 lg:grid-cols-2">
                {items.map((profile) => (
                  <li key={profile.id}>
                    <ProfileCard profile={profile} onEdit={() => setEdited(profile)} />
                  </li>
                ))}
              </ul>
            </div>
          )
        }
      </Loaded>
      {edited && (
        <ProfileSheet
          key={edited === 'new' ? 'new' : edited.id}
          profile={edited === 'new' ? null : edited}
          onClose={() => setEdited(null)}
        />
      )}
    </StudioPage>
  );
}

function ProfileCard({ profile, onEdit }: { profile: ShippingProfile; onEdit: () => void }) {
  const { shipping } = profile;
  return (
    <Card className="grid h-full content-start gap-2">
      <div className="flex items-start justify-between gap-3">
        <h3 className="min-w-0 font-semibold wrap-anywhere">{profile.name}</h3>
        <span className="shrink-0 text-14 text-ink-3">
          {profile.listings === 1 ? '1 piece' : `${profile.listings} pieces`}
        </span>
      </div>
      <ul className="text-14 text-ink-2">
        {shipping.zones.map((zone) => (
          <li key={zone.countries.join()} className="flex justify-between gap-4">
            <span>{placesOf(zone.countries)}</span>
            <span className="figures">{zone.price.amount > 0 ? format(zone.price) : 'free'}</span>
          </li>
        ))}
        {shipping.pickup && <li>Pickup in {shipping.pickupPlace}</li>}
      </ul>
      <p className="text-14 text-ink-3">{handlingWords(shipping.handlingDays)}</p>
      <Button variant="secondary" size="small" className="w-fit" onClick={onEdit}>
        Change {profile.name}
      </Button>
    </Card>
  );
}

const placesOf = (codes: readonly string[]): string => {
  if (codes.length === 0) return 'Everywhere else';
  return codes.length > 3 ? `${codes.length} countries` : codes.map(countryName).join(', ');
};

function ProfileSheet({ profile, onClose }: { profile: ShippingProfile | null; onClose: () => void }) {
  const currency = useSite()?.currency ?? 'USD';
  const queries = useQueryClient();
  const [name, setName] = useState(profile?.name ?? '');
  const [form, setForm] = useState(() => shippingFormOf(profile?.shipping));
  const [problems, setProblems] = useState<ShippingProblems & { name?: string }>({});
  const [removing, setRemoving] = useState(false);
  const done = () => {
    void queries.invalidateQueries({ queryKey: LIST });
    onClose();
  };
  const save = useMutation({
    mutationFn: (body: Pick<ShippingProfile, 'name' | 'shipping'>) =>
      profile
        ? client.call('PUT /shipping-profiles/:id', { params: { id: profile.id }, body })
        : client.call('POST /makers/me/shipping-profiles', { body }),
    onSuccess: done,
  });
  const remove = useMutation({
    mutationFn: (id: string) => client.call('DELETE /shipping-profiles/:id', { params: { id } }),
    onSuccess: done,
  });
  return (
    <Sheet
      open
      onOpenChange={(open) => !open && onClose()}
      title={profile ? profile.name : 'New way of sending'}
      subtitle={
        profile && profile.listings > 0
          ? 'Pieces that use it follow, except where somebody bids or pays already.'
          : undefined
      }
    >
      <form
        noValidate
        className="grid gap-5"
        onSubmit={(event) => {
          event.preventDefault();
          if (save.isPending) return;
          const read = shippingOf(form, currency);
          const wrong = { ...read.problems, ...(name.trim() === '' && { name: 'What do you call it?' }) };
          setProblems(wrong);
          if (Object.keys(wrong).length === 0) save.mutate({ name: name.trim(), shipping: read.shipping });
          else focusProblem(event.currentTarget);
        }}
      >
        <TextField
          label="Its name"
          hint="Only you see it: small parcel, furniture."
          maxLength={60}
          value={name}
          onChange={(event) => setName(event.target.value)}
          error={problems.name}
        />
        <ShippingFields
          form={form}
          problems={problems}
          currency={currency}
          onChange={(part) => setForm((before) => ({ ...before, ...part }))}
        />
        {save.isError && <FormProblem>{sentenceOf(save.error)}</FormProblem>}
        <div className="flex flex-wrap gap-2">
          <Button type="submit" busy={save.isPending}>
            Save
          </Button>
          {profile && (
            <Button variant="quiet" onClick={() => setRemoving(true)}>
              Forget it
            </Button>
          )}
        </div>
      </form>
      {profile && (
        <ConfirmDialog
          open={removing}
          onOpenChange={setRemoving}
          title={`Forget ${profile.name}?`}
          confirm="Forget it"
          cancel="Keep it"
          danger
          busy={remove.isPending}
          onConfirm={() => remove.mutate(profile.id)}
        >
          Pieces that use it keep what it says now.
          {remove.isError && (
            <span role="alert" className="mt-2 block text-14 text-madder">
              {sentenceOf(remove.error)}
            </span>
          )}
        </ConfirmDialog>
      )}
    </Sheet>
  );
}
