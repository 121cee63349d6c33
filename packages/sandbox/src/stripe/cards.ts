// Stripe's test card numbers and what becomes of a payment with them. Source: https://docs.stripe.com/testing
import type { DisputePlan } from './disputes.ts';

export interface Card {
  readonly number: string;
  readonly brand: 'visa' | 'mastercard' | 'amex' | 'bank';
  readonly label: string;
  readonly decline: { code: string; declineCode: string; message: string } | null;
  /** Its bank lets it be saved, and declines when it is charged. */
  readonly savable?: true;
  /** What its bank does with refunds: takes them an hour later, or sends them back. */
  readonly refund?: 'slow' | 'fails';
  /** What its owner's bank does once it has paid. */
  readonly dispute?: DisputePlan;
  /** No card but a bank account: it promises at once, and pays or does not an hour later. */
  readonly later?: 'pays' | 'fails';
}

export const TEST_CARDS: readonly Card[] = [
  { number: '4242424242424242', brand: 'visa', label: 'Pays', decline: null },
  {
    number: '4000000000000002',
    brand: 'visa',
    label: 'Is declined',
    decline: { code: 'card_declined', declineCode: 'generic_decline', message: 'Your card was declined.' },
  },
  {
    number: '4000000000009995',
    brand: 'visa',
    label: 'Has too little money',
    decline: { code: 'card_declined', declineCode: 'insufficient_funds', message: 'Your card has insufficient funds.' },
  },
  {
    number: '4000000000000069',
    brand: 'visa',
    label: 'Has expired',
    decline: { code: 'expired_card', declineCode: 'expired_card', message: 'Your card has expired.' },
  },
  {
    number: '4000000000000259',
    brand: 'visa',
    label: 'Pays, and is disputed as not theirs',
    decline: null,
    dispute: { reason: 'fraudulent', inquiry: false },
  },
  {
    number: '4000000000002685',
    brand: 'visa',
    label: 'Pays, and is disputed as not received',
    decline: null,
    dispute: { reason: 'product_not_received', inquiry: false },
  },
  {
    number: '4000000000001976',
    brand: 'visa',
    label: 'Pays, and the bank asks about it',
    decline: null,
    dispute: { reason: 'fraudulent', inquiry: true },
  },
  {
    number: '4000000000000341',
    brand: 'visa',
    label: 'Can be saved, and is declined when it is charged',
    decline: { code: 'card_declined', declineCode: 'generic_decline', message: 'Your card was declined.' },
    savable: true,
  },
  { number: '4000000000007726', brand: 'visa', label: 'Pays; a refund takes an hour', decline: null, refund: 'slow' },
  { number: '4000000000005126', brand: 'visa', label: 'Pays; a refund comes back', decline: null, refund: 'fails' },
  { number: '5555555555554444', brand: 'mastercard', label: 'Pays (Mastercard)', decline: null },
];

/** Accounts that are debited. Source: https://docs.stripe.com/payments/ach-direct-debit/accept-a-payment#test-account-numbers */
export const TEST_ACCOUNTS: readonly Card[] = [
  { number: '000123456789', brand: 'bank', label: 'Bank account: pays an hour later', decline: null, later: 'pays' },
  {
    number: '000111111113',
    brand: 'bank',
    label: 'Bank account: promises, and does not pay',
    decline: { code: 'account_closed', declineCode: 'account_closed', message: 'The bank account has been closed.' },
    later: 'fails',
  },
];

/** The test card or account of that number, spaces ignored. Any other number is neither. */
export function findCard(number: string): Card | undefined {
  const digits = number.replace(/\D/g, '');
  return [...TEST_CARDS, ...TEST_ACCOUNTS].find((card) => card.number === digits);
}

/** The same for one card, whoever uses it: how one card behind two people is noticed. */
export function fingerprintOf(card: Card): string {
  return `sandbox${card.number.slice(-9)}`;
}
