// The sale state of a listing: whether the piece can be bought now. One piece is never both free and paid:
// `sold` is reached only from `locked`, and a lock is made only by leaving `available` or `in_auction`.
import type { Machine, Transitions } from '../machine.ts';

export type ListingState = 'available' | 'in_auction' | 'locked' | 'sold' | 'paused' | 'withdrawn';

export type ListingCommand =
  | 'openAuction'
  | 'endAuction'
  | 'lock'
  | 'release'
  | 'sell'
  | 'free'
  | 'pause'
  | 'resume'
  | 'withdraw';

/**
 * - `byMaker`: the maker asks.
 * - `auctionGoesOn`: the lock came from an auction whose second chance has not ended.
 * - `saleUndone`: the sale was cancelled or refunded.
 */
export type ListingGuard = 'byMaker' | 'auctionGoesOn' | 'saleUndone';

export const transitions = {
  available: {
    openAuction: [{ to: 'in_auction' }],
    lock: [{ to: 'locked' }],
    pause: [{ to: 'paused', when: ['byMaker'] }],
    withdraw: [{ to: 'withdrawn', when: ['byMaker'] }],
  },
  in_auction: {
    lock: [{ to: 'locked' }],
    endAuction: [{ to: 'available' }],
  },
  locked: {
    sell: [{ to: 'sold' }],
    release: [{ to: 'in_auction', when: ['auctionGoesOn'] }, { to: 'available' }],
  },
  sold: {
    free: [{ to: 'available', when: ['saleUndone'] }],
  },
  paused: {
    resume: [{ to: 'available', when: ['byMaker'] }],
    withdraw: [{ to: 'withdrawn', when: ['byMaker'] }],
  },
  withdrawn: {},
} as const satisfies Transitions<ListingState, ListingCommand, ListingGuard>;

export const listingMachine: Machine<ListingState, ListingCommand, ListingGuard> = {
  name: 'listing',
  initial: 'available',
  transitions,
};
