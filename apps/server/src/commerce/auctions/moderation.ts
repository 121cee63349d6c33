// What moderators do with a running auction: they stop the clock, and let it go on.
import type { Actor } from '@videowindow/contract';
import { recordAudit } from '#platform/audit';
import { decideResume, decideSuspend } from './auction.ts';
import { CLOSE } from './bids.ts';
import { type AuctionsDeps, about, announce, commit, lockToJudge, setTimer } from './parts.ts';
import type { Lot } from './store.ts';
import * as store from './store.ts';
import { ENDING, endingAt } from './watch.ts';

/** What the audit log keeps of it, before and after. */
const stood = (before: Lot, after: Lot) => ({
  before: { state: before.auction.state, endsAt: new Date(before.auction.endsAt) },
  after: { state: after.auction.state, endsAt: new Date(after.auction.endsAt) },
});

/** Nobody may bid until it goes on. @throws DomainError not_found, own_content, invalid_transition */
export const suspend = async (
  deps: AuctionsDeps,
  actor: Actor,
  id: string,
  reason: string,
  requestId: string,
): Promise<Lot> => {
  return await deps.database.transaction(async (tx) => {
    const held = await lockToJudge(deps, tx, actor, id);
    const { lot } = await commit(tx, held, decideSuspend(held.lot.auction));
    await deps.timers.clear(tx, CLOSE, id);
    await deps.locks.cancelAttempts(tx, id);
    await recordAudit(tx, {
      actor: actor.id,
      action: 'auction.suspended',
      subject: id,
      requestId,
      facts: { reason },
      ...stood(held.lot, lot),
    });
    await announce(deps, tx, lot, held.now);
    const bidderIds = await store.biddersOf(tx, id);
    await deps.events.emit(tx, 'auction.suspended', id, { ...about(lot), bidderIds });
    return lot;
  });
};

/** The end shifts by the time that was lost. @throws DomainError not_found, own_content, invalid_transition */
export const resume = async (deps: AuctionsDeps, actor: Actor, id: string, requestId: string): Promise<Lot> => {
  return await deps.database.transaction(async (tx) => {
    const held = await lockToJudge(deps, tx, actor, id);
    const { lot } = await commit(tx, held, decideResume(held.lot.auction, held.now));
    await setTimer(deps, tx, lot);
    await deps.timers.set(tx, ENDING, id, new Date(endingAt(deps, lot)));
    await recordAudit(tx, {
      actor: actor.id,
      action: 'auction.resumed',
      subject: id,
      requestId,
      ...stood(held.lot, lot),
    });
    await announce(deps, tx, lot, held.now);
    const bidderIds = await store.biddersOf(tx, id);
    const endsAt = new Date(lot.auction.endsAt).toISOString();
    await deps.events.emit(tx, 'auction.resumed', id, { ...about(lot), bidderIds, endsAt });
    return lot;
  });
};
