import { Button, IconButton, MoneyField, TextField } from '@videowindow/ui';
import { Plus, Trash2 } from 'lucide-react';
import {
  emptyKind,
  emptyOption,
  type FixedForm,
  type FixedProblems,
  type KindForm,
  kindKey,
  kindsOf,
  MOST_KINDS,
  type OptionForm,
} from './fixed-price-terms.ts';

type Props = {
  form: FixedForm;
  problems: FixedProblems;
  currency: string;
  onChange: (part: Partial<FixedForm>) => void;
};

/** Price and stock of a piece, or of each kind that it comes in. */
export function FixedPriceFields({ form, problems, currency, onChange }: Props) {
  const kinds = kindsOf(form.options);
  const setOption = (key: string, part: Partial<OptionForm>) =>
    onChange({ options: form.options.map((option) => (option.key === key ? { ...option, ...part } : option)) });
  const setKind = (key: string, part: Partial<KindForm>) =>
    onChange({ kinds: { ...form.kinds, [key]: { ...emptyKind, ...form.kinds[key], ...part } } });
  return (
    <div className="grid gap-5">
      {form.options.map((option) => (
        <div key={option.key} className="grid gap-1.5">
          <div className="flex items-end gap-2">
            <TextField
              label="It differs in"
              placeholder="Size"
              maxLength={40}
              className="w-32 sm:w-40"
              value={option.name}
              onChange={(event) => setOption(option.key, { name: event.target.value })}
            />
            <TextField
              label="There are"
              placeholder="Small, Large"
              className="min-w-0 grow"
              value={option.values}
              onChange={(event) => setOption(option.key, { values: event.target.value })}
            />
            <IconButton
              label={`Remove ${option.name || 'this option'}`}
              icon={<Trash2 aria-hidden size={18} />}
              onClick={() => onChange({ options: form.options.filter(({ key }) => key !== option.key) })}
            />
          </div>
          {problems.options?.[option.key] && (
            <p role="alert" className="text-14 text-madder">
              {problems.options[option.key]}
            </p>
          )}
        </div>
      ))}
      {form.options.length < 3 && (
        <Button
          variant="secondary"
          className="w-fit"
          icon={<Plus aria-hidden size={18} />}
          onClick={() => onChange({ options: [...form.options, emptyOption()] })}
        >
          {form.options.length === 0 ? 'It comes in sizes or colours' : 'It differs in something else'}
        </Button>
      )}
      <ul className="grid gap-4">
        {kinds.slice(0, MOST_KINDS).map((values) => {
          const key = kindKey(values);
          const kind = form.kinds[key] ?? emptyKind;
          const name = values.join(', ');
          const wrong = problems.kinds?.[key] ?? {};
          return (
            <li key={key}>
              <fieldset className={name ? 'rounded-card border border-line p-4' : undefined}>
                {name && <legend className="float-left mb-2 w-full font-semibold">{name}</legend>}
                <div className="clear-both grid grid-cols-2 gap-3 sm:grid-cols-[1fr_7rem_1fr]">
                  <MoneyField
                    label="Price"
                    currency={currency}
                    value={kind.price}
                    onChange={(price) => setKind(key, { price })}
                    error={wrong.price}
                  />
                  <TextField
                    label="How many"
                    inputMode="numeric"
                    value={kind.quantity}
                    onChange={(event) => setKind(key, { quantity: event.target.value })}
                    error={wrong.quantity}
                  />
                  <TextField
                    label="Your own number"
                    optional
                    maxLength={60}
                    className="col-span-2 sm:col-span-1"
                    value={kind.sku}
                    onChange={(event) => setKind(key, { sku: event.target.value })}
                    error={wrong.sku}
                  />
                </div>
              </fieldset>
            </li>
          );
        })}
      </ul>
      {problems.all && (
        <p role="alert" className="text-14 text-madder">
          {problems.all}
        </p>
      )}
    </div>
  );
}
