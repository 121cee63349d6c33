// What the commands of this room share: what it was made with, its timers, the row that every command locks, its refusals.
import { type Action, type Actor, DomainError } from '@videowindow/contract';
import type { Address, HoldReason } from '@videowindow/contract/api/commerce';
import type { PersonSummary } from '@videowindow/contract/api/people';
import { apply, type Facts } from '@videowindow/contract/machine';
import {
  type OrderCommand,
  type OrderGuard,
  type OrderState,
  orderMachine,
} from '@videowindow/contract/machines/order';
import { type Money, money } from '@videowindow/contract/money';
import type { Locks } from '#commerce/locks';
import type { Payments } from '#commerce/payments';
import type { Keyring } from '#platform/crypto';
import type { Database, Reader, Tx } from '#platform/database';
import type { Events } from '#platform/events';
import { authorize } from '#platform/http';
import type { Jobs, Timers } from '#platform/jobs';
import type { Log } from '#platform/telemetry';
import type { PieceWords } from './as-sold.ts';
import type { OrderRules } from './order.ts';
import type { Order } from './store.ts';
import * as store from './store.ts';
import type { TaxPort } from './tax.ts';

export type OrdersDeps = {
  database: Database;
  events: Events;
  timers: Timers;
  jobs: Jobs;
  log: Log;
  keyring: Keyring;
  locks: Locks;
  /** The money behind an order; `release` says what holds it back, which is nothing when it goes at once. */
  funds: Omit<Payments['funds'], 'release'> & {
    release(...sale: Parameters<Payments['funds']['release']>): Promise<readonly HoldReason[]>;
  };
  rules: OrderRules;
  /** Secrets in force of those who may tell of parcels; none: nobody may. */
  carrierSecrets: readonly string[];
  /** Those by which EasyPost signs what it tells of parcels whose labels it sold; none: nobody may. */
  trackerSecrets: readonly string[];
  tax: TaxPort;
  /** Countries whose law lets buyers send back what they bought at a distance. */
  withdrawalIn: ReadonlySet<string>;
  /** What kind of thing a story's piece is, for its tax. */
  categoryOf(reader: Reader, storyId: string): Promise<string>;
  /** The words and pictures by which a piece is sold; null when there is nothing of it any more. */
  pieceWords(reader: Reader, piece: { storyId: string; listingId: string }): Promise<PieceWords | null>;
  /** People by id, small. */
  /** Who of these is not there for this reader. */
  hiddenFrom(reader: Reader, person: string | null, others: readonly string[]): Promise<Set<string>>;
  people(reader: Reader, ids: readonly string[]): Promise<Map<string, PersonSummary>>;
  siteName: string;
};

/** The timers of an order. */
export const REMIND_TO_SHIP = 'order.remind_to_ship';
export const CANCEL_UNSENT = 'order.cancel_unsent';
export const ASSUME_DELIVERED = 'order.assume_delivered';
export const COMPLETE = 'order.complete';
export const FORGET_ADDRESS = 'order.forget_address';

export const ADDRESS = 'order-address';
export const HANDOVER = 'order-handover';

/** What was in force when the order was placed; what came into the rules since is as it is now. */
export const rulesOf = (deps: Pick<OrdersDeps, 'rules'>, order: Pick<Order, 'rules'>): OrderRules => ({
  ...deps.rules,
  ...order.rules,
});

export type Side = 'buyer' | 'maker';

/** Which of its two sides this person is. @throws DomainError not_found to everybody else */
export const sideOf = (order: Pick<Order, 'buyerId' | 'makerId'>, actor: Actor): Side => {
  if (actor.id === order.makerId) return 'maker';
  if (actor.id === order.buyerId) return 'buyer';
  throw new DomainError('not_found');
};

/** The order, locked until the transaction ends, when this side of it asks. @throws DomainError not_found */
export const ownOrder = async (tx: Tx, actor: Actor, id: string, action: Action, side: Side): Promise<Order> => {
  const order = await store.lockOrder(tx, id);
  if (!order) throw new DomainError('not_found');
  authorize(actor, action, { ownerId: side === 'maker' ? order.makerId : order.buyerId });
  return order;
};

/** Where a command leads. @throws DomainError invalid_transition */
export const next = (order: Order, command: OrderCommand, facts: Facts<OrderGuard>): OrderState => {
  const move = apply(orderMachine, order.state, command, facts);
  if (move.ok) return move.to;
  throw new DomainError('invalid_transition', { from: move.from, command, possible: move.possible });
};

/** What every event about an order says. */
export const about = (order: Order) => ({
  orderId: order.id,
  number: order.number,
  makerId: order.makerId,
  buyerId: order.buyerId,
  title: order.title,
});

/** The maker's part as it was agreed: the price less our fee, and less tax that we owe; our fee bears what it cannot. */
export const payableOf = ({ item, shipping, fee, tax }: Pick<Order, 'item' | 'shipping' | 'fee' | 'tax'>): Money => {
  const owedByUs = tax?.owedBy === 'marketplace' ? tax.amount.amount : 0;
  return money(Math.max(0, item.amount + shipping.amount - fee.amount - owedByUs), item.currency);
};

/** Opens the sealed address. */
export const addressOf = (deps: Pick<OrdersDeps, 'keyring'>, order: Order): Address | null =>
  order.addressSealed === null ? null : openAddress(deps.keyring, order.id, order.addressSealed);

export const openAddress = (keyring: Keyring, orderId: string, sealed: string): Address =>
  // Sealed by `place` from what payments' schema had checked.
  JSON.parse(keyring.decrypt(ADDRESS, sealed, orderId)) as Address;

/** Opens the sealed handover code. */
export const handoverCodeOf = (deps: Pick<OrdersDeps, 'keyring'>, order: Order): string | null =>
  order.handoverSealed === null ? null : deps.keyring.decrypt(HANDOVER, order.handoverSealed, order.id);

/** Whether no issue of the order is open. */
export const isSettled = async (reader: Reader, orderId: string): Promise<boolean> =>
  !(await store.withOpenIssue(reader, [orderId])).has(orderId);
