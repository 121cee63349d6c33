import { expect, test } from 'vitest';
import { nextSpeed } from './choices.ts';

test('a step faster or slower is the next speed there is, and ends at the last one', () => {
  expect(nextSpeed(1, 1)).toBe(1.25);
  expect(nextSpeed(1, -1)).toBe(0.75);
  expect(nextSpeed(2, 1)).toBe(2);
  expect(nextSpeed(0.5, -1)).toBe(0.5);
});
