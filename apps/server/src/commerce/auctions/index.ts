// auctions: English auctions that an offer opens, decided in order, closed by the clock or by the maker.
import type { Actor } from '@videowindow/contract';
import type { AuctionState } from '@videowindow/contract/api/commerce';
import type { Reader, Tx } from '#platform/database';
import type { DomainEvent, Subscriber } from '#platform/events';
import type { Channel, Publication } from '#platform/realtime';
import type { Room } from '#platform/room';
import { type BidAnswer, type BidRequest, CLOSE, decideBids, placeBid } from './bids.ts';
import {
  type AuctionsDeps,
  accept,
  askWhenSilent,
  CHOOSE,
  close,
  openAuction,
  settle,
  stopOfStory,
  unpaid,
} from './commands.ts';
import { createLine } from './line.ts';
import { type AuctionsReads, auctionsRoutes } from './routes.ts';
import type { Lot } from './store.ts';
import * as store from './store.ts';
import { stateOf } from './view.ts';

export { type AuctionRules, defaultRules as defaultAuctionRules } from './auction.ts';

export type Auctions = ReturnType<typeof createAuctions>;

type AcceptRequest = { actor: Actor; expectedSeq: number; requestId: string };
type Request = { bid: BidRequest } | { accept: AcceptRequest };
type Answer = { bid: BidAnswer } | { accept: Lot } | { failed: unknown };

/** The one way to an auction's price: bids and the maker's acceptance wait in the same line. */
export type AuctionLine = {
  bid(auctionId: string, request: BidRequest): Promise<BidAnswer>;
  accept(auctionId: string, request: AcceptRequest): Promise<Lot>;
};

const lineOf = (deps: AuctionsDeps): AuctionLine => {
  const line = createLine<Request, Answer>(
    async (id, batch) => {
      const [first] = batch;
      if (first && 'accept' in first) {
        const { actor, expectedSeq, requestId } = first.accept;
        // A refusal is an answer; only what went wrong is tried again.
        return [await accept(deps, actor, id, expectedSeq, requestId).then((lot) => ({ accept: lot }), refusedOr)];
      }
      const bids = batch.flatMap((request) => ('bid' in request ? [request.bid] : []));
      return (await decideBids(deps, id, bids)).map((bid) => ({ bid }));
    },
    (request) => 'accept' in request,
  );
  return {
    async bid(id, request) {
      const answer = await line.join(id, { bid: request });
      if ('bid' in answer) return answer.bid;
      throw new Error('a bid is answered as a bid');
    },
    async accept(id, request) {
      const answer = await line.join(id, { accept: request });
      if ('accept' in answer) return answer.accept;
      throw 'failed' in answer ? answer.failed : new Error('an acceptance is answered as one');
    },
  };
};

const refusedOr = (error: unknown): { failed: unknown } => {
  if (error instanceof Error && error.name === 'DomainError') return { failed: error };
  throw error;
};

const subscriberOf = (deps: AuctionsDeps): Subscriber => ({
  name: 'auctions',
  on: {
    async 'lock.paid'(tx, { payload }) {
      if (payload.auctionId !== null) await settle(deps, tx, payload.auctionId, payload.buyerId);
    },
    async 'lock.released'(tx, { payload }) {
      if (payload.auctionId !== null) await unpaid(deps, tx, payload.auctionId, payload.buyerId, payload.why);
    },
    'story.removed': (tx, { payload }) => stopOfStory(deps, tx, payload.storyId),
  },
});

const channelOf = (deps: AuctionsDeps & AuctionsReads): Channel => ({
  prefix: 'auction',
  kind: 'state',
  async authorize(actor, id) {
    const lot = await store.findAuction(deps.database.db, id);
    return lot !== null && !(await deps.areApart(deps.database.db, actor.id, lot.makerId));
  },
  async read(id, _after, viewers) {
    const lot = await store.findAuction(deps.database.db, id);
    if (!lot) return null;
    return {
      offset: lot.auction.seq,
      data: { auction: stateOf(lot, deps.database.clock().getTime()), watching: viewers },
    };
  },
  publish: (event, viewers) => {
    const auction = auctionIn(event);
    return auction && publication(auction, viewers(auction.id));
  },
});

const auctionIn = (event: DomainEvent): AuctionState | null =>
  event.type === 'auction.changed' || event.type === 'auction.opened' || event.type === 'auction.closed'
    ? event.payload.auction
    : null;

const publication = (auction: AuctionState, watching: number): Publication => ({
  id: auction.id,
  offset: auction.seq,
  data: { auction, watching },
});

export const createAuctions = (deps: AuctionsDeps & AuctionsReads) => {
  const line = lineOf(deps);
  const room: Room = {
    routes: [auctionsRoutes(deps, line)],
    timers: {
      [CLOSE]: (tx, id) => close(deps, tx, id),
      [CHOOSE]: (tx, id) => askWhenSilent(deps, tx, id),
    },
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
    find: (reader: Reader, id: string): Promise<Lot | null> => store.findAuction(reader, id),
    /** The newest auction of each listing that had one, as people see it. */
    async ofListings(reader: Reader, listingIds: readonly string[]): Promise<Map<string, AuctionState>> {
      const now = deps.database.clock().getTime();
      const lots = await store.newestOfListings(reader, listingIds);
      return new Map(lots.map((lot) => [lot.listingId, stateOf(lot, now)]));
    },
  };
};
