// One upload and two server processes, as behind a load balancer: they agree through the database, and one may die.
import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { createNodeSession, type NodeSession } from '@videowindow/client/node';
import { newestCode } from '@videowindow/sandbox/visitor';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type TestDatabase, testDatabase } from '../../testing/database.ts';
import { eventually } from '../../testing/eventually.ts';
import { freePort } from '../../testing/ports.ts';
import { temporaryFolder } from './test-clips.ts';

const MAIN = join(import.meta.dirname, '..', '..', 'main.ts');
const VERSION = { 'tus-resumable': '1.0.0' };
const room = temporaryFolder();
const data = join(room.path, 'data');
type Running = { url: string; child: ChildProcess };
let database: TestDatabase;
let first: Running;
let second: Running;
let cookie = '';

beforeAll(async () => {
  database = await testDatabase();
  first = await start();
  second = await start();
  const maker = await signIn(first.url);
  cookie = maker.cookie();
}, 90_000);
afterAll(async () => {
  for (const { child } of [first, second].filter(Boolean)) if (child.exitCode === null) await kill(child);
  await database.drop();
  room[Symbol.dispose]();
});

async function kill(child: ChildProcess): Promise<void> {
  if (child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
}

async function start(): Promise<Running> {
  const port = await freePort();
  const child = spawn(process.execPath, [MAIN, 'start', '--data', data, '--port', String(port), '--no-demo'], {
    env: {
      ...process.env,
      DATABASE_URL: database.url,
      METRICS_PORT: '0',
      LOG_LEVEL: 'error',
      RATE_LIMIT_SCALE: '1000',
    },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  child.stderr?.pipe(process.stderr);
  const url = `http://127.0.0.1:${port}`;
  await eventually(async () => expect((await fetch(`${url}/openapi.json`)).ok).toBe(true), 40_000);
  return { url, child };
}

async function signIn(url: string): Promise<NodeSession> {
  const session = createNodeSession(url);
  const identifier = 'ines@people.test';
  await session.client.call('POST /auth/otp/request', { body: { identifier } });
  let code: string | null = null;
  await eventually(async () => {
    code = await newestCode(url, identifier);
    expect(code).not.toBeNull();
  }, 10_000);
  await session.client.call('POST /auth/otp/verify', { body: { identifier, code: code ?? '' } });
  return session;
}

const tus = (
  server: Running,
  path: string,
  method: string,
  headers: Record<string, string> = {},
  body?: RequestInit['body'],
) =>
  fetch(`${server.url}${path}`, {
    method,
    headers: { ...VERSION, cookie, ...headers },
    ...(body ? { body, duplex: 'half' } : {}),
  } as RequestInit); // fetch's type lacks `duplex`
const patch = (server: Running, path: string, offset: number, body: RequestInit['body']) =>
  tus(
    server,
    path,
    'PATCH',
    { 'content-type': 'application/offset+octet-stream', 'upload-offset': String(offset) },
    body,
  );
const create = async (bytes: number): Promise<string> =>
  (await tus(first, '/uploads', 'POST', { 'upload-length': String(bytes) })).headers.get('location') ?? '';
const fileOf = (path: string) => join(data, 'uploads', path.split('/').at(-1) ?? '');
const unfinished = (bytes: Uint8Array) => new ReadableStream({ start: (controller) => controller.enqueue(bytes) });

it('a request at one server makes the other store what it has and let go', async () => {
  const bytes = randomBytes(100_000);
  const path = await create(bytes.length);
  const old = patch(first, path, 0, unfinished(bytes.subarray(0, 60_000))).catch(() => null);
  await eventually(async () => expect((await stat(fileOf(path))).size).toBe(60_000));

  const head = await tus(second, path, 'HEAD');
  const more = await patch(second, path, 60_000, bytes.subarray(60_000, 99_000));
  await old;

  expect(head.headers.get('upload-offset')).toBe('60000');
  expect(more.status).toBe(204);
  expect(await readFile(fileOf(path))).toEqual(bytes.subarray(0, 99_000));
});

it('the same bytes sent to both at once are stored once, in their places', async () => {
  const bytes = randomBytes(2_000_000);
  const path = await create(bytes.length + 1); // stays unfinished, so that its file can be looked at

  // Whoever is asked to let go loses the connection; the client asks where the upload stands and goes on.
  const sent = [first, second, first, second].map((server) => patch(server, path, 0, bytes).catch(() => null));
  const answers = await Promise.all(sent);
  const offset = Number((await tus(first, path, 'HEAD')).headers.get('upload-offset'));

  const stored = await readFile(fileOf(path));
  expect(stored.equals(bytes.subarray(0, offset))).toBe(true);
  expect(stored.length).toBe(offset);
  expect(answers.filter((answer) => answer?.ok).length).toBeLessThanOrEqual(1);
});

it('goes on at the other server the moment that the first is killed', async () => {
  const bytes = randomBytes(100_000);
  const path = await create(bytes.length);
  const cut = patch(first, path, 0, unfinished(bytes.subarray(0, 50_000))).catch(() => null);
  await eventually(async () => expect((await stat(fileOf(path))).size).toBe(50_000));

  await kill(first.child);
  await cut;
  const began = performance.now();
  const head = await tus(second, path, 'HEAD');
  const waited = performance.now() - began;
  const rest = await patch(second, path, 50_000, bytes.subarray(50_000, 99_000));

  expect(head.headers.get('upload-offset')).toBe('50000');
  expect(rest.status).toBe(204);
  expect(await readFile(fileOf(path))).toEqual(bytes.subarray(0, 99_000));
  expect(waited).toBeLessThan(5000);
});
