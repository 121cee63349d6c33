import fc from 'fast-check';
import { expect, test } from 'vitest';
import { combinedPostage, isOnePrice, type Parcel, postageOf, zoneOf } from './shipping.ts';

const usd = (amount: number) => ({ amount, currency: 'USD' });
const zone = (countries: string[], price: number, further: number) => ({
  countries,
  price: usd(price),
  further: usd(further),
});
const home = zone(['PT', 'ES'], 500, 200);
const world = zone([], 2500, 900);

test('a country is in the zone that names it, else in the rest of the world, else nothing is sent there', () => {
  expect(zoneOf([world, home], 'PT')).toBe(home);
  expect(zoneOf([home, world], 'JP')).toBe(world);
  expect(zoneOf([home], 'JP')).toBeNull();
  expect(zoneOf([world], 'ZZ')).toBeNull();
});

test('nobody has to say where they live when every place is named and costs the same', () => {
  expect(isOnePrice([home])).toBe(true);
  expect(isOnePrice([home, zone(['JP'], 500, 200)])).toBe(true);
  expect(isOnePrice([home, zone(['JP'], 500, 300)])).toBe(false);
  expect(isOnePrice([world])).toBe(false);
});

test('the first piece costs the price of the zone, each other one its further price', () => {
  expect(postageOf(home, 1)).toEqual(usd(500));
  expect(postageOf(home, 4)).toEqual(usd(1100));
});

test('pieces that travel together cost the dearest one and the further prices of the others', () => {
  const heavy = { zone: zone(['PT'], 1200, 600), quantity: 1, combined: true };
  const light = { zone: home, quantity: 2, combined: true };
  const alone = { zone: home, quantity: 2, combined: false };

  expect(combinedPostage([light, heavy])).toEqual(usd(1200 + 2 * 200));
  expect(combinedPostage([light, heavy, alone])).toEqual(usd(1600 + 700));
  expect(combinedPostage([alone, alone])).toEqual(usd(1400));
  expect(combinedPostage([])).toBeNull();
});

test('paid together is never dearer than paid apart, in whatever order the pieces come', () => {
  const parcels = fc.record({
    zone: fc.tuple(fc.nat(5_000), fc.nat(5_000)).map(([a, b]) => zone(['PT'], Math.max(a, b), Math.min(a, b))),
    quantity: fc.integer({ min: 1, max: 9 }),
    combined: fc.boolean(),
  }) satisfies fc.Arbitrary<Parcel>;
  const total = (list: readonly Parcel[]) => combinedPostage(list)?.amount ?? 0;

  fc.assert(
    fc.property(fc.array(parcels, { minLength: 1, maxLength: 6 }), (list) => {
      expect(total(list)).toBe(total([...list].reverse()));
      expect(total(list)).toBeLessThanOrEqual(list.reduce((sum, one) => sum + total([one]), 0));
      for (const one of list) expect(total(list)).toBeGreaterThanOrEqual(total([one]));
    }),
  );
});
