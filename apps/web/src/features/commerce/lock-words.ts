// What a sale lock is to the person it is for.
import { add, type Money } from '@videowindow/contract';
import type { Lock } from '@videowindow/contract/api/commerce';
import { isOnePrice, postageOf, zoneOf } from '@videowindow/contract/shipping';

/** `together`: in the parcel of another order that waits to be sent. */
export type Delivery = 'ship' | 'pickup' | 'together';

/**
 * - `open`: can be paid now. `processing`: the bank is deciding. `paid`: the server has the money.
 * - `ending`: being let go; a payment on its way still wins. `gone`: no longer held.
 */
export type LockStage = 'open' | 'processing' | 'paid' | 'ending' | 'gone';

export function stageOf(lock: Lock): LockStage {
  switch (lock.state) {
    case 'paid':
      return 'paid';
    case 'processing':
      return 'processing';
    case 'releasing':
      return 'ending';
    case 'released':
      return 'gone';
    case 'held':
    case 'checkout_open':
      // The time is over and the server's timer is on its way.
      return lock.possible.includes('checkout') ? 'open' : 'ending';
  }
}

/** How soon to ask again, in ms; false when nothing will change any more. */
export function askAgainMs(lock: Lock | undefined): number | false {
  if (!lock) return false;
  switch (stageOf(lock)) {
    case 'open':
      return 15_000;
    case 'processing':
    case 'ending':
      return 2_500;
    case 'paid':
      return lock.orderId ? false : 1_000;
    case 'gone':
      return false;
  }
}

/** How the piece came to be held. */
export const reasonWords: Record<Lock['reason'], string> = {
  auction: 'You won the auction',
  offer: 'Your offer was accepted',
  second_chance: 'A second chance',
  fixed_price: 'Almost yours',
  buy_now: 'Almost yours',
};

/** What sending it to a country costs (ISO 3166, null: not said yet); null when it is not sent there, or needs one. */
export function shippingFor(lock: Lock, country: string | null): Money | null {
  const zone = country === null ? (isOnePrice(lock.zones) ? lock.zones[0] : null) : zoneOf(lock.zones, country);
  return zone ? postageOf(zone, lock.quantity) : null;
}

/** What is to pay when it is sent for so much, or fetched. */
export const totalFor = (lock: Lock, delivery: Delivery, shipping: Money | null = lock.shipping): Money =>
  delivery === 'pickup' || !lock.shippable || !shipping ? lock.item : add(lock.item, shipping);

/** Which kind and how many: `Small · 2 pieces`. */
export const chosenWords = ({ options, quantity }: Pick<Lock, 'options' | 'quantity'>): string =>
  [...options.map(({ value }) => value), ...(quantity > 1 ? [`${quantity} pieces`] : [])].join(' · ');

/** The ways to get the piece that its maker offers; sent first, at best with another. */
export const deliveriesOf = (lock: Lock): Delivery[] => [
  ...(lock.together ? (['together'] as const) : []),
  ...(lock.shippable ? (['ship'] as const) : []),
  ...(lock.pickup ? (['pickup'] as const) : []),
];

/** Why it is not held any more: a title and a sentence. */
export function goneWords(lock: Lock): { title: string; sentence: string } {
  switch (lock.released) {
    case 'declined':
      return { title: 'You let it go', sentence: 'You said no, and that is fine. Nothing was charged.' };
    case 'failed':
      return {
        title: 'The payment did not go through',
        sentence: 'The time to pay ended with it, so the piece is no longer held. Nothing was charged.',
      };
    case 'cancelled':
      return lock.reason === 'buy_now'
        ? {
            title: 'Somebody was faster',
            sentence:
              'The auction ended before you had paid. Nothing was charged; a payment that still arrives goes back.',
          }
        : { title: 'The sale was cancelled', sentence: 'The piece is no longer held for you. Nothing was charged.' };
    case 'expired':
    case null:
      return {
        title: 'The time to pay is over',
        sentence:
          'The piece is no longer held for you. Nothing was charged, and should a payment still arrive, it goes back in full.',
      };
  }
}
