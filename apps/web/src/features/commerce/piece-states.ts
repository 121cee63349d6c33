import type { ListingRow } from '@videowindow/contract/api/commerce';
import type { Tone } from '@videowindow/ui';
import { type PieceState, pieceStates } from './piece-state-names.ts';

/** Where a piece stands by itself. */
const pieceStateWords: Record<PieceState, { label: string; tone: Tone }> = {
  available: { label: 'For sale', tone: 'good' },
  in_auction: { label: 'In auction', tone: 'live' },
  locked: { label: 'Being paid', tone: 'info' },
  sold: { label: 'Sold', tone: 'plain' },
  paused: { label: 'Paused', tone: 'due' },
  withdrawn: { label: 'Withdrawn', tone: 'plain' },
};

export const stateFilters = [
  { value: '', label: 'All pieces' },
  ...pieceStates.map((value) => ({ value, label: pieceStateWords[value].label })),
];

/** Where a piece stands, as its maker reads it. */
export const pieceChip = (piece: Pick<ListingRow, 'state' | 'kind' | 'storyListed'>): { label: string; tone: Tone } => {
  if (!piece.storyListed && piece.state === 'available') return { label: 'Story not shown yet', tone: 'due' };
  if (piece.state === 'sold' && piece.kind === 'fixed_price') return { label: 'Sold out', tone: 'plain' };
  return pieceStateWords[piece.state];
};

/** `3 left · 1 being paid`; nothing of a piece that is one. */
export const stockWords = ({ kind, unitsFree, unitsHeld }: ListingRow): string =>
  kind === 'offers'
    ? 'By offer and auction'
    : [`${unitsFree} left`, ...(unitsHeld > 0 ? [`${unitsHeld} being paid`] : [])].join(' · ');
