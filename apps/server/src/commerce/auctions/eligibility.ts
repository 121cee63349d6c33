// Who may bid how much. What is known of bidders and auctions is remembered for some seconds, so that a hot auction does
// not ask about each bid; before anything is refused it is looked at anew.
import { DomainError } from '@videowindow/contract';
import type { Money } from '@videowindow/contract/money';
import type { Listings } from '#commerce/listings';
import { assertWithin, type BidLimit, type Bond, type Locks } from '#commerce/locks';
import type { Database } from '#platform/database';
import { createMemory, type Memory } from './memory.ts';
import { findAuction, type Lot, numberOf } from './store.ts';

/** Whether a story is for everybody changes hardly ever. */
const OPEN_MS = 30_000;
const ANYBODY = { id: null, roles: [] } as const;

type Piece = Pick<Lot, 'makerId' | 'storyId' | 'title'>;

/** @returns a check that rejects with not_found, strikes_exceeded, card_required{upTo, why} or bidder_blocked (who belongs to the maker) */
export const eligibilityOf = (deps: {
  database: Database;
  listings: Pick<Listings, 'maySee'>;
  locks: Pick<Locks, 'bidLimit' | 'bondsOf' | 'refuseBound'>;
}): ((person: string, amount: Money, auctionId: string) => Promise<void>) => {
  const { db, clock } = deps.database;
  const limits: Memory<BidLimit> = createMemory(clock);
  const bonds: Memory<readonly Bond[]> = createMemory(clock);
  /** Auctions whose story is for everybody. */
  const open: Memory<Piece> = createMemory(clock, OPEN_MS);
  const isWithin = ({ upTo }: BidLimit, amount: Money): boolean => !upTo || amount.amount <= upTo.amount;

  /** The auction, for whom it is there. */
  const lotFor = async (person: string, id: string): Promise<Piece> => {
    const before = open.get(id);
    if (before) return before;
    const lot = await findAuction(db, id);
    if (!lot) throw new DomainError('not_found');
    if (await deps.listings.maySee(db, ANYBODY, lot.storyId)) return open.set(id, lot);
    const isIn =
      person === lot.makerId ||
      (await deps.listings.maySee(db, { id: person, roles: [] }, lot.storyId)) ||
      (await numberOf(db, id, person)) !== null;
    if (!isIn) throw new DomainError('not_found');
    return lot;
  };

  return async (person, amount, auctionId) => {
    const lot = await lotFor(person, auctionId);
    const before = limits.get(person);
    const limit =
      before && isWithin(before, amount) ? before : limits.set(person, await deps.locks.bidLimit(db, person));
    assertWithin(limit, amount);
    const tied = bonds.get(person) ?? bonds.set(person, await deps.locks.bondsOf(db, [person]));
    await deps.locks.refuseBound(person, lot, tied);
  };
};
