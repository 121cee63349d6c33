// One month of a maker's money: every line, what it was for, and what was owed after it.
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import type { Answer } from '@videowindow/client';
import { format } from '@videowindow/contract';
import type { StatementLine } from '@videowindow/contract/api/commerce';
import { buttonClass, classNames, Page } from '@videowindow/ui';
import { Download } from 'lucide-react';
import { Loaded } from '../../../lib/loaded.tsx';
import { read } from '../../../lib/queries.ts';
import { useTitle } from '../../../lib/title.ts';
import { OrderLink } from '../order-link.tsx';
import { balanced, dayOf, entryWords, monthTitle, signed } from './money-words.ts';

const route = getRouteApi('/signed-in/makers/studio/balance/$month');

type Statement = Answer<'GET /makers/me/statements/:month'>;

export function StatementPage() {
  const { month } = route.useParams();
  const query = useQuery(read('GET /makers/me/statements/:month', { params: { month } }));
  useTitle(query.data ? `Statement of ${monthTitle(month)}` : 'Statement');
  return <Loaded query={query}>{(statement) => <StatementView statement={statement} />}</Loaded>;
}

function StatementView({ statement }: { statement: Statement }) {
  const { month, currency, opening, closing, lines, complete } = statement;
  return (
    <Page
      over={
        <Link to="/studio/balance" className="text-indigo underline underline-offset-2">
          Balance
        </Link>
      }
      title={monthTitle(month)}
      intro="Each line says what happened, and what was owed to you after it."
      actions={
        <a
          href={`/api/v1/makers/me/statements/${month}/file`}
          download
          className={buttonClass({ variant: 'secondary' })}
        >
          <Download aria-hidden size={18} />
          Save as CSV
        </a>
      }
    >
      <div className="overflow-hidden rounded-card border border-line bg-sheet">
        <Edge label={`Owed to you when ${monthTitle(month)} began`} amount={opening} currency={currency} />
        {lines.length === 0 ? (
          <p className="border-t border-line px-4 py-8 text-center text-ink-3">Nothing moved in this month.</p>
        ) : (
          <Lines lines={lines} currency={currency} />
        )}
        {!complete && (
          <p className="border-t border-line px-4 py-4 text-14 text-ink-3">
            This month has more lines than fit here. The CSV file has them all.
          </p>
        )}
        <Edge
          label={complete ? 'Owed to you at its end' : 'Owed to you at its end, with the lines of the file'}
          amount={closing}
          currency={currency}
          last
        />
      </div>
    </Page>
  );
}

function Edge({ label, amount, currency, last }: { label: string; amount: number; currency: string; last?: boolean }) {
  return (
    <div className={classNames('flex justify-between gap-4 bg-paper/60 px-4 py-3', last && 'border-t border-line')}>
      <span className="text-14 text-ink-2">{label}</span>
      <span className="figures font-semibold">{balanced(amount, currency)}</span>
    </div>
  );
}

/** A table where there is room; a list of small sums on a phone. */
function Lines({ lines, currency }: { lines: readonly StatementLine[]; currency: string }) {
  const cell = 'figures px-3 py-3 text-right align-top text-14 whitespace-nowrap';
  const head = 'px-3 py-2 text-right text-12 font-semibold text-ink-3';
  const taxed = lines.some(({ tax }) => tax !== 0);
  return (
    <>
      <table className="hidden w-full border-t border-line md:table">
        <thead>
          <tr className="border-b border-line">
            <th scope="col" className="px-4 py-2 text-left text-12 font-semibold text-ink-3">
              What
            </th>
            <th scope="col" className={head}>
              Price
            </th>
            <th scope="col" className={head}>
              Our fee
            </th>
            {taxed && (
              <th scope="col" className={head}>
                Tax we pay
              </th>
            )}
            <th scope="col" className={head}>
              Back, other
            </th>
            <th scope="col" className={head}>
              Sent
            </th>
            <th scope="col" className={classNames(head, 'pr-4')}>
              Owed after
            </th>
          </tr>
        </thead>
        <tbody>
          {lines.map((line, place) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a statement's lines have no id and never change their order
            <tr key={place} className="border-b border-line last:border-b-0">
              <td className="px-4 py-3">
                <What line={line} currency={currency} />
              </td>
              <td className={cell}>{signed(line.gross, currency)}</td>
              <td className={cell}>{signed(line.fee, currency)}</td>
              {taxed && <td className={cell}>{signed(line.tax, currency)}</td>}
              <td className={cell}>{signed(line.refund + line.other, currency)}</td>
              <td className={cell}>{signed(line.paidOut, currency)}</td>
              <td className={classNames(cell, 'pr-4 font-semibold')}>{balanced(line.balance, currency)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <ol className="border-t border-line md:hidden">
        {lines.map((line, place) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: as above
          <li key={place} className="border-b border-line px-4 py-3 last:border-b-0">
            <div className="flex justify-between gap-4">
              <What line={line} currency={currency} />
              <span className={classNames('figures shrink-0 font-semibold', line.net > 0 && 'text-moss')}>
                {signed(line.net, currency)}
              </span>
            </div>
            <p className="figures mt-1 flex flex-wrap justify-between gap-x-4 text-14 text-ink-3">
              <span>
                {line.fee !== 0 &&
                  `${balanced(line.gross + line.refund + line.other, currency)}, ${signed(line.fee, currency)} our fee${line.tax === 0 ? '' : `, ${signed(line.tax, currency)} tax`}`}
              </span>
              <span>Owed after: {balanced(line.balance, currency)}</span>
            </p>
          </li>
        ))}
      </ol>
    </>
  );
}

function What({ line, currency }: { line: StatementLine; currency: string }) {
  return (
    <span className="min-w-0">
      <span className="block font-semibold">{entryWords[line.kind]}</span>
      <span className="block text-14 text-ink-3">
        {dayOf(line.at)}
        {line.order && (
          <>
            {' · '}
            <OrderLink order={line.order} />
          </>
        )}
        {line.frozen > 0 && ` · ${format({ amount: line.frozen, currency })} frozen`}
      </span>
    </span>
  );
}
