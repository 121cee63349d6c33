// An order: one paid piece on its way from the maker to the buyer.
import type { Machine, Transitions } from '../machine.ts';

export type OrderState = 'awaiting_shipment' | 'shipped' | 'delivered' | 'completed' | 'cancelled';

export type OrderCommand = 'ship' | 'handover' | 'deliver' | 'confirm' | 'complete' | 'cancel';

/**
 * - `byMaker`, `byBuyer`: who asks. `toBeShipped`, `toBeCollected`: how the buyer chose to get it.
 * - `codeMatches`: the handover code that the buyer showed. `carrierSays`: a scan says delivered.
 * - `due`: the timer of this step has come. `overdue`: the buyer has waited long enough for it to be sent.
 * - `settled`: no issue is open. `nothingLeft`: an issue, an admin or a bank gave all of the money back.
 * - `undisputed`: no bank has its money while it decides.
 */
export type OrderGuard =
  | 'byMaker'
  | 'byBuyer'
  | 'toBeShipped'
  | 'toBeCollected'
  | 'codeMatches'
  | 'carrierSays'
  | 'due'
  | 'overdue'
  | 'settled'
  | 'nothingLeft'
  | 'undisputed';

export const transitions = {
  awaiting_shipment: {
    ship: [{ to: 'shipped', when: ['byMaker', 'toBeShipped'] }],
    handover: [{ to: 'delivered', when: ['byMaker', 'toBeCollected', 'codeMatches'] }],
    // Its money goes back in the same transaction.
    cancel: [
      { to: 'cancelled', when: ['byMaker', 'undisputed'] },
      { to: 'cancelled', when: ['byBuyer', 'overdue', 'undisputed'] },
      { to: 'cancelled', when: ['due', 'undisputed'] },
      { to: 'cancelled', when: ['nothingLeft'] },
    ],
  },
  shipped: {
    deliver: [
      { to: 'delivered', when: ['carrierSays'] },
      { to: 'delivered', when: ['due'] },
    ],
    // The buyer's word counts as delivery and as 'all is well' at once.
    confirm: [{ to: 'completed', when: ['byBuyer', 'settled'] }],
    complete: [{ to: 'completed', when: ['nothingLeft'] }],
  },
  delivered: {
    confirm: [{ to: 'completed', when: ['byBuyer', 'settled'] }],
    complete: [
      { to: 'completed', when: ['due', 'settled'] },
      { to: 'completed', when: ['nothingLeft'] },
    ],
  },
  completed: {},
  cancelled: {},
} as const satisfies Transitions<OrderState, OrderCommand, OrderGuard>;

export const orderMachine: Machine<OrderState, OrderCommand, OrderGuard> = {
  name: 'order',
  initial: 'awaiting_shipment',
  transitions,
};
