import { describe, expect, test } from 'vitest';
import { money } from './money.ts';
import { auctionHours, judgeOffer, leastOffer, policyProblem } from './offer-policy.ts';

const usd = (amount: number) => money(amount, 'USD');

describe('offer policy', () => {
  test("the least offer is the maker's, else half the asking price, else 1.00", () => {
    expect(leastOffer({ acceptsOffers: true, minimumOffer: usd(4_000) }, usd(10_000), 'USD')).toEqual(usd(4_000));
    expect(leastOffer({ acceptsOffers: true }, usd(10_001), 'USD')).toEqual(usd(5_001));
    expect(leastOffer({ acceptsOffers: true }, usd(150), 'USD')).toEqual(usd(100));
    expect(leastOffer({ acceptsOffers: true }, null, 'USD')).toEqual(usd(100));
    expect(leastOffer({ acceptsOffers: true }, null, 'KWD')).toEqual(money(1_000, 'KWD'));
  });

  test('an offer below the least is refused, below the limit declined, from the start amount on it opens the auction', () => {
    const policy = {
      acceptsOffers: true,
      minimumOffer: usd(1_000),
      autoRejectBelow: usd(3_000),
      startAuctionAt: usd(5_000),
    };

    expect(judgeOffer(policy, null, usd(999))).toEqual({ outcome: 'below_minimum', minimum: usd(1_000) });
    expect(judgeOffer(policy, null, usd(2_999))).toEqual({ outcome: 'auto_decline' });
    expect(judgeOffer(policy, null, usd(3_000))).toEqual({ outcome: 'wait' });
    expect(judgeOffer(policy, null, usd(4_999))).toEqual({ outcome: 'wait' });
    expect(judgeOffer(policy, null, usd(5_000))).toEqual({ outcome: 'open_auction' });
  });

  test('without an amount to start at, an offer waits for the maker however high it is', () => {
    expect(judgeOffer({ acceptsOffers: true }, null, usd(1_000_000))).toEqual({ outcome: 'wait' });
  });

  test('a policy is of one currency and does not open an auction with what it would decline', () => {
    expect(policyProblem({ acceptsOffers: true, minimumOffer: money(1, 'EUR') }, 'USD')).toBe('currency_mismatch');
    expect(policyProblem({ acceptsOffers: true, autoRejectBelow: usd(200), startAuctionAt: usd(100) }, 'USD')).toBe(
      'limits_out_of_order',
    );
    expect(policyProblem({ acceptsOffers: true, minimumOffer: usd(100), startAuctionAt: usd(100) }, 'USD')).toBeNull();
  });

  test('an auction lasts 72 hours unless the maker says otherwise', () => {
    expect(auctionHours({ acceptsOffers: true })).toBe(72);
    expect(auctionHours({ acceptsOffers: true, auctionDurationH: 24 })).toBe(24);
  });
});
