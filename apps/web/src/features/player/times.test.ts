import { expect, test } from 'vitest';
import { chapterAt, clockTime } from './times.ts';

test('a moment is written as on a clock, hours only where there are any', () => {
  expect([0, 7_900, 83_000, 3_723_000].map(clockTime)).toEqual(['0:00', '0:07', '1:23', '1:02:03']);
});

test('a moment lies in the chapter that began last', () => {
  const chapters = [
    { startMs: 0, title: 'Clay' },
    { startMs: 5_000, title: 'Fire' },
  ];

  expect(chapterAt(chapters, 4_999)?.title).toBe('Clay');
  expect(chapterAt(chapters, 5_000)?.title).toBe('Fire');
  expect(chapterAt([], 5_000)).toBeUndefined();
});
