import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createFolderStorage, type Storage } from '#platform/storage';

let folder: string;
let storage: Storage;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'videowindow-storage-'));
  storage = createFolderStorage(join(folder, 'objects'));
});
afterAll(() => rm(folder, { recursive: true }));

const put = async (key: string, content: string) => {
  const file = join(folder, `upload-${Math.random()}`);
  await writeFile(file, content);
  await storage.putFile(key, file);
};

test('an object is put, read in whole or in part, and described', async () => {
  await put('media/1/v1/a.mp4', '0123456789');

  expect(String(await buffer(storage.read('media/1/v1/a.mp4')))).toBe('0123456789');
  expect(String(await buffer(storage.read('media/1/v1/a.mp4', { start: 2, end: 4 })))).toBe('234');
  expect(await storage.stat('media/1/v1/a.mp4')).toMatchObject({ bytes: 10 });
  expect(await storage.stat('media/1/v1')).toBeNull();
  expect(await storage.stat('media/none')).toBeNull();
  await expect(buffer(storage.read('media/none'))).rejects.toMatchObject({ code: 'ENOENT' });
});

test.each([
  '',
  '.',
  '..',
  '../x',
  'a/../../x',
  '/etc/passwd',
  'a//b',
  'a/',
  'a/.',
  './a',
  '.hidden',
  'a\\..\\b',
  'a\0b',
  'a\nb',
  'ä',
  'a b',
  '-rf/..',
])('the key %j is none', async (key) => {
  expect(() => storage.pathOf(key)).toThrow();
  await expect(storage.deletePrefix(key)).rejects.toThrow();
  await expect(put(key, 'x')).rejects.toThrow();
  expect(await storage.stat(key).catch(() => 'refused')).toBe('refused');
});

test('readers of a key that is replaced see the old or the new, never a part', async () => {
  const versions = ['a'.repeat(100_000), 'b'.repeat(100_000)];
  await put('swap', versions[0] ?? '');
  let replacing = true;
  const replacement = (async () => {
    for (let i = 1; i <= 40; i++) await put('swap', versions[i % 2] ?? '');
    replacing = false;
  })();

  const seen = new Set<string>();
  while (replacing) seen.add(String(await buffer(storage.read('swap'))));
  await replacement;

  for (const content of seen) expect(versions).toContain(content);
});

test('a file from another file system is moved too, and leaves nothing behind', async () => {
  const shm = '/dev/shm';
  const file = join(shm, `videowindow-${process.pid}`);
  await writeFile(file, 'from afar');

  await storage.putFile('far/object', file);

  expect(await readFile(storage.pathOf('far/object'), 'utf8')).toBe('from afar');
  expect(await storage.list('far')).toEqual(['far/object']);
  await expect(readFile(file)).rejects.toMatchObject({ code: 'ENOENT' });
});

test('a prefix is listed and deleted with all that is below it, and nothing beside it', async () => {
  await put('clips/1/a', '1');
  await put('clips/1/b/c', '2');
  await put('clips/10/a', '3');

  expect((await storage.list('clips/1')).toSorted()).toEqual(['clips/1/a', 'clips/1/b/c']);
  await storage.deletePrefix('clips/1');

  expect(await storage.list('clips/1')).toEqual([]);
  expect(await storage.list('clips')).toEqual(['clips/10/a']);
  await storage.deletePrefix('clips/never-was');
});

test('keys are told alike however the folder was named', async () => {
  const other = createFolderStorage(`${folder}/x/../objects/`);
  await put('same/key', '1');

  expect(await other.list('same')).toEqual(['same/key']);
});

test('deleting through a link deletes the link, not what it leads to', async () => {
  const outside = join(folder, 'outside');
  await mkdir(outside);
  await writeFile(join(outside, 'precious'), 'x');
  await put('linked/object', '1');
  await symlink(outside, storage.pathOf('linked/link'));

  await storage.deletePrefix('linked');

  expect(await readFile(join(outside, 'precious'), 'utf8')).toBe('x');
});

test('free space is told before anything was stored', async () => {
  const { free, total } = await createFolderStorage(join(folder, 'fresh')).space();

  expect(free).toBeGreaterThan(0);
  expect(total).toBeGreaterThanOrEqual(free);
});
