import { describe, expect, test } from 'vitest';
import { buttons, completesAt, defaultOrderRules, nextShipReminder, shipBy } from './order.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const PAID = Date.UTC(2026, 10, 23, 10);

describe('the clocks of an order', () => {
  test('the maker is reminded at half the time, with a day left, and when it is over', () => {
    const order = { paidAt: PAID, shipBy: shipBy(PAID, 3) };
    const moments: number[] = [];
    for (let at = nextShipReminder(order, PAID); at !== null; at = nextShipReminder(order, at)) moments.push(at);

    expect(moments).toEqual([PAID + 36 * HOUR, PAID + 48 * HOUR, PAID + 72 * HOUR]);
  });

  test('with a single day to ship there is no reminder at the moment of payment', () => {
    expect(nextShipReminder({ paidAt: PAID, shipBy: shipBy(PAID, 1) }, PAID)).toBe(PAID + 12 * HOUR);
  });

  test('a delivery that was seen completes after 14 days, one that was not after the time to say so', () => {
    expect(completesAt(PAID, true, defaultOrderRules)).toBe(PAID + 14 * DAY);
    expect(completesAt(PAID, false, defaultOrderRules)).toBe(PAID + 30 * DAY);
  });
});

describe('buttons', () => {
  test('the maker ships or hands over as the buyer chose, the buyer confirms, nobody else does anything', () => {
    expect(buttons({ state: 'awaiting_shipment', delivery: 'ship' }, 'maker')).toEqual(['ship']);
    expect(buttons({ state: 'awaiting_shipment', delivery: 'pickup' }, 'maker')).toEqual(['handover']);
    expect(buttons({ state: 'awaiting_shipment', delivery: 'ship' }, 'buyer')).toEqual([]);
    expect(buttons({ state: 'shipped', delivery: 'ship' }, 'buyer')).toEqual(['confirm']);
    expect(buttons({ state: 'shipped', delivery: 'ship' }, 'maker')).toEqual([]);
    expect(buttons({ state: 'delivered', delivery: 'pickup' }, 'buyer')).toEqual(['confirm']);
    expect(buttons({ state: 'completed', delivery: 'ship' }, 'buyer')).toEqual([]);
    expect(buttons({ state: 'shipped', delivery: 'ship' }, 'neither')).toEqual([]);
  });
});
