import fc from 'fast-check';
import { expect, test } from 'vitest';
import { blurred, type Point, WITHIN_KM } from './place.ts';

/** Kilometres between two points of a sphere (haversine formula). */
const distance = (one: Point, other: Point): number => {
  const [a, b] = [one.latitude, other.latitude].map((degrees) => (degrees * Math.PI) / 180) as [number, number];
  const across = ((other.longitude - one.longitude) * Math.PI) / 180;
  const h = Math.sin((b - a) / 2) ** 2 + Math.cos(a) * Math.cos(b) * Math.sin(across / 2) ** 2;
  return 2 * 6371 * Math.asin(Math.min(1, Math.sqrt(h)));
};
const anywhere = fc.record({
  latitude: fc.double({ min: -85, max: 85, noNaN: true }),
  longitude: fc.double({ min: -180, max: 180, noNaN: true }),
});

test('whoever is somewhere is within the circle that others see', () => {
  fc.assert(
    fc.property(anywhere, (point) => distance(point, blurred(point)) <= WITHIN_KM),
    { numRuns: 5000, seed: 5 },
  );
});

test('what is seen tells the cell and nothing else of where in it they are', () => {
  fc.assert(
    fc.property(anywhere, (point) => {
      const seen = blurred(point);
      return distance(seen, blurred(seen)) < 0.01;
    }),
    { numRuns: 5000, seed: 5 },
  );
  const middle = blurred({ latitude: 38.7123, longitude: -9.1412 });
  const round = [-0.02, 0, 0.02].flatMap((up) => [-0.02, 0, 0.02].map((right) => ({ up, right })));
  const seen = round.map(({ up, right }) =>
    blurred({ latitude: middle.latitude + up, longitude: middle.longitude + right }),
  );
  expect(seen).toEqual(round.map(() => middle));
});

test('a cell is some five kilometres wide, in the south as in the north', () => {
  for (const latitude of [0.01, -33.9, 51.5, 69.6, 84.99]) {
    const seen = Array.from({ length: 200 }, (_, i) => blurred({ latitude, longitude: 10 + i / 100 }).longitude);
    const [one = 0, other = 0] = [...new Set(seen)];
    expect(distance({ latitude, longitude: one }, { latitude, longitude: other })).toBeGreaterThan(5);
  }
});
