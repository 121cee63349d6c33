import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { format, type Money } from '@videowindow/contract';
import type { StatementMonth } from '@videowindow/contract/api/commerce';
import { Card, EmptyState, Price, Section, Skeleton } from '@videowindow/ui';
import { ChevronRight, FileText, Landmark } from 'lucide-react';
import { useSite } from '../../../app/site.tsx';
import { Loaded } from '../../../lib/loaded.tsx';
import { read } from '../../../lib/queries.ts';
import { StudioPage } from '../../content/studio-nav.tsx';
import { days } from '../sale-words.ts';
import { monthTitle } from './money-words.ts';
import { MonthsChart } from './months-chart.tsx';
import { ComingSales, HeldSales } from './owed-sales.tsx';

/** What is owed to me and where it is, and the months that explain it. */
export function StudioBalancePage() {
  const balance = useQuery(read('GET /makers/me/balance'));
  const statements = useQuery(read('GET /makers/me/statements'));
  const funds = useQuery(read('GET /makers/me/funds'));
  const completeDays = useSite()?.completeDays;
  return (
    <StudioPage title="Balance">
      <Loaded query={balance} skeleton={<BalanceSkeleton />}>
        {({ held, frozen, debt, paidOut }) => (
          <div className="grid gap-3 sm:grid-cols-2">
            <Sum title="Held for you" value={held}>
              Paid by buyers. It is yours when they confirm{completeDays && `, or ${days(completeDays)} after delivery`}
              .
            </Sum>
            <Sum title="Sent to your account" value={paidOut}>
              From there it goes{' '}
              <Link to="/studio/payouts" className="text-indigo underline underline-offset-2">
                to your bank
              </Link>
              .
            </Sum>
            {frozen.amount !== 0 && (
              <Sum title="Frozen" value={frozen}>
                A buyer's bank disputes a payment. It is decided within some weeks.
              </Sum>
            )}
            {debt.amount !== 0 && (
              <Sum title="You owe" value={debt}>
                It went back to a buyer after it was paid out to you. Your next sales pay it.
              </Sum>
            )}
          </div>
        )}
      </Loaded>
      <Loaded query={funds} skeleton={<Skeleton className="mt-8 h-40 w-full rounded-card" />}>
        {({ held, coming }) => (
          <>
            <HeldSales held={held} />
            <ComingSales coming={coming} />
          </>
        )}
      </Loaded>
      <Loaded query={statements} skeleton={<Skeleton className="mt-8 h-64 w-full rounded-card" />}>
        {({ months, currency }) =>
          months.length === 0 ? (
            <div className="mt-8">
              <EmptyState icon={<Landmark aria-hidden size={26} />} title="No money has moved yet">
                After your first sale each month has a statement here that explains every cent.
              </EmptyState>
            </div>
          ) : (
            <>
              {months.length > 1 && (
                <div className="mt-8">
                  <MonthsChart months={months} currency={currency} />
                </div>
              )}
              <Section title="Statements" aside={<YearLinks months={months} />}>
                <Months months={months} currency={currency} />
              </Section>
              <FeeInvoices />
            </>
          )
        }
      </Loaded>
    </StudioPage>
  );
}

function Sum({ title, value, children }: { title: string; value: Money; children: React.ReactNode }) {
  return (
    <article aria-label={title} className="grid">
      <Card>
        <h3 className="text-14 font-semibold text-ink-2">{title}</h3>
        <Price value={value} size="large" />
        <p className="mt-1 text-14 text-ink-3">{children}</p>
      </Card>
    </article>
  );
}

/** The summaries for the tax return. */
function YearLinks({ months }: { months: readonly StatementMonth[] }) {
  const years = [...new Set(months.map(({ month }) => month.slice(0, 4)))];
  return (
    <span className="flex gap-3 text-14">
      {years.map((year) => (
        <Link key={year} to="/studio/tax/$year" params={{ year }} className="text-indigo underline underline-offset-2">
          All of {year}
        </Link>
      ))}
    </span>
  );
}

function Months({ months, currency }: { months: readonly StatementMonth[]; currency: string }) {
  return (
    <ul className="overflow-hidden rounded-card border border-line bg-sheet">
      {months.map(({ month, sums, closing }) => (
        <li key={month} className="border-b border-line last:border-b-0">
          <Link
            to="/studio/balance/$month"
            params={{ month }}
            className="flex min-h-16 items-center gap-4 px-4 py-3 transition-colors duration-120 hover:bg-ink/4"
          >
            <span className="min-w-0 grow">
              <span className="block font-semibold">{monthTitle(month)}</span>
              <span className="block text-14 text-ink-3">
                {[
                  sums.gross !== 0 && `Sold for ${format({ amount: sums.gross, currency })}`,
                  sums.refund !== 0 && `${format({ amount: 0 - sums.refund, currency })} given back`,
                  sums.paidOut !== 0 && `${format({ amount: 0 - sums.paidOut, currency })} sent`,
                ]
                  .filter(Boolean)
                  .join(' · ') || 'Nothing sold'}
              </span>
            </span>
            <span className="figures text-right">
              <span className="block text-12 text-ink-3">Owed then</span>
              <span className="block font-semibold">{format({ amount: closing, currency })}</span>
            </span>
            <ChevronRight aria-hidden size={18} className="shrink-0 text-ink-3" />
          </Link>
        </li>
      ))}
    </ul>
  );
}

/** What we write to the maker for our fee, when a month is over. */
function FeeInvoices() {
  const query = useQuery(read('GET /makers/me/fee-invoices'));
  return (
    <Section title="Our invoices to you">
      <Loaded query={query} skeleton={<Skeleton className="h-16 w-full rounded-card" />}>
        {({ items }) =>
          items.length === 0 ? (
            <p className="text-14 text-ink-3">When a month is over, our invoice for its fee is here.</p>
          ) : (
            <ul className="overflow-hidden rounded-card border border-line bg-sheet">
              {items.map(({ id, month, number, amount }) => (
                <li key={id} className="border-b border-line last:border-b-0">
                  <a
                    href={`/api/v1/makers/me/fee-invoices/${id}/file`}
                    download
                    className="flex min-h-14 items-center gap-4 px-4 py-3 transition-colors duration-120 hover:bg-ink/4"
                  >
                    <FileText aria-hidden size={20} className="shrink-0 text-ink-3" />
                    <span className="min-w-0 grow">
                      <span className="block font-semibold">
                        {amount.amount < 0 ? 'Credit note' : 'Fee'} of {monthTitle(month)}
                      </span>
                      <span className="block text-14 text-ink-3">Number {number}, PDF</span>
                    </span>
                    <span className="figures font-semibold">{format(amount)}</span>
                  </a>
                </li>
              ))}
            </ul>
          )
        }
      </Loaded>
    </Section>
  );
}

function BalanceSkeleton() {
  return (
    <div role="status" className="grid gap-3 sm:grid-cols-2">
      <span className="sr-only">Your balance is loading</span>
      <Skeleton className="h-32 w-full rounded-card" />
      <Skeleton className="h-32 w-full rounded-card" />
    </div>
  );
}
