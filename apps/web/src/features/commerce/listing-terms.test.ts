import type { Listing, ListingTerms } from '@videowindow/contract/api/commerce';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { formOf, termsOf } from './listing-terms.ts';

const usd = (amount: number) => ({ amount, currency: 'USD' });
const amounts = fc.integer({ min: 1, max: 10_000_000_000 }).map(usd);
const listingOf = (terms: ListingTerms): Listing => ({
  id: 'l',
  storyId: 's',
  makerId: 'm',
  kind: 'offers',
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
  optionNames: [],
  variants: [],
});

const terms: fc.Arbitrary<ListingTerms> = fc.record({
  askingPrice: fc.option(amounts, { nil: null }),
  offerPolicy: fc.record({
    acceptsOffers: fc.constant(true),
    auctionDurationH: fc.constantFrom(24 as const, 48 as const, 72 as const, 120 as const, 168 as const),
  }),
  shipping: fc.record({
    zones: fc
      .tuple(
        fc.uniqueArray(fc.constantFrom('PT', 'ES', 'SE'), { minLength: 1 }),
        fc.integer({ min: 0, max: 100_000 }).map(usd),
      )
      .map(([countries, price]) => [{ countries, price, further: price }]),
    combined: fc.constant(false),
    handlingDays: fc.integer({ min: 1, max: 30 }),
    pickup: fc.constant(false),
    pickupPlace: fc.constant(null),
  }),
});

test('terms that are opened and saved again are the same terms', () => {
  fc.assert(
    fc.property(terms, (given) => {
      expect(termsOf(formOf(listingOf(given), undefined), 'USD')).toEqual({ ok: true, terms: given });
    }),
  );
});

const filled = { ...formOf(null, undefined), shippingPrice: '12', shipsTo: ['PT'] };

test('a piece that can neither be sent nor fetched is not for sale', () => {
  const read = termsOf({ ...filled, ships: false, pickup: false }, 'USD');

  expect(read).toMatchObject({ ok: false, problems: { ships: expect.any(String) } });
});

test('sending for free has to be said', () => {
  expect(termsOf({ ...filled, shippingPrice: '' }, 'USD').ok).toBe(false);
  expect(termsOf({ ...filled, shippingPrice: '0' }, 'USD').ok).toBe(true);
});

test('fetching needs a place', () => {
  expect(termsOf({ ...filled, pickup: true, pickupPlace: ' ' }, 'USD').ok).toBe(false);
  expect(termsOf({ ...filled, pickup: true, pickupPlace: 'Graça' }, 'USD').ok).toBe(true);
});

test('what is no amount is marked, and nothing is sent', () => {
  const read = termsOf({ ...filled, askingPrice: 'twelve' }, 'USD');

  expect(read).toMatchObject({ ok: false, problems: { askingPrice: expect.any(String) } });
});
