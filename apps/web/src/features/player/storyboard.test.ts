import { expect, test } from 'vitest';
import { parseStoryboard, tileAt } from './storyboard.ts';

const BASE = 'http://site.test/media/public/m/1/storyboard.vtt';
const FILE = `WEBVTT

NOTE made by hand

1
00:00.000 --> 00:02.000
sprite-0.webp#xywh=0,0,90,160

00:02.000 --> 00:04.000 align:start
sprite-0.webp#xywh=90,0,90,160

00:04.000 --> 00:06.000
no part of a sprite

01:00:00.500 --> 01:00:02.000
sprite-1.webp#xywh=pixel:0,160,90,160
`;

test('each cue becomes a part of a sprite, relative to the file', () => {
  const tiles = parseStoryboard(FILE, BASE);

  expect(tiles).toHaveLength(3);
  expect(tiles[1]).toEqual({
    startMs: 2000,
    endMs: 4000,
    url: 'http://site.test/media/public/m/1/sprite-0.webp',
    x: 90,
    y: 0,
    width: 90,
    height: 160,
  });
  expect(tiles[2]).toMatchObject({ startMs: 3_600_500, x: 0, y: 160 });
});

test('lines may end as on Windows', () => {
  expect(parseStoryboard(FILE.replaceAll('\n', '\r\n'), BASE)).toEqual(parseStoryboard(FILE, BASE));
});

test('a moment shows the tile it lies in, beyond the last one the last', () => {
  const tiles = parseStoryboard(FILE, BASE);

  expect(tileAt(tiles, 0)?.x).toBe(0);
  expect(tileAt(tiles, 1_999)?.x).toBe(0);
  expect(tileAt(tiles, 2_000)?.x).toBe(90);
  expect(tileAt(tiles, 9_000_000)?.y).toBe(160);
  expect(tileAt([], 0)).toBeUndefined();
});
