// What only S3 has: a network that breaks, a store that is busy or forgetful, uploads in parts.
import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer, text } from 'node:stream/consumers';
import { type ServedS3, serveS3 } from '@videowindow/sandbox/s3';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { readSettings } from '#platform/config';
import { checkStorage, createS3Storage, openStorage, type Storage, storageSettings } from '#platform/storage';
import { eventually } from '../../testing/eventually.ts';

const KEY = { accessKeyId: 'sandbox', secretAccessKey: 'only the tests know' };
const MIB = 2 ** 20;

let folder: string;
let s3: ServedS3;
let storage: Storage;
let now = Date.now();

const open = (options: Partial<Parameters<typeof createS3Storage>[0]> = {}) =>
  createS3Storage({
    ...{ bucket: 'clips', region: 'eu-central-1', endpoint: s3.url, forcePathStyle: true, credentials: KEY },
    partBytes: 5 * MIB,
    ...options,
  });

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'videowindow-s3-'));
  const limits = { maxCopyBytes: 6 * MIB };
  s3 = await serveS3({ dir: join(folder, 's3'), bucket: 'clips', ...KEY, ...limits, clock: () => new Date(now) });
  storage = open({ copyBytes: limits.maxCopyBytes });
});
beforeEach(() => {
  now = Date.now();
  s3.chaos.slowDown(0);
  s3.chaos.cut(0, 0);
  s3.chaos.loseAnswer(0, () => false);
  s3.chaos.refuseDelete(null);
  s3.chaos.forgetDelete(null);
  s3.chaos.onRequest(null);
});
afterAll(async () => {
  await s3.close();
  await rm(folder, { recursive: true });
});

const sum = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
const putFile = async (key: string, content: Buffer, into = storage) => {
  const file = join(folder, `file-${randomBytes(6).toString('hex')}`);
  await writeFile(file, content);
  await into.putFile(key, file);
};
const isGet = (request: IncomingMessage) => request.method === 'GET';
const isPart = (request: IncomingMessage) => request.method === 'PUT' && Boolean(request.url?.includes('partNumber='));
const isComplete = (request: IncomingMessage) =>
  request.method === 'POST' && Boolean(request.url?.includes('uploadId='));
const away = { code: 'external_service_unavailable', details: { provider: 'storage' } };

describe('a store that has trouble', () => {
  test('is asked again when it is busy', async () => {
    s3.chaos.slowDown(2);

    await storage.put('busy', 'x');

    expect(await text(await storage.read('busy'))).toBe('x');
  });

  test('that stays busy or is not there is told as away, by every way to ask it', async () => {
    const impatient = open({ tries: 1 });
    const nobody = open({ tries: 1, endpoint: 'http://127.0.0.1:1' });

    for (const place of [impatient, nobody]) {
      s3.chaos.slowDown(Number.POSITIVE_INFINITY);
      const asked = [
        place.put('k', 'x'),
        putFile('k', Buffer.from('x'), place),
        place.read('k'),
        place.stat('k'),
        place.list('k'),
        place.copy('k', 'l'),
        place.deletePrefix('k'),
        place.sweep(new Date()),
      ];
      for (const outcome of await Promise.allSettled(asked)) {
        expect(outcome).toMatchObject({ status: 'rejected', reason: away });
      }
    }
  });

  test('that falls silent is given up and asked again', async () => {
    const waits = open({ silenceMs: 300, tries: 2 });
    await waits.put('silent', 'there');
    let silent = 1;
    s3.chaos.onRequest(() => (silent-- > 0 ? new Promise(() => {}) : undefined));

    expect(await waits.stat('silent')).toMatchObject({ bytes: 5 });

    silent = Number.POSITIVE_INFINITY;
    await expect(waits.stat('silent')).rejects.toMatchObject(away);
  });

  test('that refuses our key is no passing trouble, and says so', async () => {
    const stranger = open({ credentials: { accessKeyId: 'sandbox', secretAccessKey: 'wrong' } });

    await expect(stranger.put('k', 'x')).rejects.toMatchObject({ name: 'SignatureDoesNotMatch' });
  });
});

describe('a connection that is cut', () => {
  test('while an object is read goes on from the same byte', async () => {
    const content = randomBytes(4 * MIB);
    await putFile('cut/read', content);
    const ranges: unknown[] = [];
    s3.chaos.onRequest((request) => void ranges.push(request.headers.range));
    s3.chaos.cut(2, MIB, isGet);

    const read = await buffer(await storage.read('cut/read'));
    const part = await buffer(await storage.read('cut/read', { start: 100, end: 3 * MIB }));

    expect(sum(read)).toBe(sum(content));
    expect(sum(part)).toBe(sum(content.subarray(100, 3 * MIB + 1)));
    expect(ranges.filter((range) => /^bytes=[1-9]\d{5,}-$/.test(String(range)))).not.toEqual([]);
  });

  test('while the object is replaced never mixes the old with the new', async () => {
    await putFile('cut/swap', Buffer.alloc(4 * MIB, 'a'));
    s3.chaos.cut(1, MIB, isGet);
    const reading = await storage.read('cut/swap');
    await putFile('cut/swap', Buffer.alloc(4 * MIB, 'b'));

    await expect(buffer(reading)).rejects.toMatchObject({ name: 'PreconditionFailed' });
  });

  test('while a file is sent sends that part again', async () => {
    const content = randomBytes(12 * MIB);
    s3.chaos.cut(2, MIB, isPart);

    await putFile('cut/parts', content);

    expect(sum(await buffer(await storage.read('cut/parts')))).toBe(sum(content));
  });

  test('before the answer that a file is whole does not lose the file', async () => {
    const content = randomBytes(11 * MIB);
    s3.chaos.loseAnswer(1, isComplete);

    await putFile('cut/answer', content);

    expect(sum(await buffer(await storage.read('cut/answer')))).toBe(sum(content));
  });

  test('ends with a reader who goes away before the first byte', async () => {
    await putFile('cut/unread', randomBytes(4 * MIB));
    const closed: boolean[] = [];
    s3.chaos.onRequest((request) => void request.socket.once('close', () => closed.push(true)));

    (await storage.read('cut/unread')).destroy();

    await eventually(() => expect(closed).toEqual([true]));
  });
});

describe('a large object', () => {
  test('that fails leaves neither an object nor parts of one', async () => {
    const before = (await readdir(join(folder, 's3', 'bytes'))).length;
    const brief = open({ tries: 1 });
    s3.chaos.slowDown(1, (request) => isPart(request) && Boolean(request.url?.includes('partNumber=2')));

    await expect(putFile('large/failed', randomBytes(12 * MIB), brief)).rejects.toMatchObject(away);

    expect(await storage.stat('large/failed')).toBeNull();
    expect((await readdir(join(folder, 's3', 'bytes'))).length).toBe(before);
  });

  test('beyond what the store copies at once is copied in parts', async () => {
    const content = randomBytes(7 * MIB);
    await putFile('large/first', content);

    await storage.copy('large/first', 'large/second');

    expect(sum(await buffer(await storage.read('large/second')))).toBe(sum(content));
  });

  test('whose sender was killed is swept when it is old, and only then', async () => {
    const killed = open({ tries: 1 });
    const neverAborted = (request: IncomingMessage) => isComplete(request) || request.method === 'DELETE';
    const leave = async (key: string) => {
      s3.chaos.slowDown(2, neverAborted);
      await expect(putFile(key, randomBytes(6 * MIB), killed)).rejects.toMatchObject(away);
    };
    const before = (await readdir(join(folder, 's3', 'bytes'))).length;
    now = Date.now() - 10 * 60_000;
    await leave('left/old');
    now = Date.now();
    await leave('left/fresh');

    const swept = await storage.sweep(new Date(Date.now() - 5 * 60_000));
    const again = await storage.sweep(new Date(Date.now() - 5 * 60_000));

    expect([swept, again]).toEqual([1, 0]);
    expect((await readdir(join(folder, 's3', 'bytes'))).length).toBe(before + 2);
    expect(await storage.sweep(new Date(Date.now() + 60_000))).toBe(1);
  });
});

describe('a deletion', () => {
  test('that the store forgets or refuses once is done again until nothing is left', async () => {
    for (const key of ['gone/a', 'gone/b', 'gone/c/d']) await storage.put(key, 'x');
    const once = new Set(['gone/a', 'gone/b']);
    s3.chaos.forgetDelete((key) => key === 'gone/a' && once.delete(key));
    s3.chaos.refuseDelete((key) => key === 'gone/b' && once.delete(key));

    await storage.deletePrefix('gone');

    expect(await storage.list('gone')).toEqual([]);
  });

  test.each(['forgetDelete', 'refuseDelete'] as const)(
    'by a store that goes on with %s is not called done',
    async (knob) => {
      await storage.put('stays/a', 'x');
      s3.chaos[knob](() => true);

      await expect(storage.deletePrefix('stays')).rejects.toThrow('1 objects are left below stays');
    },
  );

  test('takes out more objects than one list shows', async () => {
    const keys = Array.from({ length: 1100 }, (_, n) => `many/${n}`);
    for (let n = 0; n < keys.length; n += 50)
      await Promise.all(keys.slice(n, n + 50).map((key) => storage.put(key, '')));

    const listed = (await storage.list('many')).length;
    await storage.deletePrefix('many');

    expect(listed).toBe(1100);
    expect(await storage.list('many')).toEqual([]);
  });
});

describe('settings', () => {
  const read = (env: Record<string, string>) => readSettings(storageSettings, { STORAGE: 's3', ...env });
  const ours = () => ({
    S3_BUCKET: 'clips',
    S3_ENDPOINT: s3.url,
    S3_ACCESS_KEY_ID: KEY.accessKeyId,
    S3_SECRET_ACCESS_KEY: KEY.secretAccessKey,
  });

  test('open the place that they name', async () => {
    await openStorage(read(ours()), folder).put('by/settings', 'x');
    await openStorage(readSettings(storageSettings, {}), folder).put('by/default', 'y');

    expect(await text(await storage.read('by/settings'))).toBe('x');
    expect(await readFile(join(folder, 'objects', 'by', 'default'), 'utf8')).toBe('y');
  });

  test('that lack something name it', () => {
    expect(() => openStorage(read({ S3_ACCESS_KEY_ID: 'a' }), folder)).toThrow(
      /S3_BUCKET is needed[\s\S]*S3_SECRET_ACCESS_KEY belong together/,
    );
    expect(() => read({ S3_BUCKET: 'Not A Bucket' })).toThrow('S3_BUCKET');
    expect(() => read({ S3_ENDPOINT: 's3.example' })).toThrow('S3_ENDPOINT');
  });

  test('are tried by the doctor, who names what the store says', async () => {
    const good = await checkStorage(read(ours()), folder);
    const noBucket = await checkStorage(read({ ...ours(), S3_BUCKET: 'nobodys' }), folder);
    const wrongKey = await checkStorage(read({ ...ours(), S3_SECRET_ACCESS_KEY: 'x' }), folder);
    const incomplete = await checkStorage(read({}), folder).catch((error) => error);

    expect(good).toEqual({ ok: true, words: 'bucket clips' });
    expect(noBucket).toMatchObject({ ok: false, words: expect.stringContaining('NoSuchBucket') });
    expect(wrongKey).toMatchObject({ ok: false, words: expect.stringContaining('SignatureDoesNotMatch') });
    expect(incomplete).toMatchObject({ name: 'ConfigError' });
    expect(await storage.list('doctor')).toEqual([]);
  });

  test('are found good each time that they are tried', async () => {
    const settings = readSettings(storageSettings, {});

    const found = await Promise.all(Array.from({ length: 300 }, () => checkStorage(settings, folder)));

    expect(found.filter(({ ok }) => !ok)).toEqual([]);
  });

  test('of a bucket that anybody can read are not called well', async () => {
    const open = await serveS3({ dir: join(folder, 'open'), bucket: 'clips', ...KEY, open: true });

    const found = await checkStorage(read({ ...ours(), S3_ENDPOINT: open.url }), folder);
    await open.close();

    expect(found).toMatchObject({ ok: false, words: expect.stringContaining('read by anybody') });
  });
});
