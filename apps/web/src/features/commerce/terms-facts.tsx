// What else a buyer relies on: whether it may be sent back, and what the maker added since.
import type { Sale } from '@videowindow/contract/api/discovery';
import { dateTime } from '../../lib/dates.ts';
import { returnsWords } from './returns-words.ts';
import { ShippingFacts } from './shipping-facts.tsx';

export function TermsFacts({ sale }: { sale: Sale }) {
  const isOver = sale.state === 'sold' || sale.state === 'not_for_sale';
  return (
    <>
      {sale.shipping && !isOver && (
        <div>
          <ShippingFacts shipping={sale.shipping} />
          {sale.returns && <p className="text-14 text-ink-3">{returnsWords(sale.returns)}</p>}
        </div>
      )}
      {sale.additions.length > 0 && (
        <section className="grid gap-2 border-l-2 border-line pl-4">
          <h3 className="text-14 font-semibold text-ink-2">Added by the maker</h3>
          {sale.additions.map(({ at, text }) => (
            <p key={at} className="text-14">
              <span className="block text-ink-3">{dateTime(at)}</span>
              {text}
            </p>
          ))}
        </section>
      )}
    </>
  );
}
