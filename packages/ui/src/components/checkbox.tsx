import { Check, CircleAlert } from 'lucide-react';
import { Checkbox as Primitive } from 'radix-ui';
import { type ReactNode, useId } from 'react';

export type CheckboxProps = {
  label: ReactNode;
  hint?: ReactNode;
  error?: string | undefined;
  checked: boolean;
  onChange: (checked: boolean) => void;
  disabled?: boolean;
};

export function Checkbox({ label, hint, error, checked, onChange, disabled }: CheckboxProps) {
  const id = useId();
  const described = [hint ? `${id}-hint` : '', error ? `${id}-error` : ''].filter(Boolean).join(' ') || undefined;
  return (
    <div className="flex gap-3">
      <Primitive.Root
        id={id}
        checked={checked}
        onCheckedChange={(next) => onChange(next === true)}
        disabled={disabled}
        aria-describedby={described}
        aria-invalid={error ? true : undefined}
        className="relative mt-2.5 grid size-6 shrink-0 place-items-center rounded-control border border-line-strong bg-sheet text-on-kiln transition-colors duration-120 after:absolute after:-inset-2.5 after:content-[''] aria-invalid:border-madder disabled:opacity-50 data-[state=checked]:border-kiln data-[state=checked]:bg-kiln"
      >
        <Primitive.Indicator>
          <Check aria-hidden size={18} strokeWidth={3} />
        </Primitive.Indicator>
      </Primitive.Root>
      <div className="min-h-11 py-2.5">
        <label htmlFor={id} className="block">
          {label}
        </label>
        {hint && (
          <p id={`${id}-hint`} className="text-14 text-ink-3">
            {hint}
          </p>
        )}
        {error && (
          <p id={`${id}-error`} role="alert" className="mt-1 flex items-start gap-1.5 text-14 text-madder">
            <CircleAlert aria-hidden size={16} className="mt-0.5 shrink-0" />
            {error}
          </p>
        )}
      </div>
    </div>
  );
}
