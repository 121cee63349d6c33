import { expect, it } from 'vitest';
import { readMetadata } from './upload-metadata.ts';

it.each([
  ['', {}],
  ['filename amFyLm1wNA==', { filename: 'jar.mp4' }],
  ['filename amFyLm1wNA==,is_confidential', { filename: 'jar.mp4', is_confidential: '' }],
  ['filename w6TDtsO8,  purpose dmlkZW8=', { filename: 'äöü', purpose: 'video' }],
  ['__proto__ YQ==,constructor YQ==', { ['__proto__']: 'a', constructor: 'a' }],
])('reads %j', (header, pairs) => {
  expect([...(readMetadata(header) ?? [])]).toEqual(Object.entries(pairs));
});

it.each(['a YQ', 'a Y*==', 'a YQ== b', ',', 'a YQ==,a YQ==', 'ä YQ==', 'a YQ==,'])('does not read %j', (header) => {
  expect(readMetadata(header)).toBe(null);
});
