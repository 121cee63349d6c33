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
import { type UploadMemory, unfinishedUpload, uploadVideo } from './upload.ts';

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
  const tus = new TusServer({ path: '/uploads', datastore });
  const state = { announced: 0, patches: 0, refuseWith: 0, breakAfterBytes: Number.POSITIVE_INFINITY };

  const http = createServer(async (request, response) => {
    if (request.method === 'PATCH') state.patches++;
    if (request.url !== '/api/v1/media/uploadSession') return tus.handle(request, response);
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    if (state.refuseWith > 0) {
      response.writeHead(state.refuseWith, { 'content-type': 'application/problem+json' });
      return response.end(JSON.stringify({ code: 'media_too_large', title: 'too large', requestId: 'r' }));
    }
    const id = randomUUID();
    state.announced++;
    await datastore.create(new Upload({ id, size: JSON.parse(Buffer.concat(chunks).toString()).bytes, offset: 0 }));
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

const memory = (): UploadMemory => {
  const kept = new Map<string, string>();
  return {
    getItem: (key) => kept.get(key) ?? null,
    setItem: (key, value) => void kept.set(key, value),
    removeItem: (key) => void kept.delete(key),
  };
};
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
  const remembered = memory();
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
  const remembered = memory();
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
