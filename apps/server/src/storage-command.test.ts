// The whole move: a server that still writes to the folder, one that writes to the bucket, and a mover that is killed.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { uploadVideo } from '@videowindow/client';
import { type ServedS3, serveS3 } from '@videowindow/sandbox/s3';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readSettings } from '#platform/config';
import { openStorage, type Storage } from '#platform/storage';
import { type App, createApp, roleNames } from './app.ts';
import { makeClip, temporaryFolder } from './content/media/test-clips.ts';
import { settings } from './settings.ts';
import { startTestApp, type TestApp } from './testing/app.ts';
import { type Person, signIn } from './testing/people.ts';

/** What of ours the program may see. */
const PROGRAM = { PATH: process.env.PATH, NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE };
const KEY = { accessKeyId: 'sandbox', secretAccessKey: 'only the tests know' };

const folder = temporaryFolder();
let s3: ServedS3;
let env: Record<string, string>;
let before: TestApp;
let after: App;
let disk: Storage;
let bucket: Storage;
let maker: Person;
let clip: Buffer;

beforeAll(async () => {
  s3 = await serveS3({ dir: join(folder.path, 's3'), bucket: 'clips', ...KEY });
  env = {
    ...{ S3_BUCKET: 'clips', S3_ENDPOINT: s3.url },
    ...{ S3_ACCESS_KEY_ID: KEY.accessKeyId, S3_SECRET_ACCESS_KEY: KEY.secretAccessKey },
  };
  before = await startTestApp({ env });
  const settingsAfter = readSettings(settings, {
    ...{ PORT: '0', METRICS_PORT: '0', LOG_LEVEL: 'error', STORAGE: 's3' },
    ...env,
  });
  disk = openStorage(readSettings(settings, env), before.dataFolder);
  bucket = openStorage(settingsAfter, before.dataFolder);
  clip = readFileSync(makeClip(folder.path, 'clip.mp4', { size: '180x320', rate: '10', seconds: 1 }));
  maker = await signIn(before, 'ines', ['maker']);
  await uploadTo(before);
  after = await createApp({
    settings: settingsAfter,
    databaseUrl: before.database.url,
    dataFolder: before.dataFolder,
    secretKey: 'a secret that only the tests know, 32+',
    roles: roleNames.filter((role) => role !== 'worker'),
    demo: false,
  });
  await after.start();
});
afterAll(async () => {
  await after.close();
  await before.stop();
  await s3.close();
  folder[Symbol.dispose]();
});

const uploadTo = async (app: TestApp): Promise<string> => {
  const { mediaId } = await uploadVideo({
    client: maker.client,
    data: clip,
    file: { name: 'clip.mp4', size: clip.length },
    headers: { cookie: maker.cookie() },
  });
  await app.settle();
  return mediaId;
};

/** Runs `storage move` as an operator does. */
const startMove = () =>
  spawn(process.execPath, [join(import.meta.dirname, 'main.ts'), 'storage', 'move', '--data', before.dataFolder], {
    env: { ...PROGRAM, STORAGE: 's3', DATABASE_URL: before.database.url, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
const keysOf = async (storage: Storage) => {
  const keys = [];
  for await (const { key } of storage.scan()) keys.push(key);
  return keys.toSorted();
};
/** What each server answers for each file of a clip. */
const answersFor = async (id: string, files: readonly string[]) => {
  const { tokenPrefix, media } = await maker.client.call('GET /media/:id/playback', { params: { id } });
  const base = media.hlsUrl.replace('master.m3u8', '');
  const urls = [before, after].flatMap((app) => files.map((file) => `${app.url()}${tokenPrefix}${base}${file}`));
  return new Set(await Promise.all(urls.map(async (url) => (await fetch(url)).status)));
};

test('a mover that is killed leaves every clip playing, the next one ends the move, and deleting finds both places', async () => {
  const id = await uploadTo(before);
  const all = await keysOf(disk);
  const files = all
    .filter((key) => key.startsWith(`media/${id}/private-1/v`))
    .map((key) => key.split('/private-1/')[1] ?? '');
  let puts = 0;
  const killed = startMove();
  const died = once(killed, 'exit');
  s3.chaos.onRequest(({ method }) => {
    if (method === 'PUT' && ++puts === 12) killed.kill('SIGKILL');
  });

  const [, signal] = await died;
  s3.chaos.onRequest(null);
  const halfWay = { disk: await keysOf(disk), bucket: await keysOf(bucket), answers: await answersFor(id, files) };
  const moving = startMove();
  const [said, complaint] = await Promise.all([text(moving.stdout), text(moving.stderr), once(moving, 'exit')]);
  const moved = { disk: await keysOf(disk), bucket: await keysOf(bucket), answers: await answersFor(id, files) };
  await maker.client.call('DELETE /media/:id', { params: { id } });
  await before.settle();

  expect(signal).toBe('SIGKILL');
  expect(files.length).toBeGreaterThan(2);
  expect(halfWay.disk.length).toBeGreaterThan(0);
  expect(halfWay.bucket.length).toBeGreaterThan(0);
  expect([...new Set([...halfWay.disk, ...halfWay.bucket])].toSorted()).toEqual(all);
  expect(halfWay.answers).toEqual(new Set([200]));
  expect(complaint).toBe('');
  // One that was counted and not yet taken away, or taken away and not yet counted, may be off by as many as run at once.
  expect(Math.abs(Number(/^Moved (\d+) objects .* to s3\.$/m.exec(said)?.[1]) - all.length)).toBeLessThanOrEqual(4);
  expect(moved).toEqual({ disk: [], bucket: all, answers: new Set([200]) });
  expect((await keysOf(bucket)).filter((key) => key.includes(id))).toEqual([]);
}, 90_000);

test('what is uploaded to the server that still writes to the folder is seen by the other, and moved the next time', async () => {
  const id = await uploadTo(before);
  const here = await keysOf(disk);

  const answers = await answersFor(id, ['master.m3u8']);
  const moving = startMove();
  await once(moving, 'exit');

  expect(here.filter((key) => key.includes(id)).length).toBeGreaterThan(5);
  expect(answers).toEqual(new Set([200]));
  expect(await keysOf(disk)).toEqual([]);
  expect(await answersFor(id, ['master.m3u8'])).toEqual(new Set([200]));
}, 60_000);

test('with nothing named to move from it says so', async () => {
  const moving = spawn(
    process.execPath,
    [join(import.meta.dirname, 'main.ts'), 'storage', 'move', '--data', before.dataFolder],
    {
      env: { ...PROGRAM, DATABASE_URL: before.database.url },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );

  expect(await text(moving.stdout)).toContain('There is nothing to move');
});
