import type { Money } from '@videowindow/contract';
import { format } from '@videowindow/contract';
import type { Lock } from '@videowindow/contract/api/commerce';
import { Package, Package2, Store } from 'lucide-react';
import { useId } from 'react';
import { type Delivery, deliveriesOf, shippingFor } from './lock-words.ts';

const row =
  'flex min-h-16 items-center gap-3.5 rounded-control border border-line bg-sheet px-4 py-3 transition-colors ' +
  'duration-120 hover:border-line-strong peer-checked:border-kiln peer-checked:ring-1 peer-checked:ring-kiln ' +
  'peer-focus-visible:outline-2 peer-focus-visible:outline-offset-2 peer-focus-visible:outline-indigo';

/** How to get the piece. A choice where the maker offers both, else a plain statement. */
export function DeliveryChoice(props: {
  lock: Lock;
  /** Where the buyer lives; null until they said so. */
  country: string | null;
  value: Delivery;
  onChange: (delivery: Delivery) => void;
}) {
  const { lock } = props;
  const name = useId();
  const ways = deliveriesOf(lock);
  const priceOf = (price: Money | null | undefined) => (price ? (price.amount > 0 ? format(price) : 'free') : '');
  const words = {
    together: {
      icon: <Package2 aria-hidden size={22} strokeWidth={1.75} className="shrink-0 text-ink-3" />,
      title: `Send it with order ${lock.together?.orderNumber ?? ''}`,
      note: 'In one parcel, to the same address.',
      price: priceOf(lock.together?.shipping),
    },
    ship: {
      icon: <Package aria-hidden size={22} strokeWidth={1.75} className="shrink-0 text-ink-3" />,
      title: lock.together ? 'Have it sent alone' : 'Have it sent',
      note: 'You give the address at the checkout.',
      price: priceOf(shippingFor(lock, props.country)),
    },
    pickup: {
      icon: <Store aria-hidden size={22} strokeWidth={1.75} className="shrink-0 text-ink-3" />,
      title: 'Fetch it yourself',
      note: `You show ${lock.maker.displayName} a code, and take it home.`,
      price: 'free',
    },
  };
  const body = (way: Delivery) => (
    <>
      {words[way].icon}
      <span className="min-w-0 grow">
        <span className="block font-semibold">{words[way].title}</span>
        <span className="block text-14 text-ink-3">{words[way].note}</span>
      </span>
      <span className="figures font-semibold">{words[way].price}</span>
    </>
  );
  const only = ways.length === 1 ? ways[0] : undefined;
  if (only) return <div className={row}>{body(only)}</div>;
  return (
    <fieldset>
      <legend className="mb-2 text-14 font-semibold text-ink-2">How do you want to get it?</legend>
      <div className="grid gap-2">
        {ways.map((way) => (
          <label key={way} className="cursor-pointer">
            <input
              type="radio"
              name={name}
              value={way}
              checked={props.value === way}
              onChange={() => props.onChange(way)}
              className="peer sr-only"
            />
            <span className={row}>{body(way)}</span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}
