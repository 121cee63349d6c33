// One contract, kept by every place that objects may lie in.
import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { serveS3 } from '@videowindow/sandbox/s3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createFolderStorage, createS3Storage, createTwoPlaces, type Storage } from '#platform/storage';

type Place = { storage: Storage; close(): Promise<void> };

const places: [string, (folder: string) => Promise<Place>][] = [
  ['a folder', async (folder) => ({ storage: createFolderStorage(join(folder, 'objects')), close: async () => {} })],
  [
    'S3',
    async (folder) => {
      const credentials = { accessKeyId: 'sandbox', secretAccessKey: 'only the tests know' };
      const s3 = await serveS3({ dir: join(folder, 's3'), bucket: 'clips', ...credentials });
      const place = { endpoint: s3.url, region: 'eu-central-1', bucket: 'clips', forcePathStyle: true };
      return { storage: createS3Storage({ ...place, credentials }), close: s3.close };
    },
  ],
  [
    'two places, as while objects move',
    async (folder) => {
      const [first, second] = [createFolderStorage(join(folder, 'first')), createFolderStorage(join(folder, 'second'))];
      const work = join(folder, 'work');
      return { storage: createTwoPlaces({ first, second, lock: (_, run) => run(), work }), close: async () => {} };
    },
  ],
];

describe.each(places)('objects in %s', (_name, open) => {
  let folder: string;
  let place: Place;
  let storage: Storage;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'videowindow-storage-'));
    place = await open(folder);
    storage = place.storage;
  });
  afterAll(async () => {
    await place.close();
    await rm(folder, { recursive: true });
  });

  const putFile = async (key: string, content: string | Buffer) => {
    const file = join(folder, `upload-${randomBytes(6).toString('hex')}`);
    await writeFile(file, content);
    await storage.putFile(key, file);
    return file;
  };
  const text = async (key: string, range?: { start: number; end: number }) =>
    String(await buffer(await storage.read(key, range)));

  test('a file becomes an object, is read in whole or in part, and described', async () => {
    const file = await putFile('media/1/v1/a.mp4', '0123456789');

    expect(await text('media/1/v1/a.mp4')).toBe('0123456789');
    expect(await text('media/1/v1/a.mp4', { start: 2, end: 4 })).toBe('234');
    expect(await storage.stat('media/1/v1/a.mp4')).toMatchObject({ bytes: 10, modifiedAt: expect.any(Date) });
    await expect(readFile(file)).rejects.toMatchObject({ code: 'ENOENT' });
  });

  test('a file is added where nothing lies, and nowhere else; of many at once one wins', async () => {
    const files = Array.from({ length: 5 }, (_, n) => join(folder, `racing-${n}`));
    for (const [n, file] of files.entries()) await writeFile(file, String(n));
    await storage.put('added/before', 'old');
    await writeFile(join(folder, 'late'), 'new');

    const late = await storage.addFile('added/before', join(folder, 'late'));
    const won = await Promise.all(files.map((file) => storage.addFile('added/racing', file)));

    expect(late).toBe(false);
    expect(await text('added/before')).toBe('old');
    expect(won.filter(Boolean)).toHaveLength(1);
    expect(await text('added/racing')).toBe(String(won.indexOf(true)));
    for (const file of [...files, join(folder, 'late')])
      await expect(readFile(file)).rejects.toMatchObject({ code: 'ENOENT' });
  });

  test('a key that nothing lies at is told as missing, whatever is asked', async () => {
    await storage.put('there/below', 'x');

    expect(await storage.stat('there')).toBeNull();
    expect(await storage.stat('none')).toBeNull();
    expect(await storage.stat('there/below/more')).toBeNull();
    expect(await storage.list('none')).toEqual([]);
    await expect(storage.read('none')).rejects.toMatchObject({ code: 'ENOENT' });
    await expect(storage.copy('none', 'other')).rejects.toMatchObject({ code: 'ENOENT' });
    await expect(storage.localFile('none', folder)).rejects.toMatchObject({ code: 'ENOENT' });
  });

  test('text, bytes and nothing at all are put and come back', async () => {
    const bytes = randomBytes(1000);
    await storage.put('small/text', 'Grüße');
    await storage.put('small/bytes', bytes);
    await storage.put('small/empty', '');

    expect(await text('small/text')).toBe('Grüße');
    expect(await buffer(await storage.read('small/bytes'))).toEqual(bytes);
    expect(await text('small/empty')).toBe('');
    expect(await storage.stat('small/empty')).toMatchObject({ bytes: 0 });
  });

  test('a file of many parts comes back byte for byte, as a stream and as a local file', async () => {
    const content = randomBytes(40 * 2 ** 20);
    const sum = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
    await putFile('large', content);

    const streamed = sum(await buffer(await storage.read('large')));
    const local = sum(await readFile(await storage.localFile('large', join(folder, 'local'))));

    expect([streamed, local]).toEqual([sum(content), sum(content)]);
    expect(await storage.stat('large')).toMatchObject({ bytes: content.length });
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
    const refused = expect.objectContaining({ message: expect.stringContaining('is not an object key') });
    const attempts = [
      storage.put(key, 'x'),
      putFile(key, 'x'),
      storage.read(key),
      storage.stat(key),
      storage.list(key),
      storage.copy('a', key),
      storage.copy(key, 'a'),
      storage.deletePrefix(key),
      storage.localFile(key, folder),
      storage.scan(key)[Symbol.asyncIterator]().next(),
    ];

    const outcomes = await Promise.allSettled(attempts);

    expect(outcomes).toEqual(outcomes.map(() => ({ status: 'rejected', reason: refused })));
  });

  test('readers of a key that is replaced see the old or the new, never a part', async () => {
    const versions = ['a'.repeat(100_000), 'b'.repeat(100_000)];
    await putFile('swap', versions[0] ?? '');
    let replacing = true;
    const replacement = (async () => {
      for (let i = 1; i <= 20; i++) await putFile('swap', versions[i % 2] ?? '');
      replacing = false;
    })();

    const seen = new Set<string>();
    while (replacing) seen.add(await text('swap'));
    await replacement;

    for (const content of seen) expect(versions).toContain(content);
  });

  test('a copy is an object of its own: it stays when the first is replaced or deleted', async () => {
    await storage.put('first', 'one');
    await storage.copy('first', 'second/a');
    await storage.copy('first', 'second/a');
    await storage.put('first', 'changed');
    await storage.copy('second/a', 'second/b');
    await storage.deletePrefix('first');

    expect(await text('second/a')).toBe('one');
    expect(await text('second/b')).toBe('one');
  });

  test('a prefix is listed and deleted with all that is below it, and nothing beside it', async () => {
    for (const key of ['clips/1/a', 'clips/1/b/c', 'clips/10/a', 'clips/1-b']) await storage.put(key, key);

    expect((await storage.list('clips/1')).toSorted()).toEqual(['clips/1/a', 'clips/1/b/c']);
    expect(await storage.list('clips/10/a')).toEqual(['clips/10/a']);
    await storage.deletePrefix('clips/1');
    await storage.deletePrefix('clips/1-b');
    await storage.deletePrefix('clips/never-was');

    expect(await storage.list('clips')).toEqual(['clips/10/a']);
  });

  test('the whole store is walked through with sizes', async () => {
    await storage.put('walk/a', '1');
    await storage.put('walk/b/c', '22');
    const found = new Map<string, number>();

    for await (const { key, bytes } of storage.scan()) found.set(key, bytes);
    const below = [];
    for await (const { key } of storage.scan('walk')) below.push(key);

    expect(found.get('walk/a')).toBe(1);
    expect(found.get('walk/b/c')).toBe(2);
    expect(below.toSorted()).toEqual(['walk/a', 'walk/b/c']);
  });
});
