// Two places as one, while objects move from the second to the first: everything new is written to the first, what is
// not there is read from the second.
//
// An object is in the first before it leaves the second. So whoever misses it in the first, and then in the second,
// finds it when looking at the first once more; and a walk through the second and then the first meets every object.

import { createWriteStream } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { randomToken } from '#platform/crypto';
import { type Database, sql } from '#platform/database';
import { assertKey, type Storage } from './port.ts';

/** Runs `work` while nobody else moves or deletes objects of the same thing. */
export type GroupLock = <T>(group: string, work: () => Promise<T>) => Promise<T>;

/** What is moved and deleted by turns: the objects of one thing, such as `media/ID`. */
export const groupOf = (key: string): string => assertKey(key).split('/').slice(0, 2).join('/');

/** Held by a session: a process that dies gives it back. */
export const groupLock =
  (database: Database): GroupLock =>
  (group, work) =>
    database.db.connection().execute(async (connection) => {
      const lock = sql`hashtextextended(${`objects of ${group}`}, 0)`;
      await sql`select pg_advisory_lock(${lock})`.execute(connection);
      return await work().finally(() => sql`select pg_advisory_unlock(${lock})`.execute(connection));
    });

export const createTwoPlaces = (options: {
  first: Storage;
  second: Storage;
  lock: GroupLock;
  /** Folder for what is on its way. */
  work: string;
}): Storage => {
  const { first, second, lock, work } = options;

  const either = async <T>(ask: (place: Storage) => Promise<T>): Promise<T> => {
    try {
      return await ask(first).catch(onMissing(() => ask(second)));
    } catch (error) {
      return await onMissing(() => ask(first))(error);
    }
  };

  async function* scan(prefix?: string) {
    const seen = new Set<string>();
    for await (const object of second.scan(prefix)) {
      seen.add(object.key);
      yield object;
    }
    for await (const object of first.scan(prefix)) if (!seen.has(object.key)) yield object;
  }

  return {
    putFile: first.putFile,
    addFile: async (key, file) => {
      if ((await first.stat(key)) === null && (await second.stat(key)) !== null) {
        await rm(file);
        return false;
      }
      return await first.addFile(key, file);
    },
    put: first.put,
    read: (key, range) => either((place) => place.read(key, range)),
    stat: async (key) => (await first.stat(key)) ?? (await second.stat(key)) ?? (await first.stat(key)),
    async list(prefix) {
      const there = await second.list(prefix);
      return [...new Set([...there, ...(await first.list(prefix))])];
    },
    scan,
    async copy(from, to) {
      assertKey(to);
      await first.copy(from, to).catch(
        onMissing(async () => {
          const file = join(work, randomToken(9));
          await mkdir(work, { recursive: true });
          try {
            await pipeline(await either((place) => place.read(from)), createWriteStream(file));
            await first.putFile(to, file);
          } finally {
            await rm(file, { force: true });
          }
        }),
      );
    },
    deletePrefix: async (prefix) =>
      lock(groupOf(prefix), async () => {
        await second.deletePrefix(prefix);
        await first.deletePrefix(prefix);
      }),
    localFile: (key, folder) => either((place) => place.localFile(key, folder)),
    space: first.space,
    sweep: async (olderThan) => (await first.sweep(olderThan)) + (await second.sweep(olderThan)),
  };
};

const onMissing =
  <T>(otherwise: () => Promise<T>) =>
  async (error: unknown): Promise<T> => {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    return await otherwise();
  };
