// A copy that chunks can be cut from, of what cannot be sought in: transport streams, AVI and Ogg change their container,
// recordings of sound get their picture. It is made once, however often the work on it is begun, and goes when that is done.
import { mkdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type CageLimits, plainFiles } from './cage.ts';
import { isLong } from './chunks.ts';
import * as chunks from './chunks-store.ts';
import { keepOriginal, type MediaDeps } from './commands.ts';
import type { Engine, PictureDescription } from './engine.ts';
import { NO_METADATA, seeksWell, soundInMatroska } from './ffmpeg-args.ts';
import * as rules from './media.ts';
import { pinnedInput } from './probe.ts';
import * as store from './store.ts';

const COPY = 'copy.mkv';
const GIB = 2 ** 30;
/** Slow disks read and write this much in a second. */
const BYTES_PER_SECOND = 10_000_000;

/** The copy of an earlier run; null when there is none. `folder` is for what has to be fetched. */
export const keptCopy = async ({ storage }: Pick<MediaDeps, 'storage'>, id: string, folder: string) => {
  const key = rules.copyKey(id);
  return (await storage.stat(key)) ? await storage.localFile(key, folder) : null;
};

/** Moves a finished copy to where every worker finds it. @returns where it can be read */
export const keepCopy = async ({ storage }: Pick<MediaDeps, 'storage'>, id: string, file: string, folder: string) => {
  await storage.putFile(rules.copyKey(id), file);
  return await storage.localFile(rules.copyKey(id), folder);
};

/** What a film's chunks are cut from. */
export const filmSource = async (deps: MediaDeps, id: string, folder: string): Promise<string> =>
  (await keptCopy(deps, id, folder)) ?? (await keepOriginal(deps, id, folder));

/**
 * A source of which so many seconds are wanted, as it can be worked on: long ones in a form that can be sought in. Where
 * that cannot be made they stay as they are, and are one run.
 */
export const seekable = async (
  deps: MediaDeps,
  engine: Engine,
  id: string,
  given: { readonly source: string; readonly description: PictureDescription; readonly seconds: number },
  { folder, signal }: { readonly folder: string; readonly signal: AbortSignal },
): Promise<{ source: string; description: PictureDescription }> => {
  const { source, description, seconds } = given;
  if (!isLong(seconds) || seeksWell(description.demuxer)) return { source, description };
  const make = async () => {
    const file = await makeCopy(engine, source, description, folder, signal);
    return file && (await keepCopy(deps, id, file, folder));
  };
  const copy = (await keptCopy(deps, id, folder)) ?? (await make());
  return copy === null ? given : { source: copy, description: inCopy(description) };
};

const inCopy = (description: PictureDescription): PictureDescription => ({
  ...description,
  demuxer: 'matroska',
  video: { ...description.video, index: 0 },
  audio: description.audio && { ...description.audio, index: 1 },
});

/** Puts picture and sound, as they are coded, into Matroska. @returns null where that cannot be done */
const makeCopy = async (
  engine: Engine,
  source: string,
  { demuxer, video, audio }: PictureDescription,
  folder: string,
  signal: AbortSignal,
): Promise<string | null> => {
  await mkdir(folder, { recursive: true });
  const { size } = await stat(source);
  const seconds = 120 + size / BYTES_PER_SECOND;
  const limits: CageLimits = {
    ...{ wallMs: seconds * 2000, cpuSeconds: seconds, memoryBytes: 4 * GIB },
    // Raw sound grows a little; all else is some headers more.
    outputBytes: size * 1.2 + 2 ** 26,
  };
  // An AVI says when pictures are decoded: it begins with the first one that is shown. Old ones have two in one packet.
  const unpacked = video.codec === 'mpeg4' ? 'mpeg4_unpack_bframes,' : '';
  const early = '(STARTPTS-STARTDTS)';
  const shown = demuxer === 'avi' ? ['-bsf:v', `${unpacked}setts=pts=PTS-${early}:dts=DTS-${early}`] : [];
  const run = await engine.cage.run({
    ...{ tool: 'ffmpeg', folder, source, limits, signal },
    args: (path) => [
      ...['-hide_banner', '-nostdin', '-y', '-v', 'error', '-fflags', '+genpts', ...pinnedInput(demuxer), '-i', path],
      ...['-map', `0:${video.index}`, ...(audio ? ['-map', `0:${audio.index}`] : []), ...NO_METADATA, '-c:v', 'copy'],
      ...[...shown, ...(audio ? ['-c:a', soundInMatroska(audio.codec)] : []), '-f', 'matroska', COPY],
    ],
  });
  if (!run.ok && (run.why === 'timeout' || run.why === 'aborted')) throw new Error(`copy: ${run.why}: ${run.stderr}`);
  return run.ok && (await plainFiles(folder)).includes(COPY) ? join(folder, COPY) : null;
};

/** Takes it out when nothing is cut from it any more. */
export const dropCopy = async ({ database, storage }: MediaDeps, id: string): Promise<void> => {
  const media = await store.mediaById(database.db, id);
  const isNeeded = media?.state === 'uploaded' || media?.state === 'processing';
  if (isNeeded || (await chunks.filmOf(database.db, { id, codec: 'av1' }))) return;
  await storage.deletePrefix(rules.copyKey(id));
};
