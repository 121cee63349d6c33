import { describe, expect, it } from 'vitest';
import { addCue, cueAt, type EditedCue, editedCues, fileOfCues, moveEdge, problemOfCue } from './cues.ts';

const cue = (key: string, startMs: number, endMs: number, text = key): EditedCue => ({
  key,
  startMs,
  endMs,
  text,
  settings: '',
});
const times = (cues: readonly EditedCue[]) => cues.map(({ key, startMs, endMs }) => [key, startMs, endMs]);

describe('a new line', () => {
  it('begins at the playhead and ends before the next one', () => {
    const cues = [cue('a', 0, 1000), cue('b', 4000, 5000)];

    expect(times(addCue(cues, 1200, 10_000, 'c'))).toEqual([
      ['a', 0, 1000],
      ['c', 1200, 3700],
      ['b', 4000, 5000],
    ]);
    expect(times(addCue(cues, 3500, 10_000, 'c'))[1]).toEqual(['c', 3500, 4000]);
  });

  it('lies inside the clip, also when the playhead stands at its end', () => {
    expect(times(addCue([], 10_000, 10_000, 'c'))).toEqual([['c', 9900, 10_000]]);
  });
});

describe('the edges of a line', () => {
  it('never cross: a start takes the end along, an end stops at the start', () => {
    const cues = [cue('a', 1000, 2000)];

    expect(times(moveEdge(cues, 'a', 'start', 5000, 10_000))).toEqual([['a', 5000, 6000]]);
    expect(times(moveEdge(cues, 'a', 'start', 9950, 10_000))).toEqual([['a', 9900, 10_000]]);
    expect(times(moveEdge(cues, 'a', 'end', 200, 10_000))).toEqual([['a', 1000, 1100]]);
    expect(times(moveEdge(cues, 'a', 'end', 20_000, 10_000))).toEqual([['a', 1000, 10_000]]);
  });

  it('keep the lines in the order of their starts', () => {
    const moved = moveEdge([cue('a', 0, 500), cue('b', 1000, 1500)], 'a', 'start', 2000, 10_000);

    expect(moved.map(({ key }) => key)).toEqual(['b', 'a']);
  });
});

it('what is typed comes back as it was typed, and lines without words are left out', () => {
  const cues = [cue('a', 0, 1000, 'Clay & <i>ash</i>, 3 < 4'), cue('b', 1000, 2000, '  ')];
  let count = 0;

  const read = editedCues(fileOfCues(cues), () => `k${++count}`);

  expect(read).toMatchObject({ ok: true, cues: [{ text: 'Clay & <i>ash</i>, 3 < 4', key: 'k1' }] });
});

it('the line that is read at a moment is the later one where two overlap', () => {
  const cues = [cue('a', 0, 2000), cue('b', 1000, 3000)];

  expect([500, 1500, 3000].map((ms) => cueAt(cues, ms)?.key)).toEqual(['a', 'b', undefined]);
});

it('says what nobody would get to see', () => {
  expect(problemOfCue(cue('a', 9000, 9500), 9000)).toBe('It begins after the clip has ended.');
  expect(problemOfCue(cue('a', 0, 500, '{\\an8}'), 9000)).toBe('Without words it is not kept.');
  expect(problemOfCue(cue('a', 0, 500), 9000)).toBeUndefined();
});
