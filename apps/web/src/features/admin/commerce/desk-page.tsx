// What the pages of the desk have in common: the way back, and a line that says how the thing stands and leads on.
import { Page, StatusChip, type Tone } from '@videowindow/ui';
import type { ReactNode } from 'react';
import { TextLink } from '../../../lib/text-link.tsx';

const WAYS_BACK = {
  '/admin/money': 'Money',
  '/admin/disputes': 'Disputes',
  '/admin/cases': 'Held payouts',
} as const;

export function DeskPage({
  back = '/admin/money',
  ...page
}: {
  back?: keyof typeof WAYS_BACK;
  title: string;
  intro?: ReactNode;
  children: ReactNode;
}) {
  return <Page over={<TextLink to={back}>{WAYS_BACK[back]}</TextLink>} {...page} />;
}

/** How it stands, and what else there is to see of it. */
export function Standing({ tone, label, children }: { tone: Tone; label: string; children?: ReactNode }) {
  return (
    <div className="mb-6 flex flex-wrap items-center gap-x-5 gap-y-2">
      <StatusChip tone={tone}>
        <span className="inline-block first-letter:uppercase">{label}</span>
      </StatusChip>
      {children}
    </div>
  );
}
