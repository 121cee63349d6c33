// Objects on the move between a folder and a bucket, with everything that may happen meanwhile.
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, utimes } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer, text } from 'node:stream/consumers';
import { type ServedS3, serveS3 } from '@videowindow/sandbox/s3';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { readSettings } from '#platform/config';
import { type Database, openDatabase, sql } from '#platform/database';
import {
  createS3Storage,
  moveObjects,
  openObjects,
  openOtherPlace,
  openStorage,
  type Storage,
  storageSettings,
  withoutDeletions,
} from '#platform/storage';
import { testDatabase } from '../../testing/database.ts';
import { eventually } from '../../testing/eventually.ts';

const KEY = { accessKeyId: 'sandbox', secretAccessKey: 'only the tests know' };

let folder: string;
let own: Awaited<ReturnType<typeof testDatabase>>;
let database: Database;
let s3: ServedS3;
let dataFolder: string;
let disk: Storage;
let bucket: Storage;
/** What a server sees whose STORAGE is s3. */
let served: Storage;
let number = 0;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'videowindow-move-'));
  own = await testDatabase();
  database = openDatabase({ url: own.url, poolSize: 24, statementTimeoutMs: 0, idleTransactionTimeoutMs: 0 });
});
beforeEach(async () => {
  dataFolder = join(folder, String(++number));
  await s3?.close();
  s3 = await serveS3({ dir: join(dataFolder, 's3'), bucket: 'clips', ...KEY });
  const read = (STORAGE: string) =>
    readSettings(storageSettings, {
      ...{ STORAGE, S3_BUCKET: 'clips', S3_ENDPOINT: s3.url },
      ...{ S3_ACCESS_KEY_ID: KEY.accessKeyId, S3_SECRET_ACCESS_KEY: KEY.secretAccessKey },
    });
  disk = openStorage(read('folder'), dataFolder);
  bucket = openStorage(read('s3'), dataFolder);
  await disk.put('media/first/a', 'a'); // the folder is there when the server starts
  served = openObjects(read('s3'), dataFolder, database);
  expect(openOtherPlace(read('s3'), dataFolder)).not.toBeNull();
});
afterAll(async () => {
  await s3.close();
  await database.close();
  await own.drop();
  await rm(folder, { recursive: true });
});

const toBucket = (target = bucket) =>
  moveObjects({
    database,
    source: { name: 'folder', storage: disk },
    target: { name: 's3', storage: target },
    work: join(dataFolder, 'work'),
  });
const keysOf = async (storage: Storage) => {
  const keys = [];
  for await (const { key } of storage.scan()) keys.push(key);
  return keys.toSorted();
};
const isPut = (method: string | undefined, url: string | undefined, key: string) =>
  method === 'PUT' && url?.startsWith(`/clips/${key}`);

test('everything arrives byte for byte, nothing stays, and back again', async () => {
  const large = randomBytes(17 * 2 ** 20);
  await disk.put('originals/1', large);
  for (let n = 0; n < 30; n++) await disk.put(`media/1/v1/${n}`, `segment ${n}`);

  const there = await toBucket();
  const inBucket = { keys: await keysOf(bucket), large: await buffer(await bucket.read('originals/1')) };
  const onDisk = await keysOf(disk);
  const back = await moveObjects({
    database,
    source: { name: 's3', storage: bucket },
    target: { name: 'folder', storage: disk },
    work: join(dataFolder, 'work'),
  });

  expect(there).toMatchObject({ objects: 32, conflicts: [] });
  expect(inBucket.keys).toHaveLength(32);
  expect(inBucket.large.equals(large)).toBe(true);
  expect(onDisk).toEqual([]);
  expect(back).toMatchObject({ objects: 32, bytes: there.bytes });
  expect(await keysOf(disk)).toEqual(inBucket.keys);
  expect(await keysOf(bucket)).toEqual([]);
  const { rows } =
    await sql`select source, target, state, objects, ended_at from storage_moves order by started_at`.execute(
      database.db,
    );
  expect(rows).toEqual([
    { source: 'folder', target: 's3', state: 'done', objects: 32, ended_at: expect.any(Date) },
    { source: 's3', target: 'folder', state: 'done', objects: 32, ended_at: expect.any(Date) },
  ]);
});

test('at every moment each object can be read', async () => {
  const keys = Array.from({ length: 25 }, (_, n) => `media/${n}/x`);
  for (const key of keys) await disk.put(key, key);
  let moving = true;
  let reads = 0;
  const reading = (async () => {
    for (let n = 0; moving; n++) {
      const key = keys[n % keys.length] ?? '';
      expect(await text(await served.read(key))).toBe(key);
      expect((await served.list(key)).length).toBe(1);
      expect(await served.stat(key)).not.toBeNull();
      reads++;
    }
  })();

  await toBucket().finally(() => {
    moving = false;
  });

  await reading;
  expect(reads).toBeGreaterThan(5);
});

test('what is written anew meanwhile is not replaced by what is on its way', async () => {
  await disk.put('media/1/playlist', 'old');
  let written: Promise<void> | null = null;
  s3.chaos.onRequest(async ({ method, url }) => {
    if (!isPut(method, url, 'media/1/playlist') || written) return;
    written = served.put('media/1/playlist', 'new');
    await written;
  });

  const moved = await toBucket();

  expect(moved.conflicts).toEqual([]);
  expect(await text(await served.read('media/1/playlist'))).toBe('new');
  expect(await keysOf(disk)).toEqual([]);
});

test('what is deleted while it is on its way does not come back', async () => {
  for (const name of ['a', 'b', 'c']) await disk.put(`media/1/${name}`, name);
  let deletion: Promise<void> | null = null;
  s3.chaos.onRequest(({ method, url }) => {
    if (isPut(method, url, 'media/1/')) deletion ??= served.deletePrefix('media/1');
  });

  await toBucket();
  await deletion;

  expect(deletion).not.toBeNull();
  expect([...(await keysOf(disk)), ...(await keysOf(bucket))]).toEqual(['media/first/a']);
});

test('one that differs and is older where it should be newer is left alone and named', async () => {
  await bucket.put('media/1/x', 'in the bucket');
  await disk.put('media/1/x', 'newer on disk');
  const later = new Date(Date.now() + 5000);
  await utimes(join(dataFolder, 'objects/media/1/x'), later, later);

  const moved = await toBucket();

  expect(moved.conflicts).toEqual(['media/1/x']);
  expect(await text(await disk.read('media/1/x'))).toBe('newer on disk');
  expect(await text(await bucket.read('media/1/x'))).toBe('in the bucket');
});

test('a second mover is refused, and a backup that runs has the mover wait', async () => {
  await disk.put('media/1/x', 'x');
  let moving: Promise<unknown> = Promise.resolve();

  await withoutDeletions(database, async () => {
    moving = toBucket();
    await eventually(async () => {
      const { rows } = await sql`
        select from pg_locks where locktype = 'advisory' and not granted
          and database = (select oid from pg_database where datname = current_database())`.execute(database.db);
      expect(rows.length).toBeGreaterThan(0);
    });
    await expect(toBucket()).rejects.toThrow('moved already');
    expect(await keysOf(bucket)).toEqual([]);
  });
  await moving;

  expect(await keysOf(bucket)).toEqual(['media/1/x', 'media/first/a']);
});

test('a bucket that goes away ends the move; the next run goes on', async () => {
  for (let n = 0; n < 10; n++) await disk.put(`media/${n}/x`, String(n));
  let puts = 0;
  s3.chaos.slowDown(Number.POSITIVE_INFINITY, ({ method }) => method === 'PUT' && ++puts > 4);

  const place = { bucket: 'clips', region: 'us-east-1', endpoint: s3.url, forcePathStyle: true, credentials: KEY };

  const first = await toBucket(createS3Storage({ ...place, tries: 1 })).catch((error) => error);
  s3.chaos.slowDown(0);
  const second = await toBucket();

  expect(first).toMatchObject({ code: 'external_service_unavailable' });
  expect(second).toMatchObject({ objects: 11, conflicts: [] });
  expect(await keysOf(disk)).toEqual([]);
  expect(await keysOf(bucket)).toHaveLength(11);
}, 60_000);
