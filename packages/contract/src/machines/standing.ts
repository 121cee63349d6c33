// How an account stands: open, closed for a time or for good by an admin, or put away by its owner.
import type { Machine, Transitions } from '../machine.ts';

export type Standing = 'active' | 'suspended' | 'banned' | 'deactivated';
export type StandingCommand = 'suspend' | 'ban' | 'reinstate' | 'deactivate' | 'reactivate';
/** `byAdmin`, `byOwner`: who asks. `due`: the suspension's end has come. */
export type StandingGuard = 'byAdmin' | 'byOwner' | 'due';

export const transitions = {
  active: {
    suspend: [{ to: 'suspended', when: ['byAdmin'] }],
    ban: [{ to: 'banned', when: ['byAdmin'] }],
    deactivate: [{ to: 'deactivated', when: ['byOwner'] }],
  },
  suspended: {
    // Until another moment.
    suspend: [{ to: 'suspended', when: ['byAdmin'] }],
    ban: [{ to: 'banned', when: ['byAdmin'] }],
    reinstate: [
      { to: 'active', when: ['byAdmin'] },
      { to: 'active', when: ['due'] },
    ],
  },
  banned: { reinstate: [{ to: 'active', when: ['byAdmin'] }] },
  deactivated: {
    ban: [{ to: 'banned', when: ['byAdmin'] }],
    reactivate: [{ to: 'active', when: ['byOwner'] }],
  },
} as const satisfies Transitions<Standing, StandingCommand, StandingGuard>;

export const standingMachine: Machine<Standing, StandingCommand, StandingGuard> = {
  name: 'standing',
  initial: 'active',
  transitions,
};
