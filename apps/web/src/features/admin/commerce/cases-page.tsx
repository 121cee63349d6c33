import { useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { format } from '@videowindow/contract';
import { EmptyState, StatusChip, Tabs } from '@videowindow/ui';
import { Coffee } from 'lucide-react';
import { dateTime } from '../../../lib/dates.ts';
import { Paged } from '../../../lib/paged.tsx';
import { readPages } from '../../../lib/queries.ts';
import { useTitle } from '../../../lib/title.ts';
import { caseStates, signalWords } from './case-words.ts';
import { DeskPage } from './desk-page.tsx';

const route = getRouteApi('/signed-in/desk/admin/cases');

/** Makers whose payouts wait because something looked unusual. */
export function AdminCasesPage() {
  useTitle('Held payouts');
  const { show } = route.useSearch();
  const navigate = route.useNavigate();
  return (
    <DeskPage
      title="Held payouts"
      intro="Something about a maker's money looked unusual. Their sales go on, their payouts wait until you decide."
    >
      <Tabs
        label="Which cases"
        value={show ?? 'open'}
        onChange={(value) => void navigate({ search: value === 'all' ? { show: 'all' } : {} })}
        tabs={[
          { value: 'open', label: 'Held', content: <CaseList show="open" /> },
          { value: 'all', label: 'All', content: <CaseList show="all" /> },
        ]}
      />
    </DeskPage>
  );
}

function CaseList({ show }: { show: 'open' | 'all' }) {
  const cases = useInfiniteQuery(readPages('GET /admin/cases', { query: { show } }));
  return (
    <Paged
      query={cases}
      empty={
        <EmptyState icon={<Coffee aria-hidden size={26} />} title="Nobody's payouts are held">
          When sales look unusual the maker's case appears here by itself. You can hold payouts by hand from an order.
        </EmptyState>
      }
    >
      {(items) => (
        <ul className="overflow-hidden rounded-card border border-line bg-sheet">
          {items.map(({ id, maker, signals, state, waiting, openedAt }) => (
            <li key={id} className="border-b border-line last:border-b-0">
              <Link
                to="/admin/cases/$id"
                params={{ id }}
                className="flex min-h-16 flex-wrap items-center gap-x-4 gap-y-1 px-4 py-3 transition-colors duration-120 hover:bg-ink/4"
              >
                <span className="min-w-0 grow">
                  <span className="block font-semibold">{maker?.displayName ?? 'Somebody who is gone'}</span>
                  <span className="block text-14 text-ink-3">
                    {signals.map((signal) => signalWords[signal].label).join(', ')} · {dateTime(openedAt)}
                  </span>
                </span>
                <span className="figures font-semibold">{format(waiting)}</span>
                <StatusChip tone={caseStates[state].tone}>{caseStates[state].label}</StatusChip>
              </Link>
            </li>
          ))}
        </ul>
      )}
    </Paged>
  );
}
