// The sale lock, pure: how long it lasts, what becomes of it, and what each step means for the piece.
import { apply, type Facts } from '@videowindow/contract/machine';
import type { ListingCommand } from '@videowindow/contract/machines/listing';
import { type LockCommand, type LockGuard, type LockState, lockMachine } from '@videowindow/contract/machines/lock';
import { add, compare, fee, type Money, money, subtract } from '@videowindow/contract/money';
import type { BidRules } from './bidding.ts';
import { defaultStrikeRules, type StrikeRules } from './strike.ts';

/** What somebody had promised to pay; whoever is asked second, or reserves what others can have, has not. */
const PROMISED: readonly LockReason[] = ['auction', 'offer', 'buy_now'];

/** Whether letting a lock go counts against its buyer. */
export const isStrike = (reason: LockReason, why: ReleaseReason): boolean =>
  PROMISED.includes(reason) && (why === 'expired' || why === 'failed');

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** Why a piece is held for somebody. */
export type LockReason = 'auction' | 'offer' | 'second_chance' | 'fixed_price' | 'buy_now';
/** Why it was let go. */
export type ReleaseReason = 'expired' | 'failed' | 'cancelled' | 'declined';

/** What a lock needs later of the rules, and so keeps as it was when it began. All in ms. */
export type LockClocks = {
  /** Reminders at these parts of the time to pay, and `remindBeforeMs` before its end. */
  readonly remindAt: readonly number[];
  readonly remindBeforeMs: number;
  /** What the maker may add to the time to pay, once. */
  readonly extendMs: number;
};

/** The marketplace's rules for sale locks; a lock keeps what was in force when it began. */
export type LockRules = LockClocks & {
  /** Time to pay, in ms. */
  readonly windowMs: Readonly<Record<LockReason, number>>;
  /** A lock with less than this left when a checkout opens is stretched once to `stretchToMs`. */
  readonly stretchBelowMs: number;
  readonly stretchToMs: number;
  /** The provider's sessions live at least and at most this long. */
  readonly sessionMinMs: number;
  readonly sessionMaxMs: number;
  readonly strikes: StrikeRules;
  readonly bids: BidRules;
  /** The marketplace's fee on the piece, without shipping. */
  readonly feeBps: number;
  readonly feeFixed: Money;
};

/** The defaults of the specification, with the fixed fee in the settlement currency. */
export function defaultLockRules(currency: string): LockRules {
  return {
    windowMs: {
      auction: 48 * HOUR,
      offer: 48 * HOUR,
      second_chance: 24 * HOUR,
      fixed_price: 30 * MINUTE,
      buy_now: 30 * MINUTE,
    },
    stretchBelowMs: 30 * MINUTE,
    stretchToMs: 31 * MINUTE,
    sessionMinMs: 30 * MINUTE,
    sessionMaxMs: 24 * HOUR,
    remindAt: [0.25, 0.75],
    remindBeforeMs: HOUR,
    extendMs: 24 * HOUR,
    strikes: defaultStrikeRules,
    bids: { cardAbove: money(50_000, currency), newAccountMs: 7 * 24 * HOUR, newAccountCap: money(20_000, currency) },
    feeBps: 1_000,
    feeFixed: money(30, currency),
  };
}

/** The marketplace's fee on a piece, without its shipping; frozen when the lock is made. */
export function feeOn(item: Money, rules: LockRules): Money {
  return fee(item, rules.feeBps, rules.feeFixed);
}

/** What is to pay: the piece and, unless it is fetched, its shipping. Undecided counts as sent where that is possible. */
export function totalOf(lock: { item: Money; shipping: Money | null; delivery: 'ship' | 'pickup' | null }): Money {
  return lock.shipping === null || lock.delivery === 'pickup' ? lock.item : add(lock.item, lock.shipping);
}

/**
 * How the piece is to go, by what was paid: two tabs may have chosen differently, and the amount says which one was
 * paid. Where both cost the same, what was chosen last counts.
 */
export function deliveryPaid(
  lock: { item: Money; shipping: Money | null; delivery: 'ship' | 'pickup' | null },
  amount: Money,
): 'ship' | 'pickup' {
  if (lock.shipping === null) return 'pickup';
  if (lock.shipping.amount === 0) return lock.delivery ?? 'ship';
  return compare(amount, lock.item) > 0 ? 'ship' : 'pickup';
}

/** What of the amount paid was the parcel: two tabs may have named different countries, and the amount says which was paid. */
export function shippingPaid(
  lock: { item: Money; shipping: Money | null; delivery: 'ship' | 'pickup' | null },
  amount: Money,
): Money | null {
  return deliveryPaid(lock, amount) === 'ship' ? subtract(amount, lock.item) : lock.shipping;
}

/** The clocks of a lock; one that began before they were kept goes by those of the day. */
export const clocksOf = ({ clocks }: { clocks: LockClocks | null }, rules: LockRules): LockClocks => clocks ?? rules;

/** When the time to pay is over, for a lock that begins at `now` (ms). */
export function expiryOf(reason: LockReason, now: number, rules: LockRules): number {
  return now + rules.windowMs[reason];
}

/**
 * The end of the time to pay once a checkout opens at `now`: a provider's session lives 30 min at least, so a lock with
 * less left is stretched, once.
 */
export function stretch(lock: { expiresAt: number; stretched: boolean }, now: number, rules: LockRules): number {
  if (lock.stretched || lock.expiresAt - now >= rules.stretchBelowMs) return lock.expiresAt;
  return now + rules.stretchToMs;
}

/** When the provider's session opened at `now` should end: with the lock, within what the provider allows. */
export function sessionEnd(lockExpiresAt: number, now: number, rules: LockRules): number {
  return Math.min(Math.max(lockExpiresAt, now + rules.sessionMinMs), now + rules.sessionMaxMs);
}

/** The next reminder after `now`, or null. All in ms. */
export function nextReminder(
  lock: { heldAt: number; expiresAt: number },
  now: number,
  clocks: LockClocks,
): number | null {
  const length = lock.expiresAt - lock.heldAt;
  const moments = [
    ...clocks.remindAt.map((part) => lock.heldAt + Math.round(length * part)),
    lock.expiresAt - clocks.remindBeforeMs,
  ];
  const later = moments.filter((moment) => moment > now && moment < lock.expiresAt).sort((a, b) => a - b);
  return later[0] ?? null;
}

/** What a step does to the lock and, with it in the same transaction, to the listing. */
export type LockStep = { readonly to: LockState; readonly listing: ListingCommand | null };

/** The step that a command makes, or null when the machine refuses it. A paid lock sells, a released one frees. */
export function step(state: LockState, command: LockCommand, facts: Facts<LockGuard> = {}): LockStep | null {
  const move = apply(lockMachine, state, command, facts);
  if (!move.ok) return null;
  return { to: move.to, listing: move.to === 'paid' ? 'sell' : move.to === 'released' ? 'release' : null };
}
