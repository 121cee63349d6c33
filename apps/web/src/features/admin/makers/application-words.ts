import type { Application } from '@videowindow/contract/api/makers';
import type { Tone } from '@videowindow/ui';

export const applicationStates: Record<Application['state'], { label: string; tone: Tone }> = {
  waiting: { label: 'Waits for you', tone: 'due' },
  approved: { label: 'A maker', tone: 'good' },
  declined: { label: 'Declined', tone: 'plain' },
  withdrawn: { label: 'Taken back', tone: 'plain' },
};
