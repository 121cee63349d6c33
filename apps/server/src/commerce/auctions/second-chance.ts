// From the fall of the hammer to the money: the winner pays, or the next bidder is asked, or the piece is free again.
import type { Actor } from '@videowindow/contract';
import type { Money } from '@videowindow/contract/money';
import type { Listing } from '#commerce/listings';
import { recordAudit } from '#platform/audit';
import type { Reader, Tx } from '#platform/database';
import {
  type Asked,
  type Decision,
  decideAsk,
  decideDefault,
  decideGiveUp,
  decideOffer,
  decideSettle,
  isConsented,
} from './auction.ts';
import type { DefaultReason } from './log.ts';
import {
  type AuctionsDeps,
  about,
  announce,
  CHOOSE,
  commit,
  type Held,
  lockHeld,
  lockOwn,
  readLog,
  setTimer,
} from './parts.ts';
import { nextBidder } from './replay.ts';
import type { Lot } from './store.ts';
import * as store from './store.ts';

/** The lock of the person who was asked is paid: sold. */
export const settle = async (deps: AuctionsDeps, tx: Tx, id: string, bidder: string): Promise<void> => {
  const found = await store.lockAuction(tx, id);
  if (!found) return;
  const decision = decideSettle(found.lot.auction, bidder);
  if (!decision.ok) return;
  const { lot } = await commit(tx, found, decision);
  await deps.timers.clear(tx, CHOOSE, id);
  await announce(deps, tx, lot, found.now);
};

/** The lock of the person who was asked was released: the maker may choose, or nobody is left to ask. */
export const unpaid = async (
  deps: AuctionsDeps,
  tx: Tx,
  id: string,
  bidder: string,
  why: DefaultReason,
): Promise<void> => {
  const held = await lockHeld(deps, tx, id);
  if (!held) return;
  const next = await nextToAsk(deps, tx, held.lot, bidder);
  const decision = decideDefault(held.lot.auction, bidder, why, next);
  if (!decision.ok) return;
  const { lot } = await commit(tx, held, decision);
  if (lot.auction.decideBy === null) {
    await deps.listings.move(tx, held.listing, 'endAuction');
  } else {
    const decideBy = new Date(lot.auction.decideBy);
    await deps.timers.set(tx, CHOOSE, id, decideBy);
    await deps.events.emit(tx, 'auction.second_chance_due', id, { ...about(lot), decideBy: decideBy.toISOString() });
  }
  await announce(deps, tx, lot, held.now);
};

/** The maker asks the next bidder, offers them the piece at a price of their own, or would rather sell anew. */
export type Choice = { readonly choice: 'ask' | 'relist' } | { readonly choice: 'offer'; readonly amount: Money };

/** @throws DomainError not_found, invalid_transition, currency_mismatch */
export const choose = async (
  deps: AuctionsDeps,
  actor: Actor,
  id: string,
  chosen: Choice,
  requestId: string,
): Promise<Lot> =>
  await deps.database.transaction(async (tx) => {
    const held = await lockOwn(deps, tx, actor, id);
    const action = `auction.second_chance_${chosen.choice}`;
    await recordAudit(tx, { actor: actor.id, action, subject: id, requestId });
    switch (chosen.choice) {
      case 'ask':
        return await askNext(deps, tx, held);
      case 'offer':
        return await offerNext(deps, tx, held, chosen.amount);
      case 'relist':
        return (await giveUp(deps, tx, held)).lot;
    }
  });

/** The timer: silence means ask. */
export const askWhenSilent = async (deps: AuctionsDeps, tx: Tx, id: string): Promise<void> => {
  const held = await lockHeld(deps, tx, id);
  const decideBy = held?.lot.auction.decideBy;
  if (!held || decideBy == null) return;
  if (held.now < decideBy) return await setTimer(deps, tx, held.lot);
  const next = await nextToAsk(deps, tx, held.lot);
  // Below the reserve only the maker's own word sells; and whoever was left may be gone.
  if (next && isConsented(held.lot.auction, next.amount)) await askNext(deps, tx, held);
  else await giveUp(deps, tx, held);
};

/** Who would be asked next, whom the maker has not blocked in the meantime. */
export const nextToAsk = async (
  deps: AuctionsDeps,
  reader: Reader,
  lot: Lot,
  besides?: string,
): Promise<Asked | null> => {
  const log = await readLog(reader, lot);
  const out = besides === undefined ? [] : [besides];
  for (;;) {
    const next = nextBidder(log, ...out);
    if (!next || !(await deps.hasBlocked(reader, lot.makerId, next.bidder))) return next;
    out.push(next.bidder);
  }
};

const askNext = async (deps: AuctionsDeps, tx: Tx, held: Held): Promise<Lot> => {
  const next = await nextToAsk(deps, tx, held.lot);
  const { lot } = await commit(tx, held, decideAsk(held.lot.auction, next));
  const { asked } = lot.auction;
  if (!asked) throw new Error('whoever was asked is in the auction');
  await deps.timers.clear(tx, CHOOSE, lot.id);
  await deps.locks.hold(tx, {
    listing: held.listing,
    title: lot.title,
    buyerId: asked.bidder,
    item: asked.amount,
    reason: 'second_chance',
    auctionId: lot.id,
  });
  await announce(deps, tx, lot, held.now);
  return lot;
};

const offerNext = async (deps: AuctionsDeps, tx: Tx, held: Held, amount: Money): Promise<Lot> => {
  const next = await nextToAsk(deps, tx, held.lot);
  const { lot, listing } = await giveUp(deps, tx, held, decideOffer(held.lot.auction, next));
  if (next) await deps.propose(tx, { listing, title: lot.title, buyerId: next.bidder, amount });
  return lot;
};

const giveUp = async (
  deps: AuctionsDeps,
  tx: Tx,
  held: Held,
  decision: Decision = decideGiveUp(held.lot.auction),
): Promise<{ lot: Lot; listing: Listing }> => {
  const { lot } = await commit(tx, held, decision);
  await deps.timers.clear(tx, CHOOSE, lot.id);
  const listing = await deps.listings.move(tx, held.listing, 'endAuction');
  await announce(deps, tx, lot, held.now);
  return { lot, listing };
};
