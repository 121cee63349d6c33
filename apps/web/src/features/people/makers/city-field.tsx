import { useQuery } from '@tanstack/react-query';
import { TextField } from '@videowindow/ui';
import { useState } from 'react';
import { type City, cities, cityWords, matching } from '../../places/cities.ts';

/** A town by its name: typed, then chosen from what is found. Plain buttons, so that every reader and keyboard has it. */
export function CityField({
  value,
  error,
  onType,
  onChoose,
}: {
  value: string;
  error?: string | undefined;
  onType: (text: string) => void;
  onChoose: (city: City) => void;
}) {
  const [isLooking, setIsLooking] = useState(false);
  const list = useQuery({
    queryKey: ['cities'],
    queryFn: cities,
    staleTime: Number.POSITIVE_INFINITY,
    enabled: isLooking,
  });
  const found = isLooking && list.data ? matching(list.data, value) : [];
  const isKnown = found.length > 0 || !list.data || value.trim() === '';
  return (
    <div>
      <TextField
        label="Town"
        hint="A town near you, from the list. You can call your place something else afterwards."
        autoComplete="off"
        maxLength={80}
        value={value}
        onChange={(event) => {
          setIsLooking(true);
          onType(event.target.value);
        }}
        error={error}
      />
      <p role="status" className="sr-only">
        {isLooking && list.data && value.trim() !== '' ? `${found.length} found` : ''}
      </p>
      {isLooking && (
        <ul aria-label="Towns that were found" className="mt-2 flex flex-wrap gap-2 empty:hidden">
          {found.map((city) => (
            <li key={`${cityWords(city)} ${city.latitude}`}>
              <button
                type="button"
                className="min-h-11 rounded-control border border-line bg-sheet px-3 text-14 font-semibold transition-colors duration-120 hover:bg-ink/4"
                onClick={() => {
                  setIsLooking(false);
                  onChoose(city);
                }}
              >
                {cityWords(city)}
              </button>
            </li>
          ))}
        </ul>
      )}
      {isLooking && !isKnown && (
        <p className="mt-2 text-14 text-ink-3">
          Not in the list. Choose the next larger town; its name can be changed.
        </p>
      )}
      {isLooking && list.isError && (
        <p className="mt-2 text-14 text-ink-3">The list of towns did not come. Try again in a moment.</p>
      )}
    </div>
  );
}
