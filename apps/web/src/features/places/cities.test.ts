import { expect, test } from 'vitest';
import { cityWords, matching } from './cities.ts';

const list = [
  ['Lisbon', 'PT'],
  ['São Paulo', 'BR'],
  ['Porto', 'PT'],
  ['New York City', 'US'],
  ['York', 'GB'],
].map(([name = '', country = '']) => ({
  name,
  country,
  latitude: 0,
  longitude: 0,
  plain: name.normalize('NFD').replaceAll(/\p{M}/gu, '').toLowerCase(),
}));
const found = (text: string) => matching(list, text).map(({ name }) => name);

test('a place is found by how it begins, with or without its accents, then by what is in it', () => {
  expect(found('sao p')).toEqual(['São Paulo']);
  expect(found('São')).toEqual(['São Paulo']);
  expect(found('york')).toEqual(['York', 'New York City']);
  expect(found('  ')).toEqual([]);
  expect(found('nowhere')).toEqual([]);
});

test('a place is called with its country', () => {
  expect(cityWords({ name: 'Porto', country: 'PT', latitude: 0, longitude: 0 })).toBe('Porto, Portugal');
});
