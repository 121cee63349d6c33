import { Switch as Primitive } from 'radix-ui';
import { type ReactNode, useId } from 'react';

export type SwitchProps = {
  label: string;
  hint?: ReactNode;
  checked: boolean;
  onChange: (checked: boolean) => void;
  disabled?: boolean;
};

/** A setting that takes effect at once. The whole row is its target. */
export function Switch({ label, hint, checked, onChange, disabled }: SwitchProps) {
  const id = useId();
  return (
    <div className="flex min-h-11 items-center gap-4">
      <label htmlFor={id} className="grow">
        <span className="block font-semibold">{label}</span>
        {hint && (
          <span id={`${id}-hint`} className="block text-14 text-ink-3">
            {hint}
          </span>
        )}
      </label>
      <Primitive.Root
        id={id}
        checked={checked}
        onCheckedChange={onChange}
        disabled={disabled}
        aria-describedby={hint ? `${id}-hint` : undefined}
        className="relative h-7 w-12 shrink-0 rounded-full border border-line-strong bg-line transition-colors duration-120 after:absolute after:-inset-2 after:content-[''] disabled:opacity-50 data-[state=checked]:border-kiln data-[state=checked]:bg-kiln"
      >
        <Primitive.Thumb className="block size-5 translate-x-1 rounded-full bg-white shadow-[0_1px_3px_rgb(0_0_0/0.35)] transition-transform duration-120 ease-out data-[state=checked]:translate-x-[22px]" />
      </Primitive.Root>
    </div>
  );
}
