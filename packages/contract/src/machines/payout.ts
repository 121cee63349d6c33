// A payout: what a maker holds at the provider on its way to their bank, which may send it back days later.
import type { Machine, Transitions } from '../machine.ts';

export type PayoutState = 'pending' | 'in_transit' | 'paid' | 'failed' | 'canceled';

export type PayoutCommand = 'leave' | 'pay' | 'fail' | 'cancel';

export const transitions = {
  pending: {
    leave: [{ to: 'in_transit' }],
    pay: [{ to: 'paid' }],
    fail: [{ to: 'failed' }],
    cancel: [{ to: 'canceled' }],
  },
  in_transit: {
    pay: [{ to: 'paid' }],
    fail: [{ to: 'failed' }],
    cancel: [{ to: 'canceled' }],
  },
  // The bank did not keep it after all.
  paid: {
    fail: [{ to: 'failed' }],
  },
  failed: {},
  canceled: {},
} as const satisfies Transitions<PayoutState, PayoutCommand, never>;

export const payoutMachine: Machine<PayoutState, PayoutCommand, never> = {
  name: 'payout',
  initial: 'pending',
  transitions,
};
