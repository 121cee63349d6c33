import type { LedgerEntry } from '@videowindow/contract/api/desk';
import { dateTime } from '../../../lib/dates.ts';
import { signed } from '../../commerce/money/money-words.ts';
import { accountWords, bookedWords } from './desk-words.ts';

/** The entries of the ledger about a payment: what each account got and gave. */
export function LedgerEntries({ entries }: { entries: readonly LedgerEntry[] }) {
  if (entries.length === 0) return <p className="text-ink-3">No money has moved.</p>;
  return (
    <ol className="overflow-hidden rounded-card border border-line bg-sheet">
      {entries.map((entry) => (
        <li key={entry.id} className="border-b border-line px-4 py-3 last:border-b-0">
          <div className="flex flex-wrap justify-between gap-x-4">
            <span className="font-semibold">{bookedWords[entry.kind]}</span>
            <span className="text-14 text-ink-3">{dateTime(entry.at)}</span>
          </div>
          <dl className="mt-1 grid gap-0.5 text-14">
            {entry.lines.map(({ account, owner, amount }, line) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: an entry's lines never change
              <div key={line} className="flex justify-between gap-4">
                <dt className="text-ink-2">
                  {accountWords[account]}
                  {owner && ` · @${owner.handle}`}
                </dt>
                <dd className="figures whitespace-nowrap">{signed(amount.amount, amount.currency)}</dd>
              </div>
            ))}
          </dl>
        </li>
      ))}
    </ol>
  );
}
