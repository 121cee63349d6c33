import type { ButtonHTMLAttributes, ReactNode, Ref } from 'react';
import { classNames } from '../class-names.ts';
import { Spinner } from './spinner.tsx';

export type ButtonVariant = 'primary' | 'secondary' | 'quiet' | 'danger' | 'glass';
export type ButtonSize = 'small' | 'medium' | 'large';

const variants: Record<ButtonVariant, string> = {
  primary: 'bg-kiln text-on-kiln hover:bg-kiln-press',
  secondary: 'border border-line bg-sheet text-ink hover:border-line-strong',
  quiet: 'text-ink-2 hover:bg-ink/6 hover:text-ink',
  danger: 'border border-madder/40 text-madder hover:bg-madder/8',
  // Over video only.
  glass: 'border border-white/70 bg-black/25 text-white hover:bg-black/45',
};

const sizes: Record<ButtonSize, string> = {
  // Looks 36 px high; the pseudo-element keeps the target at 44 px.
  small: 'min-h-9 px-3 text-14 relative after:absolute after:-inset-1 after:content-[""]',
  medium: 'min-h-11 px-4 text-16',
  large: 'min-h-13 px-5 text-16',
};

/** The look of a button, for links that act as one. */
export function buttonClass(look: { variant?: ButtonVariant; size?: ButtonSize; wide?: boolean } = {}): string {
  return classNames(
    'inline-flex items-center justify-center gap-2 rounded-control text-center font-semibold no-underline select-none',
    'transition-[background-color,border-color,color,opacity] duration-120',
    'disabled:cursor-not-allowed disabled:opacity-50 aria-disabled:cursor-not-allowed',
    variants[look.variant ?? 'primary'],
    sizes[look.size ?? 'medium'],
    look.wide && 'w-full',
  );
}

export type ButtonProps = ButtonHTMLAttributes<HTMLButtonElement> & {
  variant?: ButtonVariant;
  size?: ButtonSize;
  /** Takes the whole width. */
  wide?: boolean;
  /** Shows that the action runs, keeps the focus and swallows further presses. */
  busy?: boolean;
  icon?: ReactNode;
  ref?: Ref<HTMLButtonElement>;
};

export function Button({ variant, size, wide, busy, icon, className, children, onClick, type, ...rest }: ButtonProps) {
  return (
    <button
      {...rest}
      type={type ?? 'button'}
      aria-busy={busy || undefined}
      aria-disabled={busy || undefined}
      className={classNames(buttonClass({ variant, size, wide }), busy && 'opacity-80', className)}
      onClick={(event) => {
        // Not `disabled`: that would drop the focus and silence the screen reader. A submit is stopped too.
        if (busy) event.preventDefault();
        else onClick?.(event);
      }}
    >
      {busy ? <Spinner /> : icon}
      {children}
    </button>
  );
}
