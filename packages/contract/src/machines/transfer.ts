// A transfer: a maker's part of a payment on its way to them. What it sends stays as it is from `begin` on.
import type { Machine, Transitions } from '../machine.ts';

export type TransferState = 'wanted' | 'waiting' | 'sending' | 'sent' | 'cancelled';

export type TransferCommand = 'begin' | 'wait' | 'wake' | 'finish' | 'refuse' | 'cancel';

/**
 * - `canReceive`: the maker's account takes money. `notYet`: the provider says that it does not take any so far.
 * - `nothingLeft`: all of it goes back to the buyer.
 */
export type TransferGuard = 'canReceive' | 'notYet' | 'nothingLeft';

export const transitions = {
  wanted: {
    begin: [{ to: 'sending', when: ['canReceive'] }],
    wait: [{ to: 'waiting' }],
    cancel: [{ to: 'cancelled', when: ['nothingLeft'] }],
  },
  waiting: {
    wake: [{ to: 'wanted', when: ['canReceive'] }],
    cancel: [{ to: 'cancelled', when: ['nothingLeft'] }],
  },
  sending: {
    finish: [{ to: 'sent' }],
    refuse: [{ to: 'waiting', when: ['notYet'] }, { to: 'wanted' }],
  },
  sent: {},
  cancelled: {},
} as const satisfies Transitions<TransferState, TransferCommand, TransferGuard>;

export const transferMachine: Machine<TransferState, TransferCommand, TransferGuard> = {
  name: 'transfer',
  initial: 'wanted',
  transitions,
};
