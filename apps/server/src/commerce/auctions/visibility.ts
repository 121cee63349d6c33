// Who may know of an auction: its maker, everybody whom its story is for, and whoever has bid in it.
import { type Actor, DomainError } from '@videowindow/contract';
import type { Reader } from '#platform/database';
import type { AuctionsDeps } from './parts.ts';
import type { Lot } from './store.ts';
import * as store from './store.ts';

export type AuctionsReads = {
  /** Whether one of the two blocked the other: then neither sees the other's auction. */
  areApart(reader: Reader, person: string | null, other: string): Promise<boolean>;
};

/** The auction, when this person may know of it; else null. */
export const findVisible = async (
  deps: AuctionsDeps & AuctionsReads,
  actor: Actor,
  id: string,
): Promise<Lot | null> => {
  const { db } = deps.database;
  const lot = await store.findAuction(db, id);
  if (!lot || actor.id === lot.makerId) return lot;
  if (await deps.areApart(db, actor.id, lot.makerId)) return null;
  if (await deps.listings.maySee(db, actor, lot.storyId)) return lot;
  return actor.id !== null && (await store.numberOf(db, id, actor.id)) !== null ? lot : null;
};

/** The same. @throws DomainError not_found */
export const visible = async (...asked: Parameters<typeof findVisible>): Promise<Lot> => {
  const lot = await findVisible(...asked);
  if (!lot) throw new DomainError('not_found');
  return lot;
};
