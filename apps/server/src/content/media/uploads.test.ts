// The tus 1.0 protocol as its text says, by plain HTTP and by the protocol's own client. What an upload becomes: room.test.ts.
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readdir, readFile, rm, stat, statfs, symlink, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type PreviousUpload, Upload, type UploadOptions } from 'tus-js-client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { shiftClock, sql } from '#platform/database';
import { startTestApp, type TestApp } from '../../testing/app.ts';
import { eventually } from '../../testing/eventually.ts';
import { type Person, signIn } from '../../testing/people.ts';

const VERSION = { 'tus-resumable': '1.0.0' };
const BYTES = { 'content-type': 'application/offset+octet-stream' };
const DAY_MS = 24 * 3_600_000;

let app: TestApp;
let maker: Person;

beforeAll(async () => {
  app = await startTestApp();
  maker = await signIn(app, 'ines');
});
afterAll(() => app.stop());

type Sent = { method: string; headers?: Record<string, string>; body?: Uint8Array | ReadableStream };

const send = (url: string, { method, headers = {}, body }: Sent) =>
  maker.fetch(url, { method, headers, ...(body ? { body, duplex: 'half' } : {}) } as RequestInit); // fetch's type lacks `duplex`
const tus = (url: string, sent: Sent) => send(url, { ...sent, headers: { ...VERSION, ...sent.headers } });
const patch = (url: string, offset: number, body: Uint8Array | ReadableStream) =>
  tus(url, { method: 'PATCH', headers: { ...BYTES, 'upload-offset': String(offset) }, body });
const offsetOf = async (url: string) => Number((await tus(url, { method: 'HEAD' })).headers.get('upload-offset'));
const encoded = (text: string) => Buffer.from(text).toString('base64');

async function create(bytes: number, headers: Record<string, string> = {}): Promise<string> {
  const created = await tus('/uploads', { method: 'POST', headers: { 'upload-length': String(bytes), ...headers } });
  expect(created.status).toBe(201);
  return created.headers.get('location') ?? '';
}

const fileOf = (url: string) => join(app.dataFolder, 'uploads', url.split('/').at(-1) ?? '');
const announced = async () => {
  const { rows } = await sql<{ count: number }>`select count(*) from media`.execute(app.database.db);
  return rows[0]?.count;
};

/** A body that begins and then stays open, as a connection does whose other end is gone. */
const unfinished = (bytes: Uint8Array) => new ReadableStream({ start: (controller) => controller.enqueue(bytes) });

describe('the server', () => {
  it('says which version, which extensions and which size it takes, and each extension works', async () => {
    const options = await send('/uploads', { method: 'OPTIONS' });

    expect(options.status).toBe(204);
    expect(options.headers.get('tus-version')).toBe('1.0.0');
    expect(options.headers.get('tus-max-size')).toBe(String(10 * 2 ** 30));
    // Each of these has its test below.
    expect(options.headers.get('tus-extension')).toBe('creation,creation-with-upload,termination,expiration');
  });

  it('does nothing for a client of another version, and tells it ours', async () => {
    const url = await create(100);
    const before = await announced();

    for (const headers of [{}, { 'tus-resumable': '0.2.2' }] as Record<string, string>[]) {
      for (const [method, path] of [
        ['POST', '/uploads'],
        ['HEAD', url],
        ['PATCH', url],
        ['DELETE', url],
      ] as const) {
        const answer = await send(path, { method, headers: { ...headers, ...BYTES, 'upload-length': '7' } });
        expect([method, answer.status, answer.headers.get('tus-version')]).toEqual([method, 412, '1.0.0']);
      }
    }
    expect(await announced()).toBe(before);
    expect(await offsetOf(url)).toBe(0);
  });

  it.each([
    ['no length', {}],
    ['a length that is none', { 'upload-length': '-1' }],
    ['a length that comes later', { 'upload-defer-length': '1' }],
    ['parts to be put together', { 'upload-length': '5', 'upload-concat': 'partial' }],
    ['metadata that cannot be read', { 'upload-length': '5', 'upload-metadata': 'filename not*base64' }],
    ['a purpose that is not taken', { 'upload-length': '5', 'upload-metadata': `purpose ${encoded('tea')}` }],
  ])('creates nothing from %s', async (_, headers) => {
    const before = await announced();

    const refused = await tus('/uploads', { method: 'POST', headers });

    expect(refused.status).toBe(400);
    expect(await refused.json()).toMatchObject({
      code: 'validation_failed',
      fields: [{ path: expect.stringMatching(/^Upload-/) }],
    });
    expect(await announced()).toBe(before);
  });

  it('creates nothing when the first bytes are more than the whole, or the whole is more than it takes', async () => {
    const before = await announced();

    const overfull = await tus('/uploads', {
      method: 'POST',
      headers: { ...BYTES, 'upload-length': '5' },
      body: randomBytes(6),
    });
    const tooLarge = await tus('/uploads', { method: 'POST', headers: { 'upload-length': String(11 * 2 ** 30) } });

    expect([overfull.status, tooLarge.status]).toEqual([413, 413]);
    expect(await announced()).toBe(before);
  });
});

describe('an upload', () => {
  it('takes bytes only under their own type and at the place where they are missing', async () => {
    const url = await create(100);
    await patch(url, 0, randomBytes(40));

    const asForm = await tus(url, {
      method: 'PATCH',
      headers: { 'content-type': 'application/octet-stream', 'upload-offset': '40' },
      body: randomBytes(60),
    });
    const nowhere = await tus(url, { method: 'PATCH', headers: BYTES, body: randomBytes(60) });
    const elsewhere = await patch(url, 41, randomBytes(59));
    const tooMany = await patch(url, 40, randomBytes(61));
    const unannounced = await patch(url, 40, new Blob([randomBytes(50), randomBytes(50)]).stream());

    const answers = [asForm, nowhere, elsewhere, tooMany, unannounced];
    expect(answers.map((answer) => answer.status)).toEqual([415, 400, 409, 413, 413]);
    for (const answer of answers) expect(answer.headers.get('tus-resumable')).toBe('1.0.0');
    expect(await offsetOf(url)).toBe(40);
  });

  it('answers HEAD with where it stands and what was said at its creation, never from a cache', async () => {
    const metadata = `filename ${encoded('jar.mp4')},purpose ${encoded('video')}`;
    const url = await create(100, { 'upload-metadata': metadata });
    await patch(url, 0, randomBytes(40));

    const { status, headers } = await tus(url, { method: 'HEAD' });

    expect(status).toBe(200);
    expect(headers.get('upload-offset')).toBe('40');
    expect(headers.get('upload-length')).toBe('100');
    expect(headers.get('upload-metadata')).toBe(metadata);
    expect(headers.get('cache-control')).toBe('no-store');
  });

  it('says when it expires as long as it can, and is gone then', async () => {
    const created = await tus('/uploads', { method: 'POST', headers: { 'upload-length': '100' } });
    const url = created.headers.get('location') ?? '';
    const first = await patch(url, 0, randomBytes(40));
    const whole = await create(10);
    const finishing = await patch(whole, 0, randomBytes(10));
    const left = Date.parse(created.headers.get('upload-expires') ?? '') - app.database.clock().getTime();

    await shiftClock(app.database, DAY_MS + 60_000);
    const late = [await tus(url, { method: 'HEAD' }), await patch(url, 40, randomBytes(60))];
    await shiftClock(app.database, -DAY_MS - 60_000);

    expect(left / DAY_MS).toBeCloseTo(1, 2);
    expect(first.headers.get('upload-expires')).toBe(created.headers.get('upload-expires'));
    expect([finishing.status, finishing.headers.get('upload-expires')]).toEqual([204, null]);
    expect(late.map((answer) => answer.status)).toEqual([404, 404]);
  });

  it('can be sent and ended by clients that know only POST', async () => {
    const url = await create(100);
    const meaning = (method: string, headers = {}) => ({
      method: 'POST',
      headers: { ...headers, 'x-http-method-override': method },
    });

    const sent = await tus(url, { ...meaning('PATCH', { ...BYTES, 'upload-offset': '0' }), body: randomBytes(40) });
    const offset = await offsetOf(url);
    const other = await tus(url, meaning('PUT'));
    const ended = await tus(url, meaning('DELETE'));

    expect([sent.status, offset, other.status, ended.status]).toEqual([204, 40, 405, 204]);
    expect((await tus(url, { method: 'HEAD' })).status).toBe(404);
  });

  it('goes on over a new connection while the old one still seems open', async () => {
    const data = randomBytes(200_000);
    const url = await create(data.length);
    const old = patch(url, 0, unfinished(data.subarray(0, 120_000))).catch(() => null);
    await eventually(async () => expect((await stat(fileOf(url))).size).toBe(120_000));

    const offset = await offsetOf(url);
    const rest = await patch(url, offset, data.subarray(offset));

    expect(offset).toBe(120_000);
    expect(rest.headers.get('upload-offset')).toBe(String(data.length));
    await old;
    const { status } = await tus(url, { method: 'HEAD' });
    expect(status).toBe(200);
  });

  it('is ended also while it is being sent, and leaves nothing', async () => {
    const url = await create(100);
    const sending = patch(url, 0, unfinished(randomBytes(40))).catch(() => null);
    await eventually(async () => expect((await stat(fileOf(url))).size).toBe(40));

    const ended = await tus(url, { method: 'DELETE' });
    await sending;

    expect(ended.status).toBe(204);
    expect((await patch(url, 40, randomBytes(60))).status).toBe(404);
    const id = url.split('/').at(-1) ?? '?';
    expect((await readdir(join(app.dataFolder, 'uploads'))).filter((name) => name.startsWith(id))).toEqual([]);
  });

  it('is taken back or complete when both are asked at once, and says which', async () => {
    const rounds = Array.from({ length: 12 }, async () => {
      const url = await create(2_000);

      const [, ended] = await Promise.all([patch(url, 0, randomBytes(2_000)), tus(url, { method: 'DELETE' })]);

      const now = (await tus(url, { method: 'HEAD' })).status;
      expect([
        [204, 404],
        [409, 200],
      ]).toContainEqual([ended.status, now]);
    });
    await Promise.all(rounds);
  });

  it('sent twice at once is stored once, byte by byte', async () => {
    const data = randomBytes(3_000_000);
    const url = await create(data.length);

    const answers = await Promise.all(Array.from({ length: 6 }, () => patch(url, 0, data).catch(() => null)));
    const offset = await offsetOf(url);
    if (offset < data.length) await patch(url, offset, data.subarray(offset));
    await app.settle();

    expect(answers.filter((answer) => answer?.status === 204).length).toBeLessThanOrEqual(1);
    const id = url.split('/').at(-1) ?? '';
    expect(Buffer.from(await (await maker.fetch(`/media/original/${id}`)).arrayBuffer())).toEqual(data);
  });

  it.skipIf(!existsSync('/dev/full'))('waits with 507 while the disk is full, and goes on when it is not', async () => {
    const data = randomBytes(1000);
    const url = await create(data.length);
    await rm(fileOf(url));
    await symlink('/dev/full', fileOf(url)); // every write to it fails as on a full disk

    const full = await patch(url, 0, data);
    await rm(fileOf(url));
    await writeFile(fileOf(url), '');
    const then = await patch(url, 0, data);

    expect(full.status).toBe(507);
    expect(await full.json()).toMatchObject({ code: 'storage_full' });
    expect(then.status).toBe(204);
  });
});

describe('the disk', () => {
  it('is promised once: of two uploads that need most of it one is taken, until the other one has come or stands still', async () => {
    const bounds = { MEDIA_FILE_BYTES: '1e15', MEDIA_DAY_BYTES: '1e15', MEDIA_PERSON_BYTES: '1e15' };
    const roomy = await startTestApp({ env: bounds });
    const people = [await signIn(roomy, 'ines'), await signIn(roomy, 'otto')];
    const { bavail, blocks, bsize } = await statfs(roomy.dataFolder);
    const most = Math.floor((bavail - blocks * 0.05) * bsize * 0.6);
    const announce = (person = maker) =>
      person.fetch('/uploads', { method: 'POST', headers: { ...VERSION, 'upload-length': String(most) } });

    const answers = await Promise.all(people.map(announce));
    const again = await announce(people[1]);
    const taken =
      answers
        .find(({ status }) => status === 201)
        ?.headers.get('location')
        ?.split('/')
        .at(-1) ?? '';
    const file = join(roomy.dataFolder, 'uploads', taken);
    const hoursAgo = new Date(Date.now() - 2 * 3_600_000);
    await utimes(file, hoursAgo, hoursAgo);
    const then = await announce(people[1]);
    await roomy.stop();

    expect(answers.map(({ status }) => status).sort()).toEqual([201, 507]);
    expect(await again.json()).toMatchObject({ code: 'storage_full' });
    expect(then.status).toBe(201);
  });
});

describe('tus-js-client', () => {
  const headers = () => ({ cookie: maker.cookie(), origin: app.url() });
  const upload = (data: Buffer, options: UploadOptions = {}) => {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const running = new Upload(data, {
      endpoint: `${app.url()}/uploads`,
      headers: headers(),
      metadata: { filename: 'jar.mp4', filetype: 'video/mp4' },
      retryDelays: [0, 100],
      onSuccess: () => resolve(),
      onError: reject,
      ...options,
    });
    running.start();
    return { running, done: promise };
  };
  const storedOf = async (url: string | null) => {
    const path = fileOf(url ?? '');
    return await readFile(path).catch(async () => readFile(`${path}.done`));
  };

  it.each([
    ['in one piece', {}],
    ['with its first bytes in the creation', { uploadDataDuringCreation: true, chunkSize: 100_000 }],
    ['in pieces, by POST alone', { overridePatchMethod: true, chunkSize: 64_000 }],
  ])('sends a file %s', async (_, options) => {
    const data = randomBytes(300_000);

    const { running, done } = upload(data, options);
    await done;
    await app.settle();

    const id = running.url?.split('/').at(-1) ?? '';
    const original = await maker.fetch(`/media/original/${id}`);
    expect(Buffer.from(await original.arrayBuffer())).toEqual(data);
  });

  it('goes on with what it began before, and takes back what it does not want', async () => {
    // So much that the end is far when it stops.
    const data = randomBytes(5_000_000);
    const { promise: begun, resolve } = Promise.withResolvers<void>();
    const first = upload(data, { chunkSize: 100_000, onChunkComplete: () => resolve() });
    await begun;
    await first.running.abort();
    const at = await offsetOf(first.running.url ?? '');
    const previous = { uploadUrl: first.running.url, metadata: {}, size: data.length } as unknown as PreviousUpload;

    const { promise: done, resolve: succeed, reject } = Promise.withResolvers<void>();
    const second = new Upload(data, {
      endpoint: `${app.url()}/uploads`,
      headers: headers(),
      chunkSize: 100_000,
      onChunkComplete: (_size, sent) => sent >= 400_000 && succeed(),
      onError: reject,
    });
    second.resumeFromPreviousUpload(previous);
    second.start();
    await done;
    await second.abort();
    const stored = await storedOf(second.url);
    await second.abort(true);

    expect(at).toBeGreaterThanOrEqual(100_000);
    expect(second.url).toBe(first.running.url);
    expect(stored.equals(data.subarray(0, stored.length))).toBe(true);
    expect(stored.length).toBeGreaterThanOrEqual(400_000);
    expect((await tus(second.url ?? '', { method: 'HEAD' })).status).toBe(404);
  });
});
