import type { ButtonHTMLAttributes, ReactNode, Ref } from 'react';
import { classNames } from '../class-names.ts';
import { Spinner } from './spinner.tsx';

export type IconButtonProps = Omit<ButtonHTMLAttributes<HTMLButtonElement>, 'children'> & {
  /** What it does, for those who do not see the icon; shown as its tooltip too. */
  label: string;
  icon: ReactNode;
  variant?: 'plain' | 'outlined' | 'glass';
  /** Pressed or not, for buttons that toggle. */
  pressed?: boolean;
  busy?: boolean;
  ref?: Ref<HTMLButtonElement>;
};

const variants = {
  plain: 'text-ink-2 hover:bg-ink/6 hover:text-ink',
  outlined: 'border border-line bg-sheet text-ink hover:border-line-strong',
  glass: 'bg-black/30 text-white hover:bg-black/55',
};

export function IconButton({ label, icon, variant = 'plain', pressed, busy, className, ...rest }: IconButtonProps) {
  return (
    <button
      type="button"
      title={label}
      {...rest}
      aria-label={label}
      aria-pressed={pressed}
      aria-busy={busy || undefined}
      className={classNames(
        'inline-grid size-11 shrink-0 place-items-center rounded-full transition-colors duration-120',
        'disabled:cursor-not-allowed disabled:opacity-50',
        variants[variant],
        className,
      )}
    >
      {busy ? <Spinner size={20} /> : icon}
    </button>
  );
}
