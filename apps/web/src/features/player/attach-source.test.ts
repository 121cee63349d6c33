import type { MediaView } from '@videowindow/contract/api/media';
import { expect, test } from 'vitest';
import { pickMp4 } from './attach-source.ts';

const clip = (durationMs: number, ...shortSides: number[]): MediaView => ({
  id: 'm',
  version: 1,
  kind: 'video',
  width: 1080,
  height: 1920,
  durationMs,
  hasAudio: true,
  hlsUrl: '/master.m3u8',
  mp4: shortSides.map((shortSide) => ({ url: `/v${shortSide}.mp4`, shortSide, bytes: shortSide })),
  posterUrl: '/poster.jpg',
  thumbnails: [],
  playableMs: null,
  thumbhash: '',
  storyboardUrl: null,
  previewUrl: null,
  captions: [],
  chapters: [],
});

test('a short clip plays from the smallest file that is sharp in its box', () => {
  expect(pickMp4(clip(6_000, 720, 480), 390, false)).toBe('/v480.mp4');
  expect(pickMp4(clip(6_000, 480, 720), 700, false)).toBe('/v720.mp4');
});

test('a box larger than every file gets the largest', () => {
  expect(pickMp4(clip(6_000, 480, 720), 2_000, false)).toBe('/v720.mp4');
});

test('who saves data gets the smallest', () => {
  expect(pickMp4(clip(6_000, 720, 480), 2_000, true)).toBe('/v480.mp4');
});

test('a long clip, or one without files, is left to HLS', () => {
  expect(pickMp4(clip(600_000, 480), 390, false)).toBeUndefined();
  expect(pickMp4(clip(6_000), 390, false)).toBeUndefined();
});
