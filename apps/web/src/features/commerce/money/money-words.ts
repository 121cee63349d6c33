import { format } from '@videowindow/contract';
import type { HoldReason, MakerFunds, MoneySignal, StatementLine } from '@videowindow/contract/api/commerce';
import { date } from '../../../lib/dates.ts';

/** What moved the money, in a maker's words. */
export const entryWords: Record<StatementLine['kind'], string> = {
  sale: 'Sold',
  refund: 'Given back to the buyer',
  transfer: 'Sent to your account',
  reversal: 'Taken back from your account',
  shortfall: 'Still to be given back',
  netting: 'Given back out of a sale',
  return_label: 'A label that brings a piece back',
  dispute_frozen: "Frozen: the buyer's bank disputes it",
  dispute_unfrozen: 'Yours again: the bank agrees with you',
  dispute_lost: 'Lost: the bank agrees with the buyer',
  dispute_taken: 'Taken by a bank',
  dispute_given_back: 'Given back by a bank',
  dispute_fee: 'Fee of a dispute',
  provider_fee: 'Fee of the payment provider',
  refund_sent: 'Refund sent',
  refund_failed: 'A refund came back',
  quarantine: 'Put aside',
  withdrawal: 'Paid to the bank of the marketplace',
};

/** Why money waits, and what ends it. */
export const holdWords: Record<HoldReason, { label: string; sentence: string }> = {
  kyc: {
    label: 'Waits for your identity',
    sentence: 'It goes to your account by itself as soon as the payment provider knows who you are.',
  },
  issue: {
    label: 'A problem is open',
    sentence: 'It goes to your account when you and the buyer have settled the problem with the order.',
  },
  dispute: {
    label: "The buyer's bank disputes it",
    sentence: 'We answer the bank with what we know of the sale. It decides within some weeks.',
  },
  review: {
    label: 'We look at it',
    sentence: 'A person looks at your latest sales. It goes to your account by itself when all is well.',
  },
};

/** When the money of a sale comes that nothing holds back. */
export const comingWords = ({ state, completesAt }: MakerFunds['coming'][number]): string => {
  switch (state) {
    case 'awaiting_shipment':
      return 'Paid. It is yours when you have sent the piece and the buyer confirms.';
    case 'shipped':
      return 'The piece is on its way. The money is yours when the buyer confirms.';
    case 'delivered':
      return completesAt === null
        ? 'The piece is there. The money is yours when the buyer confirms.'
        : `The piece is there. The money is yours when the buyer confirms, on ${date(completesAt)} at the latest.`;
    default:
      return 'It is on its way to your account.';
  }
};

/** What looked unusual, to the maker. */
export const reviewWords: Record<MoneySignal, string> = {
  sales_jump: 'Much more was sold in a day than on a usual one of yours.',
  many_refunds: 'Many of your latest orders were given back.',
  same_card: 'One card has bought from you again and again.',
  provider: 'The payment provider has a question about your account.',
  by_hand: 'We want to look at your latest sales.',
};

/** `+$75.30`, `−$8.70`; nothing for nothing. */
export const signed = (amount: number, currency: string): string =>
  amount === 0 ? '' : `${amount > 0 ? '+' : ''}${balanced(amount, currency)}`;

/** `$75.30`, `−$8.70`, with the minus of the figures around it. */
export const balanced = (amount: number, currency: string): string =>
  `${amount < 0 ? '−' : ''}${format({ amount: Math.abs(amount), currency })}`;

const monthName = new Intl.DateTimeFormat(undefined, { month: 'long', year: 'numeric', timeZone: 'UTC' });
const monthShort = new Intl.DateTimeFormat(undefined, { month: 'short', timeZone: 'UTC' });

/** `November 2026` of `2026-11`. */
export const monthTitle = (month: string): string => monthName.format(new Date(`${month}-01T00:00:00Z`));
export const monthLabel = (month: string): string => monthShort.format(new Date(`${month}-01T00:00:00Z`));

const day = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short', timeZone: 'UTC' });

/** The day of a line, by the same clock as its month. */
export const dayOf = (instant: string): string => day.format(new Date(instant));
