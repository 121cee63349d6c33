// HTTP of auctions.
import { type Actor, can, DomainError } from '@videowindow/contract';
import { type AuctionView, auctionsApi } from '@videowindow/contract/api/commerce';
import { quickAmounts } from '@videowindow/contract/increments';
import { implement, personId } from '#platform/http';
import { extendsWithin, isConsented, leastBid } from './auction.ts';
import type { AuctionLine } from './auction-line.ts';
import { placeBid } from './bids.ts';
import { buyNow } from './buy-now.ts';
import { cancel, end } from './commands.ts';
import { withdrawnIn } from './contest.ts';
import { resume, suspend } from './moderation.ts';
import type { AuctionsDeps } from './parts.ts';
import { choose, nextToAsk } from './second-chance.ts';
import type { Lot } from './store.ts';
import * as store from './store.ts';
import { biddersIn, buttons, firstOf, labelOf, publicEntry, stateOf } from './view.ts';
import { type AuctionsReads, visible } from './visibility.ts';
import { watch, watchersOf, watchlist } from './watch.ts';
import { blockBidder, retract, retractFor, retractionOf } from './withdrawals.ts';

type Deps = AuctionsDeps & AuctionsReads;

/** An auction and what it is to the person who asks. */
const view = async (deps: Deps, lot: Lot, actor: Actor): Promise<AuctionView> => {
  const { db } = deps.database;
  const { auction } = lot;
  const now = (await deps.database.now(db)).getTime();
  const { currency, steps } = auction.terms.increments;
  const isMaker = actor.id === lot.makerId;
  const number = actor.id === null ? null : await store.numberOf(db, lot.id, actor.id);
  const lock = actor.id === null ? null : await deps.locks.newestOfAuction(db, lot.id, actor.id);
  const choosing = isMaker && auction.decideBy !== null;
  const next = choosing ? await nextToAsk(deps, db, lot) : null;
  const first = auction.asked ?? auction.leader;
  const shown = [firstOf(auction)?.bidder, next?.bidder].filter((each) => each !== undefined);
  const names = await deps.handles(db, shown);
  return {
    ...stateOf(lot, now, names),
    me: {
      bidder: number,
      leading: first !== null && first.bidder === actor.id,
      maximum: auction.state === 'live' && auction.leader?.bidder === actor.id ? auction.max : null,
      isMaker,
      lockId: lock && lock.state !== 'released' ? lock.id : null,
    },
    secondChance:
      choosing && auction.decideBy !== null
        ? {
            decideBy: new Date(auction.decideBy).toISOString(),
            depth: auction.chancesGiven + 1,
            next: next && {
              label: labelOf(next, names),
              amount: next.amount,
              belowReserve: !isConsented(auction, next.amount),
            },
          }
        : null,
    ...(await watchersOf(db, lot.id, actor.id)),
    reserve: isMaker ? (auction.terms.reserve ?? null) : null,
    quickAmounts: quickAmounts(leastBid(auction), auction.terms.increments),
    increments: { currency, steps: [...steps] },
    extendsWithinMinutes: extendsWithin(auction) / 60_000,
    possible: buttons(
      lot,
      { isMaker, isModerator: can(actor, 'moderation.decide'), hasBid: number !== null },
      next !== null,
      deps.rules,
      now,
    ),
  };
};

export const auctionsRoutes = (deps: Deps, line: AuctionLine) => {
  return implement(auctionsApi, {
    'GET /auctions/:id': async ({ params, context }) =>
      await view(deps, await visible(deps, context.actor, params.id), context.actor),
    'GET /auctions/:id/events': async ({ params, query, context }) => {
      const lot = await visible(deps, context.actor, params.id);
      const { currency } = lot.auction.terms.startPrice;
      const limit = query.limit ?? 20;
      const before = query.before ?? lot.auction.seq + 1;
      const entries = await store.readLog(deps.database.db, { id: lot.id, currency }, { before, limit });
      const oldest = entries[0];
      const withdrawn = withdrawnIn(await store.readWithdrawals(deps.database.db, { id: lot.id, currency }));
      const names = await deps.handles(deps.database.db, biddersIn(entries));
      return {
        items: entries.reverse().flatMap((entry) => publicEntry(entry, withdrawn, names) ?? []),
        next: oldest && oldest.seq > 1 ? oldest.seq : null,
      };
    },
    'POST /auctions/:id/bids': async ({ params, body, context }) => {
      const clientKey = context.idempotencyKey;
      if (clientKey === null) throw new DomainError('idempotency_key_required');
      const bid = 'maximum' in body ? { amount: body.maximum, maximum: true } : { amount: body.amount, maximum: false };
      const placed = await placeBid(line.bid, context.actor, params.id, { ...bid, clientKey });
      return { accepted: true, ...placed };
    },
    'POST /auctions/:id/watch': async ({ params, body, context }) => {
      const lot = await visible(deps, context.actor, params.id);
      await watch(deps, context.actor, lot, body.watching);
      return await watchersOf(deps.database.db, lot.id, context.actor.id);
    },
    'GET /watchlist': async ({ context }) => ({ items: await watchlist(deps, context.actor) }),
    'POST /auctions/:id/accept': async ({ params, body, context }) => {
      const lot = await line.accept(params.id, {
        actor: context.actor,
        expectedSeq: body.expectedSeq,
        requestId: context.requestId,
      });
      return await view(deps, lot, context.actor);
    },
    'POST /auctions/:id/cancel': async ({ params, context }) =>
      await view(deps, await cancel(deps, context.actor, params.id, context.requestId), context.actor),
    'POST /auctions/:id/buy-now': async ({ params, context }) => {
      await visible(deps, context.actor, params.id);
      return await view(deps, await buyNow(deps, context.actor, params.id, context.requestId), context.actor);
    },
    'GET /auctions/:id/retraction': async ({ params, context }) => {
      const lot = await visible(deps, context.actor, params.id);
      return await retractionOf(deps, lot, personId(context.actor));
    },
    'POST /auctions/:id/retract': async ({ params, body, context }) => {
      await visible(deps, context.actor, params.id);
      const lot = await retract(deps, context.actor, params.id, body.reason, context.requestId);
      return await view(deps, lot, context.actor);
    },
    'POST /auctions/:id/retract-for': async ({ params, body, context }) => {
      const lot = await retractFor(deps, context.actor, params.id, body, context.requestId);
      return await view(deps, lot, context.actor);
    },
    'POST /auctions/:id/block': async ({ params, body, context }) => {
      const lot = await blockBidder(deps, context.actor, params.id, body.bidder, context.requestId);
      return await view(deps, lot, context.actor);
    },
    'POST /auctions/:id/suspend': async ({ params, body, context }) => {
      const lot = await suspend(deps, context.actor, params.id, body.reason, context.requestId);
      return await view(deps, lot, context.actor);
    },
    'POST /auctions/:id/resume': async ({ params, context }) =>
      await view(deps, await resume(deps, context.actor, params.id, context.requestId), context.actor),
    'POST /auctions/:id/end': async ({ params, body, context }) => {
      const lot = await end(deps, context.actor, params.id, body.reason, context.requestId);
      return await view(deps, lot, context.actor);
    },
    'POST /auctions/:id/second-chance': async ({ params, body, context }) =>
      await view(deps, await choose(deps, context.actor, params.id, body, context.requestId), context.actor),
  });
};
