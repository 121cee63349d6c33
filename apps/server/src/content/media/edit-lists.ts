/**
 * One ffmpeg run says by edit lists how far its tracks are apart (ISO/IEC 14496-12, 8.6.6): the picture is shown a little
 * after its decoding, and the sound waits for it. Here the wait is written into the sound's own times instead, so that
 * players which ignore edit lists, as several do in fragments, play in sync as well.
 */
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Box, boxes, boxOf, child, find, slice } from './fmp4.ts';

/** Ticks to add to each track's times, by its number. */
type Shifts = ReadonlyMap<number, number>;

/** Does it for every rendition in a work folder, in place. @param rungs names of those with a picture */
export async function settleTimes(folder: string, rungs: readonly string[], audio: string | undefined): Promise<void> {
  let ofSound = 0;
  for (const rung of rungs) {
    const shifts = await settle(join(folder, rung), shiftsOf);
    ofSound = shifts.get(2) ?? 0;
  }
  // Alone it would begin at 0; who changes over to it goes on at the same moment.
  if (audio !== undefined) await settle(join(folder, audio), () => new Map([[1, ofSound]]));
}

async function settle(folder: string, shiftsIn: (init: Buffer) => Shifts): Promise<Shifts> {
  const path = join(folder, 'init.mp4');
  const init = await readFile(path).catch(() => null);
  if (init === null) return new Map(); // a rendition of which nothing was made
  const shifts = shiftsIn(init);
  await writeFile(path, withoutEditLists(init));
  if ([...shifts.values()].every((ticks) => ticks === 0)) return shifts;
  for (const name of await readdir(folder)) {
    if (!name.endsWith('.m4s')) continue;
    const segment = await readFile(join(folder, name));
    moveTracks(segment, shifts);
    await writeFile(join(folder, name), segment);
  }
  return shifts;
}

/** How far each track's list moves it behind the one that begins first. */
function shiftsOf(init: Buffer): Shifts {
  const movie = init.readUInt32BE(find(init, 'moov', 'mvhd').body + 12);
  const starts = tracksOf(init).map((trak) => {
    const scale = init.readUInt32BE(within(init, trak, 'mdia', 'mdhd').body + 12);
    return {
      track: init.readUInt32BE(child(init, trak, 'tkhd').body + 12),
      scale,
      start: startOf(init, trak, movie, scale),
    };
  });
  const first = Math.min(...starts.map(({ start }) => start));
  return new Map(starts.map(({ track, scale, start }) => [track, Math.round((start - first) * scale)]));
}

/** When a track's time 0 is shown, in seconds: after what is empty, less what is skipped. */
function startOf(init: Buffer, trak: Box, movie: number, scale: number): number {
  if (![...boxes(init, trak.body, trak.end)].some(({ type }) => type === 'edts')) return 0;
  const { body } = within(init, trak, 'edts', 'elst');
  let start = 0;
  for (let n = 0; n < init.readUInt32BE(body + 4); n++) {
    const entry = body + 8 + n * 12; // version 0, which ffmpeg writes where it suffices
    const skipped = init.readInt32BE(entry + 4);
    if (skipped >= 0) return start - skipped / scale;
    start += init.readUInt32BE(entry) / movie;
  }
  return start;
}

function withoutEditLists(init: Buffer): Buffer {
  const copied = (box: Box): Buffer =>
    box.type === 'edts'
      ? Buffer.alloc(0)
      : box.type === 'moov' || box.type === 'trak'
        ? boxOf(box.type, ...[...boxes(init, box.body, box.end)].map(copied))
        : slice(init, box);
  return Buffer.concat([...boxes(init, 0, init.length)].map(copied));
}

/** Moves what a segment holds of each track, in place: its fragments, and its index, which is of use to nobody in HLS but must not lie. */
function moveTracks(segment: Buffer, shifts: Shifts): void {
  const add = (at: number, wide: boolean, ticks: number) =>
    wide
      ? segment.writeBigUInt64BE(segment.readBigUInt64BE(at) + BigInt(ticks), at)
      : segment.writeUInt32BE(segment.readUInt32BE(at) + ticks, at);
  for (const box of boxes(segment, 0, segment.length)) {
    if (box.type === 'sidx') {
      const ticks = shifts.get(segment.readUInt32BE(box.body + 4)) ?? 0;
      add(box.body + 12, segment[box.body] === 1, ticks);
    }
    if (box.type !== 'moof') continue;
    for (const traf of boxes(segment, box.body, box.end)) {
      if (traf.type !== 'traf') continue;
      const ticks = shifts.get(segment.readUInt32BE(child(segment, traf, 'tfhd').body + 4)) ?? 0;
      const time = child(segment, traf, 'tfdt').body;
      add(time + 4, segment[time] === 1, ticks);
    }
  }
}

const tracksOf = (init: Buffer): Box[] => {
  const moov = find(init, 'moov');
  return [...boxes(init, moov.body, moov.end)].filter(({ type }) => type === 'trak');
};

const within = (bytes: Buffer, from: Box, ...path: readonly string[]): Box =>
  path.reduce((box, type) => child(bytes, box, type), from);
