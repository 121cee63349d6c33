// Deletions wait for a backup, and a backup for deletions.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Database, openDatabase, sql } from '#platform/database';
import {
  createFolderStorage,
  deleteDeferred,
  type Storage,
  withDeferredDeletions,
  withoutDeletions,
} from '#platform/storage';
import { testDatabase } from '../../testing/database.ts';
import { eventually } from '../../testing/eventually.ts';

let folder: string;
let own: Awaited<ReturnType<typeof testDatabase>>;
let database: Database;
let place: Storage;
let storage: Storage;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'videowindow-deletions-'));
  own = await testDatabase();
  database = openDatabase({ url: own.url, poolSize: 6, statementTimeoutMs: 5000, idleTransactionTimeoutMs: 5000 });
  place = createFolderStorage(folder);
  storage = withDeferredDeletions(place, database);
});
afterAll(async () => {
  await database.close();
  await own.drop();
  await rm(folder, { recursive: true });
});

test('what is deleted during a backup is there until it has ended, and goes then', async () => {
  for (const key of ['kept/a', 'gone/b']) await storage.put(key, 'x');

  const during = await withoutDeletions(database, async () => {
    await storage.deletePrefix('gone');
    await storage.deletePrefix('gone');
    return { keys: await storage.list('gone'), done: await deleteDeferred(place, database) };
  });
  const done = await deleteDeferred(place, database);

  expect(during).toEqual({ keys: ['gone/b'], done: 0 });
  expect(done).toBe(1);
  expect(await storage.list('gone')).toEqual([]);
  expect(await storage.list('kept')).toEqual(['kept/a']);
  expect(await deleteDeferred(place, database)).toBe(0);
});

test('a backup waits for a deletion that runs, and no other begins before it', async () => {
  const begun = Promise.withResolvers<void>();
  const held = Promise.withResolvers<void>();
  const order: string[] = [];
  const slow = withDeferredDeletions(
    {
      ...place,
      async deletePrefix(prefix) {
        begun.resolve();
        await held.promise;
        order.push(`deleted ${prefix}`);
      },
    },
    database,
  );
  const waiters = async () => {
    const { rows } = await sql<{ waiting: number }>`
      select count(*)::int as waiting from pg_locks
      where locktype = 'advisory' and not granted
        and database = (select oid from pg_database where datname = current_database())`.execute(database.db);
    return rows[0]?.waiting;
  };

  const deleting = slow.deletePrefix('first');
  await begun.promise;
  const backup = withoutDeletions(database, async () => void order.push('backup'));
  await eventually(async () => expect(await waiters()).toBe(1));
  await storage.deletePrefix('second');
  held.resolve();
  await Promise.all([deleting, backup]);

  expect(order).toEqual(['deleted first', 'backup']);
  expect(await deleteDeferred(place, database)).toBe(1);
});
