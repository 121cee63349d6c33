// Rungs in AV1 beside those in H.264: made when a clip plays already, in chunks as a long film is, into a folder of their
// own, and added to what plays when all of them are there. Each job does one step and brings the next.
import { randomUUID } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Tx } from '#platform/database';
import type { JobContext, JobDefinition } from '#platform/jobs';
import { quietly } from './cage.ts';
import { playable } from './chunks.ts';
import { makeChunk, makeSound, planAv1 } from './chunks-engine.ts';
import { made, NOTHING, putChunk, putSound, readAll, soundOf } from './chunks-files.ts';
import type { ChunkRecord, FilmRecord } from './chunks-store.ts';
import * as chunks from './chunks-store.ts';
import { change, enqueueAv1, keepOriginal, type MediaDeps } from './commands.ts';
import { type Engine, examine } from './engine.ts';
import { delayOf, timescaleOf } from './fmp4.ts';
import type { MediaRecord, PackageRecord } from './media.ts';
import * as rules from './media.ts';
import { takeBack } from './outcomes.ts';
import {
  AV1_MASTER,
  MASTER,
  mediaPlaylist,
  PLAYLIST,
  type RungFiles,
  segmentName,
  segmentsOf,
  withRungs,
} from './playlist.ts';
import { filmSource, seekable } from './seekable.ts';
import * as store from './store.ts';
import { linkVersion } from './visibility.ts';

type Begun = { readonly version: number; readonly film: FilmRecord };
type Ready = MediaRecord & { readonly package: PackageRecord };
type Step = { readonly engine: Engine; readonly folder: string; readonly signal: AbortSignal };

/** Segments of both codecs begin at the same frame; of what they are said to last no more than rounding may differ. */
const SAME_SECONDS = 0.001;

export const av1Jobs = (deps: MediaDeps): Record<string, JobDefinition<never>> => ({
  'media.av1': { handle: ({ id }: { id: string }, context: JobContext) => takeStep(deps, id, context) },
  'media.drop_av1': {
    handle: async ({ id, number }: { id: string; number: number }) => {
      for (const folder of foldersOf(id, number)) await deps.storage.deletePrefix(folder);
    },
  },
});

/** Takes out folders that no film in the making knows: what a kill between a file and its row left. `keys`: of all objects. */
export const sweepAv1 = async (deps: MediaDeps, keys: readonly string[]): Promise<void> => {
  const folders = new Set(keys.flatMap((key) => /^media\/[^/]+\/av1-\d+/.exec(key) ?? []));
  for (const folder of folders) {
    const [, id = '', name = ''] = folder.split('/');
    const found = await chunks.filmOf(deps.database.db, keyOf(id));
    const number = Number(name.slice('av1-'.length));
    if (found?.version !== number) for (const part of foldersOf(id, number)) await deps.storage.deletePrefix(part);
  }
};

const keyOf = (id: string): chunks.FilmKey => ({ id, codec: 'av1' });
/** Pictures joined with their sound; and the sound that they are joined with. */
const foldersOf = (id: string, number: number) => {
  const folder = `${rules.mediaPrefix(id)}/av1-${number}`;
  return [folder, `${folder}.sound`] as const;
};

const isWanted = (media: MediaRecord | null): media is Ready =>
  media !== null && rules.plays(media) && media.package !== null && media.package.av1 === undefined;

const isOf = ({ film: { edits } }: Begun, { package: { trim } }: Ready): boolean =>
  edits.trim?.startMs === trim?.startMs && edits.trim?.endMs === trim?.endMs;

const takeStep = async (deps: MediaDeps, id: string, context: JobContext): Promise<void> => {
  if (deps.engine === null || !deps.av1) return;
  const { db } = deps.database;
  const media = await store.mediaById(db, id);
  if (!isWanted(media)) return;
  const found = await chunks.filmOf(db, keyOf(id));
  const begun = found && isOf(found, media) ? found : null;
  if (found && !begun) await deps.database.transaction((tx) => forget(deps, tx, id, found));
  const folder = join(deps.workFolder, `${id}-${randomUUID()}`);
  // It gives way to everything else that the machine has to do.
  const engine = { ...deps.engine, cage: quietly(deps.engine.cage) };
  const step = { engine, folder, signal: context.signal };
  try {
    await mkdir(folder, { recursive: true });
    const records = begun ? await chunks.madeChunks(db, keyOf(id)) : [];
    const n = records.indexOf(undefined);
    if (begun === null) await begin(deps, media, step);
    else if (n >= 0) await makeNext(deps, media, begun, n, records, step);
    else
      return await addRungs(
        deps,
        id,
        begun,
        records.filter((record) => record !== undefined),
      );
    await deps.database.transaction((tx) => enqueueAv1(deps, tx, media));
  } finally {
    for (const path of [folder, `${folder}.source`, `${folder}.copy`]) await rm(path, { recursive: true, force: true });
    await takeBack(deps, id);
  }
};

/** Looks at the source, plans, and makes the sound. */
const begin = async (deps: MediaDeps, media: Ready, { engine, folder, signal }: Step): Promise<void> => {
  const original = await keepOriginal(deps, media.id, `${folder}.source`);
  const verdict = await examine(engine, original, folder, signal);
  if (!verdict.ok) throw new Error(verdict.rejection.code);
  const edits = rules.editsOf(media.package);
  const given = { source: original, description: verdict.description, seconds: media.package.durationMs / 1000 };
  const { source, description } = await seekable(deps, engine, media.id, given, { folder: `${folder}.copy`, signal });
  const handle = await deps.handleOf(deps.database.db, media.ownerId);
  const film = planAv1(description, handle, rules.cutOf(edits), await shownFrom(deps, media));
  const heard = made(await makeSound(engine, film, { source, folder, signal }));
  const {
    seq: number,
    package: { poster, thumbnails, thumbhash },
  } = media;
  const sound = await putSound(deps, foldersOf(media.id, number)[1], folder, heard);
  const record = { ...film, edits, sound, stills: { poster, thumbnails, thumbhash } };
  await withWanted(deps, media.id, async (tx, now) => {
    if (isOf({ version: number, film: record }, now)) await chunks.insertFilm(tx, keyOf(now.id), number, record);
  });
};

/** Makes the first chunk that is missing. */
const makeNext = async (
  deps: MediaDeps,
  { id }: Ready,
  { version, film }: Begun,
  n: number,
  records: readonly (ChunkRecord | undefined)[],
  { engine, folder, signal }: Step,
): Promise<void> => {
  const chunk = film.chunks[n];
  if (chunk === undefined) throw new Error(`there is no chunk ${n}`);
  const claim = randomUUID();
  await withWanted(deps, id, (tx) => chunks.claimChunk(tx, keyOf(id), n, claim));
  const [prefix, soundPrefix] = foldersOf(id, version);
  const isBeyond = records.slice(0, n).some((record) => record?.ends);
  const make = async () => {
    const source = await filmSource(deps, id, `${folder}.source`);
    const sound = soundOf(deps, soundPrefix, film);
    const result = made(await makeChunk(engine, film, chunk, sound, { source, folder, signal }, async () => {}));
    return await putChunk(deps, prefix, film, n, folder, result);
  };
  const record = isBeyond ? NOTHING : await make();
  await withWanted(deps, id, (tx) => chunks.noteChunkMade(tx, keyOf(id), n, claim, record));
};

/** From here on players may choose them. While an edit is made nothing happens: its end brings this job again. */
const addRungs = async (deps: MediaDeps, id: string, begun: Begun, records: readonly ChunkRecord[]): Promise<void> => {
  const { storage } = deps;
  const { version: number, film } = begun;
  const [folder] = foldersOf(id, number);
  const segments = playable(records);
  const rungs: RungFiles[] = [];
  for (const { name } of film.ladder.rungs) {
    const init = await readAll(deps, `${folder}/${name}/init.mp4`);
    rungs.push({ name, init, segments: segments.map(({ seconds, bytes }) => ({ seconds, bytes: bytes[name] ?? 0 })) });
    await storage.put(`${folder}/${name}/${PLAYLIST}`, mediaPlaylist(segments, true));
  }
  let bytes = 0;
  for await (const object of storage.scan(folder)) bytes += object.bytes;

  await withWanted(deps, id, async (tx, media) => {
    if (media.state !== 'ready' || !isOf(begun, media)) return;
    const prefix = rules.versionPrefix(id, media.class, media.version);
    await forget(deps, tx, id, begun);
    if (!(await isAligned(deps, prefix, media.package, segments)))
      return deps.log.error({ media: id }, 'the segments in AV1 are not those in H.264: they are left out');
    const master = withRungs(
      String(await readAll(deps, `${prefix}/${MASTER}`)),
      film.ladder,
      rungs,
      film.sound !== null,
    );
    await linkVersion(deps, folder, prefix, tx);
    await storage.put(`${prefix}/${AV1_MASTER}`, master);
    const av1 = rungs.map(({ name }) => name);
    await change(deps, tx, media, null, { package: { ...media.package, av1, bytes: media.package.bytes + bytes } });
  });
};

const forget = async (deps: MediaDeps, tx: Tx, id: string, { version: number }: Begun): Promise<void> => {
  await chunks.deleteFilm(tx, keyOf(id));
  await deps.jobs.enqueue(tx, 'media.drop_av1', { id, number });
  await deps.jobs.enqueue(tx, 'media.drop_copy', { id });
};

const withWanted = (deps: MediaDeps, id: string, work: (tx: Tx, media: Ready) => Promise<unknown>): Promise<void> =>
  deps.database.transaction(async (tx) => {
    const media = await store.lockMedia(tx, id);
    if (isWanted(media)) await work(tx, media);
  });

/** In H.264 the first picture is shown when reordering allows it; all else is as much later. */
const shownFrom = async (deps: MediaDeps, media: Ready): Promise<number> => {
  const rung = `${rules.versionPrefix(media.id, media.class, media.version)}/${media.package.rungs[0]}`;
  const init = await readAll(deps, `${rung}/init.mp4`);
  return delayOf(await readAll(deps, `${rung}/${segmentName(0)}`)) / timescaleOf(init);
};

const isAligned = async (
  deps: MediaDeps,
  prefix: string,
  { rungs }: PackageRecord,
  segments: readonly { readonly seconds: number }[],
): Promise<boolean> => {
  const other = segmentsOf(String(await readAll(deps, `${prefix}/${rungs[0]}/${PLAYLIST}`)));
  const isSame = ({ seconds }: { seconds: number }, n: number) =>
    Math.abs(seconds - (segments[n]?.seconds ?? 0)) < SAME_SECONDS;
  return other.length === segments.length && other.every(isSame);
};
