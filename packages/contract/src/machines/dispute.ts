// A dispute: a buyer's bank takes a payment back, or asks about it first. The bank decides; what we can do is answer in time.
import type { Machine, Transitions } from '../machine.ts';

export type DisputeState = 'opened' | 'evidence_due' | 'submitted' | 'won' | 'lost' | 'closed';

export type DisputeCommand = 'add' | 'gather' | 'submit' | 'hear' | 'win' | 'lose' | 'close' | 'escalate';

/**
 * - `byMaker`: the maker of the sale asks. `unsent`: no evidence was sent, nor is on its way.
 * - `byAdmin`: a person sends the evidence now. `due`: its last moment is near, and the timer sends what is there.
 * - `inquiry`: the bank has only asked so far; no money has moved.
 */
export type DisputeGuard = 'byMaker' | 'unsent' | 'byAdmin' | 'due' | 'inquiry';

const decided = {
  win: [{ to: 'won' }],
  lose: [{ to: 'lost' }],
  close: [{ to: 'closed', when: ['inquiry'] }],
} as const;

export const transitions = {
  opened: {
    // Words and pictures of the maker, which go out with the rest.
    add: [{ to: 'opened', when: ['byMaker', 'unsent'] }],
    gather: [{ to: 'evidence_due' }],
    // Sent on the provider's own pages.
    hear: [{ to: 'submitted' }],
    ...decided,
  },
  evidence_due: {
    add: [{ to: 'evidence_due', when: ['byMaker', 'unsent'] }],
    submit: [
      { to: 'submitted', when: ['byAdmin'] },
      { to: 'submitted', when: ['due'] },
    ],
    hear: [{ to: 'submitted' }],
    ...decided,
  },
  submitted: {
    ...decided,
    // The question became a chargeback, which wants an answer of its own.
    escalate: [{ to: 'evidence_due', when: ['inquiry'] }],
  },
  won: {},
  lost: {},
  closed: {},
} as const satisfies Transitions<DisputeState, DisputeCommand, DisputeGuard>;

export const disputeMachine: Machine<DisputeState, DisputeCommand, DisputeGuard> = {
  name: 'dispute',
  initial: 'opened',
  transitions,
};
