import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, describe, expect, it } from 'vitest';
import { createCage, DEFAULT_TOOLS } from './cage.ts';
import { cageDoctor } from './cage-doctor.ts';
import { type Engine, examine, type Package, type Progress, transcode } from './engine.ts';
import { segmentsOf } from './playlist.ts';
import { ffmpeg, ffprobeJson, makeClap, makeClip, temporaryFolder, writeBytes } from './test-clips.ts';
import { watch } from './test-measures.ts';

const { cage } = cageDoctor();
if (cage === undefined) throw new Error('these tests need a cage: run the doctor');
const engine: Engine = { cage, threads: 2 };
const room = temporaryFolder();
afterAll(() => room[Symbol.dispose]());
let jobs = 0;

function jobFolder(): string {
  const folder = join(room.path, `job ${jobs++}`);
  mkdirSync(folder);
  return folder;
}

/** The whole pipeline; fails the test when the file is not taken. */
async function process(
  source: string,
  handle?: string,
  using = engine,
): Promise<{ folder: string; made: Package; progress: Progress[] }> {
  const folder = jobFolder();
  const verdict = await examine(using, source, folder);
  if (!verdict.ok) throw new Error(`refused: ${verdict.rejection.code}`);
  const progress: Progress[] = [];
  const result = await transcode(using, {
    source,
    folder,
    description: verdict.description,
    handle,
    onProgress: (p) => progress.push(p),
  });
  if (result.kind !== 'ready') throw new Error(`${result.kind}: ${JSON.stringify(result)}`);
  return { folder, made: result.package, progress };
}

/** The rung as one file, the way a player puts it together. */
function joined(folder: string, rung: string): string {
  const names = segmentsOf(readFileSync(join(folder, rung, 'index.m3u8'), 'utf8')).map((segment) => segment.name);
  return writeBytes(
    folder,
    `${rung}.joined.mp4`,
    Buffer.concat(['init.mp4', ...names].map((name) => readFileSync(join(folder, rung, name)))),
  );
}

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

interface Shown {
  width: number;
  height: number;
  codec_type: string;
  pix_fmt?: string;
  duration?: string;
  color_space?: string;
  codec_name?: string;
}

function streams(path: string): Shown[] {
  // ffprobe's JSON, read by a test that fails when it is something else
  return (ffprobeJson(path, ['-show_streams']) as { streams: Shown[] }).streams;
}

/** Mean colour of a corner of the first frame, to tell which way is up. */
async function corner(path: string, where: 'top-left' | 'bottom-left'): Promise<{ r: number; g: number; b: number }> {
  const png = execFileSync(
    'ffmpeg',
    ['-v', 'error', '-i', path, '-frames:v', '1', '-f', 'image2pipe', '-c:v', 'png', '-'],
    { maxBuffer: 2 ** 26 },
  );
  const { width, height } = await sharp(png).metadata();
  const box = { left: 4, top: where === 'top-left' ? 4 : height - 20, width: Math.min(16, width - 8), height: 16 };
  const { channels } = await sharp(await sharp(png).extract(box).png().toBuffer()).stats();
  const [r, g, b] = channels.map((channel) => channel.mean);
  return { r: r ?? 0, g: g ?? 0, b: b ?? 0 };
}

describe('a video that is taken', () => {
  it('becomes a ladder whose keyframes and segments line up in all rungs, with MP4s, stills and a thumbhash', async () => {
    const source = makeClip(room.path, 'landscape.mp4', { size: '1280x720', seconds: 9 });

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
    expect((await sharp(join(folder, 'thumb-320.avif')).metadata()).width).toBe(320);
    expect(Buffer.from(made.stills.thumbhash, 'base64').length).toBeGreaterThan(10);
    expect(progress.at(-1)?.playableSeconds).toBeGreaterThanOrEqual(8);
    expect(progress.every((p) => p.percent >= 0 && p.percent <= 99)).toBe(true);
  });

  it('plays from start to end without an error in every rung', async () => {
    const { folder, made } = await process(makeClip(room.path, 'whole.mp4', { seconds: 5 }));

    for (const rung of [...made.rungs, 'audio']) {
      const errors = execFileSync(
        'ffmpeg',
        ['-v', 'warning', '-xerror', '-i', join(folder, rung, 'index.m3u8'), '-f', 'null', '-'],
        { encoding: 'utf8' },
      );
      expect(errors).toBe('');
    }
  });

  it('burns the handle in, at the corner that was asked for', async () => {
    const source = makeClip(room.path, 'gray.mp4', { size: '360x640', seconds: 1, filter: 'drawbox=c=gray:t=fill' });

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

  it.each([90, 180, 270])('stands upright when its metadata says %i degrees', async (degrees) => {
    // Red above, blue below as it should be seen; stored turned, with the turn back in the metadata.
    const turns: Record<number, string> = { 90: 'transpose=1', 180: 'hflip,vflip', 270: 'transpose=2' };
    const upright = 'drawbox=c=blue:t=fill,drawbox=c=red:t=fill:h=ih/2';
    makeClip(room.path, 'stored.mp4', { size: '360x640', seconds: 1, filter: `${upright},${turns[degrees]}` });
    const name = `rotated${degrees}.mov`;
    ffmpeg(room.path, ['-i', 'stored.mp4', '-c', 'copy', '-metadata:s:v:0', `rotate=${degrees}`, name]);

    const { folder, made } = await process(join(room.path, name));

    expect([made.width, made.height]).toEqual([360, 640]);
    const top = await corner(joined(folder, 'v240'), 'top-left');
    const bottom = await corner(joined(folder, 'v240'), 'bottom-left');
    expect(top.r).toBeGreaterThan(150);
    expect(bottom.b).toBeGreaterThan(150);
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
      size: '640x360',
      rate: '10',
      seconds: 6,
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

    expect(readFileSync(join(folder, made.storyboard), 'utf8')).toContain(
      '00:00:00.000 --> 00:00:00.400\nsprite-0000.jpg',
    );
    expect((await sharp(join(folder, made.preview ?? 'none'), { animated: true }).metadata()).pages).toBeGreaterThan(1);
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
    const { folder, made } = await process(makeClip(room.path, 'silent.mp4', { sound: false, seconds: 1 }));

    expect(made.hasSound).toBe(false);
    expect(readFileSync(join(folder, 'master.m3u8'), 'utf8')).not.toContain('mp4a');
    expect(streams(joined(folder, 'v360')).map((s) => s.codec_type)).toEqual(['video']);
  });

  it('brings quiet sound to -14 LUFS', async () => {
    makeClip(room.path, 'loud.mp4', { seconds: 5 });
    ffmpeg(room.path, ['-i', 'loud.mp4', '-c:v', 'copy', '-af', 'volume=-12dB', 'quiet.mp4']);

    const { folder } = await process(join(room.path, 'quiet.mp4'));

    const report = execFileSync(
      'sh',
      [
        '-c',
        'ffmpeg -hide_banner -nostats -i "$1" -af ebur128=framelog=verbose -f null - 2>&1',
        'sh',
        join(folder, 'mp4/v360.mp4'),
      ],
      { encoding: 'utf8' },
    );
    const loudness = Number(/I:\s+(-?[\d.]+) LUFS/.exec(report.slice(report.lastIndexOf('Summary:')))?.[1]);
    expect(Math.abs(loudness + 14)).toBeLessThan(1);
  });

  it.each([
    [
      'HEVC in mov, 10 bit',
      'hevc.mov',
      {
        output: [
          '-c:v',
          'libx265',
          '-preset',
          'ultrafast',
          '-x265-params',
          'log-level=none',
          '-pix_fmt',
          'yuv420p10le',
          '-tag:v',
          'hvc1',
        ],
      },
      [640, 360],
    ],
    [
      'VP9 in webm',
      'vp9.webm',
      { output: ['-c:v', 'libvpx-vp9', '-deadline', 'realtime', '-cpu-used', '8', '-c:a', 'libopus'] },
      [640, 360],
    ],
    [
      'VP8 in matroska, of unknown length',
      'vp8.mkv',
      { output: ['-c:v', 'libvpx', '-deadline', 'realtime', '-c:a', 'libvorbis', '-live', '1'] },
      [640, 360],
    ],
    ['MPEG-4 in avi', 'old.avi', { output: ['-c:v', 'mpeg4', '-c:a', 'libmp3lame'] }, [640, 360]],
    ['a transport stream', 'tv.ts', {}, [640, 360]],
    ['odd sizes', 'odd.mp4', { size: '427x241', output: ['-c:v', 'libx264', '-pix_fmt', 'yuv444p'] }, [426, 240]],
    ['less than the smallest rung', 'tiny.mp4', { size: '160x90' }, [160, 90]],
    ['pixels that are not square', 'dv.mp4', { size: '720x576', filter: 'setsar=64/45' }, [854, 480]],
  ] as const)('reads %s', async (_what, name, options, size) => {
    const { folder, made } = await process(makeClip(room.path, name, { seconds: 2, ...options }));

    expect([made.width, made.height]).toEqual(size);
    expect(made.durationSeconds).toBeGreaterThan(1.8);
    expect(made.durationSeconds).toBeLessThan(2.3);
    for (const rung of made.rungs) {
      const [video] = streams(joined(folder, rung)).filter((s) => s.codec_type === 'video');
      expect(video).toMatchObject({ codec_name: 'h264', pix_fmt: 'yuv420p' });
      expect([video?.width, video?.height].every((side) => side !== undefined && side % 2 === 0)).toBe(true);
    }
  });

  it('maps HDR to SDR', async () => {
    const source = makeClip(room.path, 'hdr.mp4', {
      seconds: 1,
      output: [
        '-c:v',
        'libx265',
        '-preset',
        'ultrafast',
        '-pix_fmt',
        'yuv420p10le',
        '-x265-params',
        'log-level=none:colorprim=bt2020:transfer=smpte2084:colormatrix=bt2020nc',
      ],
    });

    const { folder } = await process(source);

    const [video] = streams(joined(folder, 'v360'));
    expect(video).toMatchObject({ color_space: 'bt709', pix_fmt: 'yuv420p' });
  });

  it('makes a variable frame rate constant and keeps the length', async () => {
    makeClip(room.path, 'steady.mp4', { seconds: 4 });
    ffmpeg(room.path, [
      '-i',
      'steady.mp4',
      '-vf',
      "select='if(lt(t,2),not(mod(n,3)),1)'",
      '-vsync',
      'vfr',
      '-c:v',
      'libx264',
      '-preset',
      'ultrafast',
      'vfr.mp4',
    ]);

    const { made } = await process(join(room.path, 'vfr.mp4'));

    expect(made.durationSeconds).toBeCloseTo(4, 0);
  });

  it('brings 4K down to 1080', async () => {
    const { made } = await process(makeClip(room.path, 'uhd.mp4', { size: '3840x2160', seconds: 1 }));

    expect([made.width, made.height]).toEqual([1920, 1080]);
    expect(made.rungs).toHaveLength(5);
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
    const source = makeClip(room.path, 'detour.mp4', { size: '640x360', rate: '10', seconds: 5 });

    const { folder, made } = await process(source, 'ines', failingAt(' tee '));

    expect(made).toMatchObject({ rungs: ['v240', 'v360'], durationSeconds: 5, progressive: [] });
    for (const rung of [...made.rungs, 'audio']) {
      const played = ['-v', 'warning', '-xerror', '-i', join(folder, rung, 'index.m3u8'), '-f', 'null', '-'];
      expect(execFileSync('ffmpeg', played, { encoding: 'utf8' })).toBe('');
    }
    expect(streams(joined(folder, 'v360')).map((s) => s.codec_type)).toEqual(['video', 'audio']);
  });

  it.each([
    ['in the middle', undefined],
    ['at once', ':'],
  ])('%s, in every way, is a failure of ours and not said to be the file’s', async (_when, dying) => {
    const source = makeClip(room.path, 'no-way.mp4', { size: '320x240', rate: '10', seconds: 6 });
    const folder = jobFolder();
    const verdict = await examine(engine, source, folder);
    if (!verdict.ok) throw new Error(verdict.rejection.code);

    const request = { source, folder, description: verdict.description, handle: undefined };
    const result = await transcode(failingAt('libx264', dying), request);

    expect(result).toMatchObject({ kind: 'failed', why: 'exit' });
  });
});

describe('a file that is refused', () => {
  const refused = async (source: string) => {
    const verdict = await examine(engine, source, jobFolder());
    if (verdict.ok) throw new Error('it was taken');
    return verdict.rejection;
  };

  it('says what to do when it is empty, text, or cut short', async () => {
    const whole = readFileSync(makeClip(room.path, 'whole2.mp4', { output: ['-movflags', '+faststart'] }));
    const matroska = readFileSync(makeClip(room.path, 'whole2.mkv'));
    const tail = readFileSync(makeClip(room.path, 'whole3.mp4'));

    const found = await Promise.all(
      [
        writeBytes(room.path, 'empty.mp4', ''),
        writeBytes(room.path, 'text.mp4', 'Dear diary, today I threw a jar.\n'.repeat(500)),
        writeBytes(room.path, 'cut-front.mp4', whole.subarray(0, whole.length / 2)),
        writeBytes(room.path, 'cut.mkv', matroska.subarray(0, matroska.length / 2)),
        writeBytes(room.path, 'cut-tail.mp4', tail.subarray(0, tail.length / 2)),
        writeBytes(room.path, 'noise.mp4', Buffer.from(Array.from({ length: 9000 }, (_, n) => (n * 7919 + 13) % 251))),
      ].map(refused),
    );

    for (const rejection of found) {
      expect(rejection.code).toBe('media_unreadable');
      expect(rejection.sentence).toMatch(/upload/);
    }
  });

  it('says that sound alone, pictures and protected files are not videos', async () => {
    ffmpeg(room.path, ['-f', 'lavfi', '-i', 'sine=d=1', 'sound.m4a']);
    ffmpeg(room.path, ['-f', 'lavfi', '-i', 'testsrc2=d=1', '-frames:v', '1', 'still.png']);
    makeClip(room.path, 'locked.mp4', {
      seconds: 1,
      output: [
        '-c:v',
        'libx264',
        '-encryption_scheme',
        'cenc-aes-ctr',
        '-encryption_key',
        '00112233445566778899aabbccddeeff',
        '-encryption_kid',
        '00112233445566778899aabbccddeeff',
      ],
    });

    expect((await refused(join(room.path, 'sound.m4a'))).code).toBe('media_no_video');
    expect((await refused(join(room.path, 'still.png'))).code).toBe('media_unsupported');
    expect((await refused(join(room.path, 'locked.mp4'))).code).toBe('media_encrypted');
  });

  it('does not believe a header about its length', async () => {
    const bytes = readFileSync(makeClip(room.path, 'honest.mp4', { seconds: 5, sound: false }));
    // mvhd, tkhd and mdhd say 0.2 s; the sample tables still hold 150 frames.
    for (const [box, at] of [
      ['mvhd', 20],
      ['tkhd', 24],
      ['mdhd', 20],
    ] as const) {
      const where = bytes.indexOf(box) + at - 0;
      bytes.writeUInt32BE(Math.max(1, Math.round(bytes.readUInt32BE(where) / 25)), where);
    }
    const source = writeBytes(room.path, 'liar.mp4', bytes);

    const verdict = await examine(
      { ...engine, policy: { maxSeconds: 3, maxPixels: 1e8, maxSide: 8192, maxFps: 240, maxStreams: 64 } },
      source,
      jobFolder(),
    );

    expect(verdict).toMatchObject({ ok: false, rejection: { code: 'media_too_long' } });
  });

  it('never follows a playlist in disguise, nor anything else that names another place', async () => {
    let hits = 0;
    const canary = createServer((_request, response) => {
      hits += 1;
      response.end('canary');
    });
    await new Promise<void>((resolve) => canary.listen(0, '127.0.0.1', resolve));
    // listen(0) on TCP gives an AddressInfo
    const address = `http://127.0.0.1:${(canary.address() as AddressInfo).port}/secret.ts`;
    const secret = writeBytes(room.path, 'secret.txt', 'SECRET-MARKER');
    const places = [
      address,
      `file://${secret}`,
      `concat:${secret}|${secret}`,
      `subfile,,start,0,end,9,,:${secret}`,
      `data:text/plain,x`,
    ];
    const disguises = places.flatMap((place, n) => [
      writeBytes(room.path, `hls${n}.mp4`, `#EXTM3U\n#EXT-X-TARGETDURATION:4\n#EXTINF:4,\n${place}\n#EXT-X-ENDLIST\n`),
      writeBytes(room.path, `concat${n}.avi`, `ffconcat version 1.0\nfile '${place}'\n`),
      writeBytes(
        room.path,
        `dash${n}.mp4`,
        `<?xml version="1.0"?><MPD><Period><AdaptationSet><Representation><BaseURL>${place}</BaseURL></Representation></AdaptationSet></Period></MPD>`,
      ),
      writeBytes(
        room.path,
        `ftyp${n}.mp4`,
        Buffer.concat([
          Buffer.from('000000146674797069736f6d0000000069736f6d', 'hex'),
          Buffer.from(`#EXTM3U\n${place}\n`),
        ]),
      ),
    ]);
    try {
      for (const source of disguises) expect((await refused(source)).code).toBe('media_unreadable');

      expect(hits).toBe(0);
    } finally {
      canary.close();
    }
  });
});
