// What the commands of this room share: what it was made with, its timers, the rows it locks, its refusals.
import { type Actor, DomainError } from '@videowindow/contract';
import { type Facts, possibleCommands } from '@videowindow/contract/machine';
import { type LockCommand, type LockGuard, lockMachine } from '@videowindow/contract/machines/lock';
import type { Listing, Listings } from '#commerce/listings';
import type { Payments } from '#commerce/payments';
import type { Database, Reader, Tx } from '#platform/database';
import type { Events } from '#platform/events';
import { authorize } from '#platform/http';
import type { Jobs, Timers } from '#platform/jobs';
import type { Log } from '#platform/telemetry';
import type { LockRules } from './lock.ts';
import type { Lock } from './store.ts';
import * as store from './store.ts';

export type LocksDeps = {
  database: Database;
  events: Events;
  timers: Timers;
  jobs: Jobs;
  log: Log;
  listings: Listings;
  /** The provider's hosted checkout. */
  checkouts: Payments['checkouts'];
  /** Whether the maker's payout account is ready: without it nothing is sold. */
  canBePaid(reader: Reader, makerId: string): Promise<boolean>;
  /** Who of these people has a saved card that is good. */
  hasSavedCard(reader: Reader, people: readonly string[]): Promise<Set<string>>;
  /** Each of these people with everybody who saved the same card, or has had a parcel sent to the same home. */
  sharedCards(reader: Reader, people: readonly string[]): Promise<[string, string][]>;
  sharedHomes(reader: Reader, people: readonly string[]): Promise<[string, string][]>;
  /** What somebody has paid of some makers' and is to be sent, oldest first; orders, the room above, plugs it in. */
  unsentOf(reader: Reader, whose: { buyerId: string; makerIds: readonly string[] }): Promise<Unsent[]>;
  /** Since when somebody has an account. */
  joinedAt(reader: Reader, person: string): Promise<Date | null>;
  /** The auction in which a piece is bought now; auctions, the room above, plugs it in. */
  auctions: BoughtNow;
  rules: LockRules;
};

/** An order that waits to be sent: which lock it was, and the country that it goes to. */
export type Unsent = {
  readonly lockId: string;
  readonly makerId: string;
  readonly number: number;
  readonly country: string;
};

export type BoughtNow = {
  /** Locks the auction's row: before the lock, after the listing. */
  lock(tx: Tx, auctionId: string): Promise<void>;
  /** Somebody's payment is here; false when the auction was over before, and the money must go back. */
  sell(tx: Tx, auctionId: string, buyerId: string): Promise<boolean>;
};

/** The timers of a lock: its time to pay is over; the buyer is reminded. */
export const EXPIRE = 'lock.expire';
export const REMIND = 'lock.remind';

/** The listing and then its lock, both locked; between them the auction, where bidding goes on. */
export const lockBoth = async (
  deps: LocksDeps,
  tx: Tx,
  id: string,
): Promise<{ listing: Listing; lock: Lock } | null> => {
  const known = await store.findLock(tx, id);
  if (!known) return null;
  const listing = await deps.listings.lock(tx, known.listingId);
  if (known.reason === 'buy_now' && known.auctionId !== null) await deps.auctions.lock(tx, known.auctionId);
  const lock = await store.lockLock(tx, id);
  return listing && lock ? { listing, lock } : null;
};

/** The lock of the buyer who asks. @throws DomainError not_found */
export const ownLock = async (deps: LocksDeps, actor: Actor, id: string): Promise<Lock> => {
  const lock = await store.findLock(deps.database.db, id);
  if (!lock) throw new DomainError('not_found');
  authorize(actor, 'lock.pay', { ownerId: lock.buyerId });
  return lock;
};

/** Whether its buyer may let it go: whoever was asked second, and whoever chose to buy. A winner may not. */
export const freeToGo = ({ reason }: Lock): Facts<LockGuard> => ({
  secondChance: reason === 'second_chance',
  fixedPrice: reason === 'fixed_price',
});

/** The units that a lock holds, where the piece comes in kinds. */
export const unitsOf = ({ variantId, quantity }: Lock) => (variantId === null ? null : { variantId, quantity });

/** The auction that waits for this payment. Where bidding goes on none does. */
export const waitingAuction = ({ reason, auctionId }: Lock): string | null => (reason === 'buy_now' ? null : auctionId);

/** What every event about a lock says. */
export const about = (lock: Lock) => ({
  lockId: lock.id,
  listingId: lock.listingId,
  storyId: lock.storyId,
  makerId: lock.makerId,
  title: lock.title,
  buyerId: lock.buyerId,
});

/** The time to pay is over, be it with a payment that did not come. */
export const expired = (lock: Lock): DomainError =>
  new DomainError(lock.releaseReason === 'failed' ? 'payment_failed' : 'lock_expired', {
    expiresAt: lock.expiresAt.toISOString(),
  });

/** The machine refuses a command. */
export const refused = (lock: Lock, command: LockCommand, facts: Facts<LockGuard> = {}): DomainError =>
  new DomainError('invalid_transition', {
    from: lock.state,
    command,
    possible: possibleCommands(lockMachine, lock.state, facts),
  });
