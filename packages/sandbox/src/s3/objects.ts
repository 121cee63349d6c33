// Buckets on disk: an index in SQLite, the bytes in files beside it. A killed server loses nothing that it answered.
import { createHash, randomUUID } from 'node:crypto';
import { copyFileSync, createReadStream, createWriteStream, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { pipeline } from 'node:stream/promises';

export interface ObjectRow {
  readonly key: string;
  readonly file: string;
  readonly bytes: number;
  readonly etag: string;
  readonly modified: number;
  readonly type: string;
  /** JSON of {header, value}, or an empty text. */
  readonly checksum: string;
}
export interface UploadRow {
  readonly id: string;
  readonly bucket: string;
  readonly key: string;
  readonly type: string;
  readonly started: number;
}
export interface PartRow {
  readonly number: number;
  readonly file: string;
  readonly bytes: number;
  readonly etag: string;
  readonly modified: number;
}

const SCHEMA = `
CREATE TABLE IF NOT EXISTS buckets (name TEXT PRIMARY KEY) STRICT;
CREATE TABLE IF NOT EXISTS objects (
  bucket TEXT NOT NULL, key TEXT NOT NULL, file TEXT NOT NULL, bytes INTEGER NOT NULL, etag TEXT NOT NULL,
  modified INTEGER NOT NULL, type TEXT NOT NULL, checksum TEXT NOT NULL, PRIMARY KEY (bucket, key)
) STRICT;
CREATE TABLE IF NOT EXISTS uploads (
  id TEXT PRIMARY KEY, bucket TEXT NOT NULL, key TEXT NOT NULL, type TEXT NOT NULL, started INTEGER NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS parts (
  upload TEXT NOT NULL, number INTEGER NOT NULL, file TEXT NOT NULL, bytes INTEGER NOT NULL, etag TEXT NOT NULL,
  modified INTEGER NOT NULL, PRIMARY KEY (upload, number)
) STRICT;`;

export type Objects = ReturnType<typeof openObjects>;

export function openObjects(dir: string) {
  mkdirSync(join(dir, 'bytes'), { recursive: true });
  const sql = new DatabaseSync(join(dir, 's3.sqlite'));
  sql.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; ${SCHEMA}`);
  const path = (file: string) => join(dir, 'bytes', file);
  const drop = (file: string | undefined) => file !== undefined && rmSync(path(file), { force: true });
  // Rows have the columns of the tables above.
  const all = <T>(text: string, ...values: (string | number)[]) => sql.prepare(text).all(...values) as T[];
  const one = <T>(text: string, ...values: (string | number)[]) => all<T>(text, ...values)[0];
  const run = (text: string, ...values: (string | number)[]) => sql.prepare(text).run(...values);

  const find = (bucket: string, key: string) =>
    one<ObjectRow>('SELECT * FROM objects WHERE bucket = ? AND key = ?', bucket, key);
  const put = (bucket: string, row: ObjectRow) => {
    const before = find(bucket, row.key);
    run(
      'INSERT OR REPLACE INTO objects (bucket, key, file, bytes, etag, modified, type, checksum) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
      ...[bucket, row.key, row.file, row.bytes, row.etag, row.modified, row.type, row.checksum],
    );
    drop(before?.file);
  };
  const parts = (upload: string) => all<PartRow>('SELECT * FROM parts WHERE upload = ? ORDER BY number', upload);

  return {
    path,
    newFile: () => randomUUID(),
    drop,
    makeBucket: (name: string) => run('INSERT OR IGNORE INTO buckets (name) VALUES (?)', name),
    hasBucket: (name: string) => one('SELECT name FROM buckets WHERE name = ?', name) !== undefined,
    find,
    put,
    remove(bucket: string, key: string) {
      const before = find(bucket, key);
      run('DELETE FROM objects WHERE bucket = ? AND key = ?', bucket, key);
      drop(before?.file);
    },
    /** In order of their UTF-8 bytes, as S3 lists them. */
    list: (bucket: string, prefix: string, after: string, limit: number) =>
      all<ObjectRow>(
        'SELECT * FROM objects WHERE bucket = ? AND key > ? AND substr(key, 1, ?) = ? ORDER BY key LIMIT ?',
        bucket,
        after,
        prefix.length,
        prefix,
        limit,
      ),
    copy(bucket: string, source: ObjectRow, key: string, modified: number): ObjectRow {
      const file = randomUUID();
      copyFileSync(path(source.file), path(file));
      const row = { ...source, key, file, modified };
      put(bucket, row);
      return row;
    },
    startUpload(bucket: string, key: string, type: string, started: number): string {
      const id = randomUUID().replaceAll('-', '');
      run(
        'INSERT INTO uploads (id, bucket, key, type, started) VALUES (?, ?, ?, ?, ?)',
        id,
        bucket,
        key,
        type,
        started,
      );
      return id;
    },
    upload: (bucket: string, key: string, id: string) =>
      one<UploadRow>('SELECT * FROM uploads WHERE id = ? AND bucket = ? AND key = ?', id, bucket, key),
    uploads: (bucket: string, prefix: string) =>
      all<UploadRow>(
        'SELECT * FROM uploads WHERE bucket = ? AND substr(key, 1, ?) = ? ORDER BY key, id',
        bucket,
        prefix.length,
        prefix,
      ),
    parts,
    putPart(upload: string, row: PartRow) {
      const before = one<PartRow>('SELECT * FROM parts WHERE upload = ? AND number = ?', upload, row.number);
      run(
        'INSERT OR REPLACE INTO parts (upload, number, file, bytes, etag, modified) VALUES (?, ?, ?, ?, ?, ?)',
        ...[upload, row.number, row.file, row.bytes, row.etag, row.modified],
      );
      drop(before?.file);
    },
    endUpload(upload: string) {
      const left = parts(upload);
      run('DELETE FROM uploads WHERE id = ?', upload);
      run('DELETE FROM parts WHERE upload = ?', upload);
      for (const { file } of left) drop(file);
    },
    /** The parts' bytes one after the other; the ETag is the MD5 of their MD5s with their number. */
    async join(chosen: readonly PartRow[]): Promise<{ file: string; bytes: number; etag: string }> {
      const file = randomUUID();
      for (const part of chosen)
        await pipeline(createReadStream(path(part.file)), createWriteStream(path(file), { flags: 'a' }));
      const md5 = createHash('md5');
      for (const { etag } of chosen) md5.update(Buffer.from(etag, 'hex'));
      return {
        file,
        bytes: chosen.reduce((sum, part) => sum + part.bytes, 0),
        etag: `${md5.digest('hex')}-${chosen.length}`,
      };
    },
    close: () => sql.close(),
  };
}
