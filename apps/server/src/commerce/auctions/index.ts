// auctions: English auctions that an offer opens, decided in order, closed by the clock or by the maker.
import type { Actor } from '@videowindow/contract';
import type { AuctionLogEntry, AuctionState } from '@videowindow/contract/api/commerce';
import type { Reader, Tx } from '#platform/database';
import type { Subscriber } from '#platform/events';
import type { Room } from '#platform/room';
import { lineOf } from './auction-line.ts';
import { CLOSE, placeBid } from './bids.ts';
import { sellNow } from './buy-now.ts';
import { channelOf } from './channel.ts';
import { close, openAuction, stopOfStory } from './commands.ts';
import { withdrawnIn } from './contest.ts';
import { namesFor, rememberHandles } from './names.ts';
import { type AuctionsDeps, CHOOSE } from './parts.ts';
import { personal } from './personal.ts';
import { proofJobs } from './prove.ts';
import { auctionsRoutes } from './routes.ts';
import { askWhenSilent, settle, unpaid } from './second-chance.ts';
import { shillJobs } from './shills.ts';
import type { Lot } from './store.ts';
import * as store from './store.ts';
import { biddersIn, publicEntry, stateOf } from './view.ts';
import type { AuctionsReads } from './visibility.ts';
import { ENDING, tellEnding } from './watch.ts';
import { disqualifyBlocked } from './withdrawals.ts';

export { type AuctionRules, defaultRules as defaultAuctionRules } from './auction.ts';
export { parseIncrements, parseSoftClose } from './configured.ts';

export type Auctions = ReturnType<typeof createAuctions>;

const subscriberOf = (deps: AuctionsDeps): Subscriber => ({
  name: 'auctions',
  on: {
    async 'lock.paid'(tx, { payload }) {
      if (payload.auctionId !== null) await settle(deps, tx, payload.auctionId, payload.buyerId);
    },
    async 'lock.released'(tx, { payload }) {
      if (payload.auctionId !== null) await unpaid(deps, tx, payload.auctionId, payload.buyerId, payload.why);
    },
    'user.blocked': (tx, { payload }) => disqualifyBlocked(deps, tx, payload.userId, payload.blockedId),
    'story.removed': (tx, { payload }) => stopOfStory(deps, tx, payload.storyId),
  },
});

/** Lines of a log that is read whole. */
const LOG_AT_MOST = 10_000;

export const createAuctions = (given: AuctionsDeps & AuctionsReads) => {
  const deps = { ...given, handles: rememberHandles(given.handles, given.database.clock) };
  const line = lineOf(deps);
  const room: Room = {
    personal,
    routes: [auctionsRoutes(deps, line)],
    timers: {
      [CLOSE]: (tx, id) => close(deps, tx, id),
      [CHOOSE]: (tx, id) => askWhenSilent(deps, tx, id),
      [ENDING]: (tx, id) => tellEnding(deps, tx, id),
    },
    jobs: { ...shillJobs(deps), ...proofJobs(deps) },
    subscribers: [subscriberOf(deps)],
    channels: [channelOf(deps)],
  };
  return {
    room,
    /**
     * Opens an auction on a listing that the caller has locked, with an offer as its first bid.
     * @throws DomainError listing_locked, listing_unavailable
     */
    open: (tx: Tx, sale: Parameters<typeof openAuction>[2]): Promise<Lot> => openAuction(deps, tx, sale),
    /** A bid, answered once it has committed. @throws DomainError bid_too_low, auction_ended, ... */
    bid: (actor: Actor, id: string, bid: Parameters<typeof placeBid>[3]) => placeBid(line.bid, actor, id, bid),
    /** The maker takes the standing price, in its turn among the bids. @throws DomainError version_conflict, ... */
    accept: (actor: Actor, id: string, expectedSeq: number, requestId: string): Promise<Lot> =>
      line.accept(id, { actor, expectedSeq, requestId }),
    /** The auction in which a piece is bought now; the port of locks. */
    boughtNow: {
      async lock(tx: Tx, id: string): Promise<void> {
        await store.lockAuction(tx, id);
      },
      sell: (tx: Tx, id: string, buyerId: string): Promise<boolean> => sellNow(deps, tx, id, buyerId),
    },
    /** The public log of an auction, oldest first. */
    async publicLog(reader: Reader, id: string): Promise<AuctionLogEntry[]> {
      const lot = await store.findAuction(reader, id);
      if (!lot) return [];
      const auction = { id, currency: lot.auction.terms.startPrice.currency };
      const withdrawn = withdrawnIn(await store.readWithdrawals(reader, auction));
      const entries = await store.readLog(reader, auction, { before: lot.auction.seq + 1, limit: LOG_AT_MOST });
      const names = await deps.handles(reader, biddersIn(entries));
      return entries.flatMap((entry) => publicEntry(entry, withdrawn, names) ?? []);
    },
    find: (reader: Reader, id: string): Promise<Lot | null> => store.findAuction(reader, id),
    /** The newest auction of each listing that had one, as people see it. */
    async ofListings(reader: Reader, listingIds: readonly string[]): Promise<Map<string, AuctionState>> {
      const now = deps.database.clock().getTime();
      const lots = await store.newestOfListings(reader, listingIds);
      const names = await namesFor(deps.handles, reader, lots);
      return new Map(lots.map((lot) => [lot.listingId, stateOf(lot, now, names)]));
    },
  };
};
