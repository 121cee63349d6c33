// The SQL of long films and their chunks. Every write comes after the lock of the media's row.
import type { MediaEdits } from '@videowindow/contract/api/media';
import { type Reader, sql, type Tx } from '#platform/database';
import type { MadeSegment } from './chunks.ts';
import type { Film } from './chunks-engine.ts';
import type { PackageRecord } from './media.ts';
import type { Sprite } from './storyboard.ts';

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

export const filmOf = async (db: Reader, mediaId: string): Promise<{ version: number; film: FilmRecord } | null> =>
  (
    await sql<{ version: number; film: FilmRecord }>`
      select version, film from media_films where media_id = ${mediaId}`.execute(db)
  ).rows[0] ?? null;

export const insertFilm = async (tx: Tx, mediaId: string, version: number, film: FilmRecord): Promise<void> => {
  await sql`
    insert into media_films (media_id, version, film)
    values (${mediaId}, ${version}, ${JSON.stringify(film)})`.execute(tx);
  await sql`
    insert into media_chunks (media_id, n)
    select ${mediaId}, n from generate_series(0, ${film.chunks.length - 1}::integer) n`.execute(tx);
};

export const deleteFilm = async (tx: Tx, mediaId: string): Promise<void> => {
  await sql`delete from media_films where media_id = ${mediaId}`.execute(tx);
};

/** What is made, by chunks in order; undefined for one that is not made yet. */
export const madeChunks = async (db: Reader, mediaId: string): Promise<(ChunkRecord | undefined)[]> => {
  const { rows } = await sql<{ made: ChunkRecord | null }>`
    select made from media_chunks where media_id = ${mediaId} order by n`.execute(db);
  return rows.map(({ made }) => made ?? undefined);
};

/** The first of the chunks that nobody has begun. */
export const waitingChunks = async (db: Reader, mediaId: string, most: number): Promise<number[]> => {
  const { rows } = await sql<{ n: number }>`
    select n from media_chunks
    where media_id = ${mediaId} and made is null and claim is null
    order by n
    limit ${most}`.execute(db);
  return rows.map(({ n }) => n);
};

export const countBegun = async (db: Reader, mediaId: string): Promise<number> => {
  const { rows } = await sql<{ n: number }>`
    select count(*)::integer as n from media_chunks
    where media_id = ${mediaId} and made is null and claim is not null`.execute(db);
  return rows[0]?.n ?? 0;
};

/** Takes unfinished chunks from the workers of an earlier run. */
export const releaseChunks = async (tx: Tx, mediaId: string): Promise<void> => {
  await sql`update media_chunks set claim = null where media_id = ${mediaId} and made is null`.execute(tx);
};

/** The chunk is ours from here on; whoever had it before writes no more. */
export const claimChunk = async (tx: Tx, mediaId: string, n: number, claim: string): Promise<void> => {
  await sql`
    update media_chunks set claim = ${claim}, made_seconds = 0, speed = 0
    where media_id = ${mediaId} and n = ${n}`.execute(tx);
};

/** @returns whether the chunk is still ours */
export const noteChunkProgress = async (
  tx: Tx,
  mediaId: string,
  n: number,
  claim: string,
  { madeSeconds, speed }: { madeSeconds: number; speed: number },
): Promise<boolean> => {
  const { rows } = await sql`
    update media_chunks set made_seconds = ${madeSeconds}, speed = ${speed}
    where media_id = ${mediaId} and n = ${n} and claim = ${claim} and made is null
    returning n`.execute(tx);
  return rows.length === 1;
};

/** @returns whether the chunk was still ours and not made */
export const noteChunkMade = async (
  tx: Tx,
  mediaId: string,
  n: number,
  claim: string,
  made: ChunkRecord,
): Promise<boolean> => {
  const { rows } = await sql`
    update media_chunks set made = ${JSON.stringify(made)}, claim = null
    where media_id = ${mediaId} and n = ${n} and claim = ${claim} and made is null
    returning n`.execute(tx);
  return rows.length === 1;
};

/** Seconds of the film that are made or being made, and how many are made in a second now, by all workers. */
export const filmProgress = async (db: Reader, mediaId: string): Promise<{ seconds: number; speed: number }> => {
  const { rows } = await sql<{ seconds: number; speed: number }>`
    select
      coalesce(sum(coalesce(
        (select sum((segment->>'seconds')::double precision) from jsonb_array_elements(made->'segments') segment),
        made_seconds)), 0) as seconds,
      coalesce(sum(speed) filter (where made is null and claim is not null), 0) as speed
    from media_chunks
    where media_id = ${mediaId}`.execute(db);
  return rows[0] ?? { seconds: 0, speed: 0 };
};
