/**
 * The one ffmpeg run that makes a whole ladder: one decode, one watermark, each rung scaled from the one above it, sound
 * encoded once, and a `tee` that writes every stream into all the files it belongs to. Pure: arguments in, arguments out.
 */
import { overlay, SAMPLE_RATE, soundChain, uprightPicture, type Watermark } from './filters.ts';
import { type Ladder, type Rung, segmentSecondsOf } from './ladder.ts';
import { type Description, pinnedInput, type VideoDescription } from './probe.ts';
import type { Demuxer } from './sniff.ts';
import { PREVIEW_FRAMES, type Preview, previewChain, type Sprite, spriteChain } from './storyboard.ts';

export interface RunSettings {
  readonly description: Description & { readonly video: VideoDescription };
  readonly ladder: Ladder;
  /** Decibels to add so that the sound comes to -14 LUFS; undefined leaves it as it is. */
  readonly gainDb: number | undefined;
  /** A PNG in the work folder, drawn for the largest rung; undefined burns nothing in. */
  readonly watermark: Watermark | undefined;
  /** Frames to keep as candidates for the poster, from the first `stillsWithin` seconds; 0 for none. */
  readonly stills: number;
  readonly stillsWithin: number;
  /** Threads of each part (decoder, filters, each encoder). */
  readonly threads: number;
  /** Nothing after this many seconds is made, whatever the file says. */
  readonly maxSeconds: number;
  /** The sheet of small frames for scrubbing. */
  readonly storyboard: Sprite | undefined;
  /** The few moving seconds that stand for the clip. */
  readonly preview: Preview | undefined;
  /** Where in the source the run begins. */
  readonly startSeconds: number;
  /** A part of a longer film: picture only, its segments counted on from here. */
  readonly part: { readonly firstSegment: number } | undefined;
  /** Frames to make; undefined for all that the source still has. */
  readonly frames: number | undefined;
}

/** The other way, for when the first one fails: no tee, one thread each, no filter that can be done without. */
export type Way = 'shared' | 'plain';

/** x264's preset: what a first frame within seconds allows. */
export const PRESET = 'veryfast';
/** SVT-AV1's: a tenth of what its better ones cost. */
const AV1_PRESET = '10';
/** Short side of the poster candidates. */
const STILL_SHORT_SIDE = 720;
const REPORTING = ['-hide_banner', '-nostdin', '-y', '-v', 'warning', '-progress', 'pipe:1', '-stats_period', '0.5'];
export const NO_METADATA = ['-map_metadata', '-1', '-map_chapters', '-1'];
/** Brought to a constant rate, as ffmpeg would by itself, each picture would be repeated until the next one comes. */
const AS_THEY_COME = ['-fps_mode', 'passthrough'];
/** A picture is never shown so much later than it is decoded because others come between. */
const REORDERING_SECONDS = 0.25;
/** Samples in a packet of AAC, and what its coder puts in front of the sound. */
const AAC_FRAME = 1024;

/** All arguments after `ffmpeg`. Output names are relative to the work folder; see {@link outputFolders}. */
export function ladderArgs(source: string, settings: RunSettings, way: Way = 'shared'): string[] {
  const { description, stills } = settings;
  const threads = way === 'plain' ? 1 : settings.threads;
  return [
    ...[...REPORTING, '-filter_complex_threads', String(threads), '-threads', String(threads)],
    ...[...seek(settings), ...pinnedInput(description.demuxer), '-i', source],
    ...(settings.watermark ? ['-protocol_whitelist', 'file', '-f', 'png_pipe', '-i', settings.watermark.file] : []),
    ...['-filter_complex', filterGraph(settings, way)],
    ...(way === 'plain' ? plainOutputs(settings) : teeOutput(settings)),
    ...(stills > 0
      ? [
          ...['-map', '[stills]', ...AS_THEY_COME, '-frames:v', String(stills), '-c:v', 'mjpeg', '-q:v', '2'],
          ...['-f', 'image2', '-atomic_writing', '1', 'still%02d.jpg'],
        ]
      : []),
    ...smallOutputs(settings),
  ];
}

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

/**
 * A part begins at the keyframe before its start and the `fps` filter drops what is early: so the frame that stands at
 * the start is there even when it began long before it.
 */
function seek({ startSeconds, part, description }: RunSettings): string[] {
  if (startSeconds === 0 || !seeksWell(description.demuxer)) return [];
  return [...(part ? ['-noaccurate_seek'] : []), '-ss', text(startSeconds)];
}

/** Formats whose seeks always land at a keyframe before the moment. In the others (transport streams, Ogg) they may land late. */
export const seeksWell = (demuxer: Demuxer): boolean => demuxer === 'mov' || demuxer === 'matroska';

/** How a coded sound comes into Matroska, which takes what is there but for some of the raw ones. */
export const soundInMatroska = (codec: string): 'copy' | 'flac' =>
  codec.startsWith('pcm_') || codec.startsWith('amr_') ? 'flac' : 'copy';

/** What is before the start, taken off a stream that could not be sought in. */
const cutOff = (filter: 'trim' | 'atrim', { demuxer }: Description, startSeconds: number): string => {
  if (startSeconds === 0 || seeksWell(demuxer)) return '';
  const start = text(startSeconds);
  return `${filter}=start=${start},${filter === 'trim' ? '' : 'a'}setpts=PTS-${start}/TB,`;
};

/** An AVI says when pictures are decoded: reordered ones would be shown that much late. It begins with the first of them. */
const fromItsFirst = ({ demuxer }: Description): string =>
  demuxer === 'avi' ? `setpts=if(lt(STARTT\\,${REORDERING_SECONDS})\\,PTS-STARTPTS\\,PTS),` : '';

const hasSound = ({ description, part }: RunSettings): boolean => description.audio !== undefined && part === undefined;

function teeOutput(settings: RunSettings): string[] {
  const { ladder } = settings;
  return [
    ...ladder.rungs.flatMap((rung) => ['-map', `[${rung.name}]`]),
    ...(hasSound(settings) ? ['-map', '[sound]'] : []),
    ...[...NO_METADATA, '-t', text(settings.maxSeconds)],
    ...videoArgs(ladder, settings.threads),
    ...(hasSound(settings) ? audioArgs(ladder) : []),
    ...['-flags', '+global_header', '-f', 'tee', teeTargets(settings)],
  ];
}

/** An output of its own for each rung; sound is encoded for each of them. */
function plainOutputs(settings: RunSettings): string[] {
  const { ladder } = settings;
  const sound = hasSound(settings);
  const output = (name: string, maps: readonly string[], coders: readonly string[]) => [
    ...[...maps.flatMap((map) => ['-map', map]), ...NO_METADATA, '-t', text(settings.maxSeconds), ...coders],
    ...['-flags', '+global_header', '-f', 'hls'],
    ...hlsOptions(settings, name).flatMap(([key, value]) => [`-${key}`, value]),
    `${name}/index.m3u8`,
  ];
  return [
    ...ladder.rungs.flatMap((rung) =>
      output(
        rung.name,
        [`[${rung.name}]`, ...(sound ? [`[sound-${rung.name}]`] : [])],
        [...videoArgs({ ...ladder, rungs: [rung] }, 1), ...(sound ? audioArgs(ladder) : [])],
      ),
    ),
    ...(sound ? output('audio', ['[sound-audio]'], audioArgs(ladder)) : []),
  ];
}

function audioArgs(ladder: Ladder): string[] {
  return ['-c:a', 'aac', '-b:a', String(ladder.audioBitRate), '-ar', String(SAMPLE_RATE), '-ac', '2'];
}

function videoArgs(ladder: Ladder, threads: number): string[] {
  return [
    ...(ladder.codec === 'av1' ? av1Args(threads) : h264Args(ladder, threads)),
    ...['-pix_fmt', 'yuv420p', '-g', String(ladder.gop)],
    ...['-color_primaries', 'bt709', '-color_trc', 'bt709', '-colorspace', 'bt709', '-color_range', 'tv'],
    ...ladder.rungs.flatMap((rung, n) => [
      ...[`-crf:v:${n}`, String(rung.crf), `-maxrate:v:${n}`, String(rung.maxBitRate)],
      ...[`-bufsize:v:${n}`, String(rung.maxBitRate * 2)],
    ]),
  ];
}

/** A fixed GOP without scene cuts aligns the keyframes of all rungs; equal headers let chunks share an init segment. */
function h264Args({ gop }: Ladder, threads: number): string[] {
  return [
    ...['-c:v', 'libx264', '-preset', PRESET, '-profile:v', 'high', '-threads:v', String(threads)],
    ...['-keyint_min', String(gop), '-sc_threshold', '0', '-x264-params', 'stitchable=1'],
  ];
}

/** SVT-AV1 counts its GOPs as x264 does, and without scene detection puts keyframes nowhere else. */
function av1Args(threads: number): string[] {
  return ['-c:v', 'libsvtav1', '-preset', AV1_PRESET, '-svtav1-params', `scd=0:lp=${threads}`];
}

/** Options of the `hls` muxer for the folder of one rendition. */
function hlsOptions({ ladder, part }: Pick<RunSettings, 'ladder' | 'part'>, folder: string): [string, string][] {
  return [
    ['hls_time', text(segmentSecondsOf(ladder))],
    ['hls_playlist_type', 'event'],
    ['hls_segment_type', 'fmp4'],
    ['hls_flags', 'independent_segments+temp_file'],
    ...(part ? ([['start_number', String(part.firstSegment)]] as [string, string][]) : []),
    ['hls_fmp4_init_filename', 'init.mp4'],
    ['hls_segment_filename', `${folder}/%04d.m4s`],
  ];
}

function teeTargets(settings: RunSettings): string {
  const { ladder } = settings;
  const hls = (folder: string, select: string) => {
    const options = hlsOptions(settings, folder).map(([key, value]) => `${key}=${value}`);
    return `[select=\\'${select}\\':f=hls:${options.join(':')}]${folder}/index.m3u8`;
  };
  const sound = hasSound(settings) ? ',a' : '';
  const rungs = ladder.rungs.map((rung, n) => hls(rung.name, `v:${n}${sound}`));
  const audio = hasSound(settings) ? [hls('audio', 'a')] : [];
  const progressive = ladder.progressive.map((name) => {
    const n = ladder.rungs.findIndex((rung) => rung.name === name);
    return `[select=\\'v:${n}${sound}\\':f=mp4:movflags=+faststart]mp4/${name}.mp4`;
  });
  return [...rungs, ...audio, ...progressive].join('|');
}

function filterGraph(settings: RunSettings, way: Way): string {
  const { description, ladder, watermark } = settings;
  const descending = [...ladder.rungs].reverse();
  const top = topOf(ladder);
  const upright = way === 'plain' ? plainPicture(ladder, top) : uprightPicture(description.video, ladder, top);
  // The end is in the graph: every output ends by it, and nothing is decoded beyond.
  const end = settings.frames === undefined ? '' : `,trim=end_frame=${settings.frames}`;
  const cut = cutOff('trim', description, settings.startSeconds);
  const picture = `[0:${description.video.index}]${fromItsFirst(description)}${cut}${upright}${end}`;
  const chains = [
    ...(settings.stills > 0 ? [`${picture},split=2[clean][forstills]`, stillsChain(settings)] : [`${picture}[clean]`]),
    watermark ? `[clean][1:v]${overlay(watermark)}[marked]` : '[clean]null[marked]',
    ...cascade(descending, settings),
  ];
  if (hasSound(settings)) {
    const names = [...ladder.rungs.map((rung) => rung.name), 'audio'];
    const each = `,asplit=${names.length}${names.map((name) => `[sound-${name}]`).join('')}`;
    const cutSound = cutOff('atrim', description, settings.startSeconds);
    const sound = `[0:${description.audio?.index}]${cutSound}${soundChain(settings.gainDb)}`;
    chains.push(`${sound}${way === 'plain' ? each : '[sound]'}`);
  }
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

/** The picture by ffmpeg's own scaler alone: what is left when a library of its filters fails. HDR comes out pale. */
function plainPicture({ fps }: Ladder, top: Rung): string {
  return `fps=fps=${fps.num}/${fps.den}:start_time=0,scale=${top.width}:${top.height}:flags=bilinear,format=yuv420p,setsar=1`;
}

/** A few frames spread over the clip, the last well before its end so that the poster is made while the run goes on. */
function stillsChain({ ladder, stills, stillsWithin }: RunSettings): string {
  const frames = Math.max(1, Math.floor((stillsWithin * ladder.fps.num) / ladder.fps.den));
  const every = Math.max(1, Math.floor((frames * 0.8) / stills));
  return `[forstills]select=not(mod(n\\,${every})),${stillSize(topOf(ladder))}[stills]`;
}

/** Scales a frame to a poster's size, in full range as JPEG has it. */
function stillSize(top: Pick<Rung, 'width' | 'height'>): string {
  const scale = Math.min(1, STILL_SHORT_SIDE / Math.min(top.width, top.height));
  const size = `${Math.round((top.width * scale) / 2) * 2}:${Math.round((top.height * scale) / 2) * 2}`;
  return `scale=${size}:out_range=pc,format=yuvj420p`;
}

/** A frame soon after each of these moments of the source, each found by its own seek, into `seek01.jpg` and on. */
export function seekStillsArgs(
  source: string,
  { description, ladder }: Pick<RunSettings, 'description' | 'ladder'>,
  moments: readonly number[],
  endSeconds: number,
): string[] {
  const top = topOf(ladder);
  const graph = moments.map(
    (_, n) =>
      `[${n}:${description.video.index}]${uprightPicture(description.video, ladder, top)},${stillSize(top)}[s${n}]`,
  );
  return [
    ...['-hide_banner', '-nostdin', '-y', '-v', 'error', '-filter_complex_threads', '1'],
    ...moments.flatMap((moment) => [
      // The first keyframe from there on: nothing but keyframes is decoded.
      ...['-threads', '1', '-skip_frame', 'nokey', '-t', text(endSeconds - moment)],
      ...['-ss', text(moment), ...pinnedInput(description.demuxer), '-i', source],
    ]),
    ...['-filter_complex', graph.join(';')],
    ...moments.flatMap((_, n) => [
      ...['-map', `[s${n}]`, '-frames:v', '1', '-c:v', 'mjpeg', '-q:v', '2', '-f', 'image2', '-update', '1'],
      `seek${String(n + 1).padStart(2, '0')}.jpg`,
    ]),
  ];
}

/** The frame that stands at a moment of the source, into `seek01.jpg`. */
export function coverArgs(
  source: string,
  { description, ladder }: Pick<RunSettings, 'description' | 'ladder'>,
  seconds: number,
): string[] {
  const top = topOf(ladder);
  const cut = cutOff('trim', description, seconds);
  const picture = `[0:${description.video.index}]${cut}${uprightPicture(description.video, ladder, top)},${stillSize(top)}[s]`;
  return [
    ...['-hide_banner', '-nostdin', '-y', '-v', 'error'],
    ...(cut === '' ? ['-noaccurate_seek', '-ss', text(seconds)] : []),
    ...[...pinnedInput(description.demuxer), '-i', source, '-filter_complex', picture, '-map', '[s]'],
    ...['-frames:v', '1', '-c:v', 'mjpeg', '-q:v', '2', '-f', 'image2', '-update', '1', 'seek01.jpg'],
  ];
}

/**
 * A long film's sound, encoded once for all of it. The coder's first packet holds nothing but its own delay: with as many
 * samples taken off the sound's front, every later packet stands where it belongs without an edit list.
 */
export function soundArgs(
  source: string,
  settings: Pick<RunSettings, 'description' | 'ladder' | 'gainDb' | 'startSeconds' | 'maxSeconds'>,
): string[] {
  const { description, ladder, startSeconds } = settings;
  const sought = startSeconds > 0 && seeksWell(description.demuxer);
  const cut = cutOff('atrim', description, startSeconds);
  const chain = `${cut}${soundChain(settings.gainDb)},atrim=start_sample=${AAC_FRAME}`;
  return [
    ...[...REPORTING, ...(sought ? ['-ss', text(startSeconds)] : [])],
    ...[
      '-t',
      text(settings.maxSeconds + (sought ? 0 : startSeconds)),
      ...pinnedInput(description.demuxer),
      '-i',
      source,
    ],
    ...['-filter_complex', `[0:${description.audio?.index}]${chain}[sound]`, '-map', '[sound]', ...NO_METADATA],
    ...[...audioArgs(ladder), '-flags', '+global_header', '-f', 'hls'],
    ...hlsOptions({ ladder, part: undefined }, 'audio').flatMap(([key, value]) => [`-${key}`, value]),
    'audio/index.m3u8',
  ];
}

/** Measures loudness by EBU R128 over the whole sound; the summary is the end of standard error. */
export function loudnessArgs(
  source: string,
  { description, startSeconds, maxSeconds }: Pick<RunSettings, 'description' | 'startSeconds' | 'maxSeconds'>,
): string[] {
  return [
    ...['-hide_banner', '-nostdin', '-nostats', '-v', 'info', ...(startSeconds > 0 ? ['-ss', text(startSeconds)] : [])],
    ...['-t', text(maxSeconds), ...pinnedInput(description.demuxer), '-i', source],
    ...['-map', `0:${description.audio?.index}`, '-vn', '-sn', '-dn'],
    ...['-af', 'aformat=channel_layouts=stereo,ebur128=framelog=verbose', '-f', 'null', '-'],
  ];
}

/** Target -14 LUFS; no more than 20 dB are added, so that a room's hiss stays a hiss. Undefined for silence. */
export function gainFromSummary(stderr: string): number | undefined {
  const measured = Number(/I:\s+(-?[\d.]+) LUFS/.exec(stderr.slice(stderr.lastIndexOf('Summary:')))?.[1]);
  if (!Number.isFinite(measured) || measured <= -69) return undefined;
  return Math.min(20, -14 - measured);
}

/** The largest rung. */
export function topOf({ rungs }: Pick<Ladder, 'rungs'>): Rung {
  const top = rungs.at(-1);
  if (top === undefined) throw new Error('a ladder has at least one rung');
  return top;
}

function text(seconds: number): string {
  return seconds.toFixed(6);
}
