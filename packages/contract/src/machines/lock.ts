// A sale lock: one piece is kept for one person while they pay. It falls only after the provider has said that its
// session is over; a payment that completes while we are letting go wins.
import type { Machine, Transitions } from '../machine.ts';

export type LockState = 'held' | 'checkout_open' | 'processing' | 'paid' | 'releasing' | 'released';

export type LockCommand =
  | 'checkout'
  | 'decline'
  | 'sessionEnded'
  | 'process'
  | 'pay'
  | 'fail'
  | 'expire'
  | 'cancel'
  | 'askExtension'
  | 'extend'
  | 'confirmRelease';

/**
 * - `byBuyer`: the person the lock is for. `inTime`: the time to pay is not over. `due`: it is.
 * - `secondChance`, `fixedPrice`: they were asked because the winner did not pay, or chose to buy; free to say no.
 * - `byMaker`: who sells. `notAsked`, `notExtended`: more time was not asked for yet, and not given; it is given once,
 *   where there is a day or more to pay.
 * - `saleOver`: it was bought now, but bidding went on and somebody else has it.
 * - `providerConfirmed`: no session at the provider can still be paid.
 */
export type LockGuard =
  | 'byBuyer'
  | 'inTime'
  | 'due'
  | 'secondChance'
  | 'fixedPrice'
  | 'saleOver'
  | 'byMaker'
  | 'notAsked'
  | 'notExtended'
  | 'providerConfirmed';

export const transitions = {
  held: {
    checkout: [{ to: 'checkout_open', when: ['byBuyer', 'inTime'] }],
    // The webhook may be here before the answer that made the session.
    process: [{ to: 'processing' }],
    pay: [{ to: 'paid' }],
    decline: [
      { to: 'releasing', when: ['byBuyer', 'secondChance'] },
      { to: 'releasing', when: ['byBuyer', 'fixedPrice'] },
    ],
    expire: [{ to: 'releasing', when: ['due'] }],
    askExtension: [{ to: 'held', when: ['byBuyer', 'inTime', 'notAsked', 'notExtended'] }],
    extend: [{ to: 'held', when: ['byMaker', 'inTime', 'notExtended'] }],
    cancel: [{ to: 'releasing', when: ['saleOver'] }],
  },
  checkout_open: {
    // Asking again gives the same session while it lives.
    checkout: [{ to: 'checkout_open', when: ['byBuyer', 'inTime'] }],
    sessionEnded: [{ to: 'held' }],
    process: [{ to: 'processing' }],
    pay: [{ to: 'paid' }],
    decline: [
      { to: 'releasing', when: ['byBuyer', 'secondChance'] },
      { to: 'releasing', when: ['byBuyer', 'fixedPrice'] },
    ],
    expire: [{ to: 'releasing', when: ['due'] }],
    askExtension: [{ to: 'checkout_open', when: ['byBuyer', 'inTime', 'notAsked', 'notExtended'] }],
    extend: [{ to: 'checkout_open', when: ['byMaker', 'inTime', 'notExtended'] }],
    cancel: [{ to: 'releasing', when: ['saleOver'] }],
  },
  processing: {
    pay: [{ to: 'paid' }],
    fail: [{ to: 'held', when: ['inTime'] }, { to: 'releasing' }],
  },
  releasing: {
    pay: [{ to: 'paid' }],
    confirmRelease: [{ to: 'released', when: ['providerConfirmed'] }],
  },
  paid: {},
  released: {},
} as const satisfies Transitions<LockState, LockCommand, LockGuard>;

export const lockMachine: Machine<LockState, LockCommand, LockGuard> = {
  name: 'lock',
  initial: 'held',
  transitions,
};
