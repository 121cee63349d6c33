import { money } from '@videowindow/contract/money';
import { describe, expect, test } from 'vitest';
import {
  type Auction,
  decideBid,
  decideClose,
  defaultRules,
  isCancellable,
  isReserveMet,
  termsFor,
} from './auction.ts';
import type { Entry, RetractionReason } from './log.ts';
import { open, record, replay } from './replay.ts';
import { decideDisqualify, decideRetract, decideRetractFor, retractable } from './retraction.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const START = Date.UTC(2026, 10, 23, 10);
const END = START + 72 * HOUR;
const usd = (amount: number) => money(amount, 'USD');

/** An auction of 72 h from 10.00 on, with bids by name; `max` is a secret maximum. */
function room(reserve?: number) {
  const terms = termsFor(defaultRules, {
    startPrice: usd(1_000),
    startsAt: START,
    hours: 72,
    reserve: reserve === undefined ? undefined : usd(reserve),
  });
  const first = open(terms, START);
  const log: Entry[] = [first.entry];
  let auction: Auction = first.auction;
  const numbers = new Map<string, number>();
  const take = (decision: ReturnType<typeof decideBid>, at: number) => {
    if (!decision.ok) return decision;
    const recorded = record(auction, decision.happenings, at);
    auction = recorded.auction;
    log.push(...recorded.entries);
    expect(replay(log)).toEqual(auction);
    return decision;
  };
  return {
    get auction() {
      return auction;
    },
    bid(bidder: string, amount: number, at = START, maximum = true) {
      const number = numbers.get(bidder) ?? null;
      const decision = take(decideBid(auction, { bidder, number, amount: usd(amount), maximum }, at), at);
      if (decision.ok && number === null) numbers.set(bidder, auction.bidderCount);
      return decision;
    },
    retract: (bidder: string, at: number, reason: RetractionReason = 'description_changed') =>
      take(decideRetract(auction, log, { bidder, reason }, defaultRules, at), at),
    disqualify: (bidder: string, at: number) => take(decideDisqualify(auction, log, bidder), at),
    close: (at: number) => take(decideClose(auction, at), at),
    support: (bidder: string, at: number, what: 'newest' | 'all' = 'newest') =>
      take(decideRetractFor(auction, log, { bidder, reason: 'wrong_amount', what }, at), at),
    may: (bidder: string, at: number) => retractable(auction, log, bidder, defaultRules, at),
  };
}

describe('a retraction', () => {
  test('more than 12 hours before the end takes all bids of its bidder out; the rest meet as if they had been alone', () => {
    const lot = room();
    lot.bid('ana', 3_000);
    lot.bid('ben', 5_000);
    lot.bid('ana', 9_000);
    expect(lot.auction).toMatchObject({ price: usd(5_100), leader: { bidder: 'ana' } });

    lot.retract('ana', END - 12 * HOUR - 1);

    expect(lot.auction).toMatchObject({ price: usd(1_000), max: usd(5_000), leader: { bidder: 'ben' }, bidCount: 1 });
  });

  test('later takes out the newest bid, while it is not older than an hour', () => {
    const lot = room();
    lot.bid('ana', 3_000);
    lot.bid('ben', 5_000, END - 6 * HOUR);
    lot.bid('ana', 9_000, END - 6 * HOUR);

    expect(lot.may('ana', END - 5 * HOUR + 1)).toMatchObject({ what: 'none', why: 'too_old' });
    expect(lot.may('ana', END - 12 * HOUR)).toMatchObject({ what: 'newest' });
    lot.retract('ana', END - 5 * HOUR);

    expect(lot.auction).toMatchObject({ price: usd(3_100), leader: { bidder: 'ben' }, bidCount: 2 });
  });

  test('keeps to the windows in which the auction began', () => {
    const stricter = { ...defaultRules, retractAllBeforeEndMs: 60 * HOUR, cancelBeforeEndMs: 60 * HOUR };
    const { auction } = open(termsFor(defaultRules, { startPrice: usd(1_000), startsAt: 0, hours: 24 }), 0);
    const bid = decideBid(auction, { bidder: 'anna', number: null, amount: usd(2_000) }, 1);
    if (!bid.ok) throw new Error('a good bid');
    const after = record(auction, bid.happenings, 1);

    expect(retractable(after.auction, after.entries, 'anna', stricter, HOUR).what).toBe('all');
    expect(isCancellable(after.auction, stricter, HOUR)).toBe(true);
  });

  test('in the last hour is refused, as it is for whoever has no bid, and before the auction is live or after', () => {
    const lot = room();
    lot.bid('ana', 3_000, END - 90 * MINUTE);

    expect(lot.retract('ana', END - HOUR + 1)).toMatchObject({ code: 'retraction_not_allowed', why: 'too_late' });
    expect(lot.may('ana', END - HOUR)).toMatchObject({ what: 'newest' });
    expect(lot.retract('ben', START)).toMatchObject({ code: 'retraction_not_allowed', why: 'no_bid' });
    expect(lot.retract('ana', END)).toMatchObject({ code: 'auction_ended' });
  });

  test('by support takes the newest bid or all of them out until the hammer falls, and leaves one more below it', () => {
    const lot = room();
    lot.bid('ana', 3_000);
    lot.bid('ben', 5_000, END - 10 * MINUTE);
    lot.bid('ana', 90_000, END - 9 * MINUTE);
    expect(lot.retract('ana', END - 8 * MINUTE)).toMatchObject({ code: 'retraction_not_allowed', why: 'too_late' });
    const { endsAt } = lot.auction;

    expect(lot.support('ana', END - 8 * MINUTE).ok).toBe(true);
    expect(lot.auction).toMatchObject({ price: usd(3_100), leader: { bidder: 'ben' }, bidCount: 2, endsAt });
    expect(lot.bid('ana', 90_000, END - 7 * MINUTE)).toMatchObject({ code: 'bid_after_retraction' });
    expect(lot.support('ben', END - 6 * MINUTE, 'all').ok).toBe(true);
    expect(lot.auction).toMatchObject({ price: usd(1_000), leader: { bidder: 'ana' } });
    expect(lot.support('cleo', END - 6 * MINUTE)).toMatchObject({ code: 'retraction_not_allowed', why: 'no_bid' });
    expect(lot.support('ana', endsAt)).toMatchObject({ code: 'auction_ended' });
  });

  test('leaves the end where late bids have moved it', () => {
    const lot = room();
    lot.bid('ana', 3_000);
    lot.bid('ben', 5_000, END - MINUTE);
    const { endsAt } = lot.auction;
    expect(endsAt).toBe(END + 14 * MINUTE);

    lot.disqualify('ben', END);

    expect(lot.auction).toMatchObject({ endsAt, extensions: 1, leader: { bidder: 'ana' }, price: usd(1_000) });
  });

  test('of the only bid leaves an auction without a leader, at its start price', () => {
    const lot = room();
    lot.bid('ana', 3_000);
    lot.retract('ana', START + HOUR);

    expect(lot.auction).toMatchObject({ leader: null, price: null, max: null, bidCount: 0 });
    expect(lot.bid('ben', 1_000).ok).toBe(true);
  });

  test('for a wrong amount leaves one more bid, below it; for another reason none', () => {
    const lot = room();
    lot.bid('ana', 30_000);
    lot.bid('ben', 4_000);
    lot.retract('ana', START + HOUR, 'wrong_amount');

    expect(lot.bid('ana', 30_000)).toMatchObject({ code: 'bid_after_retraction', below: usd(30_000) });
    expect(lot.bid('ana', 5_000).ok).toBe(true);
    expect(lot.bid('ana', 6_000)).toMatchObject({ code: 'bid_after_retraction', below: null });
    lot.retract('ana', START + HOUR, 'wrong_amount');
    expect(lot.bid('ana', 4_500)).toMatchObject({ code: 'bid_after_retraction', below: null });
    lot.retract('ben', START + HOUR);
    expect(lot.bid('ben', 6_000)).toMatchObject({ code: 'bid_after_retraction', below: null });
  });

  test('may bring the reserve out of reach again', () => {
    const lot = room(4_000);
    lot.bid('ana', 2_000);
    lot.bid('ben', 5_000);
    expect([lot.auction.price, isReserveMet(lot.auction)]).toEqual([usd(4_000), true]);

    lot.retract('ben', START + HOUR);

    expect([lot.auction.price, isReserveMet(lot.auction)]).toEqual([usd(1_000), false]);
    lot.close(END);
    expect(lot.auction).toMatchObject({ state: 'no_sale', asked: null });
  });
});

test('a disqualification twice, or of who has not bid, changes nothing', () => {
  const lot = room();
  lot.bid('ana', 3_000);

  expect(lot.disqualify('ben', START).ok).toBe(false);
  expect(lot.disqualify('ana', START).ok).toBe(true);
  expect(lot.disqualify('ana', START).ok).toBe(false);
});
