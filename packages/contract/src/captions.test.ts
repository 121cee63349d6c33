import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { clockText, cueText, readCaptions, readClock, typedText, writeCaptions, writeSubRip } from './captions.ts';

const cuesOf = (file: string) => {
  const read = readCaptions(file);
  if (!read.ok) throw new Error(`line ${read.line}: ${read.problem}`);
  return read.cues;
};
const problemOf = (file: string) => {
  const read = readCaptions(file);
  return read.ok ? null : { line: read.line, problem: read.problem };
};

describe('what is written', () => {
  it('as SubRip says the same at the same moments, in what SubRip knows', () => {
    const cues = [
      { startMs: 1_000, endMs: 2_500, text: '<v Inês>One pull, <i>no</i> second.', settings: 'line:10%' },
      { startMs: 3_661_000, endMs: 3_662_040, text: 'Wood &amp; ash, &lt;3\n- and fire', settings: '' },
    ];

    const file = writeSubRip(cues);

    expect(file).toBe(
      '1\n00:00:01,000 --> 00:00:02,500\nOne pull, <i>no</i> second.\n\n2\n01:01:01,000 --> 01:01:02,040\nWood & ash, <3\n- and fire\n',
    );
    expect(cuesOf(file).map(({ startMs, text }) => [startMs, text])).toEqual([
      [1_000, 'One pull, <i>no</i> second.'],
      [3_661_000, 'Wood &amp; ash, &lt;3\n- and fire'],
    ]);
  });
});

describe('what is read', () => {
  it('is WebVTT with its header, comments, styles, names and settings', () => {
    const cues = cuesOf(
      'WEBVTT - Moon jar\nKind: captions\n\nSTYLE\n::cue { color: red }\n\nNOTE two\nlines\n\nintro\n00:01.000 --> 00:02.500 align:start line:10% region:a\n<v Inês>One pull,\nno second.\n',
    );

    expect(cues).toEqual([
      { startMs: 1000, endMs: 2500, text: '<v Inês>One pull,\nno second.', settings: 'align:start line:10%' },
    ]);
  });

  it('is SubRip with a byte order mark, CRLF, commas, hours and fonts', () => {
    const cues = cuesOf(
      '\uFEFF1\r\n01:00:01,5 --> 01:00:02,250\r\n<font color="#fff">Wood &amp; ash</font>\r\n\r\n2\r\n01:00:03,000 --> 01:00:04,000\r\n{\\an8}<i>Hot</i>\r\n',
    );

    expect(cues.map(({ startMs, endMs, text }) => [startMs, endMs, text])).toEqual([
      [3_601_500, 3_602_250, 'Wood &amp; ash'],
      [3_603_000, 3_604_000, '<i>Hot</i>'],
    ]);
  });

  it('may have no blank line between cues, overlap, be out of order, or be empty here and there', () => {
    const cues = cuesOf(
      '1\n00:00:05,000 --> 00:00:09,000\nlater\n2\n00:00:01,000 --> 00:00:06,000\nfirst\n\n3\n00:00:02,000 --> 00:00:03,000\n\n',
    );

    expect(cues.map(({ startMs, text }) => [startMs, text])).toEqual([
      [1000, 'first'],
      [5000, 'later'],
    ]);
  });
});

describe('what is refused says its line and what is wrong', () => {
  it.each([
    ['', 1, 'no cue'],
    ['WEBVTT\n\n', 1, 'no cue'],
    ['{"a": 1}', 1, 'neither with WEBVTT'],
    ['WEBVTTX\n\n00:01.000 --> 00:02.000\na', 1, 'neither with WEBVTT'],
    ['WEBVTT\n\n00:01.000 --> 00:02.000\na\n\nlost words', 6, '“lost words” has no times'],
    ['WEBVTT\n\n00:01 --> 00:02\na', 3, 'are no times'],
    ['1\n00:00:01,000 --> 00:00:61,000\na', 2, 'up to 59'],
    ['1\n00:00:03,000 --> 00:00:02,000\na', 2, 'ends before it begins'],
    ['1\n00:00:03,000 --> 25:00:02,000\na', 2, '24 hours'],
  ])('%j', (file, line, words) => {
    expect(problemOf(file)).toEqual({ line, problem: expect.stringContaining(words) });
  });

  it('does not count without end', () => {
    const file = `WEBVTT\n\n${'00:01.000 --> 00:02.000\na\n\n'.repeat(20_001)}`;

    expect(problemOf(file)?.problem).toContain('more than 20000');
  });
});

describe("a cue's text", () => {
  it.each([
    ['<script>alert(1)</script>', '&lt;script&gt;alert(1)&lt;/script&gt;'],
    ['<b onclick="x">bold</b>', '&lt;b onclick="x"&gt;bold</b>'],
    ['a < b & c > d', 'a &lt; b &amp; c &gt; d'],
    ['<i.loud>hm</i> <00:01.500>now', '<i.loud>hm</i> <00:01.500>now'],
    ['--> not a time', '--&gt; not a time'],
    ['one\n\n  \ntwo', 'one\ntwo'],
    ['&eacute; &copy; &nbsp;', '&amp;eacute; &amp;copy; &nbsp;'],
  ])('%j', (typed, kept) => {
    expect(cueText(typed)).toBe(kept);
  });

  it('whatever it is, comes back as it was kept, and is one cue', () => {
    const text = fc.string({ unit: fc.constantFrom(...'ab<>&;/i. \n-1:0', 'é', '&lt;', '-->', '<i>', '\r', '\0') });
    fc.assert(
      fc.property(text, (typed) => {
        const kept = cueText(typed.replaceAll('\0', ''));
        fc.pre(kept !== '');
        const cues = [{ startMs: 0, endMs: 1000, text: kept, settings: '' }];

        expect(cuesOf(writeCaptions(cues))).toEqual(cues);
        expect(cueText(typedText(kept))).toBe(kept);
      }),
    );
  });
});

describe('a time', () => {
  it('is written as WebVTT does and read in every form that people type', () => {
    expect(clockText(3_723_004)).toBe('01:02:03.004');
    expect(['1:02:03.004', '62.5', '1:02', '0:00,25', ' 7 '].map(readClock)).toEqual([
      3_723_004, 62_500, 62_000, 250, 7000,
    ]);
    expect(['', 'x', '1:2:3:4', '-1', '99:00:00', '1.2345'].map(readClock)).toEqual([
      null,
      null,
      null,
      null,
      null,
      null,
    ]);
  });
});
