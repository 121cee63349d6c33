import { describe, expect, it } from 'vitest';
import { cutsOff, editsOf, moveCut, wholeCut } from './cut.ts';

const UNCUT = { trim: null, coverMs: null };

describe('the edges of a cut', () => {
  it('leave at least a second and stay in the clip', () => {
    const whole = wholeCut(8_000);

    expect(moveCut(whole, 'start', 9_000, 8_000)).toMatchObject({ startMs: 7_000, endMs: 8_000 });
    expect(moveCut(whole, 'start', -5, 8_000)).toMatchObject({ startMs: 0 });
    expect(moveCut(whole, 'end', 200, 8_000)).toMatchObject({ endMs: 1_000 });
    expect(moveCut(wholeCut(600), 'end', 200, 600)).toMatchObject({ startMs: 0, endMs: 600 });
  });

  it('take a cover that they cut off along', () => {
    const cut = { ...wholeCut(8_000), coverMs: 2_000 };

    expect(moveCut(cut, 'start', 1_000, 8_000).coverMs).toBe(2_000);
    expect(moveCut(cut, 'start', 3_000, 8_000).coverMs).toBeNull();
  });
});

describe('what the server is asked for', () => {
  it('is nothing of a whole clip', () => {
    expect(cutsOff(wholeCut(8_000), 8_000)).toBe(false);
    expect(editsOf(wholeCut(8_000), 8_000, UNCUT, 7_990)).toEqual(UNCUT);
  });

  it('is in the original’s time, on top of what was cut before', () => {
    const before = { trim: { startMs: 5_000, endMs: 13_000 }, coverMs: 6_000 };

    expect(editsOf({ startMs: 1_000, endMs: 4_000, coverMs: 2_000 }, 8_000, before, 20_000)).toEqual({
      trim: { startMs: 6_000, endMs: 9_000 },
      coverMs: 7_000,
    });
    expect(editsOf({ startMs: 2_000, endMs: 8_000, coverMs: null }, 8_000, before, 20_000)).toEqual({
      trim: { startMs: 7_000, endMs: 13_000 },
      coverMs: null,
    });
  });

  it('ends where the original does when that end is not cut, whatever the copy that plays has come out at', () => {
    expect(editsOf({ startMs: 1_000, endMs: 8_000, coverMs: null }, 8_000, UNCUT, 7_990).trim).toEqual({
      startMs: 1_000,
      endMs: 7_990,
    });
  });

  it('keeps the cut and the cover that nobody touched', () => {
    const before = { trim: { startMs: 5_000, endMs: 13_000 }, coverMs: 6_000 };

    expect(editsOf(wholeCut(8_000), 8_000, before, 20_000)).toEqual(before);
  });
});
