import { Link } from '@tanstack/react-router';
import { buttonClass, Page } from '@videowindow/ui';
import { Plus } from 'lucide-react';
import type { ReactNode } from 'react';
import { TabLinks } from '../../lib/tab-links.tsx';
import { useTitle } from '../../lib/title.ts';

const places = [
  { to: '/studio', label: 'Stories' },
  { to: '/studio/pieces', label: 'For sale' },
  { to: '/studio/offers', label: 'Offers' },
  { to: '/studio/orders', label: 'Orders' },
  { to: '/studio/balance', label: 'Balance' },
  { to: '/studio/payouts', label: 'Payouts' },
  { to: '/studio/start', label: 'Payout account' },
  { to: '/studio/policies', label: 'How you sell' },
] as const;

/** A page of the maker's studio, with the way to the others. `within`: the tab that it belongs to, where it has none. */
export function StudioPage({
  title,
  within,
  children,
}: {
  title: string;
  within?: (typeof places)[number]['to'];
  children: ReactNode;
}) {
  useTitle(`${title} · Studio`);
  return (
    <Page
      title="Studio"
      actions={
        <Link to="/create" className={buttonClass()}>
          <Plus aria-hidden size={18} />
          New story
        </Link>
      }
    >
      <TabLinks label="Studio" places={places} within={within} />
      <h2 className={within ? 'mb-4 text-18 font-semibold' : 'sr-only'}>{title}</h2>
      {children}
    </Page>
  );
}
