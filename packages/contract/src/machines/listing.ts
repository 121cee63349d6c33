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
 * - `unitsLeft`, `unitsHeld`, `noneHeld`: of a piece sold at a fixed price, after this step a unit can still be bought;
 *   some are, or none is, held for buyers who are paying.
 * - `onVacation`: its maker is away, so that nothing becomes available.
 */
export type ListingGuard =
  | 'byMaker'
  | 'auctionGoesOn'
  | 'saleUndone'
  | 'unitsLeft'
  | 'unitsHeld'
  | 'noneHeld'
  | 'onVacation';

export const transitions = {
  available: {
    openAuction: [{ to: 'in_auction' }],
    lock: [{ to: 'available', when: ['unitsLeft'] }, { to: 'locked' }],
    // Of several units: the others can still be bought.
    sell: [{ to: 'available', when: ['unitsLeft'] }],
    release: [{ to: 'available', when: ['unitsLeft'] }],
    free: [{ to: 'available', when: ['saleUndone'] }],
    pause: [{ to: 'paused', when: ['byMaker'] }],
    withdraw: [{ to: 'withdrawn', when: ['byMaker', 'noneHeld'] }],
  },
  in_auction: {
    lock: [{ to: 'locked' }],
    // Auctions go on while the maker is away; what comes back from them waits.
    endAuction: [{ to: 'paused', when: ['onVacation'] }, { to: 'available' }],
  },
  locked: {
    sell: [{ to: 'locked', when: ['unitsHeld'] }, { to: 'sold' }],
    release: [
      { to: 'in_auction', when: ['auctionGoesOn'] },
      { to: 'paused', when: ['onVacation'] },
      { to: 'available' },
    ],
    free: [
      { to: 'paused', when: ['saleUndone', 'onVacation'] },
      { to: 'available', when: ['saleUndone'] },
    ],
  },
  sold: {
    free: [
      { to: 'paused', when: ['saleUndone', 'onVacation'] },
      { to: 'available', when: ['saleUndone'] },
    ],
  },
  paused: {
    // What was held before the pause is still paid for, or let go.
    sell: [{ to: 'paused', when: ['unitsLeft'] }, { to: 'paused', when: ['unitsHeld'] }, { to: 'sold' }],
    release: [{ to: 'paused' }],
    free: [{ to: 'paused', when: ['saleUndone'] }],
    resume: [{ to: 'available', when: ['byMaker', 'unitsLeft'] }],
    withdraw: [{ to: 'withdrawn', when: ['byMaker', 'noneHeld'] }],
  },
  withdrawn: {},
} as const satisfies Transitions<ListingState, ListingCommand, ListingGuard>;

export const listingMachine: Machine<ListingState, ListingCommand, ListingGuard> = {
  name: 'listing',
  initial: 'available',
  transitions,
};
