// Sales whose money was not sent so far: how far each is, or why it waits, and until when where that is known.
import type { MakerFunds } from '@videowindow/contract/api/commerce';
import { Button, Card, Price, Section, StatusChip } from '@videowindow/ui';
import { useState } from 'react';
import { date } from '../../../lib/dates.ts';
import { OrderLink } from '../order-link.tsx';
import { comingWords, holdWords } from './money-words.ts';

type Sale = MakerFunds['held'][number];

const SHOWN_FIRST = 10;

/** What something holds back. */
export const HeldSales = ({ held }: Pick<MakerFunds, 'held'>) => (
  <OwedSales title="Held for now" sales={held}>
    {(sale) => <Why sale={sale} />}
  </OwedSales>
);

/** What comes when its order is complete. */
export const ComingSales = ({ coming }: Pick<MakerFunds, 'coming'>) => (
  <OwedSales title="On its way to you" sales={coming}>
    {(sale) => <p className="mt-1 text-14 text-ink-3">{comingWords(sale)}</p>}
  </OwedSales>
);

function OwedSales({
  title,
  sales,
  children,
}: {
  title: string;
  sales: readonly Sale[];
  children: (sale: Sale) => React.ReactNode;
}) {
  const [all, setAll] = useState(false);
  if (sales.length === 0) return null;
  return (
    <Section title={title}>
      <ul className="grid gap-3">
        {(all ? sales : sales.slice(0, SHOWN_FIRST)).map((sale) => (
          <li key={sale.orderId}>
            <Card className="flex flex-wrap items-start justify-between gap-3">
              <div className="min-w-0 grow basis-60">
                <p className="font-semibold">
                  <OrderLink order={{ id: sale.orderId, number: sale.number, title: sale.title }} />
                </p>
                {children(sale)}
              </div>
              <Price value={sale.amount} />
            </Card>
          </li>
        ))}
      </ul>
      {!all && sales.length > SHOWN_FIRST && (
        <Button variant="secondary" className="mt-3" onClick={() => setAll(true)}>
          Show all {sales.length}
        </Button>
      )}
    </Section>
  );
}

function Why({ sale }: { sale: Sale }) {
  const [first] = sale.reasons;
  return (
    <>
      <div className="mt-2 flex flex-wrap gap-2">
        {sale.reasons.map((reason) => (
          <StatusChip key={reason} tone="due">
            {holdWords[reason].label}
          </StatusChip>
        ))}
      </div>
      {first && <p className="mt-2 text-14 text-ink-3">{holdWords[first].sentence}</p>}
      <p className="mt-1 text-14 text-ink-3">
        Since {date(sale.since)}.
        {sale.until && ` On ${date(sale.until)} at the latest the problem is over: then it goes back to the buyer.`}
        {sale.answerBy && ` The bank has our answer by ${date(sale.answerBy)}.`}
      </p>
    </>
  );
}
