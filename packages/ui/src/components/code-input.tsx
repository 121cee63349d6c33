import { CircleAlert } from 'lucide-react';
import { type Ref, useId } from 'react';
import { classNames } from '../class-names.ts';

export type CodeInputProps = {
  label: string;
  /** Digits typed so far, at most `length`. */
  value: string;
  onChange: (digits: string) => void;
  /** Called once, when the last digit is in (typed, pasted or filled in by the phone). */
  onComplete?: (digits: string) => void;
  length?: number;
  error?: string | undefined;
  disabled?: boolean;
  ref?: Ref<HTMLInputElement>;
};

/**
 * A code of digits. One real input, so that paste, autofill and screen readers work as everywhere; the boxes are
 * drawn under it.
 */
export function CodeInput({ label, value, onChange, onComplete, length = 6, error, disabled, ref }: CodeInputProps) {
  const id = useId();
  const places = Array.from({ length }, (_, index) => index);
  return (
    <div className="grid gap-1.5">
      <label htmlFor={id} className="text-14 font-semibold text-ink-2">
        {label}
      </label>
      <div className="group relative w-full max-w-84">
        <input
          ref={ref}
          id={id}
          value={value}
          disabled={disabled}
          onChange={(event) => {
            const digits = event.target.value.replace(/\D/g, '').slice(0, length);
            onChange(digits);
            if (digits.length === length && value.length < length) onComplete?.(digits);
          }}
          inputMode="numeric"
          autoComplete="one-time-code"
          pattern={`\\d{${length}}`}
          maxLength={length + 2}
          aria-invalid={error ? true : undefined}
          aria-describedby={error ? `${id}-error` : undefined}
          className="absolute inset-0 z-1 w-full cursor-text text-16 opacity-0"
        />
        <div aria-hidden className="flex gap-2">
          {places.map((place) => (
            <span
              key={place}
              className={classNames(
                'figures grid h-14 grow basis-0 place-items-center rounded-control border bg-sheet font-title text-28',
                error ? 'border-madder' : 'border-line-strong',
                place === Math.min(value.length, length - 1) &&
                  'group-focus-within:outline-2 group-focus-within:outline-offset-1 group-focus-within:outline-indigo',
                disabled && 'opacity-60',
              )}
            >
              {value[place] ?? ''}
            </span>
          ))}
        </div>
      </div>
      {error && (
        <p id={`${id}-error`} role="alert" className="flex items-start gap-1.5 text-14 text-madder">
          <CircleAlert aria-hidden size={16} className="mt-0.5 shrink-0" />
          {error}
        </p>
      )}
    </div>
  );
}
