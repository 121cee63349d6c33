// What I paid and what came back.
import { useInfiniteQuery } from '@tanstack/react-query';
import { format } from '@videowindow/contract';
import type { PaidItem } from '@videowindow/contract/api/commerce';
import { Card, classNames, EmptyState, Page, Price, StatusChip, type Tone } from '@videowindow/ui';
import { Receipt } from 'lucide-react';
import { dateTime } from '../../lib/dates.ts';
import { Paged } from '../../lib/paged.tsx';
import { readPages } from '../../lib/queries.ts';
import { toYou } from '../../lib/text-link.tsx';
import { useTitle } from '../../lib/title.ts';
import { OrderLink } from './order-link.tsx';

export function PaymentsPage() {
  useTitle('Payments');
  const query = useInfiniteQuery(readPages('GET /payments/history'));
  return (
    <Page over={toYou} width="form" title="Payments" intro="What you paid, and what came back to you.">
      <Paged
        query={query}
        empty={
          <EmptyState icon={<Receipt aria-hidden size={26} />} title="Nothing paid yet">
            Each piece that you pay for stands here, with what came back of it if something did.
          </EmptyState>
        }
      >
        {(items) => (
          <ul className="grid gap-3">
            {items.map((item) => (
              <li key={item.id}>
                <PaidCard item={item} />
              </li>
            ))}
          </ul>
        )}
      </Paged>
    </Page>
  );
}

const chips: Record<PaidItem['state'], { tone: Tone; label: string } | null> = {
  captured: { tone: 'good', label: 'Paid' },
  partially_refunded: { tone: 'plain', label: 'Refunded in part' },
  refunded: { tone: 'plain', label: 'Refunded' },
  late_refunded: { tone: 'plain', label: 'Came too late, refunded' },
  quarantined: { tone: 'due', label: 'We are looking into it' },
};

function PaidCard({ item }: { item: PaidItem }) {
  const chip = chips[item.state];
  return (
    <Card>
      <div className="flex items-start justify-between gap-3">
        <h2 className="min-w-0 font-sans text-16 font-semibold">{item.title}</h2>
        <Price value={item.paid} size="small" />
      </div>
      <p className="mt-0.5 text-14 text-ink-3">
        {dateTime(item.at)}
        {item.order && (
          <>
            {' · '}
            <OrderLink order={{ id: item.order.id, number: item.order.number }} />
          </>
        )}
      </p>
      {chip && (
        <p className="mt-2">
          <StatusChip tone={chip.tone}>{chip.label}</StatusChip>
        </p>
      )}
      {item.refunds.length > 0 && (
        <ul className="mt-3 grid gap-2 border-t border-line pt-3">
          {item.refunds.map((refund) => (
            <li key={refund.id} className="flex justify-between gap-3 text-14">
              <span className="min-w-0">
                <span className="block">{refundWords[refund.state]}</span>
                <span className="block text-ink-3">
                  {[reasonWords[refund.reason], dateTime(refund.at)].filter(Boolean).join(' · ')}
                </span>
              </span>
              <span
                className={classNames(
                  'figures shrink-0 font-semibold',
                  refund.state === 'failed' ? 'text-ink-3' : 'text-moss',
                )}
              >
                +{format(refund.amount)}
              </span>
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}

const refundWords: Record<PaidItem['refunds'][number]['state'], string> = {
  wanted: 'On its way back to you',
  pending: 'With your bank, which takes its time',
  sent: 'Sent back the way you paid; banks show it in 5 to 10 days',
  failed: 'Your bank did not take it. It is still yours: we are on it and will write to you',
};

const reasonWords: Record<PaidItem['refunds'][number]['reason'], string> = {
  late: 'Nothing was left to pay',
  quarantine: 'Not what was agreed',
  cancelled: 'The order was cancelled',
  issue: 'A problem with the order',
  dispute: 'Your bank asked for it',
  goodwill: 'As a kindness',
  other: '',
};
