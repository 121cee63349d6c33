import { describe, expect, test } from 'vitest';
import { buttons, completesAt, defaultOrderRules, mayTryCode, shipBy } from './order.ts';

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

test('five wrong handover codes shut the door for an hour', () => {
  expect(mayTryCode(0, null, PAID, defaultOrderRules)).toBe(true);
  expect(mayTryCode(4, PAID, PAID, defaultOrderRules)).toBe(true);
  expect(mayTryCode(5, PAID, PAID + HOUR - 1, defaultOrderRules)).toBe(false);
  expect(mayTryCode(5, PAID, PAID + HOUR, defaultOrderRules)).toBe(true);
});
