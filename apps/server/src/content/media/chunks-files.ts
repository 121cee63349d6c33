// The files of a film in the making, below the folder that it is written into: what its jobs put there and read again.
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import type { MadeChunk, Sound } from './chunks-engine.ts';
import type { ChunkRecord, FilmRecord } from './chunks-store.ts';
import type { MediaDeps } from './commands.ts';
import type { Refusal } from './engine.ts';
import { type RungFiles, segmentName } from './playlist.ts';
import { readRung } from './runs.ts';

type Stored = Pick<MediaDeps, 'storage'>;

/** Beyond the picture's end. */
export const NOTHING: ChunkRecord = { segments: [], ends: true, sprite: null, preview: null };

/** Puts the whole film's sound, as `makeSound` left it in a work folder, below `prefix`. @returns what is kept of it */
export const putSound = async (
  { storage }: Stored,
  prefix: string,
  folder: string,
  heard: RungFiles | undefined,
): Promise<FilmRecord['sound']> => {
  if (heard === undefined) return null;
  const files = ['init.mp4', ...heard.segments.map((_, n) => segmentName(n))].map((name) => `audio/${name}`);
  await Promise.all(files.map((file) => storage.putFile(`${prefix}/${file}`, join(folder, file))));
  return { seconds: heard.segments.map(({ seconds }) => seconds), bytes: heard.segments.map(({ bytes }) => bytes) };
};

/** That sound, for the chunks. */
export const soundOf = async (
  deps: Stored,
  prefix: string,
  { sound }: Pick<FilmRecord, 'sound'>,
): Promise<Sound | undefined> =>
  sound === null
    ? undefined
    : {
        init: await readAll(deps, `${prefix}/audio/init.mp4`),
        segments: sound.seconds.length,
        segment: (n) => readAll(deps, `${prefix}/audio/${segmentName(n)}`),
      };

/**
 * Puts a chunk's files below `prefix`. The first one's init segments are those of all.
 * @throws Error when the chunk would need others
 */
export const putChunk = async (
  deps: Stored,
  prefix: string,
  { ladder }: Pick<FilmRecord, 'ladder'>,
  n: number,
  folder: string,
  { segments, ends, sprite, preview, files }: MadeChunk,
): Promise<ChunkRecord> => {
  for (const { name } of n > 0 && segments.length > 0 ? ladder.rungs : []) {
    const [ours, first] = [await readRung(folder, name), await readAll(deps, `${prefix}/${name}/init.mp4`)];
    if (!ours?.init.equals(first)) throw new Error(`chunk ${n} has another header than the first in ${name}`);
  }
  const kept = n === 0 ? files : files.filter((file) => !file.endsWith('/init.mp4'));
  await Promise.all(kept.map((file) => deps.storage.putFile(`${prefix}/${file}`, join(folder, file))));
  return { segments, ends, sprite: sprite ?? null, preview: preview ?? null };
};

export const readAll = async ({ storage }: Stored, key: string): Promise<Buffer> => buffer(await storage.read(key));

/** @throws Error for what has to be tried again */
export const made = <T>(result: T | Refusal): Exclude<T, Refusal> => {
  if (typeof result === 'object' && result !== null && 'kind' in result) {
    if (result.kind === 'failed') throw new Error(`${result.why}: ${result.detail.slice(-2000)}`);
    if (result.kind === 'rejected') throw new Error(result.rejection.code);
  }
  return result as Exclude<T, Refusal>; // both refusals have been thrown
};
