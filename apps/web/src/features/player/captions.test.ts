import { expect, test } from 'vitest';
import { pickLanguage } from './captions.ts';

const there = ['en', 'de-AT', 'pt'].map((language) => ({ language, label: language, url: `/${language}.vtt` }));

test('captions come in the first language that somebody reads and that is there, be it of another country', () => {
  expect(pickLanguage(there, ['pt'])).toBe('pt');
  expect(pickLanguage(there, ['fr', 'de-DE'])).toBe('de-AT');
});

test('where none fits the first is better than nothing', () => {
  expect(pickLanguage(there, ['ja'])).toBe('en');
  expect(pickLanguage([], ['ja'])).toBeNull();
});
