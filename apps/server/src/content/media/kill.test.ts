/** The program itself, killed with -9 in the middle of an upload and in the middle of a transcode. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { uploadVideo } from '@videowindow/client';
import { createNodeSession, type NodeSession } from '@videowindow/client/node';
import { newestCode } from '@videowindow/sandbox/visitor';
import pg from 'pg';
import { afterAll, afterEach, expect, it } from 'vitest';
import { type TestDatabase, testDatabase } from '../../testing/database.ts';
import { eventually } from '../../testing/eventually.ts';
import { freePort } from '../../testing/ports.ts';
import { saysReady } from '../../testing/processes.ts';
import { makeClip, temporaryFolder } from './test-clips.ts';

const MAIN = join(import.meta.dirname, '..', '..', 'main.ts');
const room = temporaryFolder();
const data = join(room.path, 'data');
let database: TestDatabase | undefined;
let server: ChildProcess | undefined;

afterEach(async () => {
  if (server?.exitCode === null && server.signalCode === null) await kill(server);
  await database?.drop();
});
afterAll(() => room[Symbol.dispose]());

async function kill(child: ChildProcess): Promise<void> {
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
}

async function start(port: number, databaseUrl: string, more: NodeJS.ProcessEnv = {}): Promise<ChildProcess> {
  const child = spawn(process.execPath, [MAIN, 'start', '--data', data, '--port', String(port), '--no-demo'], {
    env: {
      ...{ ...process.env, DATABASE_URL: databaseUrl, METRICS_PORT: '0', LOG_LEVEL: 'error', RATE_LIMIT_SCALE: '1000' },
      ...more,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  child.stderr.pipe(process.stderr); // inherited, an orphan would hold it open, and Vitest waits for its end
  await saysReady(child);
  return child;
}

async function signIn(url: string, identifier = 'ines@people.test'): Promise<NodeSession> {
  const session = createNodeSession(url);
  await session.client.call('POST /auth/otp/request', { body: { identifier } });
  const code = await newestCodeSoon(url, identifier);
  await session.client.call('POST /auth/otp/verify', { body: { identifier, code } });
  return session;
}

async function newestCodeSoon(url: string, identifier: string): Promise<string> {
  let code: string | null = null;
  await eventually(async () => {
    code = await newestCode(url, identifier);
    expect(code).not.toBeNull();
  }, 10_000);
  return code ?? '';
}

/** Time passes for the watch over workers: what was held by a dead one may be taken over. */
async function ageWorkers(databaseUrl: string): Promise<void> {
  const client = new pg.Client(databaseUrl);
  await client.connect();
  await client.query("update job_workers set seen_at = seen_at - interval '1 minute'");
  await client.query(
    "update graphile_worker._private_jobs set locked_at = locked_at - interval '1 minute' where locked_at is not null",
  );
  await client.query(
    "update graphile_worker._private_job_queues set locked_at = locked_at - interval '1 minute' where locked_at is not null",
  );
  await client.end();
}

/** How many chunks of it in AV1 are made, as the database has it. */
async function madeInAv1(databaseUrl: string | undefined, id: string): Promise<number> {
  const client = new pg.Client(databaseUrl);
  await client.connect();
  const made = `select from media_chunks where media_id = $1 and codec = 'av1' and made is not null`;
  const { rows } = await client.query(made, [id]);
  await client.end();
  return rows.length;
}

it('loses nothing and makes nothing twice', async () => {
  database = await testDatabase();
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const clip = readFileSync(makeClip(room.path, 'clip.mp4', { size: '640x360', seconds: 6 }));
  const half = Math.floor(clip.length / 2);
  const tus = { 'tus-resumable': '1.0.0' };
  const patch = (
    session: NodeSession,
    uploadUrl: string,
    offset: number,
    body: Uint8Array<ArrayBuffer> | ReadableStream,
    more: RequestInit = {},
  ) =>
    session.fetch(uploadUrl, {
      method: 'PATCH',
      headers: { ...tus, 'content-type': 'application/offset+octet-stream', 'upload-offset': String(offset) },
      body,
      ...more,
    });

  server = await start(port, database.url);
  const maker = await signIn(url);
  const { uploadUrl, mediaId } = await maker.client.call('POST /media/uploadSession', {
    body: { purpose: 'video', filename: 'clip.mp4', bytes: clip.length },
  });
  // Half of the bytes, then a stream that stays open: the server dies while it waits for more.
  const unfinished = new ReadableStream({
    start: (controller) => controller.enqueue(new Uint8Array(clip.subarray(0, half))),
  });
  const cut = patch(maker, uploadUrl, 0, unfinished, { duplex: 'half' } as RequestInit).catch(() => null); // fetch's type lacks `duplex`
  await eventually(async () => expect((await stat(join(data, 'uploads', mediaId))).size).toBe(half), 10_000);
  await kill(server);
  await cut;

  server = await start(port, database.url);
  const head = await maker.fetch(uploadUrl, { method: 'HEAD', headers: tus });
  expect(head.headers.get('upload-offset')).toBe(String(half));
  await patch(maker, uploadUrl, half, new Uint8Array(clip.subarray(half)));
  const media = () => maker.client.call('GET /media/:id', { params: { id: mediaId } });
  await eventually(async () => expect((await media()).progress.stage).toBe('transcode'), 20_000);
  await kill(server);

  await ageWorkers(database.url);
  server = await start(port, database.url);
  await eventually(async () => expect((await media()).state).toBe('ready'), 90_000);
  const { media: view } = await maker.client.call('GET /media/:id/playback', { params: { id: mediaId } });
  expect((await maker.fetch(view.hlsUrl)).status).toBe(200);
  expect(view.durationMs).toBe(6_000);
  expect(await readdir(join(data, 'objects', 'media', mediaId))).toEqual(['private-1']);
  expect(await readdir(join(data, 'uploads'))).toEqual([]);
}, 180_000);

it('never makes a finished chunk of a long film again, nor the copy that it is cut from, nor one in AV1', async () => {
  const folder = join(data, 'objects', 'media');
  database = await testDatabase();
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const film = readFileSync(makeClip(room.path, 'film.ts', { size: '160x120', rate: '10', seconds: 80 }));
  const withAv1 = { MEDIA_AV1: 'true' };
  server = await start(port, database.url, withAv1);
  const maker = await signIn(url, 'otto@people.test'); // the sandbox's inbox outlives a test's database
  const headers = { cookie: maker.cookie(), origin: url };
  const file = { name: 'film.ts', size: film.length };
  const { mediaId } = await uploadVideo({ client: maker.client, data: film, file, headers });
  const media = () => maker.client.call('GET /media/:id', { params: { id: mediaId } });
  const path = (name: string) => join(folder, mediaId, 'private-1', 'v120', name);
  const look = (paths: string[]) =>
    Promise.all(paths.map(async (file) => (({ ino, mtimeMs }) => ({ file, ino, mtimeMs }))(await stat(file))));

  // The first chunk and the second are there, and the third is being made.
  await eventually(async () => expect((await media()).view?.playableMs).toBeGreaterThanOrEqual(40_000), 60_000);
  await kill(server);
  const finished = readFileSync(path('live.m3u8'), 'utf8').match(/^.*\.m4s$/gm) ?? [];
  const paths = [join(folder, mediaId, 'copy.mkv'), ...finished.map(path)];
  const before = await look(paths);
  await ageWorkers(database.url);
  server = await start(port, database.url, withAv1);
  await eventually(async () => expect((await media()).state).toBe('ready'), 90_000);

  expect(finished.length).toBeGreaterThanOrEqual(10);
  expect(finished.length).toBeLessThan(20);
  expect(await look(paths)).toEqual(before);
  expect(readFileSync(path('index.m3u8'), 'utf8').match(/\.m4s$/gm)).toHaveLength(20);
  expect((await media()).view).toMatchObject({ playableMs: null, durationMs: 80_000 });

  // The same of what comes after it.
  await eventually(async () => expect(await madeInAv1(database?.url, mediaId)).toBeGreaterThanOrEqual(2), 90_000);
  await kill(server);
  const [name = 'none'] = (await readdir(join(folder, mediaId))).filter((entry) => /^av1-\d+$/.test(entry));
  const rung = join(folder, mediaId, name, 'a120');
  const staged = await look(
    (await readdir(rung))
      .sort()
      .slice(0, 10)
      .map((entry) => join(rung, entry)),
  );
  await ageWorkers(database.url);
  server = await start(port, database.url, withAv1);
  await eventually(async () => expect((await media()).view?.hlsUrl).toContain('av1-master'), 120_000);

  expect(staged).toHaveLength(10);
  const published = await look(staged.map(({ file }) => file.replace(/av1-\d+/, 'private-1')));
  expect(published.map(({ ino }) => ino)).toEqual(staged.map(({ ino }) => ino));
  await eventually(async () => expect(await readdir(join(folder, mediaId))).toEqual(['private-1']), 10_000);
}, 240_000);
