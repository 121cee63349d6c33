/** Everything that people send: made by ffmpeg here, put through the engine, and judged by what comes out. */
import { afterAll, describe, expect, it } from 'vitest';
import { describe as describeFile } from './probe.ts';
import { type ClapOptions, makeClap } from './test-clips.ts';
import { BARS, offBy, watch } from './test-measures.ts';
import { openPipeline } from './test-pipeline.ts';

const pipeline = openPipeline();
afterAll(() => pipeline.close());

const x265 = (params: string) => [
  '-c:v',
  'libx265',
  '-preset',
  'ultrafast',
  '-x265-params',
  `log-level=none:qp=12${params}`,
];
/** Stored in a matrix and a range, and said so. */
const tagged = (matrix: 'bt601' | 'bt709', range = 'tv', more: readonly string[] = []): ClapOptions => {
  const name = matrix === 'bt601' ? 'smpte170m' : matrix;
  const told = ['-colorspace', name, '-color_primaries', name, '-color_trc', name, '-color_range', range];
  return { matrix, range, output: [...told, ...more] };
};
const surround: ClapOptions = {
  ...tagged('bt709', 'tv', ['-c:a', 'aac', '-b:a', '256k']),
  sound: 'pan=5.1|FC=c0',
};
const quick = ['-b:v', '2M', '-deadline', 'realtime', '-cpu-used', '8'];
const mpeg4 = ['-c:v', 'mpeg4', '-q:v', '2'];
const av1 = ['-c:v', 'libsvtav1', '-preset', '12', '-crf', '20'];

/** The bars within BT.2020 and 10 bits, with white at 203 nits where the transfer has any, as BT.2408 has it. */
const wide = (transfer: string, name = transfer): ClapOptions => ({
  picture:
    'format=gbrpf32le,setparams=color_primaries=bt709:color_trc=bt709:range=pc,zscale=t=linear:npl=203,' +
    `zscale=p=bt2020,zscale=t=${transfer}:npl=203,zscale=m=bt2020nc:r=tv,format=yuv420p10le`,
  pixels: 'yuv420p10le',
  matrix: 'bt2020',
  output: x265(`:colorprim=bt2020:transfer=${name}:colormatrix=bt2020nc`),
});

describe('a clip with colour bars and a clap keeps colours, moment and length', () => {
  // What concerns the picture and what concerns the sound are tried in one file where they cannot hide each other.
  it.each<[what: string, name: string, options: ClapOptions, within?: number]>([
    ['H.264 in MP4, tagged BT.709, mono', 'a.mp4', { ...tagged('bt709'), sound: 'aformat=channel_layouts=mono' }],
    ['H.264 in MOV of full range BT.709, with PCM', 'a.mov', tagged('bt709', 'pc', ['-c:a', 'pcm_s16le'])],
    ['H.264 in Matroska with 5.1 in AC-3', 'a.mkv', { sound: 'pan=5.1|FC=c0', output: ['-c:a', 'ac3'] }],
    ['H.264 in Matroska with MP3 that starts late', 'mp3.mkv', { soundDelay: 0.6, output: ['-c:a', 'libmp3lame'] }],
    ['H.264 in a transport stream, tagged BT.601', 'a.ts', tagged('bt601')],
    ['H.264 in 3GP', 'a.3gp', { output: ['-c:a', 'aac'] }],
    ['H.264 in AVI with PCM', 'a.avi', { output: ['-c:a', 'pcm_s16le'] }],
    ['full range BT.601 with sound that starts late', 'full601.mp4', { ...tagged('bt601', 'pc'), soundDelay: 0.6 }],
    ['4:4:4 with 5.1 in AAC', 'c444.mp4', { ...surround, pixels: 'yuv444p' }],
    ['H.264 of 10 bit', 'hi10.mp4', { ...tagged('bt709'), pixels: 'yuv420p10le' }],
    ['HEVC of 10 bit in MOV', 'hevc.mov', { pixels: 'yuv420p10le', output: [...x265(''), '-tag:v', 'hvc1'] }],
    ['HEVC in a transport stream', 'hevc.ts', { output: x265('') }],
    ['VP8 and Vorbis in WebM', 'vp8.webm', { output: ['-c:v', 'libvpx', ...quick, '-c:a', 'libvorbis'] }],
    ['VP9 and Opus in WebM', 'vp9.webm', { output: ['-c:v', 'libvpx-vp9', ...quick, '-c:a', 'libopus'] }],
    ['AV1 in MP4', 'av1.mp4', { output: av1 }],
    ['AV1 and Opus in WebM', 'av1.webm', { output: [...av1, '-c:a', 'libopus'] }],
    [
      'ProRes in MOV with PCM of 24 bit',
      'prores.mov',
      { pixels: 'yuv422p10le', output: ['-c:v', 'prores_ks', '-c:a', 'pcm_s24le'] },
    ],
    ['MPEG-4 in AVI', 'm4.avi', { output: [...mpeg4, '-c:a', 'pcm_s16le'] }],
    ['reordered MPEG-4 in AVI', 'bf.avi', { output: [...mpeg4, '-bf', '2', '-c:a', 'pcm_s16le'] }],
    ['MPEG-4 in MP4', 'm4.mp4', { output: mpeg4 }],
    ['MJPEG in AVI', 'mj.avi', { output: ['-c:v', 'mjpeg', '-q:v', '2', '-pix_fmt', 'yuvj420p', '-c:a', 'pcm_s16le'] }],
    [
      'MPEG-2 in a programme stream',
      'a.mpg',
      { output: ['-c:v', 'mpeg2video', '-q:v', '2', '-r', '25', '-c:a', 'mp2'] },
    ],
    // Saturated cyan lies where BT.2020's red is nearly 0, and one step of its code is many of ours.
    ['SDR of BT.2020 and 10 bit', 'wide.mp4', wide('bt709', 'bt2020-10'), 20],
    ['HDR, PQ', 'pq.mp4', wide('smpte2084')],
    ['HDR, HLG', 'hlg.mp4', wide('arib-std-b67')],
  ])('%s', async (_what, name, options, within = 10) => {
    const { made, file } = await pipeline.process(makeClap(pipeline.folder, name, options));

    const { colours, flash, beep, coded } = watch(file);
    expect(offBy(colours, BARS), JSON.stringify(colours)).toBeLessThanOrEqual(within);
    expect(Math.abs(flash - 1)).toBeLessThan(0.06);
    expect(Math.abs(beep - flash)).toBeLessThanOrEqual(0.04);
    expect(Math.abs(made.durationSeconds - 2)).toBeLessThan(0.15);
    expect(coded).toMatch(/^h264 \(High\).*, yuv420p\(tv, bt709.*, 256x144/);
    expect(made.rungs).toEqual(['v144']);
  });
});

it.each([
  ['a steady rate', '30000/1001', '30000/1001', [30000, 1001]],
  ['a phone that drops a frame now and then', '29.9/1', '30/1', [29.9, 1]],
  ['a screen recording', '7/1', '60/1', [30, 1]],
  ['a slow picture on a grid of 10', '7/1', '10/1', [10, 1]],
  ['a fast one that stutters', '50/1', '90000/1', [60, 1]],
  ['what is too fast to be taken', '1000000/1', '90000/1', [1_000_000, 1]],
  ['fields that are counted as frames', '25/1', '50/1', [25, 1], 'tt'],
])('%s is brought to a rate that keeps each moment', (_what, mean, finest, [num, den], fields = 'progressive') => {
  const stream = { index: 0, codec_type: 'video', codec_name: 'h264', width: 640, height: 360, field_order: fields };

  const { video } = describeFile('mov', {
    format: { duration: '2' },
    streams: [{ ...stream, avg_frame_rate: mean, r_frame_rate: finest }],
  });

  expect(video?.fps).toEqual({ num, den });
});
