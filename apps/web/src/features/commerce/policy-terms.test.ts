import { describe, expect, test } from 'vitest';
import { policyFormOf, policyOf, readAmount } from './policy-terms.ts';

const usd = (amount: number) => ({ amount, currency: 'USD' });

describe('what is typed as an amount', () => {
  test('nothing is nothing, and no problem', () => {
    expect(readAmount('  ', 'USD')).toEqual({ money: null });
  });

  test('zero is a problem where it means nothing, and an amount where it may', () => {
    expect(readAmount('0', 'USD').problem).toBeDefined();
    expect(readAmount('0', 'USD', 'may be zero')).toEqual({ money: usd(0) });
  });

  test('what is no amount says how one is written', () => {
    expect(readAmount('about 40', 'USD')).toEqual({ money: null, problem: 'Write an amount like 85 or 85.50.' });
  });
});

describe('how offers are taken', () => {
  const form = policyFormOf({ acceptsOffers: true, minimumOffer: usd(4000), startAuctionAt: usd(8000) });

  test('a policy survives its form', () => {
    const { policy, problems } = policyOf(form, 'USD');

    expect(problems).toEqual({});
    expect(policy).toEqual({
      acceptsOffers: true,
      minimumOffer: usd(4000),
      startAuctionAt: usd(8000),
      auctionDurationH: 72,
    });
  });

  test('an auction that opens itself needs an amount', () => {
    expect(policyOf({ ...form, startAuctionAt: '' }, 'USD').problems).toEqual({ startAuctionAt: 'From which amount?' });
  });

  test('an auction never opens below what would be declined', () => {
    const { policy, problems } = policyOf({ ...form, autoRejectBelow: '90' }, 'USD');

    expect(Object.keys(problems)).toEqual(['startAuctionAt']);
    expect(policy.startAuctionAt).toBeUndefined();
  });

  test('while offers are off, nothing in their hidden fields stands in the way', () => {
    const { policy, problems } = policyOf({ ...form, acceptsOffers: false, minimumOffer: 'x' }, 'USD');

    expect(problems).toEqual({});
    expect(policy).toEqual({ acceptsOffers: false, startAuctionAt: usd(8000), auctionDurationH: 72 });
  });
});
