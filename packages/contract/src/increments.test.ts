import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { incrementAt, incrementTable, minNext, quickAmounts } from './increments.ts';
import { CurrencyMismatch, compare, money } from './money.ts';

const usd = incrementTable('USD');

describe('increments', () => {
  test.each([
    [0, 5],
    [99, 5],
    [100, 25],
    [499, 25],
    [500, 50],
    [2_499, 50],
    [2_500, 100],
    [9_999, 100],
    [10_000, 250],
    [25_000, 500],
    [50_000, 1_000],
    [100_000, 2_500],
    [250_000, 5_000],
    [499_999, 5_000],
    [500_000, 10_000],
    [9_000_000, 10_000],
  ])('at %i cents the next bid is %i more', (price, step) => {
    expect(incrementAt(money(price, 'USD'), usd).amount).toBe(step);
    expect(minNext(money(price, 'USD'), usd)).toEqual(money(price + step, 'USD'));
  });

  test('a higher price never asks for a lower next bid', () => {
    fc.assert(
      fc.property(fc.nat(2_000_000), fc.nat(2_000_000), fc.constantFrom('USD', 'JPY', 'KWD'), (a, b, currency) => {
        const table = incrementTable(currency);
        const low = money(Math.min(a, b), currency);
        const high = money(Math.max(a, b), currency);

        expect(compare(minNext(low, table), minNext(high, table))).toBeLessThanOrEqual(0);
      }),
    );
  });

  test('three decimals step in multiples of ten, no decimals in whole units', () => {
    expect(incrementAt(money(0, 'KWD'), incrementTable('KWD')).amount).toBe(50);
    expect(incrementAt(money(2_500, 'JPY'), incrementTable('JPY')).amount).toBe(100);
    expect(() => minNext(money(1, 'EUR'), usd)).toThrow(CurrencyMismatch);
  });

  test('quick amounts start at the least bid and rise by increments', () => {
    expect(quickAmounts(money(8_400, 'USD'), usd).map((amount) => amount.amount)).toEqual([8_400, 8_500, 8_700]);
  });
});
