import { Link } from '@tanstack/react-router';
import { buttonClass, Page } from '@videowindow/ui';
import { Plus } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTitle } from '../../lib/title.ts';

const places = [
  { to: '/studio', label: 'Stories' },
  { to: '/studio/pieces', label: 'For sale' },
  { to: '/studio/offers', label: 'Offers' },
  { to: '/studio/orders', label: 'Orders' },
  { to: '/studio/balance', label: 'Balance' },
  { to: '/studio/payouts', label: 'Payouts' },
  { to: '/studio/start', label: 'Selling' },
] as const;

/** A page of the maker's studio, with the way to the others. */
export function StudioPage({ title, children }: { title: string; children: ReactNode }) {
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
      <nav aria-label="Studio" className="mb-6 flex overflow-x-auto sm:gap-1 border-b border-line">
        {places.map((place) => (
          <Link
            key={place.to}
            to={place.to}
            activeOptions={{ exact: true, includeSearch: false }}
            className="-mb-px flex min-h-11 shrink-0 items-center border-b-2 border-transparent px-2 font-semibold text-ink-3 sm:px-3 transition-colors duration-120 hover:text-ink data-[status=active]:border-kiln data-[status=active]:text-ink"
          >
            {place.label}
          </Link>
        ))}
      </nav>
      <h2 className="sr-only">{title}</h2>
      {children}
    </Page>
  );
}
