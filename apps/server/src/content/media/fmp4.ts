/**
 * Fragmented MP4 as boxes (ISO/IEC 14496-12): moves fragments in time and puts picture and sound into one segment.
 *
 * Picture and sound are encoded apart, each from its own 0. Here they meet, by copy: a segment is one fragment that holds
 * the picture's samples and after them the sound's, each with its own place in time.
 * Edit lists are left out: every time stamp is the real one, so that players which ignore edit lists play in sync as
 * well. A picture is shown a little after its decoding (see {@link delayOf}); the sound is moved by as much.
 */

export const PICTURE_TRACK = 1;
export const SOUND_TRACK = 2;

/** What one track gives to a segment: a segment that ffmpeg wrote for it alone. */
export interface Part {
  readonly segment: Buffer;
  readonly track: typeof PICTURE_TRACK | typeof SOUND_TRACK;
  /** Added to the decode time, in the track's own time scale. */
  readonly shift: number;
}

export interface Box {
  readonly type: string;
  /** With its header. */
  readonly start: number;
  readonly body: number;
  readonly end: number;
}

const HEADER = 8;
/** Flags of tfhd and trun. */
const BASE_IS_MOOF = 0x020000;
const DATA_OFFSET = 0x1;
const FIRST_SAMPLE_FLAGS = 0x4;
const SAMPLE_DURATION = 0x100;
const SAMPLE_SIZE = 0x200;
const SAMPLE_FLAGS = 0x400;
const SAMPLE_DELAY = 0x800;
const SEGMENT_TYPE = boxOf('styp', Buffer.from('msdh\0\0\0\0msdhmsix', 'latin1'));

/** One init segment for picture and sound, from the ones that ffmpeg wrote for each alone. */
export function joinInits(picture: Buffer | undefined, sound: Buffer | undefined): Buffer {
  const inits = [
    ...(picture ? [{ init: picture, track: PICTURE_TRACK }] : []),
    ...(sound ? [{ init: sound, track: SOUND_TRACK }] : []),
  ];
  const [first] = inits;
  if (first === undefined) throw new Error('an init segment needs a track');
  const header = Buffer.from(slice(first.init, find(first.init, 'moov', 'mvhd')));
  header.writeUInt32BE(SOUND_TRACK + 1, header.length - 4); // next_track_ID is the last field
  const tracks = inits.map(({ init, track }) => trackBox(init, track));
  const defaults = inits.map(({ init, track }) => {
    const trex = Buffer.from(slice(init, find(init, 'moov', 'mvex', 'trex')));
    trex.writeUInt32BE(track, HEADER + 4);
    return trex;
  });
  return Buffer.concat([
    slice(first.init, find(first.init, 'ftyp')),
    boxOf('moov', header, ...tracks, boxOf('mvex', ...defaults)),
  ]);
}

/**
 * A media segment that holds all parts, each with its own place in time: one fragment of all of them, and what a part has
 * beyond its first fragment in fragments of its own.
 * @param sequence of the first fragment within its rendition; rises
 */
export function joinSegment(parts: readonly Part[], sequence: number): Buffer {
  const read = parts.map(readPart);
  const rows = Array.from({ length: Math.max(...read.map(({ length }) => length)) }, (_, n) =>
    read.flatMap((fragments) => fragments.slice(n, n + 1)),
  );
  return Buffer.concat([SEGMENT_TYPE, ...rows.flatMap((row, n) => joinFragments(row, sequence + n))]);
}

function joinFragments(fragments: readonly Fragment[], sequence: number): Buffer[] {
  const header = boxOf('mfhd', Buffer.from([0, 0, 0, 0]), uint32(sequence));
  // The samples come behind the header of the fragment, all its boxes, and their own header.
  const before = HEADER + header.length + fragments.reduce((sum, { track }) => sum + track.length, 0) + HEADER;
  let bytes = 0;
  for (const { track, samples, samplesAt } of fragments) {
    moveSamples(track, before + bytes - samplesAt);
    bytes += samples.length;
  }
  return [
    boxOf('moof', header, ...fragments.map(({ track }) => track)),
    boxOf('mdat', ...fragments.map(({ samples }) => samples)),
  ];
}

/** How long after its decoding the first picture of a segment is shown, in ticks: what reordering needs; 0 without one. */
export function delayOf(segment: Buffer): number {
  if (boxes(segment, 0, segment.length).every(({ type }) => type !== 'moof')) return 0;
  const run = find(segment, 'moof', 'traf', 'trun').body;
  const flags = segment.readUInt32BE(run);
  if ((flags & SAMPLE_DELAY) === 0) return 0;
  // Of a sample's four fields the delay is the last one.
  const fields = [SAMPLE_DURATION, SAMPLE_SIZE, SAMPLE_FLAGS].filter((flag) => flags & flag).length;
  const first = run + 8 + (flags & DATA_OFFSET ? 4 : 0) + (flags & FIRST_SAMPLE_FLAGS ? 4 : 0);
  return segment.readInt32BE(first + fields * 4);
}

/** Ticks in a second of the one track of an init segment. */
export function timescaleOf(init: Buffer): number {
  const box = find(init, 'moov', 'trak', 'mdia', 'mdhd');
  return init.readUInt32BE(box.body + (init[box.body] === 1 ? 20 : 12));
}

/** A track's box of a fragment, moved to its place in time, and its samples with where they stood. */
interface Fragment {
  readonly track: Buffer;
  readonly samples: Buffer;
  readonly samplesAt: number;
}

function readPart(part: Part): Fragment[] {
  const all = [...boxes(part.segment, 0, part.segment.length)];
  return all.flatMap((moof, n) => {
    const mdat = all[n + 1];
    if (moof.type !== 'moof') return [];
    if (mdat?.type !== 'mdat') throw new Error('a fragment without its samples');
    const samples = part.segment.subarray(mdat.body, mdat.end);
    return [{ track: movedTrack(part, moof), samples, samplesAt: mdat.body - moof.start }];
  });
}

function movedTrack({ segment, track, shift }: Part, moof: Box): Buffer {
  const traf = Buffer.from(slice(segment, child(segment, moof, 'traf')));
  const inside = { type: 'traf', start: 0, body: HEADER, end: traf.length };
  const header = child(traf, inside, 'tfhd').body;
  if ((traf.readUInt32BE(header) & BASE_IS_MOOF) === 0) throw new Error('samples are not counted from their fragment');
  traf.writeUInt32BE(track, header + 4);
  const time = child(traf, inside, 'tfdt').body;
  if (traf[time] === 1) traf.writeBigUInt64BE(traf.readBigUInt64BE(time + 4) + BigInt(shift), time + 4);
  else traf.writeUInt32BE(traf.readUInt32BE(time + 4) + shift, time + 4);
  return traf;
}

/** Says anew where a track's samples stand, counted from the fragment's start. */
function moveSamples(traf: Buffer, by: number): void {
  for (const box of boxes(traf, HEADER, traf.length)) {
    if (box.type !== 'trun' || (traf.readUInt32BE(box.body) & DATA_OFFSET) === 0) continue;
    const offset = box.body + 8;
    traf.writeInt32BE(traf.readInt32BE(offset) + by, offset);
  }
}

/** The only track of an init segment, with its new number and without its edit list. */
function trackBox(init: Buffer, track: number): Buffer {
  const trak = find(init, 'moov', 'trak');
  const parts = [...boxes(init, trak.body, trak.end)].filter(({ type }) => type !== 'edts');
  return boxOf(
    'trak',
    ...parts.map((part) => {
      const bytes = Buffer.from(slice(init, part));
      if (part.type === 'tkhd') bytes.writeUInt32BE(track, HEADER + (bytes[HEADER] === 1 ? 20 : 12));
      return bytes;
    }),
  );
}

export function* boxes(bytes: Buffer, from: number, to: number): Generator<Box> {
  for (let start = from; start < to; ) {
    const size = bytes.readUInt32BE(start);
    if (size < HEADER || start + size > to) throw new Error(`a box of ${size} bytes at ${start} does not fit`);
    yield {
      type: bytes.toString('latin1', start + 4, start + 8),
      start,
      body: start + HEADER,
      end: start + size,
    };
    start += size;
  }
}

export function find(bytes: Buffer, ...path: readonly string[]): Box {
  let inside: Box = { type: 'file', start: 0, body: 0, end: bytes.length };
  for (const type of path) inside = child(bytes, inside, type);
  return inside;
}

export function child(bytes: Buffer, parent: Box, type: string): Box {
  for (const box of boxes(bytes, parent.body, parent.end)) if (box.type === type) return box;
  throw new Error(`there is no ${type} in ${parent.type}`);
}

export function slice(bytes: Buffer, { start, end }: Box): Buffer {
  return bytes.subarray(start, end);
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

export function boxOf(type: string, ...content: readonly Buffer[]): Buffer {
  const header = Buffer.alloc(HEADER);
  header.writeUInt32BE(HEADER + content.reduce((sum, part) => sum + part.length, 0));
  header.write(type, 4, 'latin1');
  return Buffer.concat([header, ...content]);
}
