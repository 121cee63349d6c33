// What belongs to an order beside its timeline: where it goes, and where the money goes.
import { format, subtract } from '@videowindow/contract';
import type { Address, Order } from '@videowindow/contract/api/commerce';
import { Card, IconButton, useVoice } from '@videowindow/ui';
import { Copy } from 'lucide-react';
import type { Side } from './order-words.ts';
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

/** As it is written on a parcel. */
const addressLines = (address: Address): string[] =>
  [
    address.name,
    address.line1,
    address.line2,
    [address.postalCode, address.city].filter(Boolean).join(' '),
    address.region,
    countryName(address.country),
  ].filter((line): line is string => Boolean(line));

export function AddressCard({ address, side }: { address: Address; side: Side }) {
  const lines = addressLines(address);
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
            <CopyButton label="Copy the address" text={lines.join('\n')} />
          </span>
        </>
      )}
    </Card>
  );
}

export function CopyButton({ label, text }: { label: string; text: string }) {
  const { toast } = useVoice();
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
      toast({ text: 'Copied.' });
    } catch {
      // No clipboard on plain http, or refused: it can be selected by hand.
      toast({ text: 'Copying is not possible here. Select the text and copy it.', tone: 'bad' });
    }
  };
  return <IconButton label={label} icon={<Copy aria-hidden size={18} />} onClick={() => void copy()} />;
}

/** What was paid; for the maker also what the marketplace keeps and what is left. */
export function OrderSum({ order, side }: { order: Order; side: Side }) {
  const parts = [
    { label: 'The piece', amount: order.item },
    ...(order.delivery === 'ship' ? [{ label: 'Shipping', amount: order.shipping }] : []),
  ];
  return (
    <Card>
      {side === 'maker' && order.fee ? (
        <SumLines
          lines={[...parts, { label: 'Our fee', amount: order.fee, minus: true }]}
          total={subtract(order.total, order.fee)}
          label={order.state === 'completed' ? 'Paid to you' : 'You get'}
        />
      ) : (
        <SumLines lines={parts} total={order.total} label="Paid" />
      )}
    </Card>
  );
}

/** `incl. $18.00 shipping`, under the price. */
export const inclusive = (order: Order): string | undefined =>
  order.shipping.amount > 0 ? `incl. ${format(order.shipping)} shipping` : undefined;
