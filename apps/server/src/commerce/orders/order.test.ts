import { describe, expect, test } from 'vitest';
import {
  buttons,
  cancelsAt,
  completesAt,
  type Delivery,
  defaultOrderRules,
  mayTryCode,
  nextShipReminder,
  shipBy,
  shipReminderDue,
} from './order.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const PAID = Date.UTC(2026, 10, 23, 10);

describe('the clocks of an order', () => {
  test('the maker has as many days as they published', () => {
    expect(shipBy(PAID, 3)).toBe(PAID + 72 * HOUR);
  });

  test('a delivery that was seen completes after 14 days, one that was not after the time to say so', () => {
    expect(completesAt(PAID, true, defaultOrderRules)).toBe(PAID + 14 * DAY);
    expect(completesAt(PAID, false, defaultOrderRules)).toBe(PAID + 30 * DAY);
  });
});

describe('what is told while a piece waits to be sent', () => {
  const told = (days: number) => {
    const due = { paidAt: PAID, shipBy: shipBy(PAID, days) };
    const moments: [string, number][] = [];
    let next = nextShipReminder(due, PAID, defaultOrderRules);
    while (next) {
      moments.push([next.kind, (next.at - PAID) / HOUR]);
      expect(shipReminderDue(due, next.at, defaultOrderRules)).toBe(next.kind);
      next = nextShipReminder(due, next.at, defaultOrderRules);
    }
    return moments;
  };

  test('half of the time, the last day, that it is over, and to the buyer that they may cancel', () => {
    expect(told(3)).toEqual([
      ['half', 36],
      ['last_day', 48],
      ['overdue', 72],
      ['buyer_may_cancel', 120],
    ]);
  });

  test('of a single day only its half, since the last day is all of it', () => {
    expect(told(1)).toEqual([
      ['half', 12],
      ['overdue', 24],
      ['buyer_may_cancel', 72],
    ]);
  });

  test('it is cancelled by itself 14 days after the payment or 7 after its time, whichever is later', () => {
    const at = (days: number) =>
      (cancelsAt({ paidAt: PAID, shipBy: shipBy(PAID, days) }, defaultOrderRules) - PAID) / DAY;

    expect([at(3), at(7), at(8), at(30)]).toEqual([14, 14, 15, 37]);
  });
});

describe('buttons', () => {
  type Seen = Parameters<typeof buttons>[0]['state'];
  const late = new Date(shipBy(PAID, 3) + 48 * HOUR);
  const seen = (
    state: Seen,
    reader: 'buyer' | 'maker' | 'neither',
    { delivery = 'ship' as Delivery, now = new Date(PAID), settled = true, disputedAt = null as Date | null } = {},
  ) =>
    buttons({ state, delivery, shipBy: new Date(shipBy(PAID, 3)), disputedAt }, reader, now, {
      settled,
      rules: defaultOrderRules,
    });

  test('the maker sends or hands over as the buyer chose, or cancels; the buyer cancels what is two days late', () => {
    expect(seen('awaiting_shipment', 'maker')).toEqual(['ship', 'cancel']);
    expect(seen('awaiting_shipment', 'maker', { delivery: 'pickup' })).toEqual(['handover', 'cancel']);
    expect(seen('awaiting_shipment', 'buyer', { now: new Date(late.getTime() - 1) })).toEqual([]);
    expect(seen('awaiting_shipment', 'buyer', { now: late })).toEqual(['cancel']);
    const disputedAt = new Date(PAID);
    expect(seen('awaiting_shipment', 'maker', { disputedAt })).toEqual(['ship']);
    expect(seen('awaiting_shipment', 'buyer', { now: late, disputedAt })).toEqual([]);
  });

  test('the buyer confirms what is on its way or there, but not while something is wrong with it', () => {
    expect(seen('shipped', 'buyer')).toEqual(['confirm']);
    expect(seen('delivered', 'buyer', { delivery: 'pickup' })).toEqual(['confirm']);
    expect(seen('shipped', 'buyer', { settled: false })).toEqual([]);
  });

  test('nobody else does anything, and nothing is done to what is over', () => {
    expect(seen('shipped', 'maker')).toEqual([]);
    expect(seen('completed', 'buyer')).toEqual([]);
    expect(seen('cancelled', 'maker')).toEqual([]);
    expect(seen('shipped', 'neither')).toEqual([]);
  });
});

test('five wrong handover codes shut the door for an hour', () => {
  expect(mayTryCode(0, null, PAID, defaultOrderRules)).toBe(true);
  expect(mayTryCode(4, PAID, PAID, defaultOrderRules)).toBe(true);
  expect(mayTryCode(5, PAID, PAID + HOUR - 1, defaultOrderRules)).toBe(false);
  expect(mayTryCode(5, PAID, PAID + HOUR, defaultOrderRules)).toBe(true);
});
