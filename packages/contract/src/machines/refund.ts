// A refund: money on its way back to a buyer. The bank may send it back even after the provider has said that it went.
import type { Machine, Transitions } from '../machine.ts';

export type RefundState = 'wanted' | 'pending' | 'sent' | 'failed';

/** `hand`: the provider has it and waits for the bank. `retry`: a person has it sent once more. */
export type RefundCommand = 'hand' | 'send' | 'fail' | 'retry';

export const transitions = {
  wanted: {
    hand: [{ to: 'pending' }],
    send: [{ to: 'sent' }],
    fail: [{ to: 'failed' }],
  },
  pending: {
    send: [{ to: 'sent' }],
    fail: [{ to: 'failed' }],
  },
  sent: {
    fail: [{ to: 'failed' }],
  },
  failed: {
    retry: [{ to: 'wanted' }],
  },
} as const satisfies Transitions<RefundState, RefundCommand, never>;

export const refundMachine: Machine<RefundState, RefundCommand, never> = {
  name: 'refund',
  initial: 'wanted',
  transitions,
};
