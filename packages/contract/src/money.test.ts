import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  add,
  CurrencyMismatch,
  compare,
  exponent,
  fee,
  format,
  money,
  multiplyBps,
  parse,
  roughlyIn,
  split,
  step,
  subtract,
  sum,
  toDecimal,
} from './money.ts';

const amounts = fc.integer({ min: -1_000_000_000_000, max: 1_000_000_000_000 });

describe('money', () => {
  test('amounts of two currencies never meet', () => {
    const dollars = money(100, 'USD');
    const yen = money(100, 'JPY');

    expect(() => add(dollars, yen)).toThrow(CurrencyMismatch);
    expect(() => subtract(dollars, yen)).toThrow(CurrencyMismatch);
    expect(() => compare(dollars, yen)).toThrow(CurrencyMismatch);
    expect(() => fee(dollars, 1_000, yen)).toThrow(CurrencyMismatch);
  });

  test('what is no whole number of minor units is no money', () => {
    for (const amount of [0.5, Number.NaN, Number.POSITIVE_INFINITY, Number.MAX_SAFE_INTEGER + 1]) {
      expect(() => money(amount, 'USD')).toThrow(RangeError);
    }
    expect(() => money(1, 'usd')).toThrow(RangeError);
    expect(() => add(money(Number.MAX_SAFE_INTEGER, 'USD'), money(1, 'USD'))).toThrow(RangeError);
  });

  test('a rate rounds half up, and a reversal is its exact opposite', () => {
    expect(multiplyBps(money(5, 'USD'), 1_000)).toEqual(money(1, 'USD'));
    expect(multiplyBps(money(4, 'USD'), 1_000)).toEqual(money(0, 'USD'));
    expect(multiplyBps(money(-5, 'USD'), 1_000)).toEqual(money(-1, 'USD'));

    fc.assert(
      fc.property(amounts, fc.integer({ min: 0, max: 10_000 }), (amount, bps) => {
        const there = multiplyBps(money(amount, 'USD'), bps);
        const back = multiplyBps(money(-amount, 'USD'), bps);

        expect(add(there, back)).toEqual(money(0, 'USD'));
        expect(Math.abs(there.amount - (amount * bps) / 10_000)).toBeLessThanOrEqual(0.5 + 1e-3);
      }),
    );
  });

  test('a rate of a large amount is exact where floating point is not', () => {
    expect(multiplyBps(money(9_007_199_254_740_991, 'USD'), 9_999)).toEqual(money(9_006_298_534_815_517, 'USD'));
  });

  test('the parts of a split sum to the whole, none is off by a unit or more', () => {
    const weights = fc
      .array(fc.integer({ min: 0, max: 1_000 }), { minLength: 1, maxLength: 8 })
      .filter((list) => list.some((weight) => weight > 0));

    fc.assert(
      fc.property(amounts, weights, (amount, list) => {
        const parts = split(money(amount, 'EUR'), list);

        expect(sum(parts, 'EUR')).toEqual(money(amount, 'EUR'));
        const total = list.reduce((all, weight) => all + weight, 0);
        parts.forEach((part, index) => {
          const exact = (amount * (list[index] ?? 0)) / total;
          expect(Math.abs(part.amount - exact)).toBeLessThan(1 + 1e-3);
        });
      }),
    );
  });

  test('a split gives what is left over to the largest remainders, the earlier one first', () => {
    const parts = split(money(100, 'USD'), [1, 1, 1]).map((part) => part.amount);

    expect(parts).toEqual([34, 33, 33]);
    expect(() => split(money(1, 'USD'), [0, 0])).toThrow(RangeError);
    expect(() => split(money(1, 'USD'), [2, -1])).toThrow(RangeError);
  });

  test('the fee is the rate, rounded half up, and the fixed part', () => {
    expect(fee(money(8_400, 'USD'), 1_000, money(30, 'USD'))).toEqual(money(870, 'USD'));
    expect(fee(money(1_005, 'USD'), 1_000, money(30, 'USD'))).toEqual(money(131, 'USD'));
  });

  test('currencies have none, two or three decimals', () => {
    expect([exponent('JPY'), exponent('USD'), exponent('KWD')]).toEqual([0, 2, 3]);
    expect(toDecimal(money(5, 'USD'))).toBe('0.05');
    expect(toDecimal(money(-1_234_567, 'KWD'))).toBe('-1234.567');
    expect(toDecimal(money(1_234, 'JPY'))).toBe('1234');
    expect(format(money(123_456, 'USD'), 'en-US')).toBe('$1,234.56');
    expect(format(money(1_234, 'JPY'), 'en-US')).toBe('¥1,234');
  });

  test('of three decimals card networks take two: fees, halves and parts of what can be paid can be paid', () => {
    const dinars = fc.nat(1_000_000).map((amount) => money(amount * 10, 'KWD'));
    fc.assert(
      fc.property(
        dinars,
        fc.nat(20_000),
        fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 }),
        (m, bps, parts) => {
          const made = [multiplyBps(m, bps), fee(m, bps, money(300, 'KWD')), ...split(m, parts)];

          expect(made.filter(({ amount }) => amount % 10 !== 0)).toEqual([]);
          expect(sum(split(m, parts), 'KWD')).toEqual(m);
          expect(Math.abs(multiplyBps(m, bps).amount - (m.amount * bps) / 10_000)).toBeLessThanOrEqual(5);
        },
      ),
    );
    expect(multiplyBps(money(50, 'KWD'), 1_000)).toEqual(money(10, 'KWD'));
    // What a provider says may be finer; its parts sum up all the same.
    expect(sum(split(money(1_234, 'KWD'), [1, 2]), 'KWD')).toEqual(money(1_234, 'KWD'));
  });

  test('what people type is read exactly, or not at all', () => {
    expect(parse('1,250.5', 'USD')).toEqual(money(125_050, 'USD'));
    expect(parse(' 84 ', 'USD')).toEqual(money(8_400, 'USD'));
    expect(parse('84', 'JPY')).toEqual(money(84, 'JPY'));
    for (const text of ['', '-1', '1.234', '1,2', '1e3', 'ten', '1 000']) expect(parse(text, 'USD')).toBeNull();

    fc.assert(
      fc.property(fc.nat(1_000_000_000), fc.constantFrom('USD', 'JPY', 'KWD'), (amount, currency) => {
        const typed = parse(toDecimal(money(amount, currency)), currency);
        expect(typed).toEqual(amount % step(currency) === 0 ? money(amount, currency) : null);
      }),
    );
  });
});

test.each<[number, string, number, string, number]>([
  [10_000, 'USD', 0.92, 'EUR', 9200],
  [1, 'USD', 0.92, 'EUR', 1],
  [10_050, 'USD', 149.255, 'JPY', 15_000],
  [9900, 'JPY', 0.0067, 'USD', 6633],
  [100, 'USD', 0.30715, 'KWD', 310],
  [0, 'USD', 0.92, 'EUR', 0],
])('%i of %s at %f is roughly %s %i', (amount, from, rate, to, roughly) => {
  expect(roughlyIn(money(amount, from), to, rate)).toEqual(money(roughly, to));
});
