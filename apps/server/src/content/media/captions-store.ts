// The SQL of captions. Texts are WebVTT in the original's time.
import { type Reader, sql, type Tx } from '#platform/database';

export type CaptionsRow = { language: string; label: string; body: string; revision: number; updatedAt: Date };

const ROW = sql`language, label, body, revision, updated_at as "updatedAt"`;

export const captionsOf = async (db: Reader, mediaId: string): Promise<CaptionsRow[]> =>
  (
    await sql<CaptionsRow>`
      select ${ROW} from media_captions where media_id = ${mediaId} order by language`.execute(db)
  ).rows;

/** Comes after the lock of the media's row. */
export const writeCaptionsRow = async (tx: Tx, mediaId: string, row: CaptionsRow): Promise<void> => {
  await sql`
    insert into media_captions (media_id, language, label, body, revision, updated_at)
    values (${mediaId}, ${row.language}, ${row.label}, ${row.body}, ${row.revision}, ${row.updatedAt})
    on conflict (media_id, language) do update
    set label = excluded.label, body = excluded.body, revision = excluded.revision, updated_at = excluded.updated_at`.execute(
    tx,
  );
};

export const deleteCaptionsRow = async (tx: Tx, mediaId: string, language: string): Promise<void> => {
  await sql`delete from media_captions where media_id = ${mediaId} and language = ${language}`.execute(tx);
};
