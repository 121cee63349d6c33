// Sales whose money waits: why, since when, and until when where that is known.
import type { MakerFunds } from '@videowindow/contract/api/commerce';
import { Card, Price, StatusChip } from '@videowindow/ui';
import { date } from '../../../lib/dates.ts';
import { OrderLink } from '../order-link.tsx';
import { holdWords } from './money-words.ts';

export const HeldSales = ({ held }: Pick<MakerFunds, 'held'>) => (
  <ul className="grid gap-3">
    {held.map((sale) => (
      <HeldSale key={sale.orderId} sale={sale} />
    ))}
  </ul>
);

function HeldSale({ sale }: { sale: MakerFunds['held'][number] }) {
  const [first] = sale.reasons;
  return (
    <li>
      <Card className="flex flex-wrap items-start justify-between gap-3">
        <div className="min-w-0 grow basis-60">
          <div className="flex flex-wrap gap-2">
            {sale.reasons.map((reason) => (
              <StatusChip key={reason} tone="due">
                {holdWords[reason].label}
              </StatusChip>
            ))}
          </div>
          <p className="mt-2 font-semibold">
            <OrderLink order={{ id: sale.orderId, number: sale.number, title: sale.title }} />
          </p>
          {first && <p className="mt-1 text-14 text-ink-3">{holdWords[first].sentence}</p>}
          <p className="mt-1 text-14 text-ink-3">
            Since {date(sale.since)}
            {sale.until && `, until ${date(sale.until)} at the latest: then it goes back to the buyer by itself`}.
          </p>
        </div>
        <Price value={sale.amount} />
      </Card>
    </li>
  );
}
