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

/** The marketplace's rules for orders, all times in ms. An order keeps what was in force when it was placed. */
export type OrderRules = {
  /** The maker is reminded at this part of the time to send, and this long before its end. */
  readonly remindAt: number;
  readonly remindBeforeMs: number;
  /** The buyer may cancel this long after the time to send is over. */
  readonly buyerCancelMs: number;
  /** Unsent it is cancelled by itself at the later of these: so long after the payment, so long after the time to send. */
  readonly cancelPaidMs: number;
  readonly cancelLateMs: number;
  /** Delivered without a scan this long after it was shipped, and when it went to another country. */
  readonly assumeDeliveredMs: number;
  readonly assumeDeliveredAbroadMs: number;
  /** The country that makers send from, ISO 3166; null: nothing counts as abroad. */
  readonly homeCountry: string | null;
  /** Completed by itself this long after delivery. */
  readonly completeAfterMs: number;
  /** The buyer has this long after the latest estimate to say that it did not arrive. */
  readonly notArrivedMs: number;
  /** The address is forgotten this long after the order is over. */
  readonly forgetAddressMs: number;
  /** A maker answers an issue in this time, else its buyer may escalate. */
  readonly issueAnswerMs: number;
  /** The platform decides in this time. */
  readonly issueDecideMs: number;
  /** An issue that nobody settled gives all of the money back after this time. */
  readonly issueRefundMs: number;
  /** A review waits this long for the other one, and may be written this long after the order is over. */
  readonly reviewWaitMs: number;
  readonly reviewWindowMs: number;
  /** Wrong handover codes that are taken in `codeWindowMs` before the door is shut for that long. */
  readonly codeTries: number;
  readonly codeWindowMs: number;
};

/** The defaults of the specification. */
export const defaultOrderRules: OrderRules = {
  remindAt: 0.5,
  remindBeforeMs: DAY,
  buyerCancelMs: 48 * HOUR,
  cancelPaidMs: 14 * DAY,
  cancelLateMs: 7 * DAY,
  assumeDeliveredMs: 21 * DAY,
  assumeDeliveredAbroadMs: 45 * DAY,
  homeCountry: null,
  completeAfterMs: 14 * DAY,
  notArrivedMs: 30 * DAY,
  forgetAddressMs: 14 * DAY,
  issueAnswerMs: 48 * HOUR,
  issueDecideMs: 7 * DAY,
  issueRefundMs: 60 * DAY,
  reviewWaitMs: 7 * DAY,
  reviewWindowMs: 60 * DAY,
  codeTries: 5,
  codeWindowMs: HOUR,
};

/** When the maker must have sent or handed over a piece that was paid at `paidAt`. */
export function shipBy(paidAt: number, handlingDays: number): number {
  return paidAt + handlingDays * DAY;
}

/** What the maker, and at last the buyer, is told while a paid piece waits to be sent. */
export type ShipReminder = 'half' | 'last_day' | 'overdue' | 'buyer_may_cancel';

/** The next thing to be told after `now`, or null. */
export function nextShipReminder(
  order: { paidAt: number; shipBy: number },
  now: number,
  rules: OrderRules,
): { kind: ShipReminder; at: number } | null {
  const { paidAt, shipBy: due } = order;
  const half = paidAt + Math.round((due - paidAt) * rules.remindAt);
  const moments: { kind: ShipReminder; at: number }[] = [
    { kind: 'half', at: half },
    // Of a short time the last day begins before its half is over: then the half says it.
    ...(due - rules.remindBeforeMs > half ? [{ kind: 'last_day' as const, at: due - rules.remindBeforeMs }] : []),
    { kind: 'overdue', at: due },
    { kind: 'buyer_may_cancel', at: due + rules.buyerCancelMs },
  ];
  return moments.find(({ at }) => at > now) ?? null;
}

/** The newest thing that is to be told by `now`; null before the first. */
export function shipReminderDue(
  order: { paidAt: number; shipBy: number },
  now: number,
  rules: OrderRules,
): ShipReminder | null {
  let due: ShipReminder | null = null;
  for (let next = nextShipReminder(order, order.paidAt, rules); next && next.at <= now; ) {
    due = next.kind;
    next = nextShipReminder(order, next.at, rules);
  }
  return due;
}

/** When an order that was never sent is cancelled and paid back by itself. */
export function cancelsAt(order: { paidAt: number; shipBy: number }, rules: OrderRules): number {
  return Math.max(order.paidAt + rules.cancelPaidMs, order.shipBy + rules.cancelLateMs);
}

/** Whether the buyer has waited long enough to cancel. */
export function mayBuyerCancel(order: { shipBy: Date }, now: Date, rules: OrderRules): boolean {
  return now.getTime() >= order.shipBy.getTime() + rules.buyerCancelMs;
}

/** The latest moment at which a piece that was shipped should have arrived. */
export function estimatedBy(shippedAt: number, abroad: boolean, rules: OrderRules): number {
  return shippedAt + (abroad ? rules.assumeDeliveredAbroadMs : rules.assumeDeliveredMs);
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
  order: { state: OrderState; delivery: Delivery; shipBy: Date; disputedAt: Date | null },
  reader: 'buyer' | 'maker' | 'neither',
  now: Date,
  { settled, rules }: { settled: boolean; rules: OrderRules },
): OrderCommand[] {
  const facts: Facts<OrderGuard> = {
    byBuyer: reader === 'buyer',
    byMaker: reader === 'maker',
    toBeShipped: order.delivery === 'ship',
    toBeCollected: order.delivery === 'pickup',
    overdue: mayBuyerCancel(order, now, rules),
    settled,
    undisputed: order.disputedAt === null,
    // The code is asked for behind the button.
    codeMatches: true,
  };
  return possibleCommands(orderMachine, order.state, facts);
}
