import { countryCodes } from '@videowindow/contract/countries';
import { useMemo } from 'react';
import { countryName } from './countries.ts';

/** A country inside a sentence: the words are its label, the platform's own picker opens on a press. */
export function CountrySelect(props: { value: string | null; label: string; onChange: (code: string) => void }) {
  const options = useMemo(
    () => countryCodes.map((code) => ({ code, name: countryName(code) })).sort((a, b) => a.name.localeCompare(b.name)),
    [],
  );
  return (
    <select
      aria-label={props.label}
      value={props.value ?? ''}
      onChange={(event) => props.onChange(event.target.value)}
      className="min-h-11 max-w-48 cursor-pointer rounded-control border-b border-line-strong bg-transparent px-1 font-semibold text-ink-2 hover:text-ink"
    >
      {props.value === null && (
        <option value="" disabled>
          your country
        </option>
      )}
      {options.map(({ code, name }) => (
        <option key={code} value={code}>
          {name}
        </option>
      ))}
    </select>
  );
}
