import { incrementTable, minNext } from '@videowindow/contract/increments';
import { compare, type Money, money } from '@videowindow/contract/money';
import { describe, expect, test } from 'vitest';
import { type ContestTerms, contest, contestOf, countingBids, type PlacedEntry, type Standing } from './contest.ts';
import type { Entry } from './log.ts';

const usd = (amount: number) => money(amount, 'USD');
const terms = { startPrice: usd(1_000), increments: incrementTable('USD') };

/** Bids by name, in order; `max` means a secret maximum. */
function meet(...bids: [name: string, amount: number, how?: 'max'][]) {
  return meetAt(terms, ...bids);
}

function meetAt(terms: ContestTerms, ...bids: [name: string, amount: number, how?: 'max'][]) {
  let standing: Standing | null = null;
  const told: string[] = [];
  const numbers = [...new Set(bids.map(([name]) => name))];
  for (const [bidder, amount, how] of bids) {
    const placed = { bidder, number: numbers.indexOf(bidder) + 1, amount: usd(amount), maximum: how === 'max' };
    const met = contest(standing, placed, terms);
    standing = met.standing;
    for (const each of met.happenings) {
      if ('amount' in each) told.push(`${each.kind} ${each.bidder} ${each.amount.amount}`);
      else if (each.kind === 'raised') told.push(`raised ${each.bidder}`);
    }
  }
  return { told, leader: standing?.leader.bidder, price: standing?.price.amount, max: standing?.max.amount };
}

describe('a maximum', () => {
  test('of the first bidder costs the start price', () => {
    expect(meet(['ana', 9_000, 'max'])).toMatchObject({ leader: 'ana', price: 1_000, max: 9_000 });
  });

  test('that is higher leads by one increment above the other, which is shown to its end', () => {
    expect(meet(['ana', 5_000, 'max'], ['ben', 8_000, 'max'])).toEqual({
      told: ['bid ana 1000', 'automatic ana 5000', 'bid ben 5100'],
      leader: 'ben',
      price: 5_100,
      max: 8_000,
    });
    expect(meet(['ana', 5_000, 'max'], ['ben', 5_020, 'max'])).toMatchObject({ leader: 'ben', price: 5_020 });
  });

  test('that is lower pushes the leader to one increment above it', () => {
    expect(meet(['ana', 5_000, 'max'], ['ben', 3_000, 'max'])).toMatchObject({
      told: ['bid ana 1000', 'bid ben 3000', 'automatic ana 3100'],
      leader: 'ana',
      price: 3_100,
    });
    expect(meet(['ana', 5_000, 'max'], ['ben', 4_950, 'max'])).toMatchObject({ leader: 'ana', price: 5_000 });
  });

  test('that is equal loses to the one before it, at that price', () => {
    expect(meet(['ana', 5_000, 'max'], ['ben', 5_000, 'max'])).toMatchObject({
      told: ['bid ana 1000', 'bid ben 5000', 'automatic ana 5000'],
      leader: 'ana',
      price: 5_000,
    });
  });

  test('that its leader raises leaves the price alone, and counts from when it was named', () => {
    expect(meet(['ana', 5_000, 'max'], ['ben', 5_000], ['ana', 7_000, 'max'], ['ben', 7_000, 'max'])).toMatchObject({
      told: ['bid ana 1000', 'bid ben 5000', 'automatic ana 5000', 'raised ana', 'bid ben 7000', 'automatic ana 7000'],
      leader: 'ana',
    });
  });

  test('is met by an amount, which is the price where it is more', () => {
    expect(meet(['ana', 5_000, 'max'], ['ben', 9_000])).toMatchObject({ leader: 'ben', price: 9_000, max: 9_000 });
    expect(meet(['ana', 5_000, 'max'], ['ben', 3_000])).toMatchObject({ leader: 'ana', price: 3_100 });
  });
});

describe('a reserve', () => {
  const reserved = { ...terms, reserve: usd(6_000) };

  test('is the price as soon as a maximum covers it, of the first bid too', () => {
    expect(meetAt(reserved, ['ana', 8_000, 'max'])).toMatchObject({ leader: 'ana', price: 6_000, max: 8_000 });
    expect(meetAt(reserved, ['ana', 5_999, 'max'])).toMatchObject({ leader: 'ana', price: 1_000 });
    expect(meetAt(reserved, ['ana', 2_000, 'max'], ['ben', 6_000, 'max'])).toMatchObject({
      told: ['bid ana 1000', 'automatic ana 2000', 'bid ben 6000'],
      price: 6_000,
    });
  });

  test('is reached by the leader alone when they raise their maximum to it, and that is seen', () => {
    expect(meetAt(reserved, ['ana', 4_000, 'max'], ['ana', 7_000, 'max'], ['ana', 9_000, 'max'])).toEqual({
      told: ['bid ana 1000', 'raised ana', 'automatic ana 6000', 'raised ana'],
      leader: 'ana',
      price: 6_000,
      max: 9_000,
    });
  });

  test('once met is a price like any other', () => {
    expect(meetAt(reserved, ['ana', 9_000, 'max'], ['ben', 7_000, 'max'])).toMatchObject({
      leader: 'ana',
      price: 7_100,
    });
  });
});

test('without the bids of those who did not pay, the rest meet as if they had been alone', () => {
  let standing: Standing | null = null;
  const log: Entry[] = [];
  const bid = (bidder: string, number: number, amount: number) => {
    const met = contest(standing, { bidder, number, amount: usd(amount), maximum: true }, terms);
    standing = met.standing;
    log.push(...met.happenings.map((each, at): Entry => ({ ...each, seq: log.length + at + 1, at: 0 })));
  };
  bid('ana', 1, 4_000);
  bid('ben', 2, 6_000);
  bid('cleo', 3, 9_000);

  expect(contestOf(countingBids(log, new Set(['cleo'])), terms)).toMatchObject({
    leader: { bidder: 'ben' },
    price: usd(4_100),
  });
  expect(contestOf(countingBids(log, new Set(['cleo', 'ben'])), terms)).toMatchObject({
    leader: { bidder: 'ana' },
    price: usd(1_000),
  });
  expect(contestOf(countingBids(log, new Set(['ana', 'ben', 'cleo'])), terms)).toBeNull();
});

type Wish = { readonly who: number; readonly amount: number; readonly maximum: boolean };

/**
 * The rules again, by brute force: everybody's highest amount, sorted; the highest leads (of equal ones the earlier),
 * at one increment above the second, but no more than its own; a plain amount that leads is the price. Who would pay
 * the reserve pays no less.
 */
function byBruteForce(bids: readonly Wish[], reserve: number | null) {
  const best = new Map<number, { amount: number; since: number }>();
  let [price, leader] = [0, -1];
  bids.forEach(({ who, amount, maximum }, since) => {
    const raises = who === leader;
    best.set(who, { amount, since });
    const [top, second] = [...best].sort(([, a], [, b]) => b.amount - a.amount || a.since - b.since);
    if (!top) return;
    if (!raises) {
      leader = top[0];
      if (leader === who && !maximum) price = amount;
      else if (!second) price = terms.startPrice.amount;
      else price = Math.min(top[1].amount, minNext(usd(second[1].amount), terms.increments).amount);
    }
    if (reserve !== null && top[1].amount >= reserve) price = Math.max(price, reserve);
  });
  return { leader, price };
}

/** Mulberry32: small, seeded, good enough to shuffle with. */
function random(seed: number) {
  let state = seed;
  return (below: number) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

test('a hundred thousand random auctions end as the rules by brute force say, to the cent, also when bids are taken out', () => {
  const pick = random(20_261_121);
  const wrong: unknown[] = [];
  for (let auction = 0; auction < 100_000; auction++) {
    const reserve = pick(3) === 0 ? 1_000 + pick(30) * 50 : null;
    const own: ContestTerms = reserve === null ? terms : { ...terms, reserve: usd(reserve) };
    // What was wished and the log's entries for it go side by side.
    let bids: Wish[] = [];
    let entries: PlacedEntry[] = [];
    let standing: Standing | null = null;
    let seq = 0;
    const check = () => {
      const expected = byBruteForce(bids, reserve);
      const [leader, price] = [Number(standing?.leader.bidder ?? -1), standing?.price.amount ?? 0];
      if (leader !== expected.leader || price !== expected.price)
        wrong.push({ bids, reserve, leader, price, expected });
    };
    for (let left = 1 + pick(12); left > 0; left--) {
      const who: number = pick(5);
      const before: Standing | null = standing;
      if (pick(12) === 0) {
        // A retraction of the newest bid or of all, or a disqualification: the rest meet again.
        const newest = bids.findLastIndex((bid) => bid.who === who);
        const all = pick(2) === 0;
        const stays = (bid: Wish, at: number) => (all ? bid.who !== who : at !== newest);
        entries = entries.filter((_, at) => stays(bids[at] as Wish, at)); // as long as the bids
        bids = bids.filter(stays);
        standing = contestOf(entries, own);
        const rose: boolean = !before || (standing !== null && compare(standing.price, before.price) > 0);
        if (rose && standing) wrong.push({ rose: bids, reserve });
        check();
        continue;
      }
      const floor: Money = standing ? minNext(standing.price, terms.increments) : terms.startPrice;
      // Small steps on purpose: equal amounts and amounts within an increment have to meet often.
      const amount: number = floor.amount + pick(8) * 50 + pick(2) * 7;
      if (standing?.leader.bidder === String(who) && amount <= standing.max.amount) continue;
      const maximum = pick(3) > 0;
      bids.push({ who, amount, maximum });
      const met = contest(standing, { bidder: String(who), number: who + 1, amount: usd(amount), maximum }, own);
      standing = met.standing;
      for (const each of met.happenings) {
        seq++;
        if (each.kind === 'bid' || each.kind === 'raised') entries.push({ ...each, seq, at: 0 });
      }
      if (before && compare(standing.price, before.price) < 0) wrong.push({ fell: bids, reserve });
    }
    check();
  }
  expect(wrong.slice(0, 3)).toEqual([]);
});
