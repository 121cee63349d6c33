import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import {
  type AddressInfo,
  connect,
  createServer as createNetServer,
  type Server as NetServer,
  type Socket,
} from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FileStore } from '@tus/file-store';
import { Server as TusServer, Upload } from '@tus/server';
import { afterEach, expect, test } from 'vitest';
import { isApiError } from './api-error.ts';
import { createClient } from './client.ts';
import { startUpload, UploadCancelled, uploadVideo } from './upload.ts';
import { createUploadMemory, unfinishedUpload, unfinishedUploads } from './upload-memory.ts';
import { createUploadQueue, refusalsOf } from './upload-queue.ts';

let folder = '';
const open: (Server | NetServer)[] = [];
const lines = new Set<Socket>();
afterEach(async () => {
  for (const line of lines) line.destroy();
  for (const server of open.splice(0)) await new Promise((resolve) => server.close(resolve));
  await rm(folder, { recursive: true, force: true });
});

async function listen(server: Server | NetServer): Promise<number> {
  open.push(server);
  server.on('connection', (line: Socket) => lines.add(line));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  // A TCP server's address is an AddressInfo.
  return (server.address() as AddressInfo).port;
}

/** A real tus server behind the endpoint that announces uploads, reached over a line that can be made to break. */
async function receiver() {
  folder = await mkdtemp(join(tmpdir(), 'vw-upload-'));
  const datastore = new FileStore({ directory: folder });
  // A line that broke is noticed when the next request wants its lock.
  const tus = new TusServer({ path: '/uploads', datastore, lockDrainTimeout: 50 });
  const state = {
    announced: 0,
    patches: 0,
    deleted: [] as string[],
    purposes: [] as string[],
    refuseWith: 0,
    breakAfterBytes: Number.POSITIVE_INFINITY,
  };

  const http = createServer(async (request, response) => {
    if (request.method === 'PATCH') state.patches++;
    if (request.method === 'DELETE') {
      state.deleted.push(request.url?.split('/').at(-1) ?? '');
      response.writeHead(202, { 'content-type': 'application/json' });
      return response.end('{"state":"deleting"}');
    }
    if (request.url !== '/api/v1/media/uploadSession') return tus.handle(request, response);
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    if (state.refuseWith > 0) {
      response.writeHead(state.refuseWith, { 'content-type': 'application/problem+json' });
      return response.end(JSON.stringify({ code: 'media_too_large', title: 'too large', requestId: 'r' }));
    }
    const id = randomUUID();
    state.announced++;
    const { bytes, purpose } = JSON.parse(Buffer.concat(chunks).toString());
    state.purposes.push(purpose);
    await datastore.create(new Upload({ id, size: bytes, offset: 0 }));
    response.writeHead(201, { 'content-type': 'application/json' });
    const expiresAt = new Date(Date.now() + 60_000).toISOString();
    response.end(JSON.stringify({ mediaId: id, uploadUrl: `/uploads/${id}`, expiresAt }));
  });
  const behind = await listen(http);

  const wire = createNetServer((near) => {
    const far = connect(behind, '127.0.0.1');
    lines.add(far);
    let passed = 0;
    near.on('data', (bytes) => {
      passed += bytes.length;
      if (passed < state.breakAfterBytes) return;
      state.breakAfterBytes = Number.POSITIVE_INFINITY;
      near.destroy();
    });
    near.on('error', () => far.destroy()).pipe(far);
    far.on('error', () => near.destroy()).pipe(near);
    near.on('close', () => far.end());
  });
  const port = await listen(wire);
  return { client: createClient({ baseUrl: `http://127.0.0.1:${port}` }), state };
}

const stored = (mediaId: string) => readFile(join(folder, mediaId));

test('every byte arrives, and the progress ends at the whole', async () => {
  const { client } = await receiver();
  const data = randomBytes(300_000);
  let last = 0;

  const { mediaId } = await uploadVideo({
    client,
    data,
    file: { name: 'jar.mp4', size: data.length, type: 'video/mp4' },
    onProgress: ({ sentBytes }) => {
      last = sentBytes;
    },
  });

  expect(await stored(mediaId)).toEqual(data);
  expect(last).toBe(data.length);
});

test('a line that breaks in mid-file goes on from the last stored byte', async () => {
  const { client, state } = await receiver();
  const data = randomBytes(4_000_000);
  state.breakAfterBytes = 1_000_000;

  const { mediaId } = await uploadVideo({ client, data, file: { name: 'jar.mp4', size: data.length } });

  expect(await stored(mediaId)).toEqual(data);
  expect(state.patches).toBeGreaterThan(1);
  expect(state.announced).toBe(1);
});

test('the same file chosen again after the page was closed goes on where it stopped', async () => {
  const { client, state } = await receiver();
  const data = randomBytes(2_000_000);
  const file = { name: 'jar.mp4', size: data.length, lastModified: 7 };
  const remembered = createUploadMemory();
  const closed = new AbortController();
  const stop = new Error('the page was closed');
  const first = uploadVideo({
    client,
    data,
    file,
    memory: remembered,
    signal: closed.signal,
    chunkBytes: 500_000,
    onProgress: ({ sentBytes }) => sentBytes >= 500_000 && closed.abort(stop),
  });
  await expect(first).rejects.toBe(stop);
  const begun = unfinishedUpload(remembered, file);

  const { mediaId } = await uploadVideo({ client, data, file, memory: remembered });

  expect(mediaId).toBe(begun);
  expect(state.announced).toBe(1);
  expect(await stored(mediaId)).toEqual(data);
  expect(unfinishedUpload(remembered, file)).toBeNull();
});

test('what the server has swept meanwhile is begun anew, once', async () => {
  const { client, state } = await receiver();
  const data = randomBytes(1_000);
  const file = { name: 'jar.mp4', size: data.length };
  const remembered = createUploadMemory();
  const lost = { mediaId: 'gone', uploadUrl: '/uploads/gone', expiresAt: new Date(Date.now() + 60_000).toISOString() };
  remembered.setItem('vw.upload:jar.mp4:1000:0', JSON.stringify(lost));

  const { mediaId } = await uploadVideo({ client, data, file, memory: remembered });

  expect(state.announced).toBe(1);
  expect(await stored(mediaId)).toEqual(data);
});

test('a refused announcement is the refusal itself', async () => {
  const { client, state } = await receiver();
  state.refuseWith = 413;

  const error = await uploadVideo({ client, data: Buffer.alloc(1), file: { name: 'x', size: 1 } }).catch(
    (thrown: unknown) => thrown,
  );

  expect(isApiError(error, 'media_too_large')).toBe(true);
});

/** Resolves when a queue or an upload has come to what is waited for. */
function watched<T>() {
  const { promise, resolve } = Promise.withResolvers<T>();
  return { seen: promise, see: resolve };
}

test('a paused upload sends nothing until it goes on, and then only what is missing', async () => {
  const { client, state } = await receiver();
  const data = randomBytes(2_000_000);
  const half = watched<void>();
  const upload = startUpload({
    client,
    data,
    file: { name: 'jar.mp4', size: data.length },
    chunkBytes: 500_000,
    onProgress: ({ sentBytes }) => sentBytes >= 1_000_000 && half.see(),
  });
  await half.seen;

  upload.pause();
  const before = state.patches;
  upload.pause();
  upload.resume();
  const { mediaId } = await upload.done;

  expect(await stored(mediaId)).toEqual(data);
  expect(before).toBeLessThanOrEqual(4);
  expect(state.announced).toBe(1);
  upload.pause();
  upload.resume();
});

test('one that is paused before it is announced waits too', async () => {
  const { client, state } = await receiver();
  const data = randomBytes(1000);
  const created = watched<string>();
  const upload = startUpload({ client, data, file: { name: 'a', size: 1000 }, onCreated: created.see });
  upload.pause();
  await created.seen;

  const patchesWhilePaused = state.patches;
  upload.resume();
  await upload.done;

  expect(patchesWhilePaused).toBe(0);
  expect(state.patches).toBe(1);
});

test('a cancelled upload is deleted on the server and forgotten here', async () => {
  const { client, state } = await receiver();
  const data = randomBytes(2_000_000);
  const file = { name: 'jar.mp4', size: data.length };
  const memory = createUploadMemory();
  const begun = watched<void>();
  const upload = startUpload({ client, data, file, memory, chunkBytes: 100_000, onProgress: () => begun.see() });
  await begun.seen;
  const mediaId = unfinishedUpload(memory, file);

  await upload.cancel();

  await expect(upload.done).rejects.toBeInstanceOf(UploadCancelled);
  expect(state.deleted).toEqual([mediaId]);
  expect(unfinishedUploads(memory)).toEqual([]);
});

test('what was begun is listed with its file and purpose, to be asked for again after a restart', async () => {
  const { client, state } = await receiver();
  const memory = createUploadMemory();
  const file = { name: 'jar.mp4', size: 1000, lastModified: 5 };
  const created = watched<string>();
  const upload = startUpload({
    client,
    data: randomBytes(1000),
    file,
    purpose: 'video',
    memory,
    onCreated: created.see,
  });
  upload.pause();
  const mediaId = await created.seen;

  const [left] = unfinishedUploads(memory);

  expect(left).toMatchObject({ mediaId, purpose: 'video', file });
  expect(unfinishedUpload(memory, file, 'video')).toBe(mediaId);
  upload.resume();
  await upload.done;
  expect(state.purposes).toEqual(['video']);
  expect(unfinishedUploads(memory)).toEqual([]);
});

test('a queue sends one after the other; pausing one lets the next go, and a failed one can be tried again', async () => {
  const { client, state } = await receiver();
  const queue = createUploadQueue({ client, chunkBytes: 100_000 });
  const states = () => queue.list().map((item) => item.state);
  const until = (wanted: () => boolean) =>
    new Promise<void>((resolve) => {
      const look = () => {
        if (!wanted()) return;
        stop();
        resolve();
      };
      const stop = queue.subscribe(look);
      look();
    });
  const [first = '', second = ''] = ['first', 'second'].map((name) =>
    queue.add(randomBytes(1_000_000), { name, size: 1_000_000 }),
  );
  const turns = states();

  queue.pause(first);
  const afterPause = states();
  await until(() => queue.list()[1]?.state === 'done');
  queue.resume(first);
  await until(() => queue.list()[0]?.state === 'done');
  state.refuseWith = 413;
  const third = queue.add(randomBytes(1000), { name: 'third', size: 1000 });
  await until(() => queue.list()[2]?.state === 'failed');
  const refused = queue.list()[2]?.error;
  state.refuseWith = 0;
  queue.resume(third);
  await until(() => queue.list()[2]?.state === 'done');
  await queue.cancel(second);

  expect(turns).toEqual(['sending', 'waiting']);
  expect(afterPause).toEqual(['paused', 'sending']);
  expect(isApiError(refused, 'media_too_large')).toBe(true);
  expect(states()).toEqual(['done', 'done']);
  expect(state.announced).toBe(3);
  expect(state.deleted).toEqual([]);
});

test('files that would be refused are known before any byte is sent', () => {
  const quota = { fileBytes: 100, dayBytesLeft: 150, bytesLeft: 1000, bytesUsed: 0 };

  const refusals = refusalsOf(quota, [{ size: 101 }, { size: 100 }, { size: 60 }, { size: 50 }]);

  expect(refusals).toEqual(['media_too_large', null, 'quota_exceeded', null]);
});
