import { useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { format } from '@videowindow/contract';
import type { Dispute } from '@videowindow/contract/api/commerce';
import { EmptyState, Page, StatusChip, Tabs } from '@videowindow/ui';
import { Coffee } from 'lucide-react';
import { dateTime } from '../../../lib/dates.ts';
import { Paged } from '../../../lib/paged.tsx';
import { readPages } from '../../../lib/queries.ts';
import { useTitle } from '../../../lib/title.ts';
import { disputeStates } from './desk-words.ts';

const route = getRouteApi('/signed-in/desk/admin/disputes');

/** Payments that buyers' banks took back or ask about. */
export function AdminDisputesPage() {
  useTitle('Disputes');
  const { show } = route.useSearch();
  const navigate = route.useNavigate();
  return (
    <Page
      over={
        <Link to="/admin/money" className="text-indigo underline underline-offset-2">
          Money
        </Link>
      }
      title="Disputes"
      intro="A buyer's bank takes a payment back, or asks about it. It listens until a date; what we gathered is sent a day before."
    >
      <Tabs
        label="Which disputes"
        value={show ?? 'open'}
        onChange={(value) => void navigate({ search: value === 'all' ? { show: 'all' } : {} })}
        tabs={[
          { value: 'open', label: 'Open', content: <DisputeList show="open" /> },
          { value: 'all', label: 'All', content: <DisputeList show="all" /> },
        ]}
      />
    </Page>
  );
}

function DisputeList({ show }: { show: 'open' | 'all' }) {
  const disputes = useInfiniteQuery(readPages('GET /admin/disputes', { query: { show } }));
  return (
    <Paged
      query={disputes}
      empty={
        <EmptyState icon={<Coffee aria-hidden size={26} />} title="No disputes">
          When a bank takes a payment back it appears here by itself, with everything that we know of the sale.
        </EmptyState>
      }
    >
      {(items) => (
        <ul className="overflow-hidden rounded-card border border-line bg-sheet">
          {items.map((dispute) => (
            <DisputeRow key={dispute.id} dispute={dispute} />
          ))}
        </ul>
      )}
    </Paged>
  );
}

export function DisputeRow({ dispute }: { dispute: Dispute }) {
  const { label, tone } = disputeStates[dispute.state];
  const waits = dispute.state === 'opened' || dispute.state === 'evidence_due';
  return (
    <li className="border-b border-line last:border-b-0">
      <Link
        to="/admin/disputes/$id"
        params={{ id: dispute.id }}
        className="flex min-h-16 flex-wrap items-center gap-x-4 gap-y-1 px-4 py-3 transition-colors duration-120 hover:bg-ink/4"
      >
        <span className="min-w-0 grow">
          <span className="block font-semibold">
            {dispute.orderNumber === null ? 'A payment' : `Order ${dispute.orderNumber}, ${dispute.title}`}
          </span>
          <span className="block text-14 text-ink-3">
            {dispute.inquiry ? 'A question' : 'A dispute'}: {dispute.reason.replaceAll('_', ' ')}
            {waits && dispute.evidenceDue && ` · until ${dateTime(dispute.evidenceDue)}`}
          </span>
        </span>
        <span className="figures font-semibold">{format(dispute.amount)}</span>
        <StatusChip tone={tone}>{label}</StatusChip>
      </Link>
    </li>
  );
}
