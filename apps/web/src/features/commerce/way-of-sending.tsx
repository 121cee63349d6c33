// How the buyer gets a piece: by a way of sending that the maker keeps, or written for this piece only.
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Select } from '@videowindow/ui';
import { read } from '../../lib/queries.ts';
import { ShippingFields } from './shipping-fields.tsx';
import { type ShippingForm, type ShippingProblems, shippingFormOf } from './shipping-terms.ts';

type Form = ShippingForm & { shippingProfileId: string | null };

export function WayOfSending(props: {
  form: Form;
  problems: ShippingProblems;
  currency: string;
  onChange: (part: Partial<Form>) => void;
}) {
  const { form, onChange } = props;
  const profiles = useQuery(read('GET /makers/me/shipping-profiles')).data?.items ?? [];
  return (
    <div className="grid gap-5">
      {profiles.length > 0 && (
        <div>
          <Select
            label="Way of sending"
            value={form.shippingProfileId ?? ''}
            options={[
              ...profiles.map(({ id, name }) => ({ value: id, label: name })),
              { value: '', label: 'Only for this piece' },
            ]}
            onChange={({ target }) => {
              const profile = profiles.find(({ id }) => id === target.value);
              onChange({ shippingProfileId: profile?.id ?? null, ...(profile && shippingFormOf(profile.shipping)) });
            }}
          />
          <Link to="/studio/shipping" className="inline-flex min-h-11 items-center text-14 font-semibold text-indigo">
            See and change your ways of sending
          </Link>
        </div>
      )}
      {form.shippingProfileId === null && <ShippingFields {...props} />}
    </div>
  );
}
