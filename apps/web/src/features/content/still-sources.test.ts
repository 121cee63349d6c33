import { expect, test } from 'vitest';
import { stillSources } from './still-sources.ts';

test('a browser chooses the format once and then among all its widths', () => {
  const still = (width: number, end: string) => ({ url: `/t-${width}.${end}`, width, type: `image/${end}` });

  const sources = stillSources([still(160, 'avif'), still(160, 'webp'), still(320, 'avif'), still(320, 'webp')]);

  expect(sources).toEqual([
    { type: 'image/avif', srcSet: '/t-160.avif 160w, /t-320.avif 320w' },
    { type: 'image/webp', srcSet: '/t-160.webp 160w, /t-320.webp 320w' },
  ]);
  expect(stillSources([])).toEqual([]);
});
