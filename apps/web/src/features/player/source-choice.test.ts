import type { MediaView } from '@videowindow/contract/api/media';
import { expect, test } from 'vitest';
import { pickMp4 } from './source-choice.ts';

const clip = (durationMs: number, ...shortSides: number[]): MediaView => ({
  id: 'm',
  version: 1,
  kind: 'video',
  width: 1080,
  height: 1920,
  durationMs,
  hasAudio: true,
  hlsUrl: '/master.m3u8',
  mp4: shortSides.map((shortSide) => ({ url: `/v${shortSide}.mp4`, shortSide, bytes: shortSide * 1000 })),
  posterUrl: '/poster.jpg',
  thumbnails: [],
  playableMs: null,
  thumbhash: '',
  storyboardUrl: null,
  previewUrl: null,
  captions: [],
  chapters: [],
});
const need = (shortSidePx: number, thrifty = false, megabitsPerSecond?: number) => ({
  shortSidePx,
  thrifty,
  megabitsPerSecond,
});

test('a short clip plays from the smallest file that is sharp in its box', () => {
  expect(pickMp4(clip(6_000, 720, 480), need(390))).toBe('/v480.mp4');
  expect(pickMp4(clip(6_000, 480, 720), need(700))).toBe('/v720.mp4');
});

test('a box larger than every file gets the largest', () => {
  expect(pickMp4(clip(6_000, 480, 720), need(2_000))).toBe('/v720.mp4');
});

test('who saves data gets the smallest', () => {
  expect(pickMp4(clip(6_000, 720, 480), need(2_000, true))).toBe('/v480.mp4');
});

test('a line that cannot carry the sharp file gets one that it can, the smallest in any case', () => {
  // 720 kB in 6 s are 0.96 Mbit/s.
  expect(pickMp4(clip(6_000, 480, 720), need(700, false, 2))).toBe('/v720.mp4');
  expect(pickMp4(clip(6_000, 480, 720), need(700, false, 1.2))).toBe('/v480.mp4');
  expect(pickMp4(clip(6_000, 480, 720), need(700, false, 0.1))).toBe('/v480.mp4');
});

test('a long clip, one that still grows, or one without files, is left to HLS', () => {
  expect(pickMp4(clip(600_000, 480), need(390))).toBeUndefined();
  expect(pickMp4(clip(6_000), need(390))).toBeUndefined();
  expect(pickMp4({ ...clip(6_000, 480), playableMs: 2_000 }, need(390))).toBeUndefined();
});
