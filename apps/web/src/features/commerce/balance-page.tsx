import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { format } from '@videowindow/contract';
import { Card, EmptyState, Price, Section } from '@videowindow/ui';
import { Coins } from 'lucide-react';
import { dateTime } from '../../lib/dates.ts';
import { Loaded } from '../../lib/loaded.tsx';
import { read } from '../../lib/queries.ts';
import { StudioPage } from '../content/studio-nav.tsx';

const kinds: Record<string, string> = {
  sale: 'Sale',
  fee: 'Marketplace fee',
  transfer: 'Paid to you',
  refund: 'Refund',
};

/** What is held for me, what was paid, and every line behind it. */
export function StudioMoneyPage() {
  const balance = useQuery(read('GET /makers/me/balance'));
  return (
    <StudioPage title="Money">
      <Loaded query={balance}>
        {({ held, paidOut, lines }) => (
          <>
            <div className="grid gap-3 sm:grid-cols-2">
              <Card>
                <p className="text-14 text-ink-2">Held for you</p>
                <Price value={held} size="large" />
                <p className="text-14 text-ink-3">Yours when the buyer confirms, or 14 days after delivery.</p>
              </Card>
              <Card>
                <p className="text-14 text-ink-2">Paid to you</p>
                <Price value={paidOut} size="large" />
                <p className="text-14 text-ink-3">Sent to your payout account.</p>
              </Card>
            </div>
            <Section title="Each movement">
              {lines.length === 0 ? (
                <EmptyState icon={<Coins aria-hidden size={26} />} title="No movements yet">
                  Your first sale writes the first line.
                </EmptyState>
              ) : (
                <ul>
                  {lines.map((line) => (
                    <li
                      key={`${line.at}-${line.kind}-${line.amount}`}
                      className="flex items-baseline gap-4 border-b border-line py-3"
                    >
                      <span className="min-w-0 grow">
                        <span className="block font-semibold">
                          {kinds[line.kind] ?? line.kind.replaceAll('_', ' ')}
                        </span>
                        <span className="block text-14 text-ink-3">{dateTime(line.at)}</span>
                      </span>
                      {line.orderId && (
                        <Link
                          to="/orders/$orderId"
                          params={{ orderId: line.orderId }}
                          className="text-14 font-semibold text-indigo"
                        >
                          Order
                        </Link>
                      )}
                      <span className={line.amount < 0 ? 'figures text-ink-2' : 'figures font-semibold text-moss'}>
                        {format({ amount: line.amount, currency: line.currency })}
                      </span>
                    </li>
                  ))}
                </ul>
              )}
            </Section>
          </>
        )}
      </Loaded>
    </StudioPage>
  );
}
