import fc from 'fast-check';
import { expect, test } from 'vitest';
import { slotsAround } from './slots.ts';

const feeds = fc
  .integer({ min: 1, max: 500 })
  .chain((count) => fc.record({ count: fc.constant(count), index: fc.integer({ min: 0, max: count - 1 }) }));

test('the clip that is watched and its neighbours are mounted, nothing else, each once', () => {
  fc.assert(
    fc.property(feeds, ({ count, index }) => {
      const shown = slotsAround(index, count).filter((place) => place !== null);

      const wanted = [index - 1, index, index + 1].filter((place) => place >= 0 && place < count);
      expect(shown.toSorted((a, b) => a - b)).toEqual(wanted);
    }),
  );
});

test('a step moves one slot at most: what played or loaded goes on in its own element', () => {
  fc.assert(
    fc.property(feeds, ({ count, index }) => {
      const before = slotsAround(index, count);
      const after = slotsAround(Math.min(count - 1, index + 1), count);

      const taken = before.filter((place, slot) => place !== null && after[slot] !== null && after[slot] !== place);
      expect(taken.length).toBeLessThanOrEqual(1);
      expect(after[index % 3]).toBe(index);
    }),
  );
});

test('beyond the last clip, where the feed says that it is over, the last one stays mounted', () => {
  expect(slotsAround(3, 3).filter((place) => place !== null)).toEqual([2]);
});
