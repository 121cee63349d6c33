import { classNames } from '@videowindow/ui';
import { Star } from 'lucide-react';
import { useId } from 'react';

const FIVE = [1, 2, 3, 4, 5] as const;

/** So many of five, as a picture with its number for who cannot see it. */
export function Stars({ stars, size = 16 }: { stars: number; size?: number }) {
  return (
    <span role="img" aria-label={`${stars} of 5 stars`} className="inline-flex gap-0.5 align-[-0.15em]">
      {FIVE.map((place) => (
        <Star
          key={place}
          aria-hidden
          size={size}
          className={place <= Math.round(stars) ? 'fill-amber text-amber' : 'text-line-strong'}
        />
      ))}
    </span>
  );
}

/** Five stars to choose from. Native radios: arrow keys and screen readers know them. */
export function StarsField({
  value,
  onChange,
  error,
}: {
  value: number;
  onChange: (stars: number) => void;
  error?: string | undefined;
}) {
  const name = useId();
  return (
    <fieldset aria-describedby={error ? `${name}-error` : undefined}>
      <legend className="mb-1 text-14 font-semibold text-ink-2">How was it?</legend>
      <div className="-ml-2 flex">
        {FIVE.map((stars) => (
          <label key={stars} className="cursor-pointer">
            <input
              type="radio"
              name={name}
              value={stars}
              checked={value === stars}
              onChange={() => onChange(stars)}
              aria-label={stars === 1 ? '1 star' : `${stars} stars`}
              className="peer sr-only"
            />
            <span className="grid size-11 place-items-center rounded-control peer-focus-visible:outline-2 peer-focus-visible:outline-indigo">
              <Star
                aria-hidden
                size={28}
                className={classNames(
                  'transition-colors duration-120',
                  stars <= value ? 'fill-amber text-amber' : 'text-ink-3',
                )}
              />
            </span>
          </label>
        ))}
      </div>
      {error && (
        <p id={`${name}-error`} className="text-14 text-madder">
          {error}
        </p>
      )}
    </fieldset>
  );
}
