import { describe, expect, test } from 'vitest';
import { signalsIn } from './signals.ts';

const rules = {
  dayFrom: new Map([['USD', 200_000]]),
  dayFactor: 10,
  refunds: 5,
  refundPercent: 30,
  sameCard: 8,
};
const calm = { today: 20_000, usualDay: 15_000, sales: 12, refunded: 1, byOneCard: 2 };
const signals = (more: Partial<typeof calm>, currency = 'USD') => signalsIn({ ...calm, ...more }, currency, rules);

describe('what looks unusual', () => {
  test('is nothing of a usual day', () => {
    expect(signals({})).toEqual([]);
  });

  test('is a day far above what this maker sells, and not a small one', () => {
    expect(signals({ today: 200_000 })).toEqual(['sales_jump']);
    expect(signals({ today: 199_999 })).toEqual([]);
    expect(signals({ today: 200_000, usualDay: 20_001 })).toEqual([]);
    expect(signals({ today: 900_000 }, 'CHF')).toEqual([]);
  });

  test('is many orders given back, in number and in part', () => {
    expect(signals({ refunded: 5, sales: 16 })).toEqual(['many_refunds']);
    expect(signals({ refunded: 5, sales: 17 })).toEqual([]);
    expect(signals({ refunded: 4, sales: 4 })).toEqual([]);
  });

  test('is one card that buys again and again', () => {
    expect(signals({ byOneCard: 7 })).toEqual([]);
    expect(signals({ byOneCard: 8, refunded: 5, sales: 8 })).toEqual(['many_refunds', 'same_card']);
  });
});
