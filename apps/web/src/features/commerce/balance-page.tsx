import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { Answer } from '@videowindow/client';
import { format } from '@videowindow/contract';
import { Card, classNames, EmptyState, EndOfList, Price, Section, Skeleton } from '@videowindow/ui';
import { Landmark } from 'lucide-react';
import { dateTime } from '../../lib/dates.ts';
import { Loaded } from '../../lib/loaded.tsx';
import { read } from '../../lib/queries.ts';
import { StudioPage } from '../content/studio-nav.tsx';

type Line = Answer<'GET /makers/me/balance'>['lines'][number];

/** As many lines as the server sends at most. */
const LINES_SHOWN = 200;

/** Where my money is: held until the buyers have their pieces, or paid out; and every line behind it. */
export function StudioBalancePage() {
  const query = useQuery(read('GET /makers/me/balance'));
  return (
    <StudioPage title="Balance">
      <Loaded query={query} skeleton={<BalanceSkeleton />}>
        {(balance) => (
          <>
            <div className="grid gap-3 sm:grid-cols-2">
              <Card>
                <h3 className="text-14 font-semibold text-ink-2">Held for you</h3>
                <Price value={balance.held} size="large" />
                <p className="mt-1 text-14 text-ink-3">
                  Paid by buyers. It is yours when they confirm, or 14 days after delivery.
                </p>
              </Card>
              <Card>
                <h3 className="text-14 font-semibold text-ink-2">Paid out</h3>
                <Price value={balance.paidOut} size="large" />
                <p className="mt-1 text-14 text-ink-3">
                  Sent to{' '}
                  <Link to="/studio/start" className="text-indigo underline underline-offset-2">
                    your payout account
                  </Link>
                  .
                </p>
              </Card>
            </div>
            <div className="mt-8">
              <Section title="Every line">
                <Lines lines={balance.lines} />
              </Section>
            </div>
          </>
        )}
      </Loaded>
    </StudioPage>
  );
}

/** What moved the money, in a maker's words. */
const kinds: Record<string, string> = {
  sale: 'Sold, less our fee',
  transfer: 'Paid out to you',
  refund: 'Given back to the buyer',
};

function Lines({ lines }: { lines: readonly Line[] }) {
  if (lines.length === 0) {
    return (
      <EmptyState icon={<Landmark aria-hidden size={26} />} title="No money has moved yet">
        Each sale and each payout will stand here on its own line.
      </EmptyState>
    );
  }
  return (
    <>
      <table className="w-full">
        <thead className="sr-only">
          <tr>
            <th scope="col">What</th>
            <th scope="col">Amount</th>
          </tr>
        </thead>
        <tbody>
          {lines.map((line, place) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a statement's lines have no id and never change their order
            <tr key={place} className="border-b border-line">
              <td className="py-3 pr-4">
                <span className="block font-semibold">{kinds[line.kind] ?? line.kind.replaceAll('_', ' ')}</span>
                <span className="block text-14 text-ink-3">
                  {dateTime(line.at)}
                  {line.orderId && (
                    <>
                      {' · '}
                      <Link
                        to="/orders/$orderId"
                        params={{ orderId: line.orderId }}
                        className="text-indigo underline underline-offset-2"
                      >
                        the order
                      </Link>
                    </>
                  )}
                </span>
              </td>
              <td
                className={classNames(
                  'figures py-3 text-right align-top font-semibold',
                  line.amount > 0 && 'text-moss',
                )}
              >
                {signed(line)}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {lines.length >= LINES_SHOWN && <EndOfList>The newest {LINES_SHOWN} lines.</EndOfList>}
    </>
  );
}

const signed = ({ amount, currency }: Line): string =>
  `${amount > 0 ? '+' : amount < 0 ? '−' : ''}${format({ amount: Math.abs(amount), currency })}`;

function BalanceSkeleton() {
  return (
    <div role="status" className="grid gap-3 sm:grid-cols-2">
      <span className="sr-only">Your balance is loading</span>
      <Skeleton className="h-32 w-full rounded-card" />
      <Skeleton className="h-32 w-full rounded-card" />
    </div>
  );
}
