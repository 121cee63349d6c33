import { compare, type Money, money } from '@videowindow/contract/money';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type Auction,
  type Decision,
  decideAccept,
  decideAsk,
  decideBid,
  decideBuy,
  decideCancel,
  decideClose,
  decideDefault,
  decideGiveUp,
  decideResume,
  decideSettle,
  decideSuspend,
  defaultRules,
  leastBid,
  termsFor,
} from './auction.ts';
import { contestOf, countingBids } from './contest.ts';
import type { Entry } from './log.ts';
import { dueAt, nextBidder, open, record, replay } from './replay.ts';
import { decideDisqualify, decideRetract } from './retraction.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const START = Date.UTC(2026, 10, 23, 10);
const usd = (amount: number) => money(amount, 'USD');

/** An auction that keeps its own log, as a room does with its tables. */
function started(hours = 72, more: { reserve?: Money; buyNow?: Money } = {}) {
  const terms = termsFor(defaultRules, {
    startPrice: usd(5_000),
    startsAt: START,
    hours,
    ...more,
  });
  const first = open(terms, START);
  const log: Entry[] = [first.entry];
  const numbers = new Map<string, number>();
  let auction: Auction = first.auction;

  const take = (decision: Decision, at: number): Decision => {
    if (decision.ok) {
      const recorded = record(auction, decision.happenings, at);
      log.push(...recorded.entries);
      auction = recorded.auction;
    }
    return decision;
  };
  return {
    log,
    get auction() {
      return auction;
    },
    take,
    bid(bidder: string, amount: number, at: number, maximum = false) {
      const decision = take(
        decideBid(auction, { bidder, number: numbers.get(bidder) ?? null, amount: usd(amount), maximum }, at),
        at,
      );
      if (decision.ok && !numbers.has(bidder)) numbers.set(bidder, auction.bidderCount);
      return decision;
    },
  };
}

describe('a bid', () => {
  test('the first one may be the start price, the next must beat it by the increment', () => {
    const room = started();

    expect(room.bid('ana', 4_999, START)).toMatchObject({ ok: false, code: 'bid_too_low', minNext: usd(5_000) });
    expect(room.bid('ana', 5_000, START).ok).toBe(true);
    expect(room.bid('ben', 5_099, START)).toMatchObject({ ok: false, code: 'bid_too_low', minNext: usd(5_100) });
    expect(room.bid('ben', 5_100, START).ok).toBe(true);
    expect(room.auction).toMatchObject({
      price: usd(5_100),
      leader: { bidder: 'ben', number: 2 },
      bidCount: 2,
      seq: 3,
    });
  });

  test('the leader is told that they already bid that much; more than that is their secret maximum', () => {
    const room = started();
    room.bid('ana', 6_000, START);

    expect(room.bid('ana', 6_000, START)).toMatchObject({ ok: false, code: 'bid_not_above_own_max' });
    expect(room.bid('ana', 6_050, START).ok).toBe(true);
    expect(room.auction).toMatchObject({ price: usd(6_000), max: usd(6_050), bidCount: 1 });
  });

  test('is refused from the maker, from a blocked person and in another currency', () => {
    const { auction } = started();
    const bid = { bidder: 'ana', number: null, amount: usd(5_000) };

    expect(decideBid(auction, { ...bid, isMaker: true }, START)).toMatchObject({ code: 'seller_cannot_bid' });
    expect(decideBid(auction, { ...bid, isBlocked: true }, START)).toMatchObject({ code: 'bidder_blocked' });
    expect(decideBid(auction, { ...bid, amount: money(5_000, 'EUR') }, START)).toMatchObject({
      code: 'currency_mismatch',
    });
  });

  test('is good until the last millisecond before the end and not at the end', () => {
    const room = started();

    expect(room.bid('ana', 5_000, START + 72 * HOUR)).toMatchObject({ ok: false, code: 'auction_ended' });
    expect(room.bid('ana', 5_000, START - 1)).toMatchObject({ ok: false, code: 'auction_not_live' });
    expect(room.bid('ana', 5_000, START + 72 * HOUR - 1).ok).toBe(true);
  });
});

describe('the soft close', () => {
  test('a bid before the last 15 minutes leaves the end alone, one within them moves it to 15 minutes from now', () => {
    const room = started();
    const end = room.auction.endsAt;

    room.bid('ana', 5_000, end - 15 * MINUTE - 1);
    expect(room.auction).toMatchObject({ endsAt: end, extensions: 0 });
    room.bid('ben', 6_000, end - MINUTE);
    expect(room.auction).toMatchObject({ endsAt: end + 14 * MINUTE, extensions: 1 });
    expect(room.log.at(-1)).toMatchObject({ kind: 'extended', endsAt: end + 14 * MINUTE });
  });

  test('the window is 15 minutes for four extensions, 5 for four more, 2 from then on', () => {
    const room = started();
    const windows: number[] = [];
    for (let amount = 10_000; windows.length < 10; amount += 1_000) {
      const at = room.auction.endsAt - 1_000;
      room.bid(amount % 2_000 ? 'ana' : 'ben', amount, at);
      windows.push((room.auction.endsAt - at) / MINUTE);
    }

    expect(windows).toEqual([15, 15, 15, 15, 5, 5, 5, 5, 2, 2]);
  });

  test('no extension goes beyond the cap', () => {
    const room = started();
    const { capAt } = room.auction;
    for (let amount = 10_000; room.auction.endsAt < capAt; amount += 10_000) {
      room.bid(amount % 20_000 ? 'ana' : 'ben', amount, room.auction.endsAt - 1);
    }

    expect(capAt).toBe(START + 96 * HOUR);
    expect(room.auction.endsAt).toBe(capAt);
    const before = room.auction.extensions;
    room.bid('cleo', 100_000_000, capAt - 1);
    expect(room.auction).toMatchObject({ endsAt: capAt, extensions: before, leader: { bidder: 'cleo' } });
  });

  test('the cap is 14 days from the start where that comes first', () => {
    const terms = termsFor(defaultRules, {
      startPrice: usd(1),
      startsAt: START,
      hours: 330,
    });

    expect(terms.capAt).toBe(START + 14 * 24 * HOUR);
  });
});

describe('the end', () => {
  test('the timer closes at the end, not before, and twice is harmless', () => {
    const room = started();
    room.bid('ana', 5_000, START);
    const { endsAt } = room.auction;

    expect(dueAt(room.auction)).toBe(endsAt);
    expect(room.take(decideClose(room.auction, endsAt - 1), endsAt - 1).ok).toBe(false);
    expect(room.take(decideClose(room.auction, endsAt), endsAt).ok).toBe(true);
    expect(room.auction).toMatchObject({ state: 'closing', asked: { bidder: 'ana', amount: usd(5_000) } });
    expect(room.take(decideClose(room.auction, endsAt), endsAt)).toMatchObject({ code: 'invalid_transition' });
    expect(room.bid('ben', 9_000, endsAt)).toMatchObject({ code: 'auction_ended' });
  });

  test('nobody bid: no sale', () => {
    const room = started();
    room.take(decideClose(room.auction, room.auction.endsAt), room.auction.endsAt);

    expect(room.auction).toMatchObject({ state: 'no_sale', asked: null });
    expect(dueAt(room.auction)).toBeNull();
  });

  test('the maker accepts the price they saw and no other', () => {
    const room = started();
    expect(decideAccept(room.auction, 1, START)).toMatchObject({ code: 'invalid_transition' });
    room.bid('ana', 5_000, START);
    const seen = room.auction.seq;
    room.bid('ben', 6_000, START);

    expect(room.take(decideAccept(room.auction, seen, START), START)).toMatchObject({
      code: 'version_conflict',
      seq: 3,
    });
    expect(room.take(decideAccept(room.auction, 3, START + 1), START + 1).ok).toBe(true);
    expect(room.auction).toMatchObject({ state: 'closing', endsAt: START + 1, asked: { bidder: 'ben' } });
    expect(decideAccept(room.auction, 4, START + 2)).toMatchObject({ code: 'auction_ended' });
  });

  test('the maker cancels freely without bids, with bids only 12 hours before the end or earlier', () => {
    const room = started();
    const { endsAt } = room.auction;
    expect(decideCancel(room.auction, defaultRules, endsAt - 1).ok).toBe(true);
    room.bid('ana', 5_000, START);

    expect(decideCancel(room.auction, defaultRules, endsAt - 12 * HOUR + 1)).toMatchObject({
      code: 'invalid_transition',
    });
    room.take(decideCancel(room.auction, defaultRules, endsAt - 12 * HOUR), endsAt - 12 * HOUR);
    expect(room.auction).toMatchObject({ state: 'cancelled', endsAt: endsAt - 12 * HOUR });
    expect(room.bid('ben', 9_000, START)).toMatchObject({ code: 'auction_not_live' });
  });

  test('time under suspension is given back', () => {
    const room = started();
    const { endsAt, capAt } = room.auction;
    room.take(decideSuspend(room.auction), START + HOUR);
    expect(room.bid('ana', 5_000, START + HOUR)).toMatchObject({ code: 'auction_not_live' });
    expect(dueAt(room.auction)).toBeNull();

    room.take(decideResume(room.auction, START + 100 * HOUR), START + 100 * HOUR);

    expect(room.auction).toMatchObject({ state: 'live', endsAt: endsAt + 99 * HOUR, capAt: capAt + 99 * HOUR });
  });
});

describe('second chance', () => {
  const unpaid = (room: ReturnType<typeof started>, at: number) => {
    const { asked } = room.auction;
    if (!asked) throw new Error('nobody was asked');
    return room.take(decideDefault(room.auction, asked.bidder, 'expired', nextBidder(room.log, asked.bidder)), at);
  };
  const ask = (room: ReturnType<typeof started>, at: number) =>
    room.take(decideAsk(room.auction, nextBidder(room.log)), at);

  test('the next distinct bidder is asked at the price that stands without those who did not pay, twice at most', () => {
    const room = started();
    for (const [bidder, amount] of [
      ['dan', 5_000],
      ['cleo', 6_000],
      ['ben', 7_000],
      ['cleo', 7_500],
      ['ana', 8_000],
      ['ben', 8_500],
      ['ana', 9_000],
    ] as const)
      room.bid(bidder, amount, START);
    const end = room.auction.endsAt;
    room.take(decideClose(room.auction, end), end);

    unpaid(room, end + 48 * HOUR);
    expect(room.auction).toMatchObject({ state: 'closing', asked: null, decideBy: end + 60 * HOUR });
    expect(dueAt(room.auction)).toBe(end + 60 * HOUR);
    ask(room, end + 60 * HOUR);
    expect(room.auction).toMatchObject({ asked: { bidder: 'ben', amount: usd(8_500) }, chancesGiven: 1 });
    unpaid(room, end + 84 * HOUR);
    ask(room, end + 85 * HOUR);
    expect(room.auction).toMatchObject({ asked: { bidder: 'cleo', amount: usd(6_000) }, chancesGiven: 2 });
    unpaid(room, end + 110 * HOUR);

    expect(room.auction).toMatchObject({ state: 'no_sale', asked: null, decideBy: null });
    expect(room.log.at(-1)?.kind).toBe('gave_up');
  });

  test('nobody else bid: the auction ends without a sale at once', () => {
    const room = started();
    room.bid('ana', 5_000, START);
    room.bid('ana', 6_000, START);
    room.take(decideClose(room.auction, room.auction.endsAt), room.auction.endsAt);
    unpaid(room, room.auction.endsAt + HOUR);

    expect(room.auction.state).toBe('no_sale');
  });

  test('the maker would rather sell anew; nothing is asked twice; only the person asked settles', () => {
    const room = started();
    room.bid('ana', 5_000, START);
    room.bid('ben', 6_000, START);
    room.take(decideAccept(room.auction, 3, START), START);
    expect(decideAsk(room.auction, nextBidder(room.log))).toMatchObject({ code: 'invalid_transition' });
    expect(decideSettle(room.auction, 'ana')).toMatchObject({ code: 'invalid_transition' });
    expect(decideDefault(room.auction, 'ana', 'expired', null)).toMatchObject({ code: 'invalid_transition' });
    unpaid(room, START + HOUR);

    room.take(decideGiveUp(room.auction), START + HOUR);

    expect(room.auction.state).toBe('no_sale');
    expect(decideAsk(room.auction, nextBidder(room.log))).toMatchObject({ code: 'invalid_transition' });
  });

  test('paid in the end', () => {
    const room = started();
    room.bid('ana', 5_000, START);
    room.bid('ben', 6_000, START);
    room.take(decideAccept(room.auction, 3, START), START);
    unpaid(room, START + HOUR);
    ask(room, START + 2 * HOUR);

    room.take(decideSettle(room.auction, 'ana'), START + 3 * HOUR);

    expect(room.auction).toMatchObject({ state: 'sold', asked: { bidder: 'ana', amount: usd(5_000) } });
  });
});

type Step =
  | { do: 'bid'; who: number; more: number; maximum: boolean }
  | { do: 'retract' | 'disqualify'; who: number; wrong: boolean }
  | { do: 'accept' | 'close' | 'cancel' | 'suspend' | 'resume' | 'default' | 'ask' | 'giveUp' | 'settle' | 'buy' };

const bidStep = fc.record({
  do: fc.constant('bid' as const),
  who: fc.nat(5),
  more: fc.integer({ min: -3, max: 8 }),
  maximum: fc.boolean(),
});
const otherStep = fc.record({
  do: fc.constantFrom('accept', 'close', 'cancel', 'suspend', 'resume', 'default', 'ask', 'giveUp', 'settle', 'buy'),
});
const withdrawStep = fc.record({
  do: fc.constantFrom('retract' as const, 'disqualify' as const),
  who: fc.nat(5),
  wrong: fc.boolean(),
});
const steps = fc.array(
  fc.record({
    step: fc.oneof(
      { weight: 12, arbitrary: bidStep },
      { weight: 1, arbitrary: otherStep },
      { weight: 1, arbitrary: withdrawStep },
    ) as fc.Arbitrary<Step>,
    wait: fc.oneof(fc.nat(20 * MINUTE), fc.nat(20 * HOUR)),
  }),
  { maxLength: 80 },
);

/** Runs random steps, each at its time, and hands over the auction after each. */
function run(
  script: readonly { step: Step; wait: number }[],
  after: (before: Auction, room: ReturnType<typeof started>, now: number) => void,
) {
  // Half the scripts have a reserve and a price for having it at once.
  const room = started(72, script.length % 2 === 0 ? { reserve: usd(7_000), buyNow: usd(20_000) } : {});
  let now = START;
  for (const { step, wait } of script) {
    now += wait;
    const before = room.auction;
    const asked = before.asked?.bidder ?? 'nobody';
    if (step.do === 'bid') room.bid(`bidder-${step.who}`, leastBid(before).amount + step.more * 50, now, step.maximum);
    if (step.do === 'retract') {
      const reason = step.wrong ? 'wrong_amount' : 'description_changed';
      room.take(decideRetract(before, room.log, { bidder: `bidder-${step.who}`, reason }, defaultRules, now), now);
    }
    if (step.do === 'disqualify') room.take(decideDisqualify(before, room.log, `bidder-${step.who}`), now);
    if (step.do === 'buy') room.take(decideBuy(before, { bidder: 'buyer', number: null }, now), now);
    if (step.do === 'accept') room.take(decideAccept(before, before.seq, now), now);
    if (step.do === 'close') room.take(decideClose(before, now), now);
    if (step.do === 'cancel') room.take(decideCancel(before, defaultRules, now), now);
    if (step.do === 'suspend') room.take(decideSuspend(before), now);
    if (step.do === 'resume') room.take(decideResume(before, now), now);
    if (step.do === 'settle') room.take(decideSettle(before, asked), now);
    if (step.do === 'default') room.take(decideDefault(before, asked, 'expired', nextBidder(room.log, asked)), now);
    if (step.do === 'ask') room.take(decideAsk(before, nextBidder(room.log)), now);
    if (step.do === 'giveUp') room.take(decideGiveUp(before), now);
    after(before, room, now);
  }
  return room;
}

describe('whatever happens', () => {
  test('the auction is the replay of its log, and its seq has no gap', () => {
    fc.assert(
      fc.property(steps, (script) => {
        run(script, (_, room) => {
          expect(room.auction).toEqual(replay(room.log));
          expect(room.log.map((entry) => entry.seq)).toEqual(room.log.map((_entry, index) => index + 1));
        });
      }),
    );
  });

  test('the price falls only when bids are taken out, stays within the leader’s maximum, and no less than a reserve they cover', () => {
    fc.assert(
      fc.property(steps, (script) => {
        run(script, (before, room) => {
          const { auction } = room;
          const newest = room.log.slice(before.seq);
          const floor = before.price ?? before.terms.startPrice;
          if (newest.some(({ kind }) => kind === 'retracted' || kind === 'disqualified')) {
            if (auction.price) expect(compare(auction.price, floor)).toBeLessThanOrEqual(0);
          } else if (auction.price) expect(compare(auction.price, floor)).toBeGreaterThanOrEqual(0);
          if (!auction.price || !auction.max) return expect(auction.bidCount).toBe(0);
          expect(compare(auction.price, auction.max)).toBeLessThanOrEqual(0);
          const { reserve } = auction.terms;
          if (reserve && compare(auction.max, reserve) >= 0) {
            expect(compare(auction.price, reserve)).toBeGreaterThanOrEqual(0);
          }
          const bid = newest.findLast(({ kind }) => kind === 'bid' || kind === 'automatic');
          if (bid) expect(bid).toMatchObject({ ...auction.leader, amount: auction.price });
        });
      }),
    );
  });

  test('what stands is what the bids that count make, by themselves, whatever was taken out when', () => {
    fc.assert(
      fc.property(steps, (script) => {
        run(script, (_, { auction, log }) => {
          const standing = contestOf(countingBids(log), auction.terms);
          expect([auction.leader, auction.price, auction.max]).toEqual(
            standing ? [standing.leader, standing.price, standing.max] : [null, null, null],
          );
        });
      }),
    );
  });

  test('while it is live the end moves only forward, only by a late bid, and never beyond the cap', () => {
    fc.assert(
      fc.property(steps, (script) => {
        run(script, (before, { auction }, now) => {
          expect(auction.endsAt).toBeLessThanOrEqual(auction.capAt);
          if (before.state !== 'live' || auction.state !== 'live' || auction.endsAt === before.endsAt) return;
          expect(auction.endsAt).toBeGreaterThan(before.endsAt);
          expect(auction.bidCount).toBe(before.bidCount + 1);
          expect(before.endsAt - now).toBeLessThanOrEqual(15 * MINUTE);
        });
      }),
    );
  });

  test('a bidder keeps one number, and nobody is asked who has not bid that amount or has let a chance pass', () => {
    fc.assert(
      fc.property(steps, (script) => {
        const { log } = run(script, () => {});
        const numbers = new Map<string, number>();
        const out = new Set<string>();
        for (const entry of log) {
          if (entry.kind === 'bid') {
            expect(numbers.get(entry.bidder) ?? entry.number).toBe(entry.number);
            numbers.set(entry.bidder, entry.number);
          }
          if (entry.kind === 'defaulted') out.add(entry.bidder);
          if (entry.kind !== 'asked') continue;
          expect(out.has(entry.bidder)).toBe(false);
          const most = log.flatMap((each) => {
            if (each.kind === 'raised' && each.bidder === entry.bidder) return [each.max.amount];
            return each.kind === 'bid' && each.bidder === entry.bidder ? [(each.max ?? each.amount).amount] : [];
          });
          expect(entry.amount.amount).toBeLessThanOrEqual(Math.max(...most));
        }
        expect(new Set(numbers.values()).size).toBe(numbers.size);
      }),
    );
  });

  test('a log with a gap, or without its beginning, is no auction', () => {
    const room = started();
    room.bid('ana', 5_000, START);
    room.bid('ben', 6_000, START);
    room.bid('cleo', 7_000, START);

    expect(() => replay([])).toThrow(RangeError);
    expect(() => replay(room.log.slice(1))).toThrow(RangeError);
    expect(() => replay(room.log.filter((entry) => entry.seq !== 3))).toThrow(RangeError);
  });
});
