// A case about a maker's money: something looked unusual, their payouts wait, and a person decides.
import type { Machine, Transitions } from '../machine.ts';

export type MoneyCaseState = 'open' | 'kept' | 'released';

export type MoneyCaseCommand = 'keep' | 'release';

/** `byAdmin`: a person of the desk decides, with a reason; nothing else ever does. */
export type MoneyCaseGuard = 'byAdmin';

export const transitions = {
  open: {
    // Looked at, and the money still waits.
    keep: [{ to: 'kept', when: ['byAdmin'] }],
    release: [{ to: 'released', when: ['byAdmin'] }],
  },
  kept: {
    release: [{ to: 'released', when: ['byAdmin'] }],
  },
  released: {},
} as const satisfies Transitions<MoneyCaseState, MoneyCaseCommand, MoneyCaseGuard>;

export const moneyCaseMachine: Machine<MoneyCaseState, MoneyCaseCommand, MoneyCaseGuard> = {
  name: 'money case',
  initial: 'open',
  transitions,
};
