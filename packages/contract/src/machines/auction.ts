// An auction. `closing`: the hammer fell and somebody is asked to pay (the winner, then by second chance the next);
// `sold`: it is paid; `no_sale`: nobody bid, the reserve was not met, or nobody paid. 'Ending soon' is computed from the end, never a state.
import type { Machine, Transitions } from '../machine.ts';

export type AuctionState = 'scheduled' | 'live' | 'closing' | 'sold' | 'no_sale' | 'cancelled' | 'suspended';

export type AuctionCommand =
  | 'open'
  | 'bid'
  | 'accept'
  | 'close'
  | 'suspend'
  | 'resume'
  | 'cancel'
  | 'settle'
  | 'askNext'
  | 'giveUp'
  | 'offerNext'
  | 'retract'
  | 'retractFor'
  | 'disqualify'
  | 'buyNow'
  | 'payNow';

/**
 * - `due`: the start or the end has come by the database's clock. `hasWinner`: the replay has a leader.
 * - `byMaker`, `byBidder`, `byModerator`: who asks; a bidder is anyone but the maker who may bid.
 * - `cancellable`: no bids, or at least 12 h before the end. `paid`: the lock of the person asked is paid.
 * - `unpaid`: that lock was released. `nextBidder`: another bidder is left within the second chance's depth.
 * - `reserveMet`: there is none, or the price has reached it. `retractable`: the bidder's bid may still be taken back.
 * - `buyNowOpen`: the piece can be had at once. `payNow` is the captured payment of whoever did so.
 */
export type AuctionGuard =
  | 'due'
  | 'beforeEnd'
  | 'hasWinner'
  | 'byMaker'
  | 'byBidder'
  | 'byModerator'
  | 'cancellable'
  | 'paid'
  | 'unpaid'
  | 'nextBidder'
  | 'reserveMet'
  | 'retractable'
  | 'buyNowOpen';

export const transitions = {
  scheduled: {
    open: [{ to: 'live', when: ['due'] }],
    cancel: [{ to: 'cancelled', when: ['byMaker'] }],
  },
  live: {
    bid: [{ to: 'live', when: ['byBidder', 'beforeEnd'] }],
    accept: [{ to: 'closing', when: ['byMaker', 'hasWinner', 'beforeEnd'] }],
    close: [
      { to: 'closing', when: ['due', 'hasWinner', 'reserveMet'] },
      { to: 'no_sale', when: ['due'] },
    ],
    retract: [{ to: 'live', when: ['byBidder', 'beforeEnd', 'retractable'] }],
    // Support takes a bid back for its bidder, also in the last hour.
    retractFor: [{ to: 'live', when: ['byModerator', 'beforeEnd', 'hasWinner'] }],
    disqualify: [
      { to: 'live', when: ['byMaker'] },
      { to: 'live', when: ['byModerator'] },
    ],
    // Bidding goes on until the first captured payment wins.
    buyNow: [{ to: 'live', when: ['byBidder', 'beforeEnd', 'buyNowOpen'] }],
    payNow: [{ to: 'sold', when: ['paid', 'beforeEnd'] }],
    suspend: [{ to: 'suspended', when: ['byModerator'] }],
    cancel: [{ to: 'cancelled', when: ['byMaker', 'cancellable'] }],
  },
  closing: {
    settle: [{ to: 'sold', when: ['paid'] }],
    askNext: [{ to: 'closing', when: ['unpaid', 'nextBidder'] }],
    giveUp: [{ to: 'no_sale', when: ['unpaid'] }],
    // The maker names the next bidder a price of their own, as an offer.
    offerNext: [{ to: 'no_sale', when: ['unpaid', 'nextBidder'] }],
  },
  suspended: {
    resume: [{ to: 'live', when: ['byModerator'] }],
    retractFor: [{ to: 'suspended', when: ['byModerator', 'hasWinner'] }],
    disqualify: [
      { to: 'suspended', when: ['byMaker'] },
      { to: 'suspended', when: ['byModerator'] },
    ],
    cancel: [{ to: 'cancelled', when: ['byModerator'] }],
  },
  sold: {},
  no_sale: {},
  cancelled: {},
} as const satisfies Transitions<AuctionState, AuctionCommand, AuctionGuard>;

export const auctionMachine: Machine<AuctionState, AuctionCommand, AuctionGuard> = {
  name: 'auction',
  initial: 'scheduled',
  transitions,
};
