import { expect, test } from 'vitest';
import { ring } from './circle.ts';

test('a circle is closed, and each of its points is as far from the middle', () => {
  const middle = { latitude: 60, longitude: 10 };
  const points = ring(middle, 50);

  expect(points.at(0)).toEqual(points.at(-1));
  for (const [longitude, latitude] of points) {
    const north = (latitude - middle.latitude) * 111.195;
    const east = (longitude - middle.longitude) * 111.195 * Math.cos((((latitude + 60) / 2) * Math.PI) / 180);
    expect(Math.hypot(north, east)).toBeCloseTo(50, 0);
  }
});
