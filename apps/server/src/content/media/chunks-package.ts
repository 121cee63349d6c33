// What a long film can be watched by: playlists that grow while chunks are made, and the package at their end.
import type { Tx } from '#platform/database';
import { playable, secondsOf } from './chunks.ts';
import { readAll } from './chunks-files.ts';
import type { ChunkRecord, FilmRecord } from './chunks-store.ts';
import * as chunks from './chunks-store.ts';
import { change, type MediaDeps } from './commands.ts';
import { topOf } from './ffmpeg-args.ts';
import type { MediaRecord, PackageRecord } from './media.ts';
import * as rules from './media.ts';
import { publish, withClaim } from './outcomes.ts';
import {
  LIVE_MASTER,
  LIVE_PLAYLIST,
  MASTER,
  masterPlaylist,
  mediaPlaylist,
  PLAYLIST,
  type RungFiles,
} from './playlist.ts';
import { PREVIEW_FILE, STORYBOARD_FILE, secondsBetween, storyboardVtt } from './storyboard.ts';

type Begun = { readonly version: number; readonly film: FilmRecord };

/** The folder that a film is written into; nobody but its owner looks into it before it is published. */
export const prefixOf = (id: string, version: number): string => rules.versionPrefix(id, 'private', version);

/** What is made by now can be watched. The row is locked, so that no older list comes after a newer one. */
export const announce = async (
  deps: MediaDeps,
  tx: Tx,
  media: MediaRecord,
  { version, film }: Begun,
  made: readonly (ChunkRecord | undefined)[],
  firstRungs?: readonly RungFiles[],
): Promise<void> => {
  // While an edit is made the version before it is what plays.
  if (rules.isWhole(media)) {
    await change(deps, tx, media, null, { failures: 0 });
    return;
  }
  const segments = playable(made);
  const prefix = prefixOf(media.id, version);
  for (const { name } of film.ladder.rungs)
    await deps.storage.put(`${prefix}/${name}/${LIVE_PLAYLIST}`, mediaPlaylist(segments, false));
  if (firstRungs)
    await deps.storage.put(
      `${prefix}/${LIVE_MASTER}`,
      masterPlaylist(film.ladder, firstRungs, undefined, LIVE_PLAYLIST),
    );
  const playableMs = Math.round(secondsOf(segments) * 1000);
  await change(deps, tx, media, null, { failures: 0, package: packageOf(film, playableMs) });
};

/** Publishes when nothing is missing any more. Safe to repeat. */
export const finishFilm = async (deps: MediaDeps, id: string, run: string, begun: Begun): Promise<void> => {
  const made = await chunks.madeChunks(deps.database.db, chunks.filmKey(id));
  if (made.length === 0 || made.includes(undefined)) return;
  const { film, version } = begun;
  const prefix = prefixOf(id, version);
  const started = await withClaim(deps, id, run, (tx, media) =>
    change(deps, tx, media, null, { progress: rules.atStage('package', 99) }),
  );
  if (started === null) return;
  const record = await putPlaylists(
    deps,
    prefix,
    film,
    made.filter((chunk) => chunk !== undefined),
  );
  await withClaim(deps, id, run, async (tx, media) => {
    await publish(deps, tx, media, version, record);
    await chunks.deleteFilm(tx, chunks.filmKey(id));
    if (!deps.av1 || media.purpose !== 'video') await deps.jobs.enqueue(tx, 'media.drop_copy', { id });
  });
};

const putPlaylists = async (
  { storage }: MediaDeps,
  prefix: string,
  film: FilmRecord,
  made: readonly ChunkRecord[],
): Promise<PackageRecord> => {
  const segments = playable(made);
  const length = secondsOf(segments);
  const put = (file: string, text: string) => storage.put(`${prefix}/${file}`, text);
  const rungs: RungFiles[] = [];
  for (const { name } of film.ladder.rungs) {
    const init = await readAll({ storage }, `${prefix}/${name}/init.mp4`);
    rungs.push({ name, init, segments: segments.map(({ seconds, bytes }) => ({ seconds, bytes: bytes[name] ?? 0 })) });
    // Who began to watch early has the live names: their lists come to an end as well.
    for (const list of [PLAYLIST, LIVE_PLAYLIST]) await put(`${name}/${list}`, mediaPlaylist(segments, true));
  }
  const sound = film.sound && soundUntil(film.sound, length);
  if (sound) await put(`audio/${PLAYLIST}`, mediaPlaylist(sound, true));
  await put(STORYBOARD_FILE, storyboardVtt(sheetsOf(film, made), secondsBetween(film.ladder)));
  const audio = sound ? { name: 'audio', init: Buffer.alloc(0), segments: sound } : undefined;
  await put(MASTER, masterPlaylist(film.ladder, rungs, audio));

  let bytes = 0;
  for await (const object of storage.scan(prefix)) bytes += object.bytes;
  return {
    ...packageOf(film, null),
    durationMs: Math.round(length * 1000),
    storyboard: STORYBOARD_FILE,
    preview: made.some(({ preview }) => preview !== null) ? PREVIEW_FILE : null,
    bytes,
  };
};

/** While it is made, the length is what the source promises. */
const packageOf = ({ ladder, stills, sound, edits }: FilmRecord, playableMs: number | null): PackageRecord => {
  const { width, height } = topOf(ladder);
  return {
    ...{ width, height, durationMs: Math.round(ladder.durationSeconds * 1000), hasAudio: sound !== null },
    ...{ rungs: ladder.rungs.map(({ name }) => name), mp4: [], ...stills, ...edits },
    ...{ playableMs, storyboard: null, preview: null, bytes: 0 },
  };
};

/** The sound's fragments that begin before the picture ends. */
const soundUntil = ({ seconds, bytes }: NonNullable<FilmRecord['sound']>, end: number) => {
  let start = 0;
  return seconds.flatMap((length, n) => {
    const begins = start;
    start += length;
    return begins < end ? [{ seconds: length, bytes: bytes[n] ?? 0 }] : [];
  });
};

const sheetsOf = (film: FilmRecord, made: readonly ChunkRecord[]) =>
  made.flatMap(({ sprite, segments }, n) => {
    const chunk = film.chunks[n];
    return sprite && chunk && segments.length > 0
      ? [{ sprite, startSeconds: chunk.startSeconds, seconds: secondsOf(segments) }]
      : [];
  });
