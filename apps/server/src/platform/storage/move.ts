// Moves every object from one place to another while everybody goes on: copy, compare, and only then take away.
import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { newId, randomToken } from '#platform/crypto';
import { type Database, sql } from '#platform/database';
import { whenDeletingIsAllowed } from './deletions.ts';
import { eachOf } from './each.ts';
import type { Storage } from './port.ts';
import { groupLock, groupOf } from './two-places.ts';

const AT_ONCE = 4;

export type Place = 'folder' | 's3';
export type Move = {
  /** Of all runs of this move together. */
  objects: number;
  bytes: number;
  /** Keys that lie in both places, not the same, the older one where it should be the newer: left as they are. */
  conflicts: string[];
};

/**
 * Goes on with a move that was cut off. May be killed at any point; an object is always in one of the two places.
 * @throws Error when a move runs already
 */
export const moveObjects = (options: {
  database: Database;
  source: { name: Place; storage: Storage };
  target: { name: Place; storage: Storage };
  work: string;
  onProgress?: (moved: { objects: number; bytes: number }) => void;
}): Promise<Move> =>
  alone(options.database, async () => {
    const { database, source, target, work } = options;
    const id = await beginMove(database, source.name, target.name);
    const lock = groupLock(database);
    const conflicts: string[] = [];
    await mkdir(work, { recursive: true });
    const moveOne = async (key: string) => {
      const bytes = await copyObject(source.storage, target.storage, key, join(work, randomToken(9)));
      if (bytes === 'gone') return;
      if (bytes === 'conflict') return void conflicts.push(key);
      await source.storage.deletePrefix(key);
      const moved = await noteMoved(database, id, bytes);
      options.onProgress?.(moved);
    };
    // These locks in this order, as whoever deletes takes them. A backup that walks through both places has us wait.
    await eachOf(source.storage.scan(), AT_ONCE, ({ key }) =>
      whenDeletingIsAllowed(database, () => lock(groupOf(key), () => moveOne(key))),
    );
    const { objects, bytes } = await endMove(database, id, conflicts.length === 0);
    return { objects, bytes, conflicts };
  });

/** @returns bytes when the target has the object for good */
const copyObject = async (
  source: Storage,
  target: Storage,
  key: string,
  file: string,
): Promise<number | 'gone' | 'conflict'> => {
  // Deleted while we waited for its turn.
  const original = await source.stat(key);
  if (original === null) return 'gone';
  try {
    if ((await target.stat(key)) === null) {
      await pipeline(await source.read(key), createWriteStream(file));
      await target.addFile(key, file);
    }
  } finally {
    await rm(file, { force: true });
  }
  const [before, after] = await Promise.all([sumOf(source, key), sumOf(target, key)]);
  if (before === after) return original.bytes;
  // Written anew since servers write to the target: what we have is the old one. S3 tells whole seconds.
  const there = await target.stat(key);
  return there && there.modifiedAt.getTime() >= Math.floor(original.modifiedAt.getTime() / 1000) * 1000
    ? original.bytes
    : 'conflict';
};

const sumOf = async (storage: Storage, key: string): Promise<string> => {
  const hash = createHash('sha256');
  await pipeline(await storage.read(key), new PassThrough().on('data', (piece) => hash.update(piece)).resume());
  return hash.digest('hex');
};

/** One mover at a time; the lock goes with its process. */
const alone = <T>(database: Database, work: () => Promise<T>): Promise<T> =>
  database.db.connection().execute(async (connection) => {
    const lock = sql`hashtextextended('storage move', 0)`;
    const { rows } = await sql<{ free: boolean }>`select pg_try_advisory_lock(${lock}) as free`.execute(connection);
    if (!rows[0]?.free) throw new Error('Objects are being moved already.');
    return await work().finally(() => sql`select pg_advisory_unlock(${lock})`.execute(connection));
  });

/** The move that was under way in this direction, or a new one. One in the other direction is over. */
const beginMove = (database: Database, source: Place, target: Place): Promise<string> =>
  database.transaction(async (tx) => {
    await sql`
      update storage_moves set state = 'turned_back', ended_at = clock_timestamp()
      where state = 'running' and source <> ${source}`.execute(tx);
    const { rows } = await sql<{ id: string }>`select id from storage_moves where state = 'running'`.execute(tx);
    if (rows[0]) return rows[0].id;
    const id = newId();
    await sql`insert into storage_moves (id, source, target) values (${id}, ${source}, ${target})`.execute(tx);
    return id;
  });

const noteMoved = async (database: Database, id: string, bytes: number) => {
  const { rows } = await sql<{ objects: number; bytes: number }>`
    update storage_moves set objects = objects + 1, bytes = bytes + ${bytes}
    where id = ${id} returning objects, bytes`.execute(database.db);
  return rows[0] ?? { objects: 0, bytes: 0 };
};

/** With conflicts it stays open: the next run looks at them again. */
const endMove = async (database: Database, id: string, done: boolean) => {
  const { rows } = await sql<{ objects: number; bytes: number }>`
    update storage_moves
    set state = case when ${done} then 'done' else state end,
        ended_at = case when ${done} then clock_timestamp() end
    where id = ${id} returning objects, bytes`.execute(database.db);
  return rows[0] ?? { objects: 0, bytes: 0 };
};
