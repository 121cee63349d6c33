import type { Listing } from '@videowindow/contract/api/commerce';
import { useId } from 'react';

const kinds = [
  {
    value: 'offers',
    title: 'By offer and auction',
    note: 'One piece. People offer, and a good offer may open an auction.',
  },
  { value: 'fixed_price', title: 'At a fixed price', note: 'One or many, in sizes and colours if you like.' },
] as const;

const row =
  'grid min-h-16 content-center rounded-control border border-line bg-sheet px-4 py-3 transition-colors duration-120 ' +
  'hover:border-line-strong peer-checked:border-kiln peer-checked:ring-1 peer-checked:ring-kiln ' +
  'peer-focus-visible:outline-2 peer-focus-visible:outline-offset-2 peer-focus-visible:outline-indigo';

/** The two ways to sell. */
export function SaleKind(props: { value: Listing['kind']; onChange: (kind: Listing['kind']) => void }) {
  const name = useId();
  return (
    <fieldset>
      <legend className="mb-2 text-14 font-semibold text-ink-2">How do you want to sell it?</legend>
      <div className="grid gap-2 sm:grid-cols-2">
        {kinds.map(({ value, title, note }) => (
          <label key={value} className="grid cursor-pointer">
            <input
              type="radio"
              name={name}
              value={value}
              checked={props.value === value}
              onChange={() => props.onChange(value)}
              className="peer sr-only"
            />
            <span className={row}>
              <span className="font-semibold">{title}</span>
              <span className="text-14 text-ink-3">{note}</span>
            </span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}
