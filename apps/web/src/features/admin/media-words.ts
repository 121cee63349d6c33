import type { ManagedMedia } from '@videowindow/contract/api/media';
import type { Tone } from '@videowindow/ui';

export const mediaStateNames = ['uploading', 'uploaded', 'processing', 'failed', 'rejected', 'ready'] as const;
export type MediaStateName = (typeof mediaStateNames)[number];

export const stateWords: Record<ManagedMedia['state'], { label: string; tone: Tone }> = {
  uploading: { label: 'Being sent', tone: 'plain' },
  uploaded: { label: 'In line', tone: 'info' },
  processing: { label: 'Being made', tone: 'live' },
  ready: { label: 'Ready', tone: 'good' },
  rejected: { label: 'Refused', tone: 'due' },
  failed: { label: 'Failed', tone: 'bad' },
  deleting: { label: 'Being deleted', tone: 'plain' },
};

/** What went wrong; undefined where nothing did. */
export function errorOf({ state, rejection, failures }: ManagedMedia): string | undefined {
  if (rejection) return `${rejection.code}: ${rejection.sentence}`;
  if (state === 'failed') {
    if (failures === 0) return 'Stopped by hand.';
    return failures === 1 ? 'It failed once on our side.' : `It failed ${failures} times on our side.`;
  }
  return failures > 0
    ? `Failed ${failures === 1 ? 'once' : `${failures} times`} before; tried again by itself.`
    : undefined;
}
