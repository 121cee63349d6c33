import { Link } from '@tanstack/react-router';
import { format } from '@videowindow/contract';
import type { StatementMonth } from '@videowindow/contract/api/commerce';
import { classNames } from '@videowindow/ui';
import { monthLabel, monthTitle } from './money-words.ts';

/** What was sold in each of the last months, less what went back; the table below says the same in figures. */
export function MonthsChart({ months, currency }: { months: readonly StatementMonth[]; currency: string }) {
  const shown = months.slice(0, 12).reverse();
  const earned = (month: StatementMonth) =>
    Math.max(0, month.sums.gross + month.sums.fee + month.sums.tax + month.sums.refund);
  const most = Math.max(1, ...shown.map(earned));
  return (
    <figure>
      <ol aria-hidden className="flex h-36 items-end gap-1.5 border-b border-line sm:gap-3">
        {shown.map((month, index) => (
          <li key={month.month} className="flex h-full max-w-16 grow basis-0 flex-col justify-end">
            <Link
              to="/studio/balance/$month"
              params={{ month: month.month }}
              tabIndex={-1}
              title={`${monthTitle(month.month)}: ${format({ amount: earned(month), currency })}`}
              style={{ height: `${Math.max(3, (earned(month) / most) * 100)}%` }}
              className={classNames(
                'block rounded-t-control transition-colors duration-120',
                index === shown.length - 1 ? 'bg-kiln hover:bg-kiln-press' : 'bg-ink/20 hover:bg-ink/35',
              )}
            />
          </li>
        ))}
      </ol>
      <ol aria-hidden className="flex gap-1.5 pt-1 text-12 text-ink-3 sm:gap-3">
        {shown.map(({ month }) => (
          <li key={month} className="max-w-16 grow basis-0 text-center">
            {monthLabel(month)}
          </li>
        ))}
      </ol>
      <figcaption className="mt-2 text-14 text-ink-3">Earned in each month, in {currency}, after our fee.</figcaption>
    </figure>
  );
}
