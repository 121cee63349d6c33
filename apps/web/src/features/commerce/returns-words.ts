import type { ReturnsPolicy } from '@videowindow/contract/api/commerce';

/** What is promised about sending a piece back, in a sentence. */
export function returnsWords({ days, postage }: ReturnsPolicy): string {
  if (days === 0) return 'No returns, beyond what the law gives you.';
  return `Returns within ${days} days; ${postage === 'maker' ? 'the maker pays for the parcel' : 'you pay for the parcel'}.`;
}

export const returnChoices = [
  { value: '0', days: 0, label: 'No returns' },
  { value: '14', days: 14, label: 'Within 14 days' },
  { value: '30', days: 30, label: 'Within 30 days' },
  { value: '60', days: 60, label: 'Within 60 days' },
] as const;
