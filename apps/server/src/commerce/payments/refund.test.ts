import { money } from '@videowindow/contract/money';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type HeldShare, leftOf, takeOut } from './refund.ts';

const usd = (amount: number) => money(amount, 'USD');
const held = (makerId: string, payable: number, fee: number): HeldShare => ({
  makerId,
  payable: usd(payable),
  fee: usd(fee),
  returned: { payable: 0, fee: 0 },
});
const after = (shares: readonly HeldShare[], taken: ReturnType<typeof takeOut>): HeldShare[] =>
  shares.map((share) => {
    const part = taken.find(({ makerId }) => makerId === share.makerId);
    return {
      ...share,
      returned: {
        payable: share.returned.payable + (part?.payable.amount ?? 0),
        fee: share.returned.fee + (part?.fee.amount ?? 0),
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

test('whatever is refunded, in whatever parts: each is taken out whole, no part gives more than it has, all ends at nothing', () => {
  const parts = fc.record({ payable: fc.nat(50_000), fee: fc.nat(20_000) });
  fc.assert(
    fc.property(
      fc
        .array(parts, { minLength: 1, maxLength: 4 })
        .filter((list) => list.some(({ payable, fee }) => payable + fee > 0)),
      fc.array(fc.integer({ min: 1, max: 30_000 }), { maxLength: 30 }),
      (list, wishes) => {
        let shares = list.map(({ payable, fee }, index) => held(`m${index}`, payable, fee));
        for (const wish of [...wishes, Number.MAX_SAFE_INTEGER]) {
          const left = leftOf(shares);
          if (left === 0) break;
          const amount = Math.min(wish, left);
          const taken = takeOut(shares, usd(amount));
          expect(taken.reduce((sum, { payable, fee }) => sum + payable.amount + fee.amount, 0)).toBe(amount);
          for (const { payable, fee } of taken) expect(Math.min(payable.amount, fee.amount)).toBeGreaterThanOrEqual(0);
          shares = after(shares, taken);
          for (const { payable, fee, returned } of shares) {
            expect(returned.payable).toBeLessThanOrEqual(payable.amount);
            expect(returned.fee).toBeLessThanOrEqual(fee.amount);
            // In proportion at every moment, to the unit.
            const whole = payable.amount + fee.amount;
            if (shares.length === 1 && whole > 0) {
              const exact = (fee.amount * (returned.payable + returned.fee)) / whole;
              expect(Math.abs(returned.fee - exact)).toBeLessThanOrEqual(0.5);
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
