// What people read about how a piece can be bought.
import { format } from '@videowindow/contract';
import type { AuctionState } from '@videowindow/contract/api/commerce';
import type { Sale } from '@videowindow/contract/api/discovery';

export const bids = (count: number): string => (count === 1 ? '1 bid' : `${count} bids`);
export const hours = (count: number): string => (count === 1 ? '1 hour' : `${count} hours`);
export const minutes = (count: number): string => (count === 1 ? 'minute' : `${count} minutes`);
export const days = (count: number): string => (count === 1 ? '1 day' : `${count} days`);
/** Whether bids are taken. In `closing` the hammer has fallen, and the winner is asked to pay. */
export const isRunning = (state: AuctionState['state']): boolean => state === 'live';

/** `Sent within 3 days`. */
export const handlingWords = (days: number): string => `Sent within ${days === 1 ? '1 day' : `${days} days`}`;

/** A fixed price as people read it: `$48.00`, or `from $48.00` where its kinds differ. */
export const fixedPriceWords = (sale: Sale): string => {
  const price = sale.askingPrice ? format(sale.askingPrice) : '';
  return sale.topPrice ? `from ${price}` : price;
};

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
      return sale.kind === 'fixed_price' ? 'Sold out' : 'Sold';
    case 'not_for_sale':
      return 'Not for sale';
  }
}
