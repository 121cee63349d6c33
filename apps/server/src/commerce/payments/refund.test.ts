import { money } from '@videowindow/contract/money';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { sumOf, taxIn } from '#commerce/ledger';
import { type HeldShare, leftOf, takeOut, withTax } from './refund.ts';

const usd = (amount: number) => money(amount, 'USD');
const held = (makerId: string, payable: number, fee: number, tax = 0): HeldShare => ({
  makerId,
  payable: usd(payable),
  fee: usd(fee),
  ...(tax > 0 && { tax: usd(tax) }),
  returned: { payable: 0, fee: 0, tax: 0 },
});
const after = (shares: readonly HeldShare[], taken: ReturnType<typeof takeOut>): HeldShare[] =>
  shares.map((share) => {
    const part = taken.find(({ makerId }) => makerId === share.makerId);
    return {
      ...share,
      returned: {
        payable: share.returned.payable + (part?.payable.amount ?? 0),
        fee: share.returned.fee + (part?.fee.amount ?? 0),
        tax: share.returned.tax + (part ? taxIn(part) : 0),
      },
    };
  });

test('a quarter of a payment gives back a quarter of the fee, and the rest the remainder', () => {
  const shares = [held('m', 8730, 870)];

  const quarter = takeOut(shares, usd(2400));
  const rest = takeOut(after(shares, quarter), usd(7200));

  expect(quarter).toEqual([{ makerId: 'm', payable: usd(2182), fee: usd(218) }]);
  expect(rest).toEqual([{ makerId: 'm', payable: usd(6548), fee: usd(652) }]);
});

test('of a payment with tax that we owe each of its three parts gives its share', () => {
  const shares = [held('m', 8081, 870, 649)];

  const quarter = takeOut(shares, usd(2400));
  const rest = takeOut(after(shares, quarter), usd(7200));

  expect(quarter).toEqual([{ makerId: 'm', payable: usd(2020), fee: usd(218), tax: usd(162) }]);
  expect(rest).toEqual([{ makerId: 'm', payable: usd(6061), fee: usd(652), tax: usd(487) }]);
});

test('tax comes out of what the makers get, in proportion, and out of our fee where that is too little', () => {
  const share = (makerId: string, payable: number, fee: number) => ({ makerId, payable: usd(payable), fee: usd(fee) });

  expect(withTax([share('a', 8730, 870), share('b', 4365, 435)], usd(300))).toEqual([
    { makerId: 'a', payable: usd(8530), fee: usd(870), tax: usd(200) },
    { makerId: 'b', payable: usd(4265), fee: usd(435), tax: usd(100) },
  ]);
  expect(withTax([share('a', 10, 90)], usd(20))).toEqual([
    { makerId: 'a', payable: usd(0), fee: usd(80), tax: usd(20) },
  ]);
  expect(withTax([share('a', 10, 90)], usd(0))).toEqual([share('a', 10, 90)]);
  expect(() => withTax([share('a', 10, 90)], usd(101))).toThrow(RangeError);
});

test('whatever is refunded, in whatever parts: each is taken out whole, no part gives more than it has, all ends at nothing', () => {
  const parts = fc.record({
    payable: fc.nat(50_000),
    fee: fc.nat(20_000),
    tax: fc.oneof(fc.constant(0), fc.nat(15_000)),
  });
  fc.assert(
    fc.property(
      fc
        .array(parts, { minLength: 1, maxLength: 4 })
        .filter((list) => list.some(({ payable, fee, tax }) => payable + fee + tax > 0)),
      fc.array(fc.integer({ min: 1, max: 30_000 }), { maxLength: 30 }),
      (list, wishes) => {
        let shares = list.map(({ payable, fee, tax }, index) => held(`m${index}`, payable, fee, tax));
        for (const wish of [...wishes, Number.MAX_SAFE_INTEGER]) {
          const left = leftOf(shares);
          if (left === 0) break;
          const amount = Math.min(wish, left);
          const taken = takeOut(shares, usd(amount));
          expect(taken.reduce((sum, part) => sum + sumOf(part), 0)).toBe(amount);
          for (const part of taken) {
            expect(Math.min(part.payable.amount, part.fee.amount, taxIn(part))).toBeGreaterThanOrEqual(0);
          }
          shares = after(shares, taken);
          for (const share of shares) {
            const { payable, fee, returned } = share;
            expect(returned.payable).toBeLessThanOrEqual(payable.amount);
            expect(returned.fee).toBeLessThanOrEqual(fee.amount);
            expect(returned.tax).toBeLessThanOrEqual(taxIn(share));
            // In proportion at every moment, to the unit; with three parts one of them may have to wait for the next.
            const whole = sumOf(share);
            if (shares.length === 1 && whole > 0) {
              const gone = returned.payable + returned.fee + returned.tax;
              const most = taxIn(share) === 0 ? 0.5 : 1.5;
              expect(Math.abs(returned.fee - (fee.amount * gone) / whole)).toBeLessThanOrEqual(most);
              expect(Math.abs(returned.tax - (taxIn(share) * gone) / whole)).toBeLessThanOrEqual(most);
            }
          }
        }
        expect(leftOf(shares)).toBe(0);
      },
    ),
  );
});

test('more than is left is not taken out', () => {
  expect(() => takeOut([held('m', 100, 10)], usd(111))).toThrow(RangeError);
  expect(() => takeOut([held('m', 100, 10)], usd(0))).toThrow(RangeError);
});
