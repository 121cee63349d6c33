// Who may bid how much. What is known of bidders and auctions is remembered for some seconds, so that a hot auction does
// not ask about each bid; before anything is refused it is looked at anew.
import { DomainError } from '@videowindow/contract';
import type { Money } from '@videowindow/contract/money';
import type { Listings } from '#commerce/listings';
import { assertWithin, type BidLimit, type Locks } from '#commerce/locks';
import type { Database } from '#platform/database';
import { findAuction, type Lot, numberOf } from './store.ts';

const REMEMBER_MS = 5_000;
const MOST = 10_000;
const ANYBODY = { id: null, roles: [] } as const;

type Known<T> = Map<string, { value: T; until: number }>;

/** @returns a check that rejects with not_found, strikes_exceeded, card_required{upTo, why} or bidder_blocked (the maker's own card) */
export const eligibilityOf = (deps: {
  database: Database;
  listings: Pick<Listings, 'maySee'>;
  locks: Pick<Locks, 'bidLimit' | 'shareCard'>;
}): ((person: string, amount: Money, auctionId: string) => Promise<void>) => {
  const { db, clock } = deps.database;
  const limits: Known<BidLimit> = new Map();
  const apart: Known<true> = new Map();
  /** Auctions whose story is for everybody. */
  const open: Known<Pick<Lot, 'makerId'>> = new Map();

  const remember = <T>(known: Known<T>, key: string, value: T): T => {
    if (known.size >= MOST) known.clear();
    known.set(key, { value, until: clock().getTime() + REMEMBER_MS });
    return value;
  };
  const recall = <T>(known: Known<T>, key: string): T | undefined => {
    const found = known.get(key);
    return found && found.until > clock().getTime() ? found.value : undefined;
  };
  const isWithin = ({ upTo }: BidLimit, amount: Money): boolean => !upTo || amount.amount <= upTo.amount;

  /** The auction, for whom it is there. */
  const lotFor = async (person: string, id: string): Promise<Pick<Lot, 'makerId'>> => {
    const before = recall(open, id);
    if (before) return before;
    const lot = await findAuction(db, id);
    if (!lot) throw new DomainError('not_found');
    if (await deps.listings.maySee(db, ANYBODY, lot.storyId)) return remember(open, id, lot);
    const isIn =
      person === lot.makerId ||
      (await deps.listings.maySee(db, { id: person, roles: [] }, lot.storyId)) ||
      (await numberOf(db, id, person)) !== null;
    if (!isIn) throw new DomainError('not_found');
    return lot;
  };

  return async (person, amount, auctionId) => {
    const lot = await lotFor(person, auctionId);
    const before = recall(limits, person);
    const limit =
      before && isWithin(before, amount) ? before : remember(limits, person, await deps.locks.bidLimit(db, person));
    assertWithin(limit, amount);
    const both = `${person} ${auctionId}`;
    if (!limit.hasCard || recall(apart, both)) return;
    if (await deps.locks.shareCard(db, person, lot.makerId)) throw new DomainError('bidder_blocked');
    remember(apart, both, true);
  };
};
