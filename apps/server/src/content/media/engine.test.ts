/** What a player gets of a clip that is taken, and what happens when an encoder fails. Which files are taken: engine-sources.test.ts */
import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, describe, expect, it } from 'vitest';
import { createCage, DEFAULT_TOOLS } from './cage.ts';
import { type Engine, examine, transcode } from './engine.ts';
import { segmentsOf } from './playlist.ts';
import { makeClap, makeClip, writeBytes } from './test-clips.ts';
import { joined, openEngine, streams } from './test-engine.ts';
import { watch } from './test-measures.ts';

const { cage, engine, room, jobFolder, process } = openEngine();
afterAll(() => room[Symbol.dispose]());

function keyframes(path: string): string[] {
  const out = execFileSync(
    'ffprobe',
    ['-v', 'error', '-select_streams', 'v', '-show_entries', 'packet=pts_time,flags', '-of', 'csv=p=0', path],
    { encoding: 'utf8' },
  );
  return out
    .split('\n')
    .filter((line) => line.includes('K'))
    .map((line) => Number(line.split(',')[0]).toFixed(2))
    .sort();
}

/** Every rung from start to end, as a player reads it. */
function playsWithoutError(folder: string, rungs: readonly string[]): void {
  const inputs = rungs.flatMap((rung) => ['-i', join(folder, rung, 'index.m3u8')]);
  const all = rungs.flatMap((_, n) => ['-map', String(n)]);
  const played = spawnSync('ffmpeg', ['-v', 'warning', '-xerror', ...inputs, ...all, '-f', 'null', '-'], {
    encoding: 'utf8',
  });
  expect([played.status, played.stderr]).toEqual([0, '']);
}

function soundStart(path: string): number {
  const first = ['-select_streams', 'a', '-read_intervals', '%+#1', '-show_entries', 'packet=pts_time'];
  const out = execFileSync('ffprobe', ['-v', 'error', ...first, '-of', 'csv=p=0', path], { encoding: 'utf8' });
  return Number(out.split('\n')[0]);
}

describe('a video that is taken', () => {
  it('becomes a ladder whose keyframes and segments line up in all rungs, with MP4s, stills and a thumbhash', async () => {
    const source = makeClip(room.path, 'landscape.mp4', { size: '1280x720', rate: '10', seconds: 9 });

    const { folder, made, progress } = await process(source, 'ines.duarte');

    expect(made.rungs).toEqual(['v240', 'v360', 'v480', 'v720']);
    const lines = made.rungs.map((rung) => keyframes(joined(folder, rung)));
    expect(lines[0]).toHaveLength(5);
    for (const line of lines) expect(line).toEqual(lines[0]);
    const segments = made.rungs.map((rung) =>
      segmentsOf(readFileSync(join(folder, rung, 'index.m3u8'), 'utf8')).map((s) => s.seconds),
    );
    expect(segments[0]).toEqual([4, 4, 1]);
    for (const list of segments) expect(list).toEqual(segments[0]);
    expect(made.durationSeconds).toBeCloseTo(9, 1);

    expect(made.progressive).toEqual(['mp4/v480.mp4', 'mp4/v720.mp4']);
    const mp4 = readFileSync(join(folder, 'mp4/v480.mp4'));
    expect(mp4.indexOf('moov')).toBeLessThan(mp4.indexOf('mdat'));
    expect(streams(join(folder, 'mp4/v720.mp4')).map((s) => [s.codec_type, s.color_space])).toContainEqual([
      'video',
      'bt709',
    ]);

    const master = readFileSync(join(folder, 'master.m3u8'), 'utf8');
    expect(master).toContain('RESOLUTION=1280x720');
    expect(master).toMatch(/CODECS="avc1\.64[0-9a-f]{4},mp4a\.40\.2"/);
    expect(master).toContain('CODECS="mp4a.40.2"\naudio/index.m3u8');
    expect(made.files.at(-1)).toBe('master.m3u8');
    expect(made.files).not.toContain('watermark.png');

    expect(made.stills.poster).toMatchObject({ width: 1280, height: 720 });
    const widths = made.stills.thumbnails.map(({ file, width }) => [file, width]);
    expect(widths).toEqual([160, 320, 640].flatMap((w) => [`thumb-${w}.avif`, `thumb-${w}.webp`].map((f) => [f, w])));
    expect((await sharp(join(folder, 'thumb-320.avif')).metadata()).width).toBe(320);
    expect(Buffer.from(made.stills.thumbhash, 'base64').length).toBeGreaterThan(10);
    expect(progress.at(-1)?.playableSeconds).toBeGreaterThanOrEqual(8);
    expect(progress.every((p) => p.percent >= 0 && p.percent <= 99)).toBe(true);
    playsWithoutError(folder, [...made.rungs, 'audio']);
  });

  it('is in sync for players that ignore edit lists: there are none, in any rung, and the sound alone agrees', async () => {
    const { folder, made } = await process(makeClap(room.path, 'clap.mp4', { seconds: 5, at: 4.5 }));

    for (const rung of made.rungs) {
      const file = joined(folder, rung);
      const { flash, beep } = watch(file);
      expect(readFileSync(file).includes('elst')).toBe(false);
      expect(Math.abs(flash - beep)).toBeLessThan(0.02);
    }
    const begins = [...made.rungs, 'audio'].map((rung) => soundStart(joined(folder, rung)));
    expect(new Set(begins).size).toBe(1);
    expect(begins[0]).toBeGreaterThan(0.1); // two frames of a tenth of a second, less the coder's own delay
  });

  it('burns the handle in, at the corner that was asked for', async () => {
    const source = makeClip(room.path, 'gray.mp4', {
      size: '360x640',
      rate: '10',
      seconds: 0.3,
      filter: 'drawbox=c=gray:t=fill',
    });

    const marked = await process(source, 'ines');
    const plain = await process(source);

    const brightest = async (folder: string, top: number) => {
      const png = execFileSync(
        'ffmpeg',
        ['-v', 'error', '-i', join(folder, 'mp4/v360.mp4'), '-frames:v', '1', '-f', 'image2pipe', '-c:v', 'png', '-'],
        { maxBuffer: 2 ** 26 },
      );
      const corner = await sharp(png).extract({ left: 0, top, width: 180, height: 80 }).png().toBuffer();
      return (await sharp(corner).stats()).channels[0]?.max ?? 0;
    };
    expect(await brightest(marked.folder, 0)).toBeGreaterThan(190);
    expect(await brightest(marked.folder, 500)).toBeLessThan(150);
    expect(await brightest(plain.folder, 0)).toBeLessThan(150);
  });

  it('shows a frame from within on its poster when it begins with seconds of black', async () => {
    const dark = 'drawbox=c=black:t=fill:enable=lt(t\\,2.5)';
    const source = makeClip(room.path, 'fades-in.mp4', { size: '320x240', rate: '10', seconds: 6, filter: dark });

    const { folder } = await process(source);

    const { channels } = await sharp(join(folder, 'poster.jpg')).stats();
    expect(Math.max(...channels.map((channel) => channel.mean))).toBeGreaterThan(60);
  });

  it('has small frames for scrubbing: each cue shows the moment that it names', async () => {
    // Three seconds of red, three of green, three of blue; 9.5 s in all.
    const colours =
      'drawbox=c=red:t=fill,drawbox=c=lime:t=fill:enable=gte(t\\,3),drawbox=c=blue:t=fill:enable=gte(t\\,6)';
    const source = makeClip(room.path, 'colours.mp4', { size: '320x240', rate: '10', seconds: 9.5, filter: colours });

    const { folder, made } = await process(source);

    const cues = readFileSync(join(folder, made.storyboard), 'utf8').split('\n\n').slice(1);
    const shown = await Promise.all(
      cues.map(async (cue) => {
        const [, from = '', to = '', file = '', box = ''] =
          /^(\S+) --> (\S+)\n([^#]+)#xywh=([\d,]+)$/.exec(cue.trim()) ?? [];
        const [left = 0, top = 0, width = 0, height = 0] = box.split(',').map(Number);
        const one = await sharp(join(folder, file)).extract({ left, top, width, height }).png().toBuffer();
        const means = (await sharp(one).stats()).channels.slice(0, 3).map((channel) => channel.mean);
        return { from, to, colour: ['red', 'green', 'blue'][means.indexOf(Math.max(...means))] };
      }),
    );
    expect(shown.map(({ colour }) => colour)).toEqual([
      ...['red', 'red', 'red', 'green', 'green', 'green', 'blue', 'blue', 'blue', 'blue'],
    ]);
    expect(shown[0]).toMatchObject({ from: '00:00:00.000', to: '00:00:01.000' });
    expect(shown.at(-1)).toMatchObject({ from: '00:00:09.000', to: '00:00:09.500' });
    expect(made.files).toContain('sprite-0000.jpg');
  });

  it('has three moving seconds from within as a preview, small in size and in bytes', async () => {
    const source = makeClip(room.path, 'lively.mp4', {
      size: '426x240',
      rate: '10',
      seconds: 4,
      filter: 'noise=alls=40:allf=t',
    });

    const { folder, made } = await process(source);

    const preview = readFileSync(join(folder, made.preview ?? 'none'));
    const { pages = 0, delay = [], width = 0, loop } = await sharp(preview, { animated: true }).metadata();
    expect(preview.length).toBeLessThan(300_000);
    expect(Math.round(delay.reduce((sum, ms) => sum + ms, 0) / 100)).toBe(30);
    expect(pages).toBeGreaterThan(12);
    expect(width).toBe(320);
    expect(loop).toBe(0);
  });

  it('has both when it is shorter than a second', async () => {
    const { folder, made } = await process(
      makeClip(room.path, 'blink.mp4', { size: '320x240', rate: '10', seconds: 0.4 }),
    );
    const { thumbnails } = made.stills;

    expect(readFileSync(join(folder, made.storyboard), 'utf8')).toContain(
      '00:00:00.000 --> 00:00:00.400\nsprite-0000.jpg',
    );
    expect((await sharp(join(folder, made.preview ?? 'none'), { animated: true }).metadata()).pages).toBeGreaterThan(1);
    expect(thumbnails.map(({ width }) => width)).toEqual([160, 160, 320, 320]); // nothing is drawn larger than it is
  });

  it('is taken without a preview when it is much shorter than it says', async () => {
    const source = makeClip(room.path, 'boaster.mp4', { size: '320x240', rate: '10', seconds: 1 });
    const folder = jobFolder();
    const verdict = await examine(engine, source, folder);
    if (!verdict.ok) throw new Error(verdict.rejection.code);

    const description = { ...verdict.description, durationSeconds: 30 };
    const result = await transcode(engine, { source, folder, description, handle: undefined });

    expect(result).toMatchObject({ kind: 'ready', package: { durationSeconds: 1, preview: undefined } });
  });

  it.each([
    ['with an index', 'cut.mp4'],
    ['in which seeks land late', 'cut.ts'],
  ])('is cut at the frame and the beep that its maker chose, from a file %s', async (_what, name) => {
    const source = makeClap(room.path, name, { seconds: 9, at: 6.5 });
    const folder = jobFolder();
    const verdict = await examine(engine, source, folder);
    if (!verdict.ok) throw new Error(verdict.rejection.code);

    const cut = { startSeconds: 4, endSeconds: 8 };
    const result = await transcode(engine, {
      source,
      folder,
      description: verdict.description,
      handle: undefined,
      cut,
    });

    if (result.kind !== 'ready') throw new Error(result.kind);
    const { flash, beep } = watch(join(folder, result.package.progressive[0] ?? ''));
    expect(result.package.durationSeconds).toBeCloseTo(4, 3);
    expect(flash).toBeCloseTo(2.5, 2);
    expect(Math.abs(beep - 2.5)).toBeLessThan(0.03);
  });

  it('needs no sound', async () => {
    const { folder, made } = await process(
      makeClip(room.path, 'silent.mp4', { size: '160x90', rate: '10', sound: false, seconds: 1 }),
    );

    expect(made.hasSound).toBe(false);
    expect(readFileSync(join(folder, 'master.m3u8'), 'utf8')).not.toContain('mp4a');
    expect(streams(joined(folder, 'v90')).map((s) => s.codec_type)).toEqual(['video']);
  });

  it('brings quiet sound to -14 LUFS', async () => {
    const quiet = { size: '64x48', rate: '10', seconds: 3, output: ['-af', 'volume=-12dB'] };

    const { folder } = await process(makeClip(room.path, 'quiet.mp4', quiet));

    const report = execFileSync(
      'sh',
      [
        '-c',
        'ffmpeg -hide_banner -nostats -i "$1" -af ebur128=framelog=verbose -f null - 2>&1',
        'sh',
        join(folder, 'mp4/v48.mp4'),
      ],
      { encoding: 'utf8' },
    );
    const loudness = Number(/I:\s+(-?[\d.]+) LUFS/.exec(report.slice(report.lastIndexOf('Summary:')))?.[1]);
    expect(Math.abs(loudness + 14)).toBeLessThan(1);
  });
});

describe('an encoder that fails', () => {
  /** ffmpeg that dies, in the middle or at once, whenever its arguments hold a word. */
  const failingAt = (word: string, dying = 'timeout 0.3 /usr/bin/ffmpeg -re "$@"'): Engine => {
    const folder = jobFolder();
    const ffmpegPath = writeBytes(
      folder,
      'ffmpeg',
      `#!/bin/sh\ncase "$*" in *"${word}"*) ${dying}; exit 187;; esac\nexec /usr/bin/ffmpeg "$@"\n`,
    );
    chmodSync(ffmpegPath, 0o755);
    return { cage: createCage(cage.kind, { ...DEFAULT_TOOLS, ffmpeg: ffmpegPath }), threads: 2 };
  };

  it('is gone around: the ladder is made in another way, and plays', async () => {
    const source = makeClip(room.path, 'detour.mp4', { size: '480x360', rate: '10', seconds: 2 });

    const { folder, made } = await process(source, 'ines', failingAt(' tee '));

    expect(made).toMatchObject({ rungs: ['v240', 'v360'], durationSeconds: 2, progressive: [] });
    playsWithoutError(folder, [...made.rungs, 'audio']);
    expect(streams(joined(folder, 'v360')).map((s) => s.codec_type)).toEqual(['video', 'audio']);
  });

  it.each([
    ['in the middle', undefined],
    ['at once', ':'],
  ])('%s, in every way, is a failure of ours and not said to be the file’s', async (_when, dying) => {
    const source = makeClip(room.path, 'no-way.mp4', { size: '160x120', rate: '10', seconds: 2 });
    const folder = jobFolder();
    const verdict = await examine(engine, source, folder);
    if (!verdict.ok) throw new Error(verdict.rejection.code);

    const request = { source, folder, description: verdict.description, handle: undefined };
    const result = await transcode(failingAt('libx264', dying), request);

    expect(result).toMatchObject({ kind: 'failed', why: 'exit' });
  });
});
