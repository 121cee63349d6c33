import { Button, Checkbox, IconButton, MoneyField, Switch, TextField } from '@videowindow/ui';
import { Plus, Trash2 } from 'lucide-react';
import {
  emptyZone,
  type ShippingForm,
  type ShippingProblems,
  type ZoneForm,
  type ZoneProblems,
} from './shipping-terms.ts';
import { ShipsTo } from './ships-to.tsx';

type Props = {
  form: ShippingForm;
  problems: ShippingProblems;
  currency: string;
  onChange: (part: Partial<ShippingForm>) => void;
};

/** How the buyer gets it: prices by place, how soon, and where it can be fetched. */
export function ShippingFields({ form, problems, currency, onChange }: Props) {
  const setZone = (key: string, part: Partial<ZoneForm>) =>
    onChange({ zones: form.zones.map((zone) => (zone.key === key ? { ...zone, ...part } : zone)) });
  const hasRest = form.zones.some((zone) => zone.rest);
  return (
    <div className="grid gap-4">
      <Checkbox
        label="I send it"
        checked={form.ships}
        onChange={(ships) => onChange({ ships })}
        error={problems.ships}
      />
      {form.ships && (
        <div className="grid gap-5 border-l-2 border-line pl-5">
          {form.zones.map((zone, at) => (
            <Zone
              key={zone.key}
              zone={zone}
              name={form.zones.length > 1 ? `Price ${at + 1}` : null}
              problems={problems.zones?.[zone.key] ?? {}}
              currency={currency}
              mayBeRest={zone.rest || !hasRest}
              onChange={(part) => setZone(zone.key, part)}
              onRemove={() => onChange({ zones: form.zones.filter((other) => other.key !== zone.key) })}
            />
          ))}
          {form.zones.length < 20 && (
            <Button
              variant="secondary"
              className="w-fit"
              icon={<Plus aria-hidden size={18} />}
              onClick={() => onChange({ zones: [...form.zones, emptyZone()] })}
            >
              Another price for other places
            </Button>
          )}
          <Switch
            label="Pieces travel together"
            hint="Whoever buys several pays the dearest parcel and, for each other piece, the price of a further one."
            checked={form.combined}
            onChange={(combined) => onChange({ combined })}
          />
          <TextField
            label="Sent within (days)"
            inputMode="numeric"
            className="max-w-48"
            value={form.handlingDays}
            onChange={(event) => onChange({ handlingDays: event.target.value })}
            error={problems.handlingDays}
          />
        </div>
      )}
      <Checkbox
        label="It can be fetched"
        hint="The buyer shows you a code when you hand it over."
        checked={form.pickup}
        onChange={(pickup) => onChange({ pickup })}
      />
      {form.pickup && (
        <div className="border-l-2 border-line pl-5">
          <TextField
            label="Where"
            maxLength={120}
            value={form.pickupPlace}
            onChange={(event) => onChange({ pickupPlace: event.target.value })}
            error={problems.pickupPlace}
            hint="Shown before anybody bids. A town or a quarter, not your door."
          />
        </div>
      )}
    </div>
  );
}

function Zone(props: {
  zone: ZoneForm;
  name: string | null;
  problems: ZoneProblems;
  currency: string;
  mayBeRest: boolean;
  onChange: (part: Partial<ZoneForm>) => void;
  onRemove: () => void;
}) {
  const { zone, name, problems, currency, onChange } = props;
  return (
    <fieldset className={name ? 'grid gap-4 rounded-card border border-line p-4' : 'grid gap-4'}>
      {name && (
        <div className="-mt-1 -mr-2 flex items-center justify-between">
          <legend className="contents font-semibold">{name}</legend>
          <IconButton label={`Remove ${name}`} icon={<Trash2 aria-hidden size={18} />} onClick={props.onRemove} />
        </div>
      )}
      <div className="grid gap-5 sm:grid-cols-2">
        <MoneyField
          label="Sending costs the buyer"
          currency={currency}
          value={zone.price}
          onChange={(price) => onChange({ price })}
          error={problems.price}
        />
        <MoneyField
          label="Each further piece"
          optional
          currency={currency}
          value={zone.further}
          onChange={(further) => onChange({ further })}
          error={problems.further}
        />
      </div>
      {props.mayBeRest && (
        <Switch
          label={name ? 'Everywhere else' : 'Everywhere'}
          hint="All countries that have no price of their own."
          checked={zone.rest}
          onChange={(rest) => onChange({ rest })}
        />
      )}
      {!zone.rest && <ShipsTo value={zone.countries} onChange={(countries) => onChange({ countries })} />}
      {problems.countries && (
        <p role="alert" className="text-14 text-madder">
          {problems.countries}
        </p>
      )}
    </fieldset>
  );
}
