import { DropdownMenu } from 'radix-ui';
import type { ReactNode } from 'react';
import { classNames } from '../class-names.ts';

export type MenuItem = {
  label: string;
  icon?: ReactNode;
  danger?: boolean;
  disabled?: boolean;
  onSelect: () => void;
};

export type MenuProps = {
  /** The button that opens it. */
  trigger: ReactNode;
  items: readonly MenuItem[];
  align?: 'start' | 'end';
  /** Open from the start, for a menu whose code came with the press on its button. */
  defaultOpen?: boolean;
};

/** Things to do with what it sits beside. */
export function Menu({ trigger, items, align = 'end', defaultOpen }: MenuProps) {
  return (
    // Not modal: the page would be hidden from screen readers while its buttons still take the focus.
    <DropdownMenu.Root modal={false} defaultOpen={defaultOpen}>
      <DropdownMenu.Trigger asChild>{trigger}</DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content
          align={align}
          sideOffset={6}
          collisionPadding={12}
          className="z-50 min-w-52 rounded-card border border-line bg-sheet p-1.5 text-ink shadow-float animate-pop"
        >
          {items.map((item) => (
            <DropdownMenu.Item
              key={item.label}
              disabled={item.disabled}
              onSelect={item.onSelect}
              className={classNames(
                'flex min-h-11 cursor-pointer items-center gap-3 rounded-control px-3 outline-none select-none',
                'data-[highlighted]:bg-ink/6 data-[disabled]:cursor-not-allowed data-[disabled]:opacity-50',
                item.danger && 'text-madder',
              )}
            >
              {item.icon}
              {item.label}
            </DropdownMenu.Item>
          ))}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}
