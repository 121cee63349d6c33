// What the figures of storage are called.
import type { StorageReport } from '@videowindow/contract/api/storage';

type Kind = StorageReport['byKind'][number];

const kinds: Record<Kind['kind'], string> = {
  original: 'Originals, as they were sent',
  stream: 'Streams',
  mp4: 'Short clips in one file',
  picture: 'Pictures, covers and previews',
  captions: 'Captions',
  other: 'Something else',
};

/** `v720` of the ladder is 720p, `a720` the same in AV1. */
const renditionText = (rendition: string): string => {
  if (rendition === 'audio') return 'sound only';
  const [, coder, side] = /^([va])?(\d+)$/.exec(rendition) ?? [];
  if (side === undefined) return rendition;
  return coder === 'a' ? `${side}p in AV1` : `${side}p`;
};

export const kindText = ({ kind, rendition }: Pick<Kind, 'kind' | 'rendition'>): string => {
  if (rendition !== null) return `${kinds[kind]}, ${renditionText(rendition)}`;
  return kind === 'stream' ? 'Playlists of streams' : kinds[kind];
};

/** `ages` rise; each holds what is younger than the next. */
export function ageText(ages: readonly { fromDays: number }[], at: number): string {
  const from = ages[at]?.fromDays ?? 0;
  const to = ages[at + 1]?.fromDays;
  if (to === undefined) return `Older than ${from} days`;
  return from === 0 ? `The last ${to} days` : `${from} to ${to} days`;
}
