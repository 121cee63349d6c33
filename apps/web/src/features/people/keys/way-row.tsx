import type { LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';

/** One way in: its picture, its name, what there is to know of it, and what can be done. */
export function WayRow({
  icon: Icon,
  mark,
  name,
  note,
  children,
}: {
  icon?: LucideIcon;
  mark?: ReactNode;
  name: ReactNode;
  note: ReactNode;
  children?: ReactNode;
}) {
  return (
    <li className="flex min-h-16 flex-wrap items-center gap-x-4 gap-y-2 border-t border-line px-4 py-3 first:border-t-0">
      <span className="grid w-6 shrink-0 place-items-center text-ink-2">
        {mark ?? (Icon && <Icon aria-hidden size={22} strokeWidth={1.75} />)}
      </span>
      <span className="min-w-0 grow basis-40">
        <span className="block truncate font-semibold">{name}</span>
        <span className="block text-14 text-ink-3">{note}</span>
      </span>
      <span className="-mr-2 ml-auto flex shrink-0 gap-1">{children}</span>
    </li>
  );
}

export const wayList = 'overflow-hidden rounded-card border border-line bg-sheet';
