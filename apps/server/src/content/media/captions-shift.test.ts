import type { Chapter } from '@videowindow/contract/api/media';
import type { Cue } from '@videowindow/contract/captions';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { originalChapters, originalCues, playedChapters, playedCues } from './captions-shift.ts';
import { problemsOfChapters } from './chapters.ts';

const trim = { startMs: 2000, endMs: 6000 };
const cue = (startMs: number, endMs: number): Cue => ({ startMs, endMs, text: `${startMs}`, settings: '' });
const chapter = (startMs: number, title = `${startMs}`): Chapter => ({ startMs, title });

describe('captions of a trimmed clip', () => {
  it('move with what plays; those on its edges are cut, those outside are not shown', () => {
    const cues = [cue(0, 2000), cue(1000, 3000), cue(4000, 5000), cue(5500, 9000), cue(6000, 7000)];

    expect(playedCues(cues, trim).map(({ startMs, endMs }) => [startMs, endMs])).toEqual([
      [0, 1000],
      [2000, 3000],
      [3500, 4000],
    ]);
    expect(playedCues(cues, null)).toEqual(cues);
  });

  it('that are written while it is trimmed keep those that the trim hides', () => {
    const before = [cue(0, 2000), cue(4000, 5000), cue(6000, 7000)];

    const after = originalCues([cue(100, 900)], trim, before);

    expect(after.map(({ startMs }) => startMs)).toEqual([0, 2100, 6000]);
  });

  it('shown and saved again are the same, whatever the trim', () => {
    const spans = fc.array(fc.tuple(fc.nat(9000), fc.integer({ min: 1, max: 3000 })), { maxLength: 20 });
    fc.assert(
      fc.property(spans, (pairs) => {
        const cues = pairs.map(([start, length]) => cue(start, start + length));
        const played = playedCues(cues, trim);

        expect(playedCues(originalCues(played, trim, cues), trim)).toEqual(played);
      }),
    );
  });
});

describe('chapters of a trimmed clip', () => {
  const chapters = [chapter(0), chapter(1000), chapter(3000), chapter(6000)];

  it('begin at 0 with the one that runs there, and end with the trim', () => {
    expect(playedChapters(chapters, trim)).toEqual([chapter(0, '1000'), chapter(1000, '3000')]);
  });

  it('renamed while it is trimmed keep those that the trim hides', () => {
    const written = originalChapters([chapter(0, 'Throwing'), chapter(500, 'Firing')], trim, chapters);

    expect(written).toEqual([
      chapter(0),
      chapter(1000),
      chapter(2000, 'Throwing'),
      chapter(2500, 'Firing'),
      chapter(6000),
    ]);
    expect(originalChapters([], trim, chapters)).toEqual([]);
    expect(originalChapters([chapter(0, 'All')], trim, [])).toEqual([chapter(0, 'All')]);
  });

  it('shown and saved again are the same, and always lawful', () => {
    const starts = fc.uniqueArray(fc.integer({ min: 1, max: 9000 }), { maxLength: 20 });
    fc.assert(
      fc.property(starts, (given) => {
        const all = [0, ...given.sort((a, b) => a - b)].map((start) => chapter(start));
        const played = playedChapters(all, trim);

        expect(originalChapters(played, trim, all)).toEqual(all);
        expect(problemsOfChapters(played, trim.endMs - trim.startMs)).toEqual([]);
      }),
    );
  });
});
