// A payment through the provider's hosted checkout. It moves only forward, whatever order the webhooks come in.
import type { Machine, Transitions } from '../machine.ts';

export type PaymentState =
  | 'created'
  | 'session_open'
  | 'processing'
  | 'captured'
  | 'partially_refunded'
  | 'refunded'
  | 'failed'
  | 'expired'
  | 'late_refunded'
  | 'quarantined';

export type PaymentCommand =
  | 'openSession'
  | 'process'
  | 'capture'
  | 'fail'
  | 'expire'
  | 'refund'
  | 'refundLate'
  | 'quarantine';

/**
 * - `amountMatches`: amount and currency are those of the lock. `differs`: they are not.
 * - `everything`: nothing is left of the captured amount after this refund. `nothingToPay`: the money came when the lock had
 *   been let go, or was paid by another payment.
 */
export type PaymentGuard = 'amountMatches' | 'differs' | 'everything' | 'nothingToPay';

const arrives = {
  capture: [{ to: 'captured', when: ['amountMatches'] }],
  quarantine: [{ to: 'quarantined', when: ['differs'] }],
} as const;

export const transitions = {
  created: {
    openSession: [{ to: 'session_open' }],
    ...arrives,
    fail: [{ to: 'failed' }],
    expire: [{ to: 'expired' }],
  },
  session_open: {
    process: [{ to: 'processing' }],
    ...arrives,
    fail: [{ to: 'failed' }],
    expire: [{ to: 'expired' }],
  },
  processing: {
    ...arrives,
    fail: [{ to: 'failed' }],
  },
  captured: {
    refund: [{ to: 'refunded', when: ['everything'] }, { to: 'partially_refunded' }],
    refundLate: [{ to: 'late_refunded', when: ['nothingToPay'] }],
  },
  partially_refunded: {
    refund: [{ to: 'refunded', when: ['everything'] }, { to: 'partially_refunded' }],
  },
  refunded: {},
  // It was over as far as the provider had said. Money that comes all the same is never ignored: it pays what still waits
  // for it, and else goes back.
  failed: { ...arrives },
  expired: { ...arrives },
  late_refunded: {},
  // What differs from what was agreed goes back whole, when a person has looked at it.
  quarantined: {
    refund: [{ to: 'refunded', when: ['everything'] }],
  },
} as const satisfies Transitions<PaymentState, PaymentCommand, PaymentGuard>;

export const paymentMachine: Machine<PaymentState, PaymentCommand, PaymentGuard> = {
  name: 'payment',
  initial: 'created',
  transitions,
};
