import { apply } from '@videowindow/contract/machine';
import { type ListingState, listingMachine } from '@videowindow/contract/machines/listing';
import { type LockCommand, type LockState, lockMachine } from '@videowindow/contract/machines/lock';
import { type OrderCommand, type OrderState, orderMachine } from '@videowindow/contract/machines/order';
import { money } from '@videowindow/contract/money';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  defaultLockRules,
  deliveryPaid,
  expiryOf,
  feeOn,
  nextReminder,
  sessionEnd,
  step,
  stretch,
  totalOf,
} from './lock.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const START = Date.UTC(2026, 10, 23, 10);
const rules = defaultLockRules('USD');
const usd = (amount: number) => money(amount, 'USD');

describe('the time to pay', () => {
  test('is 48 hours after an auction or an offer, 24 for a second chance', () => {
    expect(expiryOf('auction', START, rules)).toBe(START + 48 * HOUR);
    expect(expiryOf('offer', START, rules)).toBe(START + 48 * HOUR);
    expect(expiryOf('second_chance', START, rules)).toBe(START + 24 * HOUR);
  });

  test('is stretched once to 31 minutes when a checkout opens with less than 30 left', () => {
    const expiresAt = START + 48 * HOUR;

    expect(stretch({ expiresAt, stretched: false }, expiresAt - 30 * MINUTE, rules)).toBe(expiresAt);
    expect(stretch({ expiresAt, stretched: false }, expiresAt - 29 * MINUTE, rules)).toBe(expiresAt + 2 * MINUTE);
    expect(stretch({ expiresAt, stretched: true }, expiresAt - 29 * MINUTE, rules)).toBe(expiresAt);
  });

  test("a provider's session ends with the lock, but lives 30 minutes at least and 24 hours at most", () => {
    expect(sessionEnd(START + 48 * HOUR, START, rules)).toBe(START + 24 * HOUR);
    expect(sessionEnd(START + 2 * HOUR, START, rules)).toBe(START + 2 * HOUR);
    expect(sessionEnd(START + MINUTE, START, rules)).toBe(START + 30 * MINUTE);
  });

  test('reminds at a quarter, at three quarters and an hour before the end', () => {
    const lock = { heldAt: START, expiresAt: START + 48 * HOUR };
    const moments: number[] = [];
    for (let at = nextReminder(lock, START, rules); at !== null; at = nextReminder(lock, at, rules)) moments.push(at);

    expect(moments).toEqual([START + 12 * HOUR, START + 36 * HOUR, START + 47 * HOUR]);
  });
});

test('the fee is on the piece alone; the total has the shipping unless the piece is fetched', () => {
  const lock = { item: usd(8_400), shipping: usd(1_200) };

  expect(feeOn(usd(8_400), rules)).toEqual(usd(870));
  expect(totalOf({ ...lock, delivery: null })).toEqual(usd(9_600));
  expect(totalOf({ ...lock, delivery: 'ship' })).toEqual(usd(9_600));
  expect(totalOf({ ...lock, delivery: 'pickup' })).toEqual(usd(8_400));
  expect(totalOf({ ...lock, shipping: null, delivery: null })).toEqual(usd(8_400));
});

test('the amount says which delivery was paid', () => {
  const lock = { item: usd(8_400), shipping: usd(1_200), delivery: 'pickup' as const };

  expect(deliveryPaid(lock, usd(9_600))).toBe('ship');
  expect(deliveryPaid(lock, usd(8_400))).toBe('pickup');
  expect(deliveryPaid({ ...lock, shipping: usd(0) }, usd(8_400))).toBe('pickup');
  expect(deliveryPaid({ ...lock, shipping: usd(0), delivery: null }, usd(8_400))).toBe('ship');
  expect(deliveryPaid({ ...lock, shipping: null, delivery: 'ship' }, usd(8_400))).toBe('pickup');
});

/** One piece with everything that says whether it is free, bound or paid, moved only as the rooms move it. */
class Piece {
  listing: ListingState = 'available';
  lock: LockState | null = null;
  order: OrderState | null = null;
  inAuction = false;

  openAuction() {
    const move = apply(listingMachine, this.listing, 'openAuction');
    if (move.ok) [this.listing, this.inAuction] = [move.to, true];
  }

  endAuction() {
    const move = apply(listingMachine, this.listing, 'endAuction');
    if (move.ok) [this.listing, this.inAuction] = [move.to, false];
  }

  hold() {
    const move = apply(listingMachine, this.listing, 'lock');
    if (move.ok) [this.listing, this.lock] = [move.to, 'held'];
  }

  lockCommand(command: LockCommand, facts: Record<string, boolean>) {
    if (!this.lock) return;
    const taken = step(this.lock, command, facts);
    if (!taken) return;
    this.lock = taken.to;
    if (!taken.listing) return;
    const move = apply(listingMachine, this.listing, taken.listing, { auctionGoesOn: this.inAuction });
    if (!move.ok) throw new Error(`a ${this.listing} listing cannot ${taken.listing}`);
    this.listing = move.to;
    if (taken.to === 'paid') this.order = orderMachine.initial;
  }

  orderCommand(command: OrderCommand, facts: Record<string, boolean>) {
    if (!this.order) return;
    const move = apply(orderMachine, this.order, command, facts);
    if (!move.ok) return;
    this.order = move.to;
    if (move.to !== 'cancelled') return;
    const freed = apply(listingMachine, this.listing, 'free', { saleUndone: true });
    if (!freed.ok) throw new Error('a cancelled sale frees its piece');
    [this.listing, this.lock, this.order, this.inAuction] = [freed.to, null, null, false];
  }
}

const guards = (machine: { transitions: object }) => [
  ...new Set(
    Object.values(machine.transitions).flatMap((commands: Record<string, { when?: string[] }[]>) =>
      Object.values(commands).flatMap((ways) => ways.flatMap((way) => way.when ?? [])),
    ),
  ),
];
const commands = (machine: { transitions: object }) => [
  ...new Set(Object.values(machine.transitions).flatMap((known: object) => Object.keys(known))),
];
const factsOf = (names: string[]) =>
  fc.subarray(names).map((held) => Object.fromEntries(held.map((name) => [name, true])));

test('whatever is commanded in whatever order, no piece is both free and paid', () => {
  // The commands are drawn from the machines' own tables, hence the narrowing of the strings they are.
  const moves = fc.oneof(
    fc.record({ on: fc.constantFrom('openAuction' as const, 'endAuction' as const, 'hold' as const) }),
    fc.record({
      on: fc.constant('lock' as const),
      command: fc.constantFrom(...(commands(lockMachine) as LockCommand[])),
      facts: factsOf(guards(lockMachine)),
    }),
    fc.record({
      on: fc.constant('order' as const),
      command: fc.constantFrom(...(commands(orderMachine) as OrderCommand[])),
      facts: factsOf(guards(orderMachine)),
    }),
  );
  let paid = 0;

  fc.assert(
    fc.property(fc.array(moves, { maxLength: 60 }), (script) => {
      const piece = new Piece();
      for (const move of script) {
        if (move.on === 'lock') piece.lockCommand(move.command, move.facts);
        else if (move.on === 'order') piece.orderCommand(move.command, move.facts);
        else piece[move.on]();

        const free = piece.listing === 'available' || piece.listing === 'in_auction';
        const bound = piece.lock !== null && piece.lock !== 'released' && piece.lock !== 'paid';
        expect(free && (bound || piece.lock === 'paid' || piece.order !== null)).toBe(false);
        expect(piece.listing === 'locked').toBe(bound);
        expect(piece.listing === 'sold').toBe(piece.lock === 'paid' && piece.order !== null);
        if (piece.lock === 'paid') paid += 1;
      }
    }),
    { numRuns: 2_000 },
  );
  expect(paid).toBeGreaterThan(0);
});
