// The issue of an order, pure: when which one can be opened, and who may do what next.
import { type IssueReason, issueReasons } from '@videowindow/contract/api/commerce';
import { type Facts, possibleCommands } from '@videowindow/contract/machine';
import {
  type IssueCommand,
  type IssueGuard,
  type IssueState,
  issueMachine,
} from '@videowindow/contract/machines/issue';
import type { OrderState } from '@videowindow/contract/machines/order';
import { type Money, money } from '@videowindow/contract/money';
import { type Delivery, estimatedBy, type OrderRules } from './order.ts';
import type { DeliveryHow } from './store.ts';

export type Issue = {
  readonly id: string;
  readonly orderId: string;
  readonly reason: IssueReason;
  readonly state: IssueState;
  readonly openedAt: Date;
  readonly answerBy: Date;
  readonly decideBy: Date | null;
  readonly refundAt: Date;
  readonly proposedBy: 'buyer' | 'maker' | null;
  /** Minor units of the order's currency. */
  readonly proposedAmount: number | null;
  readonly refundedAmount: number;
  readonly closedAt: Date | null;
};

export const isOpen = (issue: Pick<Issue, 'closedAt'>): boolean => issue.closedAt === null;

type Subject = {
  state: OrderState;
  delivery: Delivery;
  deliveryHow: DeliveryHow | null;
  shippedAt: Date | null;
  abroad: boolean;
  deliveredAt: Date | null;
  /** Days after its arrival in which the maker takes it back. */
  returnDays: number;
};

/**
 * The reasons for which an issue can be opened now: until the order is completed, and that it did not arrive until its
 * time is over, unless the buyer said or the handover code proved that it did; and to send it back as long as its maker
 * takes it. What was decided stays decided.
 */
export const reasonsNow = (
  order: Subject,
  earlier: readonly Pick<Issue, 'state' | 'closedAt'>[],
  now: Date,
  rules: OrderRules,
): IssueReason[] => {
  if (order.state === 'cancelled') return [];
  if (earlier.some((issue) => isOpen(issue) || issue.state === 'decided' || issue.state === 'refunded')) return [];
  const inHand = order.deliveryHow === 'received' || order.deliveryHow === 'handed_over';
  const mayBeLost =
    order.shippedAt !== null &&
    !inHand &&
    now.getTime() < estimatedBy(order.shippedAt.getTime(), order.abroad, rules) + rules.notArrivedMs;
  const mayGoBack =
    order.deliveredAt !== null && now.getTime() < order.deliveredAt.getTime() + order.returnDays * 24 * 3_600_000;
  const can: Record<IssueReason, boolean> = {
    not_arrived: mayBeLost,
    damaged: order.state === 'shipped' || order.state === 'delivered',
    not_as_described: order.state === 'shipped' || order.state === 'delivered',
    return: mayGoBack,
    other: order.state !== 'completed',
  };
  return issueReasons.filter((reason) => can[reason]);
};

/** Whether no bank has the money; there is something to send back, and a label for it to be bought. */
export type SaleFacts = Readonly<Record<'undisputed' | 'goesBack' | 'labelsSold', boolean>>;

/** @param shop whether labels are sold here; they need the address from which the parcel comes */
export const saleFacts = (
  issue: Pick<Issue, 'reason'>,
  order: { deliveredAt: Date | null; shipment: object | null; addressSealed: string | null; disputedAt: Date | null },
  shop: boolean,
): SaleFacts => ({
  undisputed: order.disputedAt === null,
  // Whoever says what is wrong with a piece has it in hand, though no carrier said so.
  goesBack: issue.reason !== 'not_arrived' && (order.deliveredAt !== null || order.shipment !== null),
  labelsSold: shop && order.addressSealed !== null,
});

/** What holds of an issue when somebody asks. `left`: what is left of the money, in minor units. */
export const factsOf = (
  issue: Issue,
  who: 'buyer' | 'maker' | 'platform' | 'time',
  now: Date,
  left: number,
  sale: SaleFacts = { undisputed: false, goesBack: false, labelsSold: false },
): Facts<IssueGuard> => ({
  byBuyer: who === 'buyer',
  byMaker: who === 'maker',
  byPlatform: who === 'platform',
  due: who === 'time' && now >= issue.refundAt,
  answerOverdue: now >= issue.answerBy,
  proposedByOther: (who === 'buyer' || who === 'maker') && issue.proposedBy !== null && issue.proposedBy !== who,
  everything: issue.proposedAmount === left,
  ...sale,
});

/** The commands that a person sees as buttons. */
export const issueButtons = (
  issue: Issue,
  who: 'buyer' | 'maker' | 'platform',
  now: Date,
  left: number,
  sale: SaleFacts,
): IssueCommand[] => possibleCommands(issueMachine, issue.state, factsOf(issue, who, now, left, sale));

/** What is left of what was paid. */
export const leftOf = (order: { item: Money; shipping: Money }, refunded: number): Money =>
  money(Math.max(0, order.item.amount + order.shipping.amount - refunded), order.item.currency);
