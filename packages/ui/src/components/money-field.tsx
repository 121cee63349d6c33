import { exponent, type Money, parse } from '@videowindow/contract/money';
import { type InputHTMLAttributes, type Ref, useId } from 'react';
import { classNames } from '../class-names.ts';
import { Field, type FieldProps, inputClass } from './field.tsx';

/** The sign of a currency as people write it, e.g. `$`. */
function currencySign(currency: string): string {
  const parts = new Intl.NumberFormat(undefined, { style: 'currency', currency, currencyDisplay: 'narrowSymbol' });
  return parts.formatToParts(0).find((part) => part.type === 'currency')?.value ?? currency;
}

export type MoneyFieldProps = FieldProps &
  Omit<InputHTMLAttributes<HTMLInputElement>, keyof FieldProps | 'id' | 'value' | 'onChange'> & {
    currency: string;
    /** What is typed, kept as typed. */
    value: string;
    /** Every keystroke, with the amount it makes; null while it makes none. */
    onChange: (text: string, amount: Money | null) => void;
    ref?: Ref<HTMLInputElement>;
  };

/** An amount of money: what is typed stays as it is, what is meant comes beside it in minor units. */
export function MoneyField({
  label,
  hint,
  error,
  optional,
  hideLabel,
  className,
  currency,
  value,
  onChange,
  ...input
}: MoneyFieldProps) {
  const unitId = useId();
  return (
    <Field {...{ label, hint, error, optional, hideLabel, className }}>
      {(control) => (
        <span className="relative block">
          <span id={unitId} className="pointer-events-none absolute top-1/2 left-3 -translate-y-1/2 text-ink-3">
            {currencySign(currency)}
            <span className="sr-only"> ({currency})</span>
          </span>
          <input
            {...input}
            {...control}
            aria-describedby={classNames(unitId, control['aria-describedby'])}
            inputMode={exponent(currency) === 0 ? 'numeric' : 'decimal'}
            autoComplete="off"
            value={value}
            onChange={(event) => onChange(event.target.value, parse(event.target.value, currency))}
            className={classNames(inputClass, 'figures pl-8 font-semibold')}
          />
        </span>
      )}
    </Field>
  );
}
