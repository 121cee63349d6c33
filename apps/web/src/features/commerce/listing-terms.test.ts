import type { Listing, ListingTerms } from '@videowindow/contract/api/commerce';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { kindKey } from './fixed-price-terms.ts';
import { formOf, termsOf } from './listing-terms.ts';

const usd = (amount: number) => ({ amount, currency: 'USD' });
const amounts = fc.integer({ min: 1, max: 10_000_000_000 }).map(usd);
const listingOf = (terms: ListingTerms): Listing => ({
  id: 'l',
  storyId: 's',
  makerId: 'm',
  kind: terms.kind ?? 'offers',
  state: 'available',
  unitsHeld: 0,
  acceptsOffers: terms.offerPolicy.acceptsOffers,
  leastOffer: usd(100),
  currency: 'USD',
  version: 1,
  possible: [],
  askingPrice: terms.askingPrice,
  offerPolicy: terms.offerPolicy,
  shipping: terms.shipping,
  shippingProfileId: terms.shippingProfileId ?? null,
  returns: terms.returns ?? { days: 0, postage: 'buyer' },
  additions: [],
  backOn: null,
  optionNames: terms.optionNames ?? [],
  variants: (terms.variants ?? []).map((variant, at) => ({ id: String(at), ...variant })),
});

const shared = {
  shippingProfileId: fc.constantFrom(null, 'p'),
  returns: fc.record({
    days: fc.constantFrom(0 as const, 14 as const, 30 as const, 60 as const),
    postage: fc.constantFrom('buyer' as const, 'maker' as const),
  }),
  offerPolicy: fc.record({
    acceptsOffers: fc.constant(true),
    auctionDurationH: fc.constantFrom(24 as const, 48 as const, 72 as const, 120 as const, 168 as const),
  }),
  shipping: fc.record({
    zones: fc
      .tuple(fc.integer({ min: 0, max: 100_000 }), fc.integer({ min: 0, max: 100_000 }), fc.boolean())
      .map(([a, b, world]) => {
        const prices = { price: usd(Math.max(a, b)), further: usd(Math.min(a, b)) };
        return [{ countries: ['PT', 'ES'], ...prices }, ...(world ? [{ countries: [], ...prices }] : [])];
      }),
    combined: fc.boolean(),
    handlingDays: fc.integer({ min: 1, max: 30 }),
    pickup: fc.constant(false),
    pickupPlace: fc.constant(null),
  }),
};
const terms: fc.Arbitrary<ListingTerms> = fc.oneof(
  fc.record({
    kind: fc.constant('offers' as const),
    askingPrice: fc.option(amounts, { nil: null }),
    ...shared,
  }),
  fc.record({
    kind: fc.constant('fixed_price' as const),
    askingPrice: fc.constant(null),
    ...shared,
    optionNames: fc.constant(['Size', 'Glaze']).map((names): string[] => [...names]),
    variants: fc
      .tuple(amounts, fc.integer({ min: 1, max: 10_000 }), fc.option(fc.constant('B-1'), { nil: null }))
      .map(([price, quantity, sku]) => [
        { options: ['S', 'ash'], price, quantity, sku },
        { options: ['S', 'salt'], price: usd(5), quantity: 0, sku: null },
        { options: ['L', 'ash'], price, quantity: 1, sku: null },
        { options: ['L', 'salt'], price, quantity, sku: null },
      ]),
  }),
);

test('terms that are opened and saved again are the same terms', () => {
  fc.assert(
    fc.property(terms, (given) => {
      expect(termsOf(formOf(listingOf(given), undefined), 'USD')).toEqual({ ok: true, terms: given });
    }),
  );
});

const blank = formOf(null, undefined);
const zone = { key: 'z', rest: false, countries: ['PT'], price: '12', further: '' };
const filled = { ...blank, zones: [zone] };
const fixed = { ...filled, kind: 'fixed_price' as const };

test('a piece that can neither be sent nor fetched is not for sale', () => {
  const read = termsOf({ ...filled, ships: false, pickup: false }, 'USD');

  expect(read).toMatchObject({ ok: false, problems: { shipping: { ships: expect.any(String) } } });
});

test('sending for free has to be said, and a further piece costs no more than the first', () => {
  expect(termsOf({ ...filled, zones: [{ ...zone, price: '' }] }, 'USD').ok).toBe(false);
  expect(termsOf({ ...filled, zones: [{ ...zone, price: '0' }] }, 'USD').ok).toBe(true);
  expect(termsOf({ ...filled, zones: [{ ...zone, further: '12.01' }] }, 'USD').ok).toBe(false);
});

test('a place has one price', () => {
  expect(termsOf({ ...filled, zones: [zone, { ...zone, key: 'y' }] }, 'USD')).toMatchObject({
    ok: false,
    problems: { shipping: { zones: { y: { countries: expect.any(String) } } } },
  });
});

test('fetching needs a place', () => {
  expect(termsOf({ ...filled, pickup: true, pickupPlace: ' ' }, 'USD').ok).toBe(false);
  expect(termsOf({ ...filled, pickup: true, pickupPlace: 'Graça' }, 'USD').ok).toBe(true);
});

test('what is no amount is marked, and nothing is sent', () => {
  const read = termsOf({ ...filled, askingPrice: 'twelve' }, 'USD');

  expect(read).toMatchObject({ ok: false, problems: { askingPrice: expect.any(String) } });
});

test('a fixed price needs a price; kinds that are left empty are not sold', () => {
  const options = [{ key: 'o', name: 'Size', values: 'Small, Large, ' }];
  const kinds = { [kindKey(['Small'])]: { price: '48', quantity: '2', sku: '' } };

  expect(termsOf(fixed, 'USD').ok).toBe(false);
  expect(termsOf({ ...fixed, options, kinds }, 'USD')).toMatchObject({
    ok: true,
    terms: {
      optionNames: ['Size'],
      variants: [{ options: ['Small'], price: usd(4_800), quantity: 2, sku: null }],
    },
  });
});
