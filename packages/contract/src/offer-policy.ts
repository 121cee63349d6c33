// What becomes of an offer, by the policy that its maker chose. Copied from the maker's default into each new listing.
import type { SalePolicy } from './api/commerce.ts';
import type { OfferPolicy } from './api/people.ts';
import { compare, exponent, type Money, money, multiplyBps } from './money.ts';

/** Lengths of an auction that a maker may choose, in hours. */
export const AUCTION_HOURS = [24, 48, 72, 120, 168] as const;
export const DEFAULT_AUCTION_HOURS = 72;

/** The floor where neither a policy nor an asking price says more: 1.00, or 100 where the currency has no decimals. */
const floor = (currency: string): Money => money(exponent(currency) === 3 ? 1_000 : 100, currency);

/** The least amount that may be offered: the maker's policy, else half the asking price, else 1.00. */
export function leastOffer(policy: OfferPolicy, askingPrice: Money | null, currency: string): Money {
  if (policy.minimumOffer) return policy.minimumOffer;
  const least = floor(currency);
  if (!askingPrice) return least;
  const half = multiplyBps(askingPrice, 5_000);
  return compare(half, least) < 0 ? least : half;
}

/** What becomes of an offer of this amount while the piece is available. The caller has checked who offers. */
export function judgeOffer(
  policy: OfferPolicy,
  askingPrice: Money | null,
  amount: Money,
): { outcome: 'below_minimum'; minimum: Money } | { outcome: 'auto_decline' | 'open_auction' | 'wait' } {
  const minimum = leastOffer(policy, askingPrice, amount.currency);
  if (compare(amount, minimum) < 0) return { outcome: 'below_minimum', minimum };
  if (policy.autoRejectBelow && compare(amount, policy.autoRejectBelow) < 0) return { outcome: 'auto_decline' };
  if (policy.startAuctionAt && compare(amount, policy.startAuctionAt) >= 0) return { outcome: 'open_auction' };
  return { outcome: 'wait' };
}

/** How long an auction that this policy opens lasts, in hours. */
export function auctionHours(policy: OfferPolicy): number {
  return policy.auctionDurationH ?? DEFAULT_AUCTION_HOURS;
}

/** Says what is wrong with a policy, or null. An auction never opens below what would be refused. */
export function policyProblem(
  policy: OfferPolicy,
  currency: string,
): 'currency_mismatch' | 'limits_out_of_order' | null {
  const { minimumOffer, autoRejectBelow, startAuctionAt } = policy;
  const lower = [minimumOffer, autoRejectBelow].filter((limit) => limit !== undefined);
  const limits = startAuctionAt ? [...lower, startAuctionAt] : lower;
  if (limits.some((limit) => limit.currency !== currency)) return 'currency_mismatch';
  return startAuctionAt && lower.some((limit) => compare(startAuctionAt, limit) < 0) ? 'limits_out_of_order' : null;
}

/** Says what is wrong with the terms of an auction, or null: the reserve lies within the price for having it at once. */
export function auctionProblem(
  { reserve, buyNow, startAuctionAt }: SalePolicy,
  currency: string,
): 'currency_mismatch' | 'reserve_above_buy_now' | 'buy_now_below_start' | null {
  if ([reserve, buyNow].some((amount) => amount && amount.currency !== currency)) return 'currency_mismatch';
  if (reserve && buyNow && compare(reserve, buyNow) > 0) return 'reserve_above_buy_now';
  return buyNow && startAuctionAt && compare(buyNow, startAuctionAt) <= 0 ? 'buy_now_below_start' : null;
}
