/** A long film made in chunks: what it plays must not tell where they were put together. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { endsEarly, planChunks, playable, secondsOf, ticksBefore } from './chunks.ts';
import { makeFilmStills, planFilm } from './chunks-engine.ts';
import { type Ladder, segmentSecondsOf } from './ladder.ts';
import { ffmpeg, makeClap, makeClip } from './test-clips.ts';
import { DELAY, openFilms, times } from './test-films.ts';
import { watch } from './test-measures.ts';

const films = openFilms();
const { make, planOf, jobFolder, engine } = films;
const room = { path: films.folder };
afterAll(films.close);

/** Each second has its own grey. */
let grey: string | undefined;
const greys = (): string => {
  const filter = "geq=lum='16+3*floor(T)':cb=128:cr=128";
  grey ??= makeClip(room.path, 'grey.mkv', { size: '64x48', rate: '10', seconds: 57, sound: false, filter });
  return grey;
};

describe('a film made in chunks', () => {
  it('plays as one: every picture and every sound in its place, without a gap or a click, in sync', async () => {
    const source = makeClap(room.path, 'clap.mp4', { seconds: 57, at: 40.5, size: '128x72' });
    const film = await planOf(source);

    const { chunks, whole, folders } = await make(source, film);

    expect(film.chunks.map(({ startSeconds }) => startSeconds)).toEqual([0, 8, 40]);
    expect(chunks.map(({ segments }) => segments.length)).toEqual([2, 8, 5]);
    expect(times(whole, 'v')).toEqual(Array.from({ length: 570 }, (_, n) => (n + 2) / 10));
    const sounds = times(whole, 'a');
    expect(sounds[0]).toBeCloseTo(DELAY, 3);
    expect(
      Math.max(...sounds.slice(1).map((time, n) => Math.abs(time - (sounds[n] ?? 0) - 1024 / 48_000))),
    ).toBeLessThan(1e-4);
    const inits = folders.map((folder) => readFileSync(join(folder, 'v72', 'init.mp4')));
    expect(inits.every((init) => init.equals(inits[0] ?? Buffer.alloc(0)))).toBe(true);
    const { flash, beep } = watch(whole);
    expect(flash).toBeCloseTo(40.5, 2);
    expect(Math.abs(beep - flash)).toBeLessThan(0.03);
    expect(chunks.filter(({ preview }) => preview !== undefined)).toHaveLength(1);
  }, 60_000);

  it('keeps the beat of 29.97 frames a second, from a source with few keyframes and uneven ones', async () => {
    const source = makeClip(room.path, 'ntsc.mkv', {
      ...{ size: '64x48', rate: '30000/1001', seconds: 57, sound: false },
      output: ['-c:v', 'libx264', '-preset', 'ultrafast', '-bf', '3', '-g', '400'],
    });

    const { whole } = await make(source, await planOf(source));

    const seen = times(whole, 'v');
    expect(seen).toHaveLength(Math.ceil((57 * 30_000) / 1001));
    expect(Math.max(...seen.map((time, n) => Math.abs(time - ((n + 2) * 1001) / 30_000)))).toBeLessThan(1e-4);
  }, 60_000);

  it.each([
    ['with an index', 'greys.mp4', []],
    ['in fragments', 'fragments.mp4', ['-movflags', 'frag_keyframe+empty_moov']],
    ['as a browser records it, without an index', 'live.mkv', ['-live', '1']],
  ])(
    'shows the same pictures as its source %s at the same moments',
    async (_what, name, output) => {
      ffmpeg(room.path, ['-i', greys(), '-c', 'copy', ...output, name]);
      const source = join(room.path, name);

      const { whole } = await make(source, await planOf(source));

      const raw = execFileSync('ffmpeg', [
        '-v',
        'error',
        '-i',
        whole,
        '-vf',
        'scale=1:1:flags=area',
        '-f',
        'rawvideo',
        '-pix_fmt',
        'gray',
        '-',
      ]);
      const expected = Array.from({ length: 570 }, (_, n) => 3 * Math.floor(n / 10) * (255 / 219));
      const off = expected.map((value, n) => Math.abs(value - (raw[n] ?? 0)));
      expect(raw).toHaveLength(570);
      expect(off.filter((difference) => difference > 2)).toEqual([]);
    },
    60_000,
  );

  it('ends where its source really ends, however long that says it is', async () => {
    const source = makeClip(room.path, 'short.mp4', { size: '64x48', rate: '10', seconds: 20 });
    const told = await planOf(source);
    const film = planFilm({ ...told.description, durationSeconds: 80 }, undefined, undefined);

    const { chunks } = await make(source, film);

    expect(chunks.slice(0, 2).map(({ segments, ends }) => [segments.length, ends])).toEqual([
      [2, false],
      [3, true],
    ]);
    expect(secondsOf(playable(chunks))).toBeCloseTo(20, 3);
  }, 60_000);

  it('is a part of its source when its maker cut it', async () => {
    const source = makeClap(room.path, 'cut.mp4', { seconds: 16, at: 12, size: '128x72' });

    const { whole } = await make(source, await planOf(source, { startSeconds: 3.5, endSeconds: 15 }));

    const { flash, beep } = watch(whole);
    expect(times(whole, 'v')).toHaveLength(115);
    expect(flash).toBeCloseTo(8.5, 2);
    expect(Math.abs(beep - flash)).toBeLessThan(0.03);
  }, 60_000);

  it('has a poster from all over it', async () => {
    const dark = 'drawbox=c=black:t=fill:enable=lt(t\\,20)';
    const source = makeClip(room.path, 'dark.mp4', {
      size: '320x240',
      rate: '10',
      seconds: 40,
      sound: false,
      filter: dark,
    });
    const folder = jobFolder();

    const stills = await makeFilmStills(engine, await planOf(source), { source, folder, signal: undefined });

    expect(stills?.poster).toMatchObject({ width: 320, height: 240 });
    expect(readFileSync(join(folder, 'poster.jpg')).length).toBeGreaterThan(4000);
  });
});

describe('the plan of chunks', () => {
  const rates = [
    { num: 24_000, den: 1001 },
    { num: 25, den: 1 },
    { num: 30_000, den: 1001 },
    { num: 60_000, den: 1001 },
    { num: 11, den: 1 },
  ];
  const ladders = fc
    .record({ fps: fc.constantFrom(...rates), durationSeconds: fc.double({ min: 60, max: 14_400, noNaN: true }) })
    .map(
      ({ fps, durationSeconds }) =>
        ({
          fps,
          durationSeconds,
          gop: Math.ceil((2 * fps.num) / fps.den - 1e-9),
          rungs: [],
          progressive: [],
          audioBitRate: undefined,
        }) satisfies Ladder,
    );

  it('covers the film without gap or overlap, the first chunk short, each beginning at a whole tick', () => {
    fc.assert(
      fc.property(ladders, (ladder) => {
        const chunks = planChunks(ladder, false);
        const segment = segmentSecondsOf(ladder);
        expect(chunks[0]?.seconds).toBeCloseTo(2 * segment, 6);
        for (const [n, chunk] of chunks.entries()) {
          const next = chunks[n + 1];
          const end = chunk.startSeconds + chunk.seconds;
          expect(end).toBeCloseTo(next?.startSeconds ?? ladder.durationSeconds, 4);
          expect(chunk.startSeconds).toBeCloseTo(chunk.firstSegment * segment, 6);
          expect(chunk.seconds).toBeLessThan(12.01 * segment);
          expect(ticksBefore(ladder, chunk, ladder.fps.num) % ladder.fps.den).toBe(0);
        }
      }),
      { numRuns: 200 },
    );
  });

  it('knows the unbroken beginning, and a chunk in which the picture ended', () => {
    const made = (segments: string[], ends = false) => ({ segments, ends });
    expect(playable([made(['a', 'b']), made(['c']), undefined, made(['e'])])).toEqual(['a', 'b', 'c']);
    expect(playable([made(['a']), made(['b'], true), made(['c'])])).toEqual(['a', 'b']);
    expect(playable([made(['a']), made(['b'])])).toEqual(['a', 'b']);
    const ladder = { fps: { num: 10, den: 1 }, gop: 20 } as Ladder; // all that is looked at
    const chunk = { n: 1, firstSegment: 2, startSeconds: 8, seconds: 32, open: false };
    const of = (seconds: number) => endsEarly(ladder, chunk, [{ seconds, bytes: {} }]);
    expect([of(32), of(31.99), of(31.9)]).toEqual([false, false, true]);
  });
});
