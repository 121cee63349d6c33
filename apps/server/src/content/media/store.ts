// The SQL of media.
import { type Reader, sql, type Tx } from '#platform/database';
import type { ImageRecord, MediaClass, MediaRecord, MediaState, PackageRecord, StoredRejection } from './media.ts';

const MEDIA = sql`id, owner_id as "ownerId", purpose, state, visibility, filename, bytes, class, version, progress, seq, claim,
  failures, rejection, package, image, edits, chapters, source_duration_ms as "sourceDurationMs", source_url as "sourceUrl",
  array(
    select jsonb_build_object('language', language, 'label', label, 'revision', revision)
    from media_captions where media_id = media.id order by language
  ) as captions,
  created_at as "createdAt", expires_at as "expiresAt"`;

export const mediaById = async (db: Reader, id: string): Promise<MediaRecord | null> =>
  (await sql<MediaRecord>`select ${MEDIA} from media where id = ${id}`.execute(db)).rows[0] ?? null;

/** Locks the row: every command on a piece of media begins here. */
export const lockMedia = async (tx: Tx, id: string): Promise<MediaRecord | null> =>
  (await sql<MediaRecord>`select ${MEDIA} from media where id = ${id} for update`.execute(tx)).rows[0] ?? null;

export const mediaByIds = async (db: Reader, ids: readonly string[]): Promise<MediaRecord[]> =>
  (await sql<MediaRecord>`select ${MEDIA} from media where id = any(${[...ids]}::uuid[])`.execute(db)).rows;

/** Newest first; ids are time-ordered. */
export const mediaOfOwner = async (
  db: Reader,
  ownerId: string,
  before: string | null,
  limit: number,
): Promise<MediaRecord[]> =>
  (
    await sql<MediaRecord>`
      select ${MEDIA}
      from media
      where owner_id = ${ownerId} and state <> 'deleting' and (${before}::uuid is null or id < ${before}::uuid)
      order by id desc
      limit ${limit}`.execute(db)
  ).rows;

export const insertMedia = async (
  tx: Tx,
  media: Pick<
    MediaRecord,
    'id' | 'ownerId' | 'purpose' | 'state' | 'filename' | 'bytes' | 'progress' | 'sourceUrl' | 'createdAt' | 'expiresAt'
  >,
): Promise<void> => {
  await sql`
    insert into media (id, owner_id, purpose, state, filename, bytes, progress, source_url, created_at, expires_at)
    values (${media.id}, ${media.ownerId}, ${media.purpose}, ${media.state}, ${media.filename}, ${media.bytes},
            ${JSON.stringify(media.progress)}, ${media.sourceUrl}, ${media.createdAt}, ${media.expiresAt})`.execute(tx);
};

/** A person's usage. Serialises a person's announcements, so that two cannot share one rest. */
export const lockUsage = async (tx: Tx, ownerId: string, now: Date): Promise<{ today: number; inAll: number }> => {
  await sql`select pg_advisory_xact_lock(hashtextextended('media.quota ' || ${ownerId}::text, 0))`.execute(tx);
  return await usageOf(tx, ownerId, now);
};

/** Bytes that a person announced in the last 24 hours, and all that they keep. */
export const usageOf = async (db: Reader, ownerId: string, now: Date): Promise<{ today: number; inAll: number }> => {
  const { rows } = await sql<{ today: number; inAll: number }>`
    select coalesce(sum(bytes) filter (where created_at > ${now}::timestamptz - interval '24 hours'), 0)::bigint as today,
           coalesce(sum(bytes) filter (where original_deleted_at is null), 0)::bigint as "inAll"
    from media
    where owner_id = ${ownerId} and state <> 'deleting'`.execute(db);
  return rows[0] ?? { today: 0, inAll: 0 };
};

/** Serialises announcements, so that two cannot share one rest of the disk. */
export const lockSpace = async (tx: Tx): Promise<void> => {
  await sql`select pg_advisory_xact_lock(hashtextextended('media.space', 0))`.execute(tx);
};

export type MediaChange = {
  state?: MediaState;
  progress?: MediaRecord['progress'];
  claim?: string | null;
  failures?: number;
  rejection?: StoredRejection;
  rejectedAt?: Date;
  package?: PackageRecord;
  image?: ImageRecord;
  edits?: MediaRecord['edits'];
  chapters?: MediaRecord['chapters'];
  sourceDurationMs?: number;
  visibility?: MediaRecord['visibility'];
  bytes?: number;
  class?: MediaClass;
  version?: number;
};

/** Writes a change of a locked row and counts `seq` up. @returns the row as it is now. */
export const updateMedia = async (tx: Tx, before: MediaRecord, change: MediaChange): Promise<MediaRecord> => {
  const after = { ...before, ...change, seq: before.seq + 1 };
  await sql`
    update media
    set state = ${after.state}, progress = ${JSON.stringify(after.progress)}, seq = ${after.seq}, claim = ${after.claim},
        failures = ${after.failures}, rejection = ${json(after.rejection)}, package = ${json(after.package)},
        image = ${json(after.image)}, edits = ${json(after.edits)}, chapters = ${json(after.chapters)},
        source_duration_ms = ${after.sourceDurationMs}, visibility = ${after.visibility}, bytes = ${after.bytes},
        class = ${after.class}, version = ${after.version}, rejected_at = coalesce(${change.rejectedAt ?? null}, rejected_at)
    where id = ${before.id}`.execute(tx);
  return after;
};

export const deleteMediaRow = async (tx: Tx, id: string): Promise<void> => {
  await sql`delete from media where id = ${id}`.execute(tx);
};

type Removed = { objects: number; bytes: number };

/** @returns what was noted first */
export const noteDeletion = async (tx: Tx, id: string, there: Removed): Promise<Removed> => {
  const { rows } = await sql<{ deletion: Removed }>`
    update media set deletion = coalesce(deletion, ${JSON.stringify(there)}::jsonb)
    where id = ${id}
    returning deletion`.execute(tx);
  return rows[0]?.deletion ?? there;
};

export const deletingMedia = async (db: Reader): Promise<string[]> =>
  (await sql<{ id: string }>`select id from media where state = 'deleting' limit 1000`.execute(db)).rows.map(
    ({ id }) => id,
  );

/** How many older ones of the same person are still waited for. */
export const olderInWork = async (db: Reader, media: Pick<MediaRecord, 'id' | 'ownerId'>): Promise<number> => {
  const { rows } = await sql<{ n: number }>`
    select count(*)::integer as n from media
    where owner_id = ${media.ownerId} and state in ('uploaded', 'processing') and id < ${media.id}`.execute(db);
  return rows[0]?.n ?? 0;
};

export const uploadingMedia = async (db: Reader): Promise<{ id: string; bytes: number; expiresAt: Date }[]> =>
  (
    await sql<{ id: string; bytes: number; expiresAt: Date }>`
      select id, bytes, expires_at as "expiresAt" from media where state = 'uploading' order by expires_at limit 10000`.execute(
      db,
    )
  ).rows;

export const rejectedBefore = async (db: Reader, moment: Date): Promise<string[]> =>
  (
    await sql<{ id: string }>`
      select id from media
      where state = 'rejected' and rejected_at < ${moment} and original_deleted_at is null limit 1000`.execute(db)
  ).rows.map((row) => row.id);

export const noteOriginalDeleted = async (tx: Tx, id: string, at: Date): Promise<void> => {
  await sql`update media set original_deleted_at = ${at} where id = ${id}`.execute(tx);
};

/** Of these ids, those that there are rows for. */
export const knownIds = async (db: Reader, ids: readonly string[]): Promise<Set<string>> => {
  const { rows } = await sql<{ id: string }>`select id from media where id = any(${[...ids]}::uuid[])`.execute(db);
  return new Set(rows.map((row) => row.id));
};

const json = (value: unknown): string | null => (value === null || value === undefined ? null : JSON.stringify(value));
