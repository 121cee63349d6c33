// What belongs to an order beside its timeline: where it goes, and where the money goes.
import { format, subtract } from '@videowindow/contract';
import type { Address, Order } from '@videowindow/contract/api/commerce';
import { multiply } from '@videowindow/contract/money';
import { Button, Card, IconButton, useVoice } from '@videowindow/ui';
import { Copy, FileText } from 'lucide-react';
import { useSite } from '../../app/site.tsx';
import { dateTime } from '../../lib/dates.ts';
import type { Side } from './order-words.ts';
import { returnsWords } from './returns-words.ts';
import { days } from './sale-words.ts';
import { SumLines } from './sum-lines.tsx';

const regions = new Intl.DisplayNames(undefined, { type: 'region' });

const countryName = (code: string): string => {
  try {
    return regions.of(code) ?? code;
  } catch {
    // Written out already.
    return code;
  }
};

/** Where the region stands beside the town and the code after both: `Portland, OR 97205`. */
const REGION_FIRST = new Set(['US', 'CA', 'AU']);

const townLines = ({ city, region, postalCode, country }: Address): (string | null)[] =>
  REGION_FIRST.has(country)
    ? [[[city, region].filter(Boolean).join(', '), postalCode].filter(Boolean).join(' ')]
    : [[postalCode, city].filter(Boolean).join(' '), region];

/** As it is written on a parcel. */
export const addressLines = (address: Address): string[] =>
  [address.name, address.line1, address.line2, ...townLines(address), countryName(address.country)].filter(
    (line): line is string => Boolean(line),
  );

export function AddressCard({ address, side }: { address: Address; side: Side }) {
  const lines = addressLines(address);
  const copy = useCopy();
  return (
    <Card className="relative">
      <h2 className="mb-1.5 text-14 font-semibold text-ink-2">Goes to</h2>
      <address className="not-italic">
        {lines.map((line, place) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the lines of one address
          <span key={place} className="block">
            {line}
          </span>
        ))}
      </address>
      {side === 'maker' && (
        <>
          <p className="mt-2 text-14 text-ink-3">Shown to you until it has arrived.</p>
          <span className="absolute top-1.5 right-1.5">
            <IconButton
              label="Copy the address"
              icon={<Copy aria-hidden size={18} />}
              onClick={() => void copy(lines.join('\n'))}
            />
          </span>
        </>
      )}
    </Card>
  );
}

function useCopy(): (text: string) => Promise<void> {
  const { toast } = useVoice();
  return async (text) => {
    try {
      await navigator.clipboard.writeText(text);
      toast({ text: 'Copied.' });
    } catch {
      // No clipboard on plain http, or refused: it can be selected by hand.
      toast({ text: 'Copying is not possible here. Select the text and copy it.', tone: 'bad' });
    }
  };
}

/** The number of a parcel that is on its way, for the carrier's own page. */
export function TrackingNumber({ shipment }: { shipment: NonNullable<Order['shipment']> }) {
  const copy = useCopy();
  return (
    <Button
      variant="secondary"
      size="small"
      icon={<Copy aria-hidden size={16} />}
      onClick={() => void copy(shipment.trackingNumber)}
    >
      Copy the tracking number
    </Button>
  );
}

/** `Tea bowl, Small × 2`; the piece's name is on the page, unless it comes in kinds. */
export const lineWords = ({ title, options, quantity }: Order['lines'][number]): string =>
  options.length === 0 && quantity === 1
    ? 'The piece'
    : [title, ...options.map(({ value }) => value)].join(', ') + (quantity > 1 ? ` × ${quantity}` : '');

/** `$15.71 of it are tax, 23 %.`, and for the maker who pays it. */
const taxWords = ({ bps, amount, owedBy }: NonNullable<Order['tax']>, side: Side): string => {
  const words = `${format(amount)} of it are tax${bps === null ? '' : `, ${bps / 100} %`}.`;
  if (side === 'buyer') return words;
  return owedBy === 'marketplace' ? `${words} We collect and pay it.` : `${words} It is yours to pay.`;
};

/** What was paid; for the maker also what the marketplace keeps and what is left. */
export function OrderSum({ order, side }: { order: Order; side: Side }) {
  const parts = [
    ...order.lines.map((line) => ({ label: lineWords(line), amount: multiply(line.unit, line.quantity) })),
    ...(order.delivery === 'ship' ? [{ label: 'Shipping', amount: order.shipping }] : []),
  ];
  const ourTax =
    order.tax?.owedBy === 'marketplace' ? [{ label: 'Tax that we pay', amount: order.tax.amount, minus: true }] : [];
  const back = order.refunded.amount > 0 && (
    <p className="figures mt-3 text-14 text-ink-2">
      {order.refunded.amount === order.total.amount
        ? `All of it, ${format(order.refunded)}, ${side === 'buyer' ? 'goes back the way you paid' : 'goes back to the buyer'}.`
        : side === 'buyer'
          ? `${format(order.refunded)} of it go back the way you paid.`
          : `${format(order.refunded)} of it go back to the buyer, your part and our fee in proportion.`}
    </p>
  );
  return (
    <Card>
      {side === 'maker' && order.fee ? (
        <SumLines
          lines={[...parts, { label: 'Our fee', amount: order.fee, minus: true }, ...ourTax]}
          total={ourTax.reduce((sum, { amount }) => subtract(sum, amount), subtract(order.total, order.fee))}
          label={order.state === 'completed' && order.refunded.amount === 0 ? 'Paid to you' : 'Your part'}
        />
      ) : (
        <>
          <SumLines lines={parts} total={order.total} label="Paid" />
          <p className="mt-2 text-14 text-ink-3">{returnsWords(order.returns)}</p>
        </>
      )}
      {order.tax && <p className="figures mt-2 text-14 text-ink-3">{taxWords(order.tax, side)}</p>}
      {back}
      {order.invoices.length > 0 && (
        <ul className="mt-4 grid gap-1 border-t border-line pt-3">
          {order.invoices.map((invoice) => (
            <li key={invoice.id}>
              <a
                href={`/api/v1/orders/${order.id}/invoices/${invoice.id}`}
                download
                className="inline-flex min-h-11 items-center gap-2 text-indigo underline underline-offset-2"
              >
                <FileText aria-hidden size={18} />
                {invoice.kind === 'invoice' ? 'Invoice' : `Credit note over ${format(invoice.amount)}`} (PDF)
              </a>
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}

/** `incl. $18.00 shipping`, under the price. */
export const inclusive = (order: Order): string | undefined =>
  order.shipping.amount > 0 ? `incl. ${format(order.shipping)} shipping` : undefined;

/** After 'paid when they confirm': the moment at which it happens anyway. */
export function OrByItself({ order }: { order: Order }) {
  const completeDays = useSite()?.completeDays;
  if (order.completesAt) return `, or by itself on ${dateTime(order.completesAt)}`;
  return completeDays === undefined ? null : `, or ${days(completeDays)} after delivery`;
}
