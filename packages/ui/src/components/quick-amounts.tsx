import { format, type Money } from '@videowindow/contract/money';
import { useId } from 'react';

export type QuickAmountsProps = {
  legend: string;
  amounts: readonly Money[];
  /** The chosen amount in minor units, or `other` for one's own. */
  value: number | 'other';
  onChange: (value: number | 'other') => void;
};

const segment =
  'figures grid min-h-11 min-w-17 place-items-center rounded-control border border-line bg-sheet px-3 font-semibold ' +
  'transition-colors duration-120 hover:border-line-strong peer-checked:border-kiln peer-checked:text-kiln ' +
  'peer-checked:ring-1 peer-checked:ring-kiln peer-focus-visible:outline-2 peer-focus-visible:outline-offset-2 ' +
  'peer-focus-visible:outline-indigo';

/** A few amounts one tap away, and one's own. Native radios: arrow keys and screen readers know them. */
export function QuickAmounts({ legend, amounts, value, onChange }: QuickAmountsProps) {
  const name = useId();
  const choices = [
    ...amounts.map((money) => ({ key: money.amount, label: format(money) })),
    { key: 'other' as const, label: 'Other' },
  ];
  return (
    <fieldset>
      <legend className="mb-2 text-14 font-semibold text-ink-2">{legend}</legend>
      <div className="flex flex-wrap gap-2">
        {choices.map((choice) => (
          <label key={choice.key} className="cursor-pointer">
            <input
              type="radio"
              name={name}
              value={choice.key}
              checked={value === choice.key}
              onChange={() => onChange(choice.key)}
              className="peer sr-only"
            />
            <span className={segment}>{choice.label}</span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}
