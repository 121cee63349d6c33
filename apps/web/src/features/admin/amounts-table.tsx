import type { ReactNode } from 'react';
import { bytesText } from '../content/bytes.ts';

const count = new Intl.NumberFormat();

export type AmountRow = { key: string; name: ReactNode; bytes: number; objects: number };

/** Amounts side by side: each with a bar as long as its part of the largest, and in numbers. */
export function AmountsTable({ of, rows, total }: { of: string; rows: readonly AmountRow[]; total: number }) {
  const most = Math.max(1, ...rows.map(({ bytes }) => bytes));
  return (
    <div className="overflow-x-auto rounded-card border border-line bg-sheet">
      <table className="w-full text-left text-14">
        <thead>
          <tr className="border-b border-line text-12 text-ink-3">
            <th scope="col" className="px-4 py-2 font-semibold">
              {of}
            </th>
            <th scope="col" className="px-2 py-2 text-right font-semibold">
              Size
            </th>
            <th scope="col" className="px-2 py-2 text-right font-semibold">
              Share
            </th>
            <th scope="col" className="hidden px-4 py-2 text-right font-semibold sm:table-cell">
              Files
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ key, name, bytes, objects }) => (
            <tr key={key} className="border-b border-line last:border-0">
              <th scope="row" className="w-full min-w-40 px-4 py-2.5 font-normal">
                <span className="block">{name}</span>
                <span aria-hidden className="mt-1.5 block h-1.5 rounded-full bg-ink/6">
                  {bytes > 0 && (
                    <span
                      className="block h-full min-w-0.5 rounded-full bg-indigo"
                      style={{ width: `${(bytes / most) * 100}%` }}
                    />
                  )}
                </span>
              </th>
              <td className="figures px-2 py-2.5 text-right whitespace-nowrap">{bytesText(bytes)}</td>
              <td className="figures px-2 py-2.5 text-right whitespace-nowrap text-ink-3">
                {total === 0 ? '–' : `${Math.round((bytes / total) * 100)}%`}
              </td>
              <td className="figures hidden px-4 py-2.5 text-right whitespace-nowrap text-ink-3 sm:table-cell">
                {count.format(objects)}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
