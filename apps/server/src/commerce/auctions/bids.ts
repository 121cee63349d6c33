// Bidding: what waits in the line is decided together, in order, in one transaction that locks the auctions bid on and
// nothing else.
import { type Actor, DomainError } from '@videowindow/contract';
import type { AuctionState } from '@videowindow/contract/api/commerce';
import type { Money } from '@videowindow/contract/money';
import type { Database } from '#platform/database';
import type { Events, NewEvent } from '#platform/events';
import { authorize, personId } from '#platform/http';
import type { Timers } from '#platform/jobs';
import { type Auction, decideBid, type Refusal } from './auction.ts';
import { type Asked, HELD } from './line.ts';
import type { Entry } from './log.ts';
import { type Handles, namesFor } from './names.ts';
import { record } from './replay.ts';
import type { Answer, Lot, NewAnswer } from './store.ts';
import * as store from './store.ts';
import { stateOf } from './view.ts';

export type BidsDeps = {
  database: Database;
  events: Events;
  timers: Timers;
  isApart: store.IsApart;
  handles: Handles;
};

/** The timer that closes an auction. */
export const CLOSE = 'auction.close';

export type BidRequest = {
  readonly bidder: string;
  readonly clientKey: string;
  readonly amount: Money;
  /** The amount is the most that they would pay: only as much is bid as it takes to lead. */
  readonly maximum?: boolean;
};

/** What a request to bid is answered; `auction` is how it stands after the batch, `leading` whether they lead then. */
export type BidAnswer = (Answer | { readonly code: 'not_found' | 'idempotency_key_reused' }) & {
  readonly auction: AuctionState | null;
  readonly leading: boolean;
};

/**
 * A bid, answered after its transaction has committed. The same client key gets the first answer again.
 * @throws DomainError with the refusal's code: bid_too_low, auction_ended, ...
 */
export const placeBid = async (
  join: (auctionId: string, request: BidRequest) => Promise<BidAnswer>,
  actor: Actor,
  auctionId: string,
  bid: { amount: Money; maximum?: boolean; clientKey: string },
): Promise<{ seq: number; leading: boolean; auction: AuctionState }> => {
  authorize(actor, 'auction.bid');
  const answer = await join(auctionId, { bidder: personId(actor), ...bid });
  if ('code' in answer) throw new DomainError(answer.code);
  if ('refusal' in answer) throw refusalError(answer.refusal);
  if (!answer.auction) throw new Error('a bid that was taken belongs to an auction');
  return { seq: answer.seq, leading: answer.leading, auction: answer.auction };
};

/** A refusal of the pure rules as the error that people get. */
export const refusalError = ({ code, ...details }: Refusal): DomainError => new DomainError(code, details);

/**
 * Decides a batch. Reads twice and writes once, whatever its size and however many auctions it is for. Of several
 * auctions one whose row somebody else holds is not waited for: its bids are HELD.
 */
export const decideBids = (deps: BidsDeps, batch: readonly Asked<BidRequest>[]): Promise<(BidAnswer | typeof HELD)[]> =>
  deps.database.transaction(async (tx) => {
    const ids = [...new Set(batch.map(({ key }) => key))];
    const locked = await store.lockAuctions(tx, ids);
    const asked = batch.flatMap(({ key, request }) => {
      const found = locked.get(key);
      return found ? [{ ...request, auctionId: key, makerId: found.lot.makerId }] : [];
    });
    const known = await store.readAnswers(tx, asked, deps.isApart);
    const requests = Map.groupBy(
      asked.map((request, index) => ({ request, known: known[index] })),
      ({ request }) => request.auctionId,
    );
    const decisions = [...locked].map(([id, { lot, now }]) => ({
      lot,
      now,
      ...decideInOrder(lot, requests.get(id) ?? [], now),
    }));
    const names = await namesFor(deps.handles, tx, decisions);
    const decided = new Map(
      decisions.map((one) => [
        one.lot.id,
        { ...one, state: stateOf({ ...one.lot, auction: one.auction }, one.now, names) },
      ]),
    );
    const changed = [...decided.values()].filter(({ answers }) => answers.length > 0);
    const news = changed.filter(({ entries }) => entries.length > 0).flatMap(newsOf);
    await store.writeDecided(
      tx,
      changed.map(({ lot, auction, entries, answers, now }) => ({ id: lot.id, auction, entries, answers, at: now })),
      deps.events.insertion(tx, news),
    );
    for (const { lot, auction } of changed) {
      if (auction.endsAt !== lot.auction.endsAt) await deps.timers.set(tx, CLOSE, lot.id, new Date(auction.endsAt));
    }
    const places = new Map<string, number>();
    return batch.map(({ key, request }) => {
      const own = decided.get(key);
      if (!own) return ids.length > 1 ? HELD : { code: 'not_found', auction: null, leading: false };
      const place = places.get(key) ?? 0;
      places.set(key, place + 1);
      const result = own.results[place];
      if (!result) throw new Error('each request of a batch is decided');
      return { ...result, auction: own.state, leading: request.bidder === own.auction.leader?.bidder };
    });
  });

type Known = Awaited<ReturnType<typeof store.readAnswers>>[number];
type Decided = {
  auction: Auction;
  entries: Entry[];
  answers: NewAnswer[];
  results: (Answer | { code: 'idempotency_key_reused' })[];
};

/** Each request by the rules, on the auction as the one before left it. Pure. */
const decideInOrder = (
  lot: Lot,
  batch: readonly { request: BidRequest; known: Known | undefined }[],
  now: number,
): Decided => {
  let { auction } = lot;
  const entries: Entry[] = [];
  const fresh = new Map<string, NewAnswer>();
  const numbers = new Map<string, number>();
  const results = batch.map(({ request, known }): Decided['results'][number] => {
    const { bidder, clientKey, amount, maximum = false } = request;
    const key = `${bidder} ${clientKey}`;
    const before = known?.answer;
    const first = before
      ? { amount: { amount: before.amount, currency: before.currency }, maximum: before.maximum, answer: before }
      : fresh.get(key);
    if (first) {
      const { amount: then } = first;
      const same = then.amount === amount.amount && then.currency === amount.currency && first.maximum === maximum;
      return same ? bare(first.answer) : { code: 'idempotency_key_reused' };
    }
    const number = numbers.get(bidder) ?? known?.number ?? null;
    const bid = { bidder, number, amount, maximum, isMaker: bidder === lot.makerId, isBlocked: known?.apart === true };
    const decision = decideBid(auction, bid, now);
    let answer: Answer;
    if (decision.ok) {
      const recorded = record(auction, decision.happenings, now);
      const own = recorded.entries.find((entry) => isPlaced(entry) && entry.bidder === bidder);
      if (!own || !isPlaced(own)) throw new Error('a bid that is taken is in the log');
      answer = { seq: own.seq };
      auction = recorded.auction;
      entries.push(...recorded.entries);
      numbers.set(bidder, own.number);
    } else {
      const { ok: _refused, ...refusal } = decision;
      answer = { refusal };
    }
    fresh.set(key, { bidder, clientKey, amount, maximum, answer });
    return answer;
  });
  return { auction, entries, answers: [...fresh.values()], results };
};

/** What a bidder did, not what their maximum did for them. */
const isPlaced = (entry: Entry): entry is Extract<Entry, { kind: 'bid' | 'raised' }> =>
  entry.kind === 'bid' || entry.kind === 'raised';

const bare = (answer: Answer): Answer => ('seq' in answer ? { seq: answer.seq } : { refusal: answer.refusal });

type Changed = { lot: Lot; auction: Auction; state: AuctionState; entries: readonly Entry[] };

/** How an auction stands now, once for the batch, and everybody who led and leads no more. */
const newsOf = ({ lot, auction, state, entries }: Changed): NewEvent[] => {
  const led = new Set(entries.flatMap((entry) => (entry.kind === 'bid' ? [entry.bidder] : [])));
  if (lot.auction.leader) led.add(lot.auction.leader.bidder);
  if (auction.leader) led.delete(auction.leader.bidder);
  const changed: NewEvent = {
    type: 'auction.changed',
    aggregate: lot.id,
    payload: { auctionId: lot.id, auction: state },
  };
  const outbid: NewEvent = {
    type: 'auction.outbid',
    aggregate: lot.id,
    payload: {
      auctionId: lot.id,
      listingId: lot.listingId,
      storyId: lot.storyId,
      makerId: lot.makerId,
      title: lot.title,
      bidderIds: [...led],
      price: state.price,
      endsAt: state.endsAt,
    },
  };
  return led.size > 0 ? [changed, outbid] : [changed];
};
