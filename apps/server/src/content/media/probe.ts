/** What is really in an uploaded file: ffprobe in the cage, its JSON read by a schema, a duration that was checked. */
import { stat } from 'node:fs/promises';
import { type Static, Type } from 'typebox';
import { Value } from 'typebox/value';
import type { Cage, CageLimits } from './cage.ts';
import type { Demuxer, Sniffed } from './sniff.ts';
import { sniffFile } from './sniff.ts';

/** A file's picture and sound as the ladder needs them. Sizes are as shown: upright, pixels square. */
export interface Description {
  readonly demuxer: Demuxer;
  readonly durationSeconds: number;
  readonly video: VideoDescription | undefined;
  readonly audio: AudioDescription | undefined;
  readonly encrypted: boolean;
  readonly streams: number;
}

export interface VideoDescription {
  /** ffmpeg's stream index. */
  readonly index: number;
  readonly codec: string;
  /** As stored, before rotation. */
  readonly codedWidth: number;
  readonly codedHeight: number;
  /** As shown: rotated upright, square pixels. */
  readonly width: number;
  readonly height: number;
  /** Clockwise degrees that the player has to turn the stored picture by. */
  readonly rotation: 0 | 90 | 180 | 270;
  /** Frames a second, as a fraction: the mean, or for an uneven rate one that is fine enough to keep each moment. */
  readonly fps: { readonly num: number; readonly den: number };
  readonly hdr: 'pq' | 'hlg' | undefined;
  /** Primaries that reach beyond BT.709 and have to be mapped. */
  readonly wideGamut?: 'bt2020' | 'p3' | undefined;
  readonly interlaced: boolean;
  /** The matrix that YUV was made with; undefined when the file does not say. */
  readonly matrix: 'bt709' | 'bt601' | 'bt2020' | undefined;
  /** Drawn here for a recording of sound: it stands still but for a line. */
  readonly drawn?: true;
}

export interface AudioDescription {
  readonly index: number;
  readonly codec: string;
  readonly channels: number;
}

export type ProbeResult =
  | { readonly ok: true; readonly description: Description }
  | {
      readonly ok: false;
      readonly why: Extract<Sniffed, { ok: false }>['why'] | 'unreadable';
      readonly detail: string;
    };

/** Decoders that may be opened at all; everything else in a file stays closed. */
export const VIDEO_CODECS = [
  'h264',
  'hevc',
  'vp8',
  'vp9',
  'av1',
  'prores',
  'mpeg4',
  'mpeg2video',
  'mpeg1video',
  'h263',
  'mjpeg',
  'dvvideo',
  'theora',
];
const AUDIO_CODECS = ['aac', 'mp3', 'opus', 'vorbis', 'flac', 'alac', 'ac3', 'eac3', 'amr_nb', 'amr_wb', 'mp2'];
const isKnownAudio = (codec: string) => AUDIO_CODECS.includes(codec) || codec.startsWith('pcm_');

/** The demuxers beside their own names under which ffmpeg checks `-format_whitelist`. */
const DEMUXER_NAMES: Record<Demuxer, string> = {
  mov: 'mov,mp4,m4a,3gp,3g2,mj2',
  matroska: 'matroska,webm',
  avi: 'avi',
  mpegts: 'mpegts',
  mpeg: 'mpeg',
  ogg: 'ogg',
  wav: 'wav',
  flac: 'flac',
  mp3: 'mp3',
};

/** The input options that every caged run opens a source with. */
export function pinnedInput(demuxer: Demuxer): string[] {
  return ['-protocol_whitelist', 'file,pipe', '-format_whitelist', DEMUXER_NAMES[demuxer], '-f', demuxer];
}

const LIMITS: CageLimits = { wallMs: 240_000, cpuSeconds: 60, memoryBytes: 4 * 2 ** 30, outputBytes: 2 ** 20 };

const Text = Type.Optional(Type.String());
const FfprobeStream = Type.Object({
  index: Type.Integer({ minimum: 0 }),
  codec_type: Text,
  codec_name: Text,
  codec_tag_string: Text,
  width: Type.Optional(Type.Integer()),
  height: Type.Optional(Type.Integer()),
  sample_aspect_ratio: Text,
  field_order: Text,
  color_space: Text,
  color_transfer: Text,
  color_primaries: Text,
  avg_frame_rate: Text,
  r_frame_rate: Text,
  duration: Text,
  nb_frames: Text,
  channels: Type.Optional(Type.Integer()),
  disposition: Type.Optional(
    Type.Object({ attached_pic: Type.Optional(Type.Integer()), default: Type.Optional(Type.Integer()) }),
  ),
  tags: Type.Optional(Type.Object({ enc_key_id: Text })),
  side_data_list: Type.Optional(
    Type.Array(
      Type.Object({ side_data_type: Text, rotation: Type.Optional(Type.Union([Type.Number(), Type.String()])) }),
    ),
  ),
});
const FfprobeOutput = Type.Object({
  streams: Type.Array(FfprobeStream),
  format: Type.Object({ duration: Text, size: Text, bit_rate: Text }),
  packets: Type.Optional(
    Type.Array(Type.Object({ side_data_list: Type.Optional(Type.Array(Type.Object({ side_data_type: Text }))) })),
  ),
});
type FfprobeStream = Static<typeof FfprobeStream>;
export type FfprobeOutput = Static<typeof FfprobeOutput>;

/** Probes `source` in the cage; `folder` is an empty work folder. Expected failures are results, not exceptions. */
export async function probe(cage: Cage, source: string, folder: string, signal?: AbortSignal): Promise<ProbeResult> {
  const sniffed = await sniffFile(source);
  if (!sniffed.ok) return { ok: false, why: sniffed.why, detail: 'first bytes' };
  const { demuxer } = sniffed;

  const run = await cage.run({
    tool: 'ffprobe',
    folder,
    source,
    limits: LIMITS,
    signal,
    args: (path) => [
      '-v',
      'error',
      ...pinnedInput(demuxer),
      '-show_format',
      '-show_streams',
      '-show_packets',
      '-read_intervals',
      '%+#40',
      '-of',
      'json',
      path,
    ],
  });
  if (!run.ok) return { ok: false, why: 'unreadable', detail: lastLine(run.stderr) || run.why };
  const output = readJson(run.stdout);
  if (!Value.Check(FfprobeOutput, output)) return { ok: false, why: 'unreadable', detail: 'unexpected ffprobe output' };

  const description = describe(demuxer, output);
  if (description.video === undefined && description.audio === undefined) return { ok: true, description };
  if (!durationIsSuspicious(output, description)) return { ok: true, description };
  const durationSeconds = await measureDuration(cage, source, folder, description, signal);
  if (durationSeconds === undefined) return { ok: false, why: 'unreadable', detail: 'no readable packets' };
  return { ok: true, description: { ...description, durationSeconds } };
}

/** Turns ffprobe's words into ours. Pure; the duration is still the header's word. */
export function describe(demuxer: Demuxer, output: FfprobeOutput): Description {
  const pictures = output.streams.filter((s) => s.codec_type === 'video' && s.disposition?.attached_pic !== 1);
  const sized = pictures.filter((s) => (s.width ?? 0) > 0);
  // Pictures without a size are damaged ones: to say that there are none would send their maker the wrong way.
  const videos = sized.length > 0 ? sized : pictures;
  const audios = output.streams.filter((s) => s.codec_type === 'audio' && isKnownAudio(s.codec_name ?? ''));
  const preferred = <T extends FfprobeStream>(list: T[]) => list.find((s) => s.disposition?.default === 1) ?? list[0];
  const video = preferred(videos);
  const audio = preferred(audios);
  return {
    demuxer,
    durationSeconds: positive(output.format.duration) ?? positive(video?.duration) ?? positive(audio?.duration) ?? 0,
    video: video && describeVideo(video),
    audio: audio && { index: audio.index, codec: audio.codec_name ?? '', channels: audio.channels ?? 2 },
    encrypted: isEncrypted(output),
    streams: output.streams.length,
  };
}

/**
 * Common Encryption (ISO/IEC 23001-7) shows in the packets, WebM's in a key's id; DRM'd iTunes files rename the sample
 * entry to drmi or drms.
 */
function isEncrypted(output: FfprobeOutput): boolean {
  const packets = output.packets ?? [];
  return (
    packets.some((packet) => packet.side_data_list?.some((data) => data.side_data_type === 'Encryption info')) ||
    output.streams.some(
      (s) => s.tags?.enc_key_id !== undefined || ['encv', 'enca', 'drmi', 'drms'].includes(s.codec_tag_string ?? ''),
    )
  );
}

function describeVideo(stream: FfprobeStream): VideoDescription {
  const codedWidth = stream.width ?? 0;
  const codedHeight = stream.height ?? 0;
  const rotation = rotationOf(stream);
  const [sarX, sarY] = ratio(stream.sample_aspect_ratio, ':') ?? [1, 1];
  const square = sarX >= sarY ? [codedWidth * (sarX / sarY), codedHeight] : [codedWidth, codedHeight * (sarY / sarX)];
  const [width = 0, height = 0] = (rotation % 180 === 0 ? square : square.reverse()).map(Math.round);
  const interlaced = ['tt', 'bb', 'tb', 'bt'].includes(stream.field_order ?? '');
  const [num, den] = frameRate(stream, interlaced);
  const transfer = stream.color_transfer;
  return {
    index: stream.index,
    codec: stream.codec_name ?? '',
    codedWidth,
    codedHeight,
    width,
    height,
    rotation,
    fps: { num, den },
    hdr: transfer === 'smpte2084' ? 'pq' : transfer === 'arib-std-b67' ? 'hlg' : undefined,
    wideGamut: gamutOf(stream.color_primaries),
    interlaced,
    matrix: matrixOf(stream.color_space),
  };
}

/**
 * Brought to its mean rate, an uneven one would show each moment up to half a frame late or early; at 30 a second nobody
 * hears that against the sound. An interlaced picture's finest rate counts its fields.
 */
function frameRate(stream: FfprobeStream, interlaced: boolean): [number, number] {
  const mean = ratio(stream.avg_frame_rate, '/');
  const finest = ratio(stream.r_frame_rate, '/');
  if (mean === undefined || finest === undefined || interlaced) return mean ?? finest ?? [25, 1];
  const [meanRate, finestRate] = [mean[0] / mean[1], finest[0] / finest[1]];
  if (meanRate > 60 || Math.abs(finestRate - meanRate) <= meanRate * 0.02) return mean;
  if (finestRate > meanRate && finestRate <= 30.5) return finest;
  return meanRate > 31 ? [60, 1] : [30, 1];
}

function gamutOf(primaries: string | undefined): VideoDescription['wideGamut'] {
  if (primaries === 'bt2020') return 'bt2020';
  return primaries === 'smpte432' || primaries === 'smpte431' ? 'p3' : undefined;
}

function matrixOf(space: string | undefined): VideoDescription['matrix'] {
  if (space === 'bt709') return 'bt709';
  if (space?.startsWith('bt2020')) return 'bt2020';
  return space === 'smpte170m' || space === 'bt470bg' ? 'bt601' : undefined;
}

function rotationOf(stream: FfprobeStream): VideoDescription['rotation'] {
  const counterClockwise = Number(stream.side_data_list?.find((data) => data.rotation !== undefined)?.rotation ?? 0);
  const quarter = Math.round((Number.isFinite(counterClockwise) ? -counterClockwise : 0) / 90) * 90;
  const turned = ((quarter % 360) + 360) % 360;
  return turned === 90 || turned === 180 || turned === 270 ? turned : 0;
}

/**
 * A header is believed where something else bears it out: in MP4 the number of frames, in a transport stream the clock at
 * its end, which ffprobe has read. It is not when it is silent, or means an absurd bit rate.
 */
export function durationIsSuspicious(output: FfprobeOutput, description: Description): boolean {
  const header = positive(output.format.duration);
  if (header === undefined) return true;
  const bitRate = ((positive(output.format.size) ?? 0) * 8) / header;
  if (bitRate < 2_000 || bitRate > 800_000_000) return true;
  const stream = output.streams.find((s) => s.index === (description.video ?? description.audio)?.index);
  const own = positive(stream?.duration);
  if (own !== undefined && Math.abs(own - header) > Math.max(1, header * 0.1)) return true;
  if (description.demuxer === 'mpegts' || description.demuxer === 'mpeg') return false;
  const frames = positive(stream?.nb_frames);
  if (description.demuxer !== 'mov' || frames === undefined || description.video === undefined) return true;
  const counted = (frames * description.video.fps.den) / description.video.fps.num;
  return Math.abs(counted - header) > Math.max(1, header * 0.1);
}

/** Slow disks read this much in a second. */
const SLOW_BYTES_PER_MS = 20_000;

/** Reads the time stamps of all packets (no decoding) of picture and sound and takes the span. Bounded by the cage's time. */
async function measureDuration(
  cage: Cage,
  source: string,
  folder: string,
  description: Description,
  signal: AbortSignal | undefined,
): Promise<number | undefined> {
  let first = Number.POSITIVE_INFINITY;
  let last = Number.NEGATIVE_INFINITY;
  const used = [description.video, description.audio].flatMap((stream) => (stream ? [String(stream.index)] : []));
  const extraMs = (await stat(source)).size / SLOW_BYTES_PER_MS;
  const run = await cage.run({
    tool: 'ffprobe',
    folder,
    source,
    limits: { ...LIMITS, wallMs: LIMITS.wallMs + extraMs, cpuSeconds: LIMITS.cpuSeconds + extraMs / 1000 },
    signal,
    args: (path) => [
      '-v',
      'error',
      ...pinnedInput(description.demuxer),
      ...(used.length === 1 ? ['-select_streams', used[0] ?? ''] : []),
      '-show_entries',
      'packet=stream_index,pts_time,dts_time,duration_time',
      '-of',
      'csv=p=0',
      path,
    ],
    onLine: (line) => {
      const [stream = '', pts, dts, length] = line.split(',');
      const at = [pts, dts].map((text) => Number.parseFloat(text ?? '')).find(Number.isFinite);
      if (at === undefined || !used.includes(stream)) return;
      first = Math.min(first, at);
      last = Math.max(last, at + (positive(length) ?? 0));
    },
  });
  // What a damaged end stopped has been read so far; what took too long may go on for ever.
  if (!run.ok && run.why !== 'exit') return undefined;
  return last > first ? last - first : undefined;
}

/** Frame rate as a number, for rules. */
export function framesPerSecond(video: VideoDescription): number {
  return video.fps.num / video.fps.den;
}

function ratio(text: string | undefined, separator: string): [number, number] | undefined {
  const [a = 0, b = 0] = (text ?? '').split(separator).map(Number);
  return a > 0 && b > 0 ? [a, b] : undefined;
}

function positive(text: string | undefined): number | undefined {
  const value = Number(text);
  return Number.isFinite(value) && value > 0 ? value : undefined;
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function lastLine(text: string): string {
  return text.trim().split('\n').at(-1) ?? '';
}
