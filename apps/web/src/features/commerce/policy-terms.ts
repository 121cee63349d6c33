// The form of how a maker takes offers: what is typed, kept as typed, and what it means to the server.
import { type Money, parse, toDecimal } from '@videowindow/contract';
import type { OfferPolicy } from '@videowindow/contract/api/people';
import { DEFAULT_AUCTION_HOURS } from '@videowindow/contract/offer-policy';

export type Hours = NonNullable<OfferPolicy['auctionDurationH']>;
export const auctionLengths: readonly { value: Hours; label: string }[] = [
  { value: 24, label: '1 day' },
  { value: 48, label: '2 days' },
  { value: 72, label: '3 days' },
  { value: 120, label: '5 days' },
  { value: 168, label: '7 days' },
];

export type PolicyForm = {
  acceptsOffers: boolean;
  minimumOffer: string;
  autoRejectBelow: string;
  opensItself: boolean;
  startAuctionAt: string;
  hours: Hours;
};
export type PolicyProblems = Partial<Record<keyof PolicyForm, string>>;

/** An amount as it stands in a field. */
export const typedAmount = (amount: Money | null | undefined): string => (amount ? toDecimal(amount) : '');

/** What a field holds: nothing, an amount, or something that is none. */
export function readAmount(
  text: string,
  currency: string,
  zero?: 'may be zero',
): { money: Money | null; problem?: string } {
  if (text.trim() === '') return { money: null };
  const money = parse(text, currency);
  if (!money) return { money: null, problem: 'Write an amount like 85 or 85.50.' };
  if (money.amount === 0 && !zero) return { money: null, problem: 'Leave it empty, or write more than nothing.' };
  return { money };
}

/** The form as it opens. */
export function policyFormOf(policy: OfferPolicy | null | undefined): PolicyForm {
  return {
    acceptsOffers: policy?.acceptsOffers ?? true,
    minimumOffer: typedAmount(policy?.minimumOffer),
    autoRejectBelow: typedAmount(policy?.autoRejectBelow),
    opensItself: policy?.startAuctionAt !== undefined,
    startAuctionAt: typedAmount(policy?.startAuctionAt),
    hours: policy?.auctionDurationH ?? DEFAULT_AUCTION_HOURS,
  };
}

/** The server's form, and what has to be put right first. */
export function policyOf(form: PolicyForm, currency: string): { policy: OfferPolicy; problems: PolicyProblems } {
  const minimum = readAmount(form.minimumOffer, currency);
  const reject = readAmount(form.autoRejectBelow, currency);
  const start = form.opensItself ? readAmount(form.startAuctionAt, currency) : { money: null };
  const floor = Math.max(minimum.money?.amount ?? 0, reject.money?.amount ?? 0);
  const startProblem =
    start.problem ??
    (form.opensItself && !start.money
      ? 'From which amount?'
      : start.money && start.money.amount < floor
        ? 'This is below what would be declined.'
        : undefined);
  return {
    policy: {
      acceptsOffers: form.acceptsOffers,
      ...(minimum.money && { minimumOffer: minimum.money }),
      ...(reject.money && { autoRejectBelow: reject.money }),
      ...(start.money && !startProblem && { startAuctionAt: start.money }),
      auctionDurationH: form.hours,
    },
    // While offers are off their fields are not shown, and nobody could put them right.
    problems: form.acceptsOffers
      ? {
          ...(minimum.problem && { minimumOffer: minimum.problem }),
          ...(reject.problem && { autoRejectBelow: reject.problem }),
          ...(startProblem && { startAuctionAt: startProblem }),
        }
      : {},
  };
}
