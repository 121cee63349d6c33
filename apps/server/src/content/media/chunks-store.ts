// The SQL of long films and their chunks. Every write comes after the lock of the media's row.
import type { MediaEdits } from '@videowindow/contract/api/media';
import { type Reader, sql, type Tx } from '#platform/database';
import type { MadeSegment } from './chunks.ts';
import type { Film } from './chunks-engine.ts';
import type { Codec } from './ladder.ts';
import type { PackageRecord } from './media.ts';
import type { Sprite } from './storyboard.ts';

/** A piece of media has at most one film of each codec in the making. */
export type FilmKey = { readonly id: string; readonly codec: Codec };
export const filmKey = (id: string): FilmKey => ({ id, codec: 'h264' });

/** What is kept of a film while its chunks are made. */
export type FilmRecord = Film & {
  readonly edits: MediaEdits;
  /** Of the sound's fragments; null for a silent film. */
  readonly sound: { readonly seconds: number[]; readonly bytes: number[] } | null;
  readonly stills: Pick<PackageRecord, 'poster' | 'thumbnails' | 'thumbhash'>;
};

/** What a finished chunk became. */
export type ChunkRecord = {
  readonly segments: readonly MadeSegment[];
  readonly ends: boolean;
  readonly sprite: Sprite | null;
  readonly preview: string | null;
};

export const filmOf = async (
  db: Reader,
  { id, codec }: FilmKey,
): Promise<{ version: number; film: FilmRecord } | null> =>
  (
    await sql<{ version: number; film: FilmRecord }>`
      select version, film from media_films where media_id = ${id} and codec = ${codec}`.execute(db)
  ).rows[0] ?? null;

export const insertFilm = async (tx: Tx, { id, codec }: FilmKey, version: number, film: FilmRecord): Promise<void> => {
  await sql`
    insert into media_films (media_id, codec, version, film)
    values (${id}, ${codec}, ${version}, ${JSON.stringify(film)})`.execute(tx);
  await sql`
    insert into media_chunks (media_id, codec, n)
    select ${id}, ${codec}, n from generate_series(0, ${film.chunks.length - 1}::integer) n`.execute(tx);
};

export const deleteFilm = async (tx: Tx, { id, codec }: FilmKey): Promise<void> => {
  await sql`delete from media_films where media_id = ${id} and codec = ${codec}`.execute(tx);
};

/** What is made, by chunks in order; undefined for one that is not made yet. */
export const madeChunks = async (db: Reader, { id, codec }: FilmKey): Promise<(ChunkRecord | undefined)[]> => {
  const { rows } = await sql<{ made: ChunkRecord | null }>`
    select made from media_chunks where media_id = ${id} and codec = ${codec} order by n`.execute(db);
  return rows.map(({ made }) => made ?? undefined);
};

/** Of the chunks that nobody has begun the first ones: so many that no more than `most` are being made. */
export const waitingChunks = async (db: Reader, { id, codec }: FilmKey, most: number): Promise<number[]> => {
  const { rows } = await sql<{ n: number }>`
    with unmade as (
      select n, claim from media_chunks
      where media_id = ${id} and codec = ${codec} and made is null)
    select n from unmade
    where claim is null
    order by n
    limit (select greatest(0, ${most}::integer - count(*)) from unmade where claim is not null)`.execute(db);
  return rows.map(({ n }) => n);
};

/** Takes unfinished chunks from the workers of an earlier run. */
export const releaseChunks = async (tx: Tx, { id, codec }: FilmKey): Promise<void> => {
  await sql`update media_chunks set claim = null where media_id = ${id} and codec = ${codec} and made is null`.execute(
    tx,
  );
};

/** The chunk is ours from here on; whoever had it before writes no more. */
export const claimChunk = async (tx: Tx, { id, codec }: FilmKey, n: number, claim: string): Promise<void> => {
  await sql`
    update media_chunks set claim = ${claim}, made_seconds = 0, speed = 0
    where media_id = ${id} and codec = ${codec} and n = ${n}`.execute(tx);
};

/** @returns whether the chunk is still ours */
export const noteChunkProgress = async (
  tx: Tx,
  { id, codec }: FilmKey,
  n: number,
  claim: string,
  { madeSeconds, speed }: { madeSeconds: number; speed: number },
): Promise<boolean> => {
  const { rows } = await sql`
    update media_chunks set made_seconds = ${madeSeconds}, speed = ${speed}
    where media_id = ${id} and codec = ${codec} and n = ${n} and claim = ${claim} and made is null
    returning n`.execute(tx);
  return rows.length === 1;
};

/** @returns whether the chunk was still ours and not made */
export const noteChunkMade = async (
  tx: Tx,
  { id, codec }: FilmKey,
  n: number,
  claim: string,
  made: ChunkRecord,
): Promise<boolean> => {
  const { rows } = await sql`
    update media_chunks set made = ${JSON.stringify(made)}, claim = null
    where media_id = ${id} and codec = ${codec} and n = ${n} and claim = ${claim} and made is null
    returning n`.execute(tx);
  return rows.length === 1;
};

/** Seconds of the film that are made or being made, and how many are made in a second now, by all workers. */
export const filmProgress = async (db: Reader, { id, codec }: FilmKey): Promise<{ seconds: number; speed: number }> => {
  const { rows } = await sql<{ seconds: number; speed: number }>`
    select
      coalesce(sum(coalesce(
        (select sum((segment->>'seconds')::double precision) from jsonb_array_elements(made->'segments') segment),
        made_seconds)), 0) as seconds,
      coalesce(sum(speed) filter (where made is null and claim is not null), 0) as speed
    from media_chunks
    where media_id = ${id} and codec = ${codec}`.execute(db);
  return rows[0] ?? { seconds: 0, speed: 0 };
};
