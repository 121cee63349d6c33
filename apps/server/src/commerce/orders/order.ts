// The order, pure: its clocks and who may do what when.
import { type Facts, possibleCommands } from '@videowindow/contract/machine';
import {
  type OrderCommand,
  type OrderGuard,
  type OrderState,
  orderMachine,
} from '@videowindow/contract/machines/order';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** How the buyer gets the piece. */
export type Delivery = 'ship' | 'pickup';

/** The marketplace's rules for orders, all in ms. An order writes down the moments that follow from them. */
export type OrderRules = {
  /** Delivered without a scan this long after it was shipped. */
  readonly assumeDeliveredMs: number;
  /** Completed by itself this long after delivery. */
  readonly completeAfterMs: number;
  /** Without a scan the buyer has this long after the latest estimate to say that it did not arrive. */
  readonly notArrivedMs: number;
  /** Wrong handover codes that are taken in `codeWindowMs` before the door is shut for that long. */
  readonly codeTries: number;
  readonly codeWindowMs: number;
};

/** The defaults of the specification. */
export const defaultOrderRules: OrderRules = {
  assumeDeliveredMs: 21 * DAY,
  completeAfterMs: 14 * DAY,
  notArrivedMs: 30 * DAY,
  codeTries: 5,
  codeWindowMs: HOUR,
};

/** When the maker must have sent or handed over a piece that was paid at `paidAt`. */
export function shipBy(paidAt: number, handlingDays: number): number {
  return paidAt + handlingDays * DAY;
}

/**
 * When a delivered order completes by itself. One that nobody saw arrive waits until the buyer can no longer say that
 * it did not.
 */
export function completesAt(deliveredAt: number, seen: boolean, rules: OrderRules): number {
  return deliveredAt + (seen ? rules.completeAfterMs : Math.max(rules.completeAfterMs, rules.notArrivedMs));
}

/** Whether one more handover code may be tried, after `tries` wrong ones since `windowAt` (ms; null: none yet). */
export function mayTryCode(tries: number, windowAt: number | null, now: number, rules: OrderRules): boolean {
  return windowAt === null || now - windowAt >= rules.codeWindowMs || tries < rules.codeTries;
}

/** The commands that a person sees as buttons. */
export function buttons(
  order: { state: OrderState; delivery: Delivery },
  reader: 'buyer' | 'maker' | 'neither',
): OrderCommand[] {
  const facts: Facts<OrderGuard> = {
    byBuyer: reader === 'buyer',
    byMaker: reader === 'maker',
    toBeShipped: order.delivery === 'ship',
    toBeCollected: order.delivery === 'pickup',
    // The code is asked for behind the button.
    codeMatches: true,
  };
  return possibleCommands(orderMachine, order.state, facts);
}
