// What is read, written and deleted while objects lie in two places.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { createFolderStorage, createTwoPlaces, type Storage } from '#platform/storage';

let folder: string;
let first: Storage;
let second: Storage;
let both: Storage;
let number = 0;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'videowindow-places-'));
});
beforeEach(() => {
  const fresh = join(folder, String(++number));
  first = createFolderStorage(join(fresh, 'first'));
  second = createFolderStorage(join(fresh, 'second'));
  both = createTwoPlaces({ first, second, lock: (_, run) => run(), work: join(fresh, 'work') });
});
afterAll(() => rm(folder, { recursive: true }));

const keysOf = async (storage: Storage) => {
  const keys = [];
  for await (const { key } of storage.scan()) keys.push(key);
  return keys.toSorted();
};

test('everything is found wherever it lies, once; what lies in both is that of the first', async () => {
  await second.put('m/1/a', 'second');
  await second.put('m/1/both', 'old');
  await first.put('m/1/both', 'newer');
  await first.put('m/1/c', 'first');

  const read = await Promise.all(['a', 'both', 'c'].map(async (name) => text(await both.read(`m/1/${name}`))));

  expect(read).toEqual(['second', 'newer', 'first']);
  expect(await both.stat('m/1/both')).toMatchObject({ bytes: 5 });
  expect((await both.list('m/1')).toSorted()).toEqual(['m/1/a', 'm/1/both', 'm/1/c']);
  expect(await keysOf(both)).toEqual(['m/1/a', 'm/1/both', 'm/1/c']);
});

test('what is new goes to the first, also a copy of what lies in the second', async () => {
  await second.put('m/1/a', 'a');

  await both.put('m/1/b', 'b');
  await both.copy('m/1/a', 'm/1/c');

  expect(await keysOf(first)).toEqual(['m/1/b', 'm/1/c']);
  expect(await text(await first.read('m/1/c'))).toBe('a');
});

test('what is deleted is gone from both', async () => {
  for (const place of [first, second]) await place.put('m/1/a', 'x');

  await both.deletePrefix('m/1');

  expect([await keysOf(first), await keysOf(second)]).toEqual([[], []]);
});

test('an object that moves just while it is looked for is found', async () => {
  await second.put('m/1/a', 'x');
  const moved = { ...second, read: move('read'), stat: move('stat'), localFile: move('localFile') };
  /** The second place, from which the object leaves in the moment in which it is asked. */
  function move<K extends 'read' | 'stat' | 'localFile'>(ask: K): Storage[K] {
    return (async (...args: Parameters<Storage[K]>) => {
      await first.put('m/1/a', 'x');
      await second.deletePrefix('m/1/a');
      // One of three functions with the arguments that belong to it.
      return await (second[ask] as (...given: unknown[]) => Promise<unknown>)(...args);
    }) as Storage[K];
  }
  const moving = createTwoPlaces({ first, second: moved, lock: (_, run) => run(), work: folder });
  const startOver = async () => {
    await first.deletePrefix('m/1/a');
    await second.put('m/1/a', 'x');
  };

  const read = await text(await moving.read('m/1/a'));
  await startOver();
  const stat = await moving.stat('m/1/a');
  await startOver();
  const file = await moving.localFile('m/1/a', folder);

  expect(read).toBe('x');
  expect(stat).toMatchObject({ bytes: 1 });
  expect(file).toContain('first');
});
