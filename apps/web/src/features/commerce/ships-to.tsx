import { Button, Select } from '@videowindow/ui';
import { X } from 'lucide-react';
import { countries, countryGroups, countryName } from './countries.ts';

/** The places that a piece is sent to: whole groups by a press, single countries by choice. */
export function ShipsTo({ value, onChange }: { value: readonly string[]; onChange: (codes: string[]) => void }) {
  const chosen = new Set(value);
  const add = (codes: readonly string[]) => onChange([...new Set([...value, ...codes])]);
  const wholeGroups = countryGroups.filter((group) => group.codes.every((code) => chosen.has(code)));
  const inGroups = new Set(wholeGroups.flatMap((group) => group.codes));
  const singles = value.filter((code) => !inGroups.has(code));
  return (
    <div className="grid gap-3">
      <ul aria-label="Ships to" className="flex flex-wrap gap-2 empty:hidden">
        {wholeGroups.map((group) => (
          <Chosen
            key={group.name}
            name={group.name}
            onRemove={() => onChange(value.filter((code) => !group.codes.includes(code)))}
          />
        ))}
        {singles.map((code) => (
          <Chosen
            key={code}
            name={countryName(code)}
            onRemove={() => onChange(value.filter((other) => other !== code))}
          />
        ))}
      </ul>
      <div className="flex flex-wrap gap-2">
        {countryGroups
          .filter((group) => !wholeGroups.includes(group))
          .map((group) => (
            <Button key={group.name} variant="secondary" size="small" onClick={() => add(group.codes)}>
              + {group.name}
            </Button>
          ))}
      </div>
      <Select
        label="Add a country"
        value=""
        placeholder="Choose"
        options={countries()
          .filter((country) => !chosen.has(country.code))
          .map((country) => ({ value: country.code, label: country.name }))}
        onChange={(event) => add([event.target.value])}
      />
    </div>
  );
}

function Chosen({ name, onRemove }: { name: string; onRemove: () => void }) {
  return (
    <li className="flex items-center rounded-full bg-ink/6 pl-3.5 text-14 font-semibold">
      {name}
      <button
        type="button"
        aria-label={`Remove ${name}`}
        onClick={onRemove}
        className="grid size-11 place-items-center rounded-full text-ink-3 hover:text-ink"
      >
        <X aria-hidden size={16} />
      </button>
    </li>
  );
}
