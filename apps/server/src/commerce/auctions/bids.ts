// Bidding: what waits in an auction's line is decided together, in order, in one transaction that locks the auction and
// nothing else.
import { type Actor, DomainError } from '@videowindow/contract';
import type { AuctionState } from '@videowindow/contract/api/commerce';
import type { Money } from '@videowindow/contract/money';
import type { Database, Reader, Tx } from '#platform/database';
import type { Events, NewEvent } from '#platform/events';
import { authorize, personId } from '#platform/http';
import type { Timers } from '#platform/jobs';
import { type Auction, decideBid, type Refusal } from './auction.ts';
import type { Entry } from './log.ts';
import { record } from './replay.ts';
import type { Answer, Lot, NewAnswer } from './store.ts';
import * as store from './store.ts';
import { stateOf } from './view.ts';

export type BidsDeps = {
  database: Database;
  events: Events;
  timers: Timers;
  /** Who among `others` blocked `person` or was blocked by them. */
  blockedAmong(reader: Reader, person: string, others: readonly string[]): Promise<Set<string>>;
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

/** Decides a batch. Reads twice, writes once, whatever its size. */
export const decideBids = (deps: BidsDeps, auctionId: string, batch: readonly BidRequest[]): Promise<BidAnswer[]> =>
  deps.database.transaction(async (tx) => {
    const found = await store.lockAuction(tx, auctionId);
    if (!found) return batch.map(() => ({ code: 'not_found', auction: null, leading: false }));
    const { lot, now } = found;
    const known = await store.readAnswers(tx, auctionId, batch);
    const bidders = [...new Set(batch.map((request) => request.bidder))];
    const blocked = await deps.blockedAmong(tx, lot.makerId, bidders);
    const decided = decideInOrder(lot, batch, known, blocked, now);
    const after: Lot = { ...lot, auction: decided.auction };
    if (decided.answers.length > 0) {
      await store.writeDecided(tx, auctionId, decided.auction, decided.entries, decided.answers, now);
    }
    if (decided.entries.length > 0) await announceBids(deps, tx, lot, after, decided.entries, now);
    const auction = stateOf(after, now);
    const leader = decided.auction.leader?.bidder;
    return decided.results.map((result, index) => ({ ...result, auction, leading: batch[index]?.bidder === leader }));
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
  batch: readonly BidRequest[],
  known: readonly Known[],
  blocked: ReadonlySet<string>,
  now: number,
): Decided => {
  let { auction } = lot;
  const entries: Entry[] = [];
  const fresh = new Map<string, NewAnswer>();
  const numbers = new Map<string, number>();
  const results = batch.map((request, index): Decided['results'][number] => {
    const { bidder, clientKey, amount, maximum = false } = request;
    const key = `${bidder} ${clientKey}`;
    const before = known[index]?.answer;
    const first = before
      ? { amount: { amount: before.amount, currency: before.currency }, maximum: before.maximum, answer: before }
      : fresh.get(key);
    if (first) {
      const { amount: then } = first;
      const same = then.amount === amount.amount && then.currency === amount.currency && first.maximum === maximum;
      return same ? bare(first.answer) : { code: 'idempotency_key_reused' };
    }
    const number = numbers.get(bidder) ?? known[index]?.number ?? null;
    const bid = { bidder, number, amount, maximum, isMaker: bidder === lot.makerId, isBlocked: blocked.has(bidder) };
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

/** Says how the auction stands now, once for the batch, and tells everybody who led and leads no more. */
const announceBids = async (
  deps: BidsDeps,
  tx: Tx,
  before: Lot,
  after: Lot,
  entries: readonly Entry[],
  now: number,
): Promise<void> => {
  const { auction } = after;
  const led = new Set(entries.flatMap((entry) => (entry.kind === 'bid' ? [entry.bidder] : [])));
  if (before.auction.leader) led.add(before.auction.leader.bidder);
  if (auction.leader) led.delete(auction.leader.bidder);
  const state = stateOf(after, now);
  const changed: NewEvent = {
    type: 'auction.changed',
    aggregate: after.id,
    payload: { auctionId: after.id, auction: state },
  };
  const outbid: NewEvent = {
    type: 'auction.outbid',
    aggregate: after.id,
    payload: {
      auctionId: after.id,
      listingId: after.listingId,
      storyId: after.storyId,
      makerId: after.makerId,
      title: after.title,
      bidderIds: [...led],
      price: state.price,
      endsAt: state.endsAt,
    },
  };
  await deps.events.emitAll(tx, led.size > 0 ? [changed, outbid] : [changed]);
  if (auction.endsAt !== before.auction.endsAt) {
    await deps.timers.set(tx, CLOSE, after.id, new Date(auction.endsAt));
  }
};
