// A year of sales on one page: for the tax return, and to be printed.
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import type { Answer } from '@videowindow/client';
import { format } from '@videowindow/contract';
import { Button, buttonClass, classNames, Page } from '@videowindow/ui';
import { Download, Printer } from 'lucide-react';
import { Loaded } from '../../../lib/loaded.tsx';
import { read } from '../../../lib/queries.ts';
import { useTitle } from '../../../lib/title.ts';
import { monthTitle } from './money-words.ts';

const route = getRouteApi('/signed-in/makers/studio/tax/$year');

type Year = Answer<'GET /makers/me/tax/:year'>;
type Sums = Year['total'] & { sales: number };

export function TaxPage() {
  const { year } = route.useParams();
  const query = useQuery(read('GET /makers/me/tax/:year', { params: { year } }));
  useTitle(`Sales in ${year}`);
  return <Loaded query={query}>{(summary) => <YearView summary={summary} />}</Loaded>;
}

function YearView({ summary }: { summary: Year }) {
  const { year, name, currency, months, sales, total } = summary;
  // Where makers owe the tax themselves it is a part of what they earn.
  const taxed = months.some(({ tax }) => tax !== 0);
  const owes = months.some(({ ownTax }) => ownTax !== 0);
  return (
    <Page
      over={
        <Link to="/studio/balance" className="text-indigo underline underline-offset-2 print:hidden">
          Balance
        </Link>
      }
      title={`Sales in ${year}`}
      intro={`${name} · all sums in ${currency}, months by UTC`}
      actions={
        <span className="flex gap-2 print:hidden">
          <a href={`/api/v1/makers/me/tax/${year}/file`} download className={buttonClass({ variant: 'secondary' })}>
            <Download aria-hidden size={18} />
            Save as CSV
          </a>
          <Button variant="secondary" onClick={() => print()}>
            <Printer aria-hidden size={18} />
            Print
          </Button>
        </span>
      }
    >
      <section
        aria-label={`Sales in ${year} by month`}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls sideways must be reached by the keyboard
        tabIndex={0}
        className="overflow-x-auto rounded-card border border-line bg-sheet"
      >
        <table className="w-full min-w-[40rem]">
          <thead>
            <tr className="border-b border-line text-12 text-ink-3">
              {titles(taxed, owes).map((title, column) => (
                <th
                  key={title}
                  scope="col"
                  className={classNames('px-3 py-2 font-semibold', column === 0 ? 'pl-4 text-left' : 'text-right')}
                >
                  {title}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {months.map((month) => (
              <Row key={month.month} label={monthTitle(month.month)} sums={month} {...{ currency, taxed, owes }} />
            ))}
          </tbody>
          <tfoot>
            <Row label={`All of ${year}`} sums={{ ...total, sales }} {...{ currency, taxed, owes }} total />
          </tfoot>
        </table>
      </section>
      <p className="mt-4 max-w-text text-14 text-ink-3">
        Earned is what buyers paid, less our fee{taxed && ', the tax'} and what went back to them.{' '}
        {taxed && 'The tax in your prices is collected and paid by us: it is not yours to pay. '}
        {owes &&
          `Of what you earned ${format({ amount: total.ownTax, currency })} is tax in your prices, which you pay yourself. `}
        What was sent to your account in {year}: {format({ amount: 0 - total.paidOut, currency })}. This is a summary of
        our books, not tax advice.
      </p>
    </Page>
  );
}

const titles = (taxed: boolean, owes: boolean) => [
  ...['Month', 'Sales', 'Sold for', 'Our fee'],
  ...(taxed ? ['Tax we pay'] : []),
  ...['Given back', 'Other', 'Earned'],
  ...(owes ? ['Of it tax'] : []),
];

function Row(props: { label: string; sums: Sums; currency: string; taxed: boolean; owes: boolean; total?: boolean }) {
  const { label, sums, currency, taxed, owes, total } = props;
  const nothing = sums.sales === 0 && sums.net === sums.paidOut && sums.gross === 0;
  const earned = sums.net - sums.paidOut;
  const amounts = [
    sums.gross,
    sums.fee,
    ...(taxed ? [sums.tax] : []),
    sums.refund,
    sums.other,
    earned,
    ...(owes ? [sums.ownTax] : []),
  ];
  return (
    <tr
      className={classNames(
        'figures text-14',
        total ? 'border-t-2 border-line font-semibold' : 'border-b border-line last:border-b-0',
        nothing && 'text-ink-3',
      )}
    >
      <th scope="row" className={classNames('py-2.5 pr-3 pl-4 text-left', total ? 'font-semibold' : 'font-normal')}>
        {label}
      </th>
      <td className="px-3 text-right">{sums.sales}</td>
      {amounts.map((amount, column) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the columns of a table
        <td key={column} className="px-3 text-right whitespace-nowrap last:pr-4">
          {format({ amount, currency })}
        </td>
      ))}
    </tr>
  );
}
