import { expect, test } from 'vitest';
import { ageText, kindText } from './storage-words.ts';

test.each([
  ['stream', 'v720', 'Streams, 720p'],
  ['stream', 'a1080', 'Streams, 1080p in AV1'],
  ['stream', 'audio', 'Streams, sound only'],
  ['stream', null, 'Playlists of streams'],
  ['mp4', '480', 'Short clips in one file, 480p'],
  ['mp4', 'of-tomorrow', 'Short clips in one file, of-tomorrow'],
  ['original', null, 'Originals, as they were sent'],
] as const)('%s %s is called %s', (kind, rendition, words) => {
  expect(kindText({ kind, rendition })).toBe(words);
});

test('ages go from one bound to the next, the last without an end', () => {
  const ages = [{ fromDays: 0 }, { fromDays: 7 }, { fromDays: 30 }];

  expect(ages.map((_, at) => ageText(ages, at))).toEqual(['The last 7 days', '7 to 30 days', 'Older than 30 days']);
});
