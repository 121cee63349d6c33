import fc from 'fast-check';
import { expect, test } from 'vitest';
import { remainingText } from './countdown.tsx';

test('reads as people say it', () => {
  expect(remainingText(53 * 3_600_000)).toBe('2 d 5 h');
  expect(remainingText(3 * 3_600_000 + 12 * 60_000)).toBe('3:12:00');
  expect(remainingText(12 * 60_000 + 4_000)).toBe('12:04');
  expect(remainingText(48_000)).toBe('0:48');
});

test('never says that nothing is left while something is', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 10 ** 9 }), (ms) => {
      expect(remainingText(ms)).not.toBe('0:00');
    }),
  );
});

test('what is over stays at nothing', () => {
  expect(remainingText(-5_000)).toBe('0:00');
});
