/** What people send now and then: odd in shape, length, tracks or honesty. Each is judged by what comes out. */
import { readFileSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import { editElements, element } from './test-boxes.ts';
import { ffmpeg, makeClap, makeClip, writeBytes } from './test-clips.ts';
import { BARS, interlacedShare, offBy, watch } from './test-measures.ts';
import { openPipeline } from './test-pipeline.ts';

const pipeline = openPipeline();
const { folder, process, refuse } = pipeline;
afterAll(() => pipeline.close());
const x264 = ['-c:v', 'libx264', '-preset', 'ultrafast', '-qp', '12'];

describe('a picture', () => {
  it.each([
    ['H.264', 'fields.mp4', [...x264, '-x264-params', 'tff=1']],
    ['MPEG-2 in a transport stream', 'fields.ts', ['-c:v', 'mpeg2video', '-q:v', '3', '-top', '1']],
  ])('of interlaced %s is no longer woven of two moments', async (_what, name, coder) => {
    const fields = 'smptebars=s=256x144:r=50:d=1,scroll=h=0.02,tinterlace=mode=interleave_top,setfield=tff';
    ffmpeg(folder, ['-f', 'lavfi', '-i', fields, ...coder, '-flags', '+ildct+ilme', name]);
    const source = `${folder}/${name}`;

    const { file, made } = await process(source);

    expect(interlacedShare(source)).toBeGreaterThan(0.9);
    expect(interlacedShare(file)).toBeLessThan(0.1);
    expect(made.durationSeconds).toBeCloseTo(1, 1);
  });

  it.each<[string, string, string, readonly string[], readonly [number, number]]>([
    ['odd in both sides', 'odd.mp4', '255x143', ['-pix_fmt', 'yuv444p'], [254, 142]],
    [
      'odd in VP9',
      'odd.webm',
      '257x145',
      ['-c:v', 'libvpx-vp9', '-cpu-used', '8', '-b:v', '2M', '-c:a', 'libopus'],
      [256, 144],
    ],
    ['of pixels twice as wide', 'wide.mp4', '160x180', ['-aspect', '16:9'], [320, 180]],
    ['of pixels twice as high', 'high.mp4', '256x72', ['-aspect', '16:9'], [256, 144]],
    ['that is a narrow strip', 'strip.mp4', '640x48', [], [640, 48]],
  ])('%s keeps its shape and colours, with even sides and square pixels', async (_what, name, size, output, shown) => {
    const pixels = output.includes('yuv444p') ? 'yuv444p' : 'yuv420p';
    const { file, made } = await process(makeClap(folder, name, { size, seconds: 1, at: 0.5, pixels, output }));

    const { coded, colours } = watch(file);
    expect(coded).toContain(` ${shown[0]}x${shown[1]} [SAR 1:1 `);
    expect([made.width, made.height]).toEqual(shown);
    expect(offBy(colours, BARS)).toBeLessThanOrEqual(12);
  });
});

describe('a length', () => {
  it.each([
    ['of three frames', 'short.mp4', 0.3],
    ['of one frame', 'one.mp4', 0.1],
    ['of one frame in WebM', 'one.webm', 0.1],
  ])('%s is a video', async (_what, name, seconds) => {
    const output = name.endsWith('webm') ? ['-c:v', 'libvpx', '-b:v', '1M', '-c:a', 'libopus'] : [];
    const { file, made } = await process(makeClap(folder, name, { seconds, at: 0, output }));

    expect(Math.abs(made.durationSeconds - seconds)).toBeLessThanOrEqual(0.1);
    expect(watch(file).flash).toBeLessThan(0.1);
    expect(made.stills.thumbnails.length).toBeGreaterThan(0);
  });

  it('is what can be seen, not what the header of a Matroska file says', async () => {
    const honest = readFileSync(makeClap(folder, 'honest.mkv'));
    const at = honest.indexOf('448988', 0, 'hex') + 3; // Duration, in milliseconds
    const lying = Buffer.from(honest);
    lying.writeDoubleBE(500 * honest.readDoubleBE(at), at);

    const { made, file } = await process(writeBytes(folder, 'lying.mkv', lying));

    expect(made.durationSeconds).toBeCloseTo(2, 1);
    expect(made.progressive.length).toBeGreaterThan(0); // as a short clip has them
    expect(watch(file).beep).toBeCloseTo(1, 1);
  });

  it('beyond the most is refused, with both and a way out', async () => {
    const source = makeClip(folder, 'long.mp4', { size: '64x48', rate: '10', seconds: 3 });

    const refused = await refuse(source, { maxSeconds: 2 });

    expect(refused).toEqual({
      code: 'media_too_long',
      sentence: 'This video is 3 s long; 2 s is the most. Cut it into parts.',
    });
  });
});

describe('sound', () => {
  const tracks = (name: string, chosen: number) => {
    const tones = [300, 700, 1500].flatMap((pitch) => ['-f', 'lavfi', '-i', `sine=f=${pitch}:d=1`]);
    const maps = ['-map', '0:v', '-map', '1', '-map', '2', '-map', '3'];
    const defaults = [0, 1, 2].flatMap((n) => [`-disposition:a:${n}`, n === chosen ? 'default' : '0']);
    ffmpeg(folder, ['-f', 'lavfi', '-i', 'testsrc2=s=64x48:r=10:d=1', ...tones, ...maps, ...x264, ...defaults, name]);
    return `${folder}/${name}`;
  };

  it.each([
    ['MP4', 'tracks.mp4', 1, 700],
    ['Matroska', 'tracks.mkv', 2, 1500],
    ['a transport stream, which marks none,', 'tracks.ts', 0, 300],
  ])('of several tracks in %s is the one marked as default', async (_what, name, chosen, pitch) => {
    const { file } = await process(tracks(name, chosen));

    expect(Math.abs(watch(file).pitch - pitch)).toBeLessThan(pitch * 0.2);
  });
});

it.each([
  ['MP4', 'told.mp4', ['-movflags', '+use_metadata_tags']],
  ['MOV', 'told.mov', ['-movflags', '+use_metadata_tags']],
  ['Matroska', 'told.mkv', []],
])('where, by whom and with what %s was recorded is in no file that is made', async (_what, name, output) => {
  const told = { location: '+38.7223-009.1393/', 'com.apple.quicktime.location.ISO6709': '+38.7223-009.1393+012/' };
  const more = {
    artist: 'TOLD-ARTIST',
    comment: 'TOLD-COMMENT',
    title: 'TOLD-TITLE',
    make: 'TOLD-MAKE',
    model: 'TOLD-MODEL',
  };
  const tags = Object.entries({ ...told, ...more }).flatMap(([key, value]) => ['-metadata', `${key}=${value}`]);
  const streams = ['-metadata:s:v', 'handler_name=TOLD-HANDLER', '-metadata:s:a', 'title=TOLD-TRACK'];
  const source = makeClip(folder, name, {
    size: '64x48',
    rate: '10',
    seconds: 1,
    output: [...tags, ...streams, ...output],
  });

  const { bytes } = await process(source);

  const anyOfIt = /TOLD-\w+|38\.72|9\.139/;
  expect(readFileSync(source, 'latin1')).toMatch(anyOfIt);
  expect(anyOfIt.exec(bytes)).toBeNull();
});

describe('a protected track', () => {
  const key = [
    '-encryption_key',
    '00112233445566778899aabbccddeeff',
    '-encryption_kid',
    '00112233445566778899aabbccddeeff',
  ];
  const clip = (name: string, output: readonly string[] = []) =>
    makeClip(folder, name, { size: '64x48', rate: '10', seconds: 1, output });

  it.each([
    ['by Common Encryption', () => clip('cenc.mp4', ['-encryption_scheme', 'cenc-aes-ctr', ...key])],
    [
      'by a key in WebM or Matroska',
      () => {
        const settings = element('47e1', Buffer.from([5]));
        const encryption = element('5035', settings, element('47e2', Buffer.from('a key')));
        const encoding = element('6240', element('5033', Buffer.from([1])), encryption);
        const locked = editElements(readFileSync(clip('open.mkv')), (id, body) =>
          id === 'ae' ? element('ae', body, element('6d80', encoding)) : undefined,
        );
        return writeBytes(folder, 'locked.mkv', locked);
      },
    ],
    [
      'as iTunes does it',
      () => {
        const bytes = readFileSync(clip('itunes.mp4'));
        bytes.write('drmi', bytes.indexOf('avc1', bytes.indexOf('stsd')), 'latin1');
        return writeBytes(folder, 'itunes-locked.mp4', bytes);
      },
    ],
  ])('%s is refused in words that say what to do', async (_what, make) => {
    const refused = await refuse(make());

    expect(refused.code).toBe('media_encrypted');
    expect(refused.sentence).toContain('without protection');
  });
});
