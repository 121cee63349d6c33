// Parts of a payment, pure: whose the tax in it is not, and whose money it is that goes back.
import { type Money, money, split, zero } from '@videowindow/contract/money';
import { type Share, sumOf, taxIn } from '#commerce/ledger';

/** A maker's part of a payment, and how much of it went back so far. */
export type HeldShare = Share & {
  readonly returned: { readonly payable: number; readonly fee: number; readonly tax: number };
};

/**
 * Takes the tax that the marketplace owes out of the makers' parts, in proportion. What a part cannot bear comes out of
 * our fee on it.
 * @throws RangeError for a tax that is below zero or more than all of it
 */
export const withTax = (shares: readonly Share[], tax: Money): Share[] => {
  const total = shares.reduce((sum, share) => sum + sumOf(share), 0);
  if (tax.amount < 0 || tax.amount > total) throw new RangeError(`a tax of ${tax.amount} in ${total}`);
  const parts = split(tax, shares.map(sumOf));
  return shares.map((share, index) => {
    const due = parts[index] ?? zero(tax.currency);
    const fromPayable = Math.min(due.amount, share.payable.amount);
    return {
      makerId: share.makerId,
      payable: money(share.payable.amount - fromPayable, tax.currency),
      fee: money(share.fee.amount - (due.amount - fromPayable), tax.currency),
      ...(due.amount > 0 && { tax: due }),
    };
  });
};

/** What of a payment has not gone back yet, in its minor units. */
export const leftOf = (shares: readonly HeldShare[]): number => shares.reduce((sum, share) => sum + leftIn(share), 0);

const leftIn = (share: HeldShare): number => {
  const { payable, fee, tax } = share.returned;
  return sumOf(share) - payable - fee - tax;
};

/**
 * Takes a refund out of the makers' parts, in proportion to what is left of each. Of a part our fee and the tax give
 * their shares, rounded half up over all refunds together, so that small ones cannot wear them away and the last gives
 * the remainder. Parts that give nothing are left out.
 * @throws RangeError when the amount is not above zero or is more than is left: the caller has looked.
 */
export const takeOut = (shares: readonly HeldShare[], amount: Money): Share[] => {
  if (amount.amount <= 0 || amount.amount > leftOf(shares)) throw new RangeError(`a refund of ${amount.amount}`);
  return split(amount, shares.map(leftIn)).flatMap((part, index) => {
    const share = shares[index];
    return share && part.amount > 0 ? [takeFrom(share, part.amount, part.currency)] : [];
  });
};

/** `part` is above zero and no more than is left of the share. */
const takeFrom = (share: HeldShare, part: number, currency: string): Share => {
  const { returned } = share;
  const whole = BigInt(sumOf(share));
  const after = BigInt(returned.payable + returned.fee + returned.tax + part);
  const due = (of: number, before: number, most: number): number => {
    const byNow = Number((2n * BigInt(of) * after + whole) / (2n * whole));
    return Math.min(Math.max(byNow - before, 0), of - before, most);
  };
  let fee = due(share.fee.amount, returned.fee, part);
  let tax = due(taxIn(share), returned.tax, part - fee);
  // The maker's part never gives more than it has: the others then give more than their due.
  const over = part - fee - tax - (share.payable.amount - returned.payable);
  if (over > 0) {
    const more = Math.min(over, share.fee.amount - returned.fee - fee);
    fee += more;
    tax += over - more;
  }
  return {
    makerId: share.makerId,
    payable: money(part - fee - tax, currency),
    fee: money(fee, currency),
    ...(tax > 0 && { tax: money(tax, currency) }),
  };
};
