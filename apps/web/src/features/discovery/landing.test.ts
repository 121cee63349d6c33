import { expect, test } from 'vitest';
import { landingPlace } from './landing.ts';

test('a quick short swipe goes to the neighbour in its direction', () => {
  expect(landingPlace(3, 240, 1.2, 800)).toBe(4);
  expect(landingPlace(3, -240, -1.2, 800)).toBe(2);
});

test('a long slow drag goes to the neighbour, a short one back to where it began', () => {
  expect(landingPlace(3, 500, 0, 800)).toBe(4);
  expect(landingPlace(3, 200, 0.1, 800)).toBe(3);
});

test('a finger that turns round at the end takes the clip back', () => {
  expect(landingPlace(3, 300, -1, 800)).toBe(3);
});
