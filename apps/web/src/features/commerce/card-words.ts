// A saved card in words.
import type { SavedCard } from '@videowindow/contract/api/commerce';
import { format, type Money } from '@videowindow/contract/money';

const brands: Record<string, string> = {
  amex: 'American Express',
  cartes_bancaires: 'Cartes Bancaires',
  diners: 'Diners Club',
  discover: 'Discover',
  eftpos_au: 'Eftpos',
  jcb: 'JCB',
  link: 'Link',
  mastercard: 'Mastercard',
  unionpay: 'UnionPay',
  visa: 'Visa',
};

/** The provider's word for a kind of card, as people know it. */
export const brandName = (brand: string): string => brands[brand] ?? 'Card';

/** `Good until 12/2034`, or since when it is not. */
export const expiryWords = ({ expMonth, expYear, expired }: SavedCard): string => {
  const month = `${String(expMonth).padStart(2, '0')}/${expYear}`;
  return expired ? `Was good until ${month}` : `Good until ${month}`;
};

/** `Visa ending in 4242` */
export const spokenCard = ({ brand, last4 }: SavedCard): string => `${brandName(brand)} ending in ${last4}`;

/** What somebody may do who has saved none; `upTo` is the most they may bid, null where a card changes nothing. */
export const withoutCard = (upTo: Money | null): string => {
  if (upTo === null) return 'You can buy without one.';
  return upTo.amount === 0
    ? 'You can buy without one. To bid or offer you need one, since payments were missed.'
    : `You can buy without one, and bid or offer up to ${format(upTo)}. For more, makers want to know that you can pay.`;
};
