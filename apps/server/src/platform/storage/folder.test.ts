// What only a folder has: a file system below it.
import { existsSync, statSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createFolderStorage, type Storage } from '#platform/storage';

let folder: string;
let storage: Storage;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'videowindow-storage-'));
  storage = createFolderStorage(join(folder, 'objects'));
});
afterAll(() => rm(folder, { recursive: true }));

test('a file from another file system is moved too, and leaves nothing behind', async () => {
  const here = statSync(folder).dev;
  const elsewhere = ['/dev/shm', '/var/tmp'].find((at) => existsSync(at) && statSync(at).dev !== here);
  const file = join(elsewhere ?? tmpdir(), `videowindow-${process.pid}`);
  await writeFile(file, 'from afar');

  await storage.putFile('far/object', file);

  expect(await readFile(await storage.localFile('far/object', folder), 'utf8')).toBe('from afar');
  expect(await storage.list('far')).toEqual(['far/object']);
  await expect(readFile(file)).rejects.toMatchObject({ code: 'ENOENT' });
});

test('a copy takes no room: both keys lead to one file', async () => {
  await storage.put('linked/one', 'x'.repeat(1000));

  await storage.copy('linked/one', 'linked/two');
  await storage.copy('linked/one', 'linked/two');

  const one = statSync(join(folder, 'objects/linked/one'));
  const two = statSync(join(folder, 'objects/linked/two'));
  expect(two.ino).toBe(one.ino);
  expect(two.nlink).toBe(2);
});

test('keys are told alike however the folder was named', async () => {
  const other = createFolderStorage(`${folder}/x/../objects/`);
  await storage.put('same/key', '1');

  expect(await other.list('same')).toEqual(['same/key']);
});

test('deleting through a link deletes the link, not what it leads to', async () => {
  const outside = join(folder, 'outside');
  await mkdir(outside);
  await writeFile(join(outside, 'precious'), 'x');
  await storage.put('away/object', '1');
  await symlink(outside, join(folder, 'objects/away/link'));

  await storage.deletePrefix('away');

  expect(await readFile(join(outside, 'precious'), 'utf8')).toBe('x');
});

test('what a killed process left unfinished is no object, and is swept when it is old', async () => {
  const left = join(folder, 'objects/.unfinished/left');
  const fresh = join(folder, 'objects/.unfinished/fresh');
  await storage.put('whole', '1');
  for (const file of [left, fresh]) await writeFile(file, 'half');
  await utimes(left, 1, 1);

  const keys = [];
  for await (const { key } of storage.scan()) keys.push(key);
  const swept = await storage.sweep(new Date(Date.now() - 3_600_000));

  expect(keys).toContain('whole');
  expect(keys.filter((key) => key.includes('unfinished'))).toEqual([]);
  expect(swept).toBe(1);
  expect(await readFile(fresh, 'utf8')).toBe('half');
});

test('free space is told before anything was stored', async () => {
  const space = await createFolderStorage(join(folder, 'fresh')).space();

  expect(space?.free).toBeGreaterThan(0);
  expect(space?.total).toBeGreaterThanOrEqual(space?.free ?? 0);
});
