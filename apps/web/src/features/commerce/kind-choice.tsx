import type { Listing } from '@videowindow/contract/api/commerce';
import { useId } from 'react';
import { type Picks, valuesOf } from './kinds.ts';

const chip =
  'grid min-h-11 min-w-14 place-items-center rounded-control border border-line bg-sheet px-4 font-semibold ' +
  'transition-colors duration-120 hover:border-line-strong peer-checked:border-kiln peer-checked:text-kiln ' +
  'peer-checked:ring-1 peer-checked:ring-kiln peer-focus-visible:outline-2 peer-focus-visible:outline-offset-2 ' +
  'peer-focus-visible:outline-indigo';
const gone = `${chip} text-ink-3 line-through decoration-1`;

/** One option of a piece: its values as radios; what is sold out stays to be seen, and says so. */
export function KindChoice(props: { listing: Listing; at: number; picks: Picks; onPick: (value: string) => void }) {
  const { listing, at, picks } = props;
  const name = useId();
  return (
    <fieldset>
      <legend className="mb-2 text-14 font-semibold text-ink-2">{listing.optionNames[at]}</legend>
      <div className="flex flex-wrap gap-2">
        {valuesOf(listing, at, picks).map(({ value, available }) => (
          <label key={value} className="cursor-pointer">
            <input
              type="radio"
              name={name}
              value={value}
              checked={picks[at] === value}
              onChange={() => props.onPick(value)}
              className="peer sr-only"
            />
            <span className={available ? chip : gone}>
              <span>
                {value}
                {!available && <span className="sr-only">, sold out</span>}
              </span>
            </span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}
