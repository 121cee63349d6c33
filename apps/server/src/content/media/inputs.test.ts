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
const tags = (matrix: string, range = 'tv') => [
  ...['-colorspace', matrix, '-color_primaries', matrix, '-color_trc', matrix, '-color_range', range],
];
const quality = ['-b:v', '2M'];

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
  it.each<[what: string, name: string, options: ClapOptions, within?: number]>([
    ['H.264 in MP4', 'a.mp4', {}],
    ['H.264 in MOV with PCM', 'a.mov', { output: ['-c:a', 'pcm_s16le'] }],
    ['H.264 in Matroska with AC-3', 'a.mkv', { output: ['-c:a', 'ac3'] }],
    ['H.264 in Matroska with MP3', 'mp3.mkv', { output: ['-c:a', 'libmp3lame'] }],
    ['H.264 in a transport stream', 'a.ts', {}],
    ['H.264 in 3GP', 'a.3gp', { output: ['-c:a', 'aac'] }],
    ['H.264 in AVI with PCM', 'a.avi', { output: ['-c:a', 'pcm_s16le'] }],
    ['HEVC 10 bit in MOV', 'hevc.mov', { pixels: 'yuv420p10le', output: [...x265(''), '-tag:v', 'hvc1'] }],
    ['HEVC in a transport stream', 'hevc.ts', { output: x265('') }],
    ['VP8 and Vorbis in WebM', 'vp8.webm', { output: ['-c:v', 'libvpx', ...quality, '-c:a', 'libvorbis'] }],
    [
      'VP9 and Opus in WebM',
      'vp9.webm',
      { output: ['-c:v', 'libvpx-vp9', ...quality, '-cpu-used', '8', '-c:a', 'libopus'] },
    ],
    ['AV1 in MP4', 'av1.mp4', { output: ['-c:v', 'libsvtav1', '-preset', '12', '-crf', '20'] }],
    [
      'AV1 and Opus in WebM',
      'av1.webm',
      { output: ['-c:v', 'libsvtav1', '-preset', '12', '-crf', '20', '-c:a', 'libopus'] },
    ],
    [
      'ProRes in MOV with PCM',
      'prores.mov',
      { pixels: 'yuv422p10le', output: ['-c:v', 'prores_ks', '-c:a', 'pcm_s24le'] },
    ],
    ['MPEG-4 in AVI', 'm4.avi', { output: ['-c:v', 'mpeg4', '-q:v', '2', '-c:a', 'pcm_s16le'] }],
    ['reordered MPEG-4 in AVI', 'bf.avi', { output: ['-c:v', 'mpeg4', '-q:v', '2', '-bf', '2', '-c:a', 'pcm_s16le'] }],
    ['MJPEG in AVI', 'mj.avi', { output: ['-c:v', 'mjpeg', '-q:v', '2', '-pix_fmt', 'yuvj420p', '-c:a', 'pcm_s16le'] }],
    [
      'MPEG-2 in a programme stream',
      'a.mpg',
      { output: ['-c:v', 'mpeg2video', '-q:v', '2', '-r', '25', '-c:a', 'mp2'] },
    ],
    ['MPEG-4 in MP4', 'm4.mp4', { output: ['-c:v', 'mpeg4', '-q:v', '2'] }],
    ['tagged BT.601', 'c601.mp4', { matrix: 'bt601', output: tags('smpte170m') }],
    ['tagged BT.709', 'c709.mp4', { matrix: 'bt709', output: tags('bt709') }],
    ['full range BT.601', 'full601.mp4', { matrix: 'bt601', range: 'pc', output: tags('smpte170m', 'pc') }],
    ['full range BT.709', 'full709.mp4', { matrix: 'bt709', range: 'pc', output: tags('bt709', 'pc') }],
    ['4:4:4', 'c444.mp4', { pixels: 'yuv444p', matrix: 'bt709', output: tags('bt709') }],
    ['10 bit H.264', 'hi10.mp4', { pixels: 'yuv420p10le', matrix: 'bt709', output: tags('bt709') }],
    ['mono', 'mono.mp4', { sound: 'aformat=channel_layouts=mono' }],
    ['5.1', 'surround.mp4', { sound: 'pan=5.1|FC=c0', output: ['-c:a', 'aac', '-b:a', '256k'] }],
    ['sound that starts late', 'late.mp4', { soundDelay: 0.6 }],
    ['sound that starts late, in Matroska', 'late.mkv', { soundDelay: 0.6 }],
    // Saturated cyan lies where BT.2020's red is nearly 0, and one step of its code is many of ours.
    ['10 bit SDR of BT.2020', 'wide.mp4', wide('bt709', 'bt2020-10'), 20],
    ['HDR, PQ', 'pq.mp4', wide('smpte2084')],
    ['HDR, HLG', 'hlg.mp4', wide('arib-std-b67')],
  ])('%s', async (_what, name, options, within = 10) => {
    const { made, file } = await pipeline.process(makeClap(pipeline.folder, name, options));

    const { colours, flash, beep } = watch(file);
    expect(offBy(colours, BARS), JSON.stringify(colours)).toBeLessThanOrEqual(within);
    expect(Math.abs(flash - 1)).toBeLessThan(0.06);
    expect(Math.abs(beep - flash)).toBeLessThanOrEqual(0.04);
    expect(Math.abs(made.durationSeconds - 2)).toBeLessThan(0.15);
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
