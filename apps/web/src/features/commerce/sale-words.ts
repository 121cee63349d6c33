// What people read about how a piece can be bought.
import { format } from '@videowindow/contract';
import type { AuctionState, Shipping } from '@videowindow/contract/api/commerce';
import type { Sale } from '@videowindow/contract/api/discovery';

export const bids = (count: number): string => (count === 1 ? '1 bid' : `${count} bids`);
export const hours = (count: number): string => (count === 1 ? '1 hour' : `${count} hours`);
/** Whether bids are taken. In `closing` the hammer has fallen, and the winner is asked to pay. */
export const isRunning = (state: AuctionState['state']): boolean => state === 'live';

const regions = new Intl.DisplayNames(undefined, { type: 'region' });

/** `Ships to Portugal and Spain for $18.00 · pickup in Lisbon`. */
export function shippingWords(shipping: Shipping): string {
  const parts: string[] = [];
  for (const zone of shipping.zones) {
    parts.push(`Ships ${destinations(zone.countries)} ${zone.price.amount > 0 ? `for ${format(zone.price)}` : 'free'}`);
  }
  if (shipping.zones.length > 0) {
    parts.push(`sent within ${shipping.handlingDays === 1 ? '1 day' : `${shipping.handlingDays} days`}`);
  }
  if (shipping.pickup) parts.push(shipping.pickupPlace ? `Pickup in ${shipping.pickupPlace}` : 'Local pickup');
  return parts.join(' · ');
}

function destinations(codes: readonly string[]): string {
  if (codes.length === 0) return 'to the rest of the world';
  if (codes.length > 3) return `to ${codes.length} countries`;
  const names = codes.map((code) => regions.of(code) ?? code);
  return `to ${new Intl.ListFormat(undefined).format(names)}`;
}

/** One word or two for what a sale is now. */
export function saleLabel(sale: Sale): string {
  switch (sale.state) {
    case 'auction':
      return 'Auction';
    case 'open':
      return sale.acceptsOffers ? 'Open to offers' : 'For sale';
    case 'reserved':
      return 'Reserved';
    case 'sold':
      return 'Sold';
    case 'not_for_sale':
      return 'Not for sale';
  }
}
