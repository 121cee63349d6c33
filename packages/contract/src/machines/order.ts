// An order: one paid piece on its way from the maker to the buyer.
import type { Machine, Transitions } from '../machine.ts';

export type OrderState = 'awaiting_shipment' | 'shipped' | 'delivered' | 'completed' | 'cancelled';

export type OrderCommand = 'ship' | 'handover' | 'deliver' | 'confirm' | 'complete' | 'cancel';

/**
 * - `byMaker`, `byBuyer`: who asks. `toBeShipped`, `toBeCollected`: how the buyer chose to get it.
 * - `codeMatches`: the handover code that the buyer showed. `carrierSays`: a scan says delivered.
 * - `due`: the timer of this step has come. `moneyReturned`: a cancellation's refund stands.
 */
export type OrderGuard =
  | 'byMaker'
  | 'byBuyer'
  | 'toBeShipped'
  | 'toBeCollected'
  | 'codeMatches'
  | 'carrierSays'
  | 'due'
  | 'moneyReturned';

export const transitions = {
  awaiting_shipment: {
    ship: [{ to: 'shipped', when: ['byMaker', 'toBeShipped'] }],
    handover: [{ to: 'delivered', when: ['byMaker', 'toBeCollected', 'codeMatches'] }],
    cancel: [{ to: 'cancelled', when: ['moneyReturned'] }],
  },
  shipped: {
    deliver: [
      { to: 'delivered', when: ['carrierSays'] },
      { to: 'delivered', when: ['due'] },
    ],
    // The buyer's word counts as delivery and as 'all is well' at once.
    confirm: [{ to: 'completed', when: ['byBuyer'] }],
  },
  delivered: {
    confirm: [{ to: 'completed', when: ['byBuyer'] }],
    complete: [{ to: 'completed', when: ['due'] }],
  },
  completed: {},
  cancelled: {},
} as const satisfies Transitions<OrderState, OrderCommand, OrderGuard>;

export const orderMachine: Machine<OrderState, OrderCommand, OrderGuard> = {
  name: 'order',
  initial: 'awaiting_shipment',
  transitions,
};
