/**
 * The one ffmpeg run that makes a whole ladder: one decode, one watermark, each rung scaled from the one above it, sound
 * encoded once, and a `tee` that writes every stream into all the files it belongs to. Pure: arguments in, arguments out.
 */
import { overlay, SAMPLE_RATE, soundChain, uprightPicture, type Watermark } from './filters.ts';
import type { Ladder, Rung } from './ladder.ts';
import { type Description, pinnedInput, type VideoDescription } from './probe.ts';
import { PREVIEW_FRAMES, type Preview, previewChain, type Sprite, spriteChain } from './storyboard.ts';

export interface RunSettings {
  readonly description: Description & { readonly video: VideoDescription };
  readonly ladder: Ladder;
  /** Decibels to add so that the sound comes to -14 LUFS; undefined leaves it as it is. */
  readonly gainDb: number | undefined;
  /** A PNG in the work folder, drawn for the largest rung; undefined burns nothing in. */
  readonly watermark: Watermark | undefined;
  /** Frames to keep as candidates for the poster. */
  readonly stills: number;
  /** Threads of each part (decoder, filters, each encoder). */
  readonly threads: number;
  /** Nothing after this many seconds is read, whatever the file says. */
  readonly maxSeconds: number;
  /** The sheet of small frames for scrubbing. */
  readonly storyboard: Sprite | undefined;
  /** The few moving seconds that stand for the clip. */
  readonly preview: Preview | undefined;
}

/** x264's preset: what a first frame within seconds allows; the chunked way for long videos may take its time. */
export const PRESET = 'veryfast';
/** Short side of the poster candidates. */
const STILL_SHORT_SIDE = 720;

/** All arguments after `ffmpeg`. Output names are relative to the work folder; see {@link outputFolders}. */
export function ladderArgs(source: string, settings: RunSettings): string[] {
  const { description, ladder, threads } = settings;
  return [
    ...['-hide_banner', '-nostdin', '-y', '-v', 'warning', '-progress', 'pipe:1', '-stats_period', '0.5'],
    ...['-filter_complex_threads', String(threads), '-threads', String(threads)],
    ...pinnedInput(description.demuxer),
    ...['-i', source],
    ...(settings.watermark ? ['-protocol_whitelist', 'file', '-f', 'png_pipe', '-i', settings.watermark.file] : []),
    ...['-filter_complex', filterGraph(settings)],
    ...ladder.rungs.flatMap((rung) => ['-map', `[${rung.name}]`]),
    ...(description.audio ? ['-map', '[sound]'] : []),
    ...['-map_metadata', '-1', '-map_chapters', '-1', '-t', String(settings.maxSeconds)],
    ...videoArgs(ladder, threads),
    ...(description.audio
      ? ['-c:a', 'aac', '-b:a', String(ladder.audioBitRate), '-ar', String(SAMPLE_RATE), '-ac', '2']
      : []),
    ...['-flags', '+global_header', '-f', 'tee', teeOutputs(ladder)],
    ...['-map', '[stills]', ...AS_THEY_COME, '-frames:v', String(settings.stills), '-c:v', 'mjpeg', '-q:v', '2'],
    ...['-f', 'image2', '-atomic_writing', '1', 'still%02d.jpg'],
    ...smallOutputs(settings),
  ];
}

/** Brought to a constant rate, as ffmpeg would by itself, each picture would be repeated until the next one comes. */
const AS_THEY_COME = ['-fps_mode', 'passthrough'];

function smallOutputs({ storyboard, preview }: RunSettings): string[] {
  return [
    ...(storyboard
      ? [
          ...['-map', '[board]', ...AS_THEY_COME, '-frames:v', '1', '-c:v', 'mjpeg', '-q:v', '5'],
          ...['-f', 'image2', '-update', '1', storyboard.file],
        ]
      : []),
    ...(preview
      ? [...['-map', '[preview]', ...AS_THEY_COME, '-c:v', 'mjpeg', '-q:v', '3'], ...['-f', 'image2', PREVIEW_FRAMES]]
      : []),
  ];
}

/** Folders that must exist before the run. */
export function outputFolders(ladder: Ladder): string[] {
  return [
    ...ladder.rungs.map((rung) => rung.name),
    ...(ladder.audioBitRate ? ['audio'] : []),
    ...(ladder.progressive.length > 0 ? ['mp4'] : []),
  ];
}

function videoArgs(ladder: Ladder, threads: number): string[] {
  return [
    ...[
      '-c:v',
      'libx264',
      '-preset',
      PRESET,
      '-profile:v',
      'high',
      '-pix_fmt',
      'yuv420p',
      '-threads:v',
      String(threads),
    ],
    // A fixed GOP without scene cuts is what aligns the keyframes of all rungs.
    ...['-g', String(ladder.gop), '-keyint_min', String(ladder.gop), '-sc_threshold', '0'],
    ...['-color_primaries', 'bt709', '-color_trc', 'bt709', '-colorspace', 'bt709', '-color_range', 'tv'],
    ...ladder.rungs.flatMap((rung, n) => [
      ...[
        `-crf:v:${n}`,
        String(rung.crf),
        `-maxrate:v:${n}`,
        String(rung.maxBitRate),
        `-bufsize:v:${n}`,
        String(rung.maxBitRate * 2),
      ],
    ]),
  ];
}

function teeOutputs(ladder: Ladder): string {
  const hls = (folder: string, select: string) =>
    `[select=\\'${select}\\':f=hls:hls_time=${ladder.segmentSeconds}:hls_playlist_type=event:hls_segment_type=fmp4` +
    `:hls_flags=independent_segments+temp_file:hls_fmp4_init_filename=init.mp4` +
    `:hls_segment_filename=${folder}/%04d.m4s]${folder}/index.m3u8`;
  const sound = ladder.audioBitRate ? ',a' : '';
  const rungs = ladder.rungs.map((rung, n) => hls(rung.name, `v:${n}${sound}`));
  const audio = ladder.audioBitRate ? [hls('audio', 'a')] : [];
  const progressive = ladder.progressive.map((name) => {
    const n = ladder.rungs.findIndex((rung) => rung.name === name);
    return `[select=\\'v:${n}${sound}\\':f=mp4:movflags=+faststart]mp4/${name}.mp4`;
  });
  return [...rungs, ...audio, ...progressive].join('|');
}

function filterGraph(settings: RunSettings): string {
  const { description, ladder, watermark } = settings;
  const descending = [...ladder.rungs].reverse();
  const [top] = descending;
  if (top === undefined) throw new Error('a ladder has at least one rung');
  const chains = [
    `[0:${description.video.index}]${uprightPicture(description.video, ladder, top)},split=2[clean][forstills]`,
    stillsChain(ladder, top, settings.stills),
    watermark ? `[clean][1:v]${overlay(watermark)}[marked]` : '[clean]null[marked]',
    ...cascade(descending, settings),
  ];
  if (description.audio) chains.push(`[0:${description.audio.index}]${soundChain(settings.gainDb)}[sound]`);
  return chains.join(';');
}

/** Each rung is scaled from the next larger one: half the pixels to read, and the eye cannot tell. The small pictures come from the smallest. */
function cascade(descending: readonly Rung[], { storyboard, preview }: RunSettings): string[] {
  const small = [
    ...(storyboard ? [{ pad: '[forboard]', chain: `${spriteChain(storyboard)}[board]` }] : []),
    ...(preview ? [{ pad: '[forpreview]', chain: `${previewChain(preview)}[preview]` }] : []),
  ];
  return descending.flatMap((rung, n) => {
    const input = n === 0 ? '[marked]' : `[from${n}]`;
    const scale = n === 0 ? 'null' : `scale=${rung.width}:${rung.height}:flags=bicubic`;
    const last = n === descending.length - 1;
    const pads = [`[${rung.name}]`, ...(last ? small.map(({ pad }) => pad) : [`[from${n + 1}]`])];
    return [
      `${input}${scale}${pads.length > 1 ? `,split=${pads.length}` : ''}${pads.join('')}`,
      ...(last ? small.map(({ pad, chain }) => `${pad}${chain}`) : []),
    ];
  });
}

/** A few frames spread over the clip, the last well before its end so that the poster is made while the run goes on. */
function stillsChain(ladder: Ladder, top: Rung, stills: number): string {
  const frames = Math.max(1, Math.floor((ladder.durationSeconds * ladder.fps.num) / ladder.fps.den));
  const every = Math.max(1, Math.floor((frames * 0.8) / stills));
  const scale = Math.min(1, STILL_SHORT_SIDE / Math.min(top.width, top.height));
  const size = `${Math.round((top.width * scale) / 2) * 2}:${Math.round((top.height * scale) / 2) * 2}`;
  return `[forstills]select=not(mod(n\\,${every})),scale=${size}:out_range=pc,format=yuvj420p[stills]`;
}

/** Measures loudness by EBU R128 over the whole sound; the summary is the end of standard error. */
export function loudnessArgs(source: string, description: Description, maxSeconds: number): string[] {
  return [
    ...['-hide_banner', '-nostdin', '-nostats', '-v', 'info', ...pinnedInput(description.demuxer), '-i', source],
    ...['-map', `0:${description.audio?.index}`, '-vn', '-sn', '-dn', '-t', String(maxSeconds)],
    ...['-af', 'aformat=channel_layouts=stereo,ebur128=framelog=verbose', '-f', 'null', '-'],
  ];
}

/** Target -14 LUFS; no more than 20 dB are added, so that a room's hiss stays a hiss. Undefined for silence. */
export function gainFromSummary(stderr: string): number | undefined {
  const measured = Number(/I:\s+(-?[\d.]+) LUFS/.exec(stderr.slice(stderr.lastIndexOf('Summary:')))?.[1]);
  if (!Number.isFinite(measured) || measured <= -69) return undefined;
  return Math.min(20, -14 - measured);
}
