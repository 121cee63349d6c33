// A refund, pure: whose money it is that goes back.
import { type Money, money, split } from '@videowindow/contract/money';
import type { Share } from '#commerce/ledger';

/** A maker's part of a payment, and how much of it went back so far. */
export type HeldShare = Share & { readonly returned: { readonly payable: number; readonly fee: number } };

/** What of a payment has not gone back yet, in its minor units. */
export const leftOf = (shares: readonly HeldShare[]): number => shares.reduce((sum, share) => sum + leftIn(share), 0);

const leftIn = ({ payable, fee, returned }: HeldShare): number =>
  payable.amount + fee.amount - returned.payable - returned.fee;

/**
 * Takes a refund out of the makers' parts, in proportion to what is left of each. Of a part our fee gives its share,
 * rounded half up over all refunds together, so that small ones cannot wear it away and the last gives the remainder.
 * Parts that give nothing are left out.
 * @throws RangeError when the amount is not above zero or is more than is left: the caller has looked.
 */
export const takeOut = (shares: readonly HeldShare[], amount: Money): Share[] => {
  if (amount.amount <= 0 || amount.amount > leftOf(shares)) throw new RangeError(`a refund of ${amount.amount}`);
  return split(amount, shares.map(leftIn)).flatMap((part, index) => {
    const share = shares[index];
    if (!share || part.amount === 0) return [];
    const fee = feeIn(share, part.amount);
    const { currency } = part;
    return [{ makerId: share.makerId, payable: money(part.amount - fee, currency), fee: money(fee, currency) }];
  });
};

const feeIn = ({ payable, fee, returned }: HeldShare, part: number): number => {
  const whole = BigInt(payable.amount + fee.amount);
  const after = BigInt(returned.payable + returned.fee + part);
  const dueByNow = Number((2n * BigInt(fee.amount) * after + whole) / (2n * whole));
  // Never more than is left of the fee, and never so little that the maker's part would have to give more than it has.
  const least = Math.max(0, part - (payable.amount - returned.payable));
  return Math.min(Math.max(dueByNow - returned.fee, least), fee.amount - returned.fee, part);
};
