export const pieceStates = ['available', 'in_auction', 'locked', 'paused', 'sold', 'withdrawn'] as const;
export type PieceState = (typeof pieceStates)[number];
