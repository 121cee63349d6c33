import type { Payout } from '@videowindow/contract/api/commerce';
import type { Tone } from '@videowindow/ui';

export const payoutStates: Record<Payout['state'], { label: string; tone: Tone }> = {
  pending: { label: 'Being prepared', tone: 'info' },
  in_transit: { label: 'On its way', tone: 'info' },
  paid: { label: 'In the bank', tone: 'good' },
  failed: { label: 'Came back', tone: 'bad' },
  canceled: { label: 'Called off', tone: 'plain' },
};

export const payoutSteps: Record<Payout['state'], string> = {
  pending: 'Made ready by the provider',
  in_transit: 'Sent to the bank',
  paid: 'In the bank',
  failed: 'The bank sent it back',
  canceled: 'Called off',
};
