// Somebody asks to sell here, where each new maker is looked at first. Who was declined may ask again, in a new one.
import type { Machine, Transitions } from '../machine.ts';

export const applicationStates = ['waiting', 'approved', 'declined', 'withdrawn'] as const;
export type ApplicationState = (typeof applicationStates)[number];
export type ApplicationCommand = 'approve' | 'decline' | 'withdraw';
/** Who asks. */
export type ApplicationGuard = 'byAdmin' | 'byApplicant';

export const transitions = {
  waiting: {
    approve: [{ to: 'approved', when: ['byAdmin'] }],
    decline: [{ to: 'declined', when: ['byAdmin'] }],
    withdraw: [{ to: 'withdrawn', when: ['byApplicant'] }],
  },
  approved: {},
  declined: {},
  withdrawn: {},
} as const satisfies Transitions<ApplicationState, ApplicationCommand, ApplicationGuard>;

export const applicationMachine: Machine<ApplicationState, ApplicationCommand, ApplicationGuard> = {
  name: 'application',
  initial: 'waiting',
  transitions,
};
