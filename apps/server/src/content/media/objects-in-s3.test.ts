// The whole way of a video where objects lie in a bucket: upload, ladder, publishing, playing, deleting.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { uploadVideo } from '@videowindow/client';
import { createNodeSession } from '@videowindow/client/node';
import { type ServedS3, serveS3 } from '@videowindow/sandbox/s3';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readSettings } from '#platform/config';
import { sql } from '#platform/database';
import { openStorage, type Storage, storageSettings } from '#platform/storage';
import { startTestApp, type TestApp } from '../../testing/app.ts';
import { type Person, signIn } from '../../testing/people.ts';
import { makeClip, temporaryFolder } from './test-clips.ts';

const KEY = { accessKeyId: 'sandbox', secretAccessKey: 'only the tests know' };

const folder = temporaryFolder();
let s3: ServedS3;
let bucket: Storage;
let app: TestApp;
let maker: Person;
let clip: Buffer;

beforeAll(async () => {
  s3 = await serveS3({ dir: `${folder.path}/s3`, bucket: 'clips', ...KEY });
  const env = {
    LOG_LEVEL: 'fatal', // a job that fails is part of it
    ...{ STORAGE: 's3', S3_BUCKET: 'clips', S3_ENDPOINT: s3.url },
    ...{ S3_ACCESS_KEY_ID: KEY.accessKeyId, S3_SECRET_ACCESS_KEY: KEY.secretAccessKey },
  };
  bucket = openStorage(readSettings(storageSettings, env), folder.path);
  app = await startTestApp({ env });
  clip = readFileSync(makeClip(folder.path, 'clip.mp4', { size: '180x320', rate: '10', seconds: 6 }));
  maker = await signIn(app, 'ines', ['maker']);
});
afterAll(async () => {
  await app.stop();
  await s3.close();
  folder[Symbol.dispose]();
});

const readyClip = async (): Promise<string> => {
  const { mediaId } = await uploadVideo({
    client: maker.client,
    data: clip,
    file: { name: 'clip.mp4', size: clip.length },
    headers: { cookie: maker.cookie() },
  });
  await app.settle();
  return mediaId;
};
/** One for all who only look at it. */
let looked: Promise<string> | undefined;
const clipToLookAt = (): Promise<string> => {
  looked ??= readyClip();
  return looked;
};
const stateOf = async (id: string) => (await maker.client.call('GET /media/:id', { params: { id } })).state;
const keysOf = async (id: string) => [...(await bucket.list(`media/${id}`)), ...(await bucket.list(`originals/${id}`))];
const sum = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

test('a video is made and played from the bucket, and nothing of it stays on this machine', async () => {
  const id = await clipToLookAt();
  const { media } = await maker.client.call('GET /media/:id/playback', { params: { id } });
  const at = (file: string) => maker.fetch(media.hlsUrl.replace('master.m3u8', file));

  const master = await at('master.m3u8');
  const playlist = /^(v\d+)\/index\.m3u8$/m.exec(await master.text())?.[1];
  const segment = await at(`${playlist}/0000.m4s`);
  const part = await maker.fetch(media.mp4[0]?.url ?? '', { headers: { range: 'bytes=10-19' } });
  const original = await maker.fetch(`/media/original/${id}`);

  expect([master.status, segment.status, part.status]).toEqual([200, 200, 206]);
  expect((await segment.arrayBuffer()).byteLength).toBeGreaterThan(1000);
  expect((await part.arrayBuffer()).byteLength).toBe(10);
  expect(sum(new Uint8Array(await original.arrayBuffer()))).toBe(sum(clip));
  expect(await keysOf(id)).toContain(`media/${id}/private-1/master.m3u8`);
  const here = await readdir(app.dataFolder, { recursive: true });
  expect(here.filter((name) => name.includes(id))).toEqual([]);
}, 60_000);

test('a video that is opened to everybody is copied within the bucket, and closed again', async () => {
  const id = await readyClip();
  await app.database.transaction((tx) => app.media.setVisibility(tx, id, 'public'));
  await app.settle();
  const visitor = createNodeSession(app.url());

  const { media } = await visitor.client.call('GET /media/:id/playback', { params: { id } });
  const opened = await visitor.fetch(media.hlsUrl);

  expect(opened.status).toBe(200);
  expect(await bucket.list(`media/${id}/private-1`)).toEqual([]);
}, 60_000);

test('opening takes as long as the bucket takes to copy, beyond what a transaction may lie idle', async () => {
  const id = await readyClip();
  const copies: string[] = [];
  s3.chaos.onRequest(async ({ headers, url }) => {
    if (!headers['x-amz-copy-source']) return;
    copies.push(url ?? '');
    // A slow store, not a wait for something: the sum of all is beyond the time-out, each of them is not.
    await new Promise((done) => setTimeout(done, 700));
  });

  await app.database
    .transaction(async (tx) => {
      await sql`set local idle_in_transaction_session_timeout = '1s'`.execute(tx);
      await app.media.setVisibility(tx, id, 'public');
    })
    .finally(() => s3.chaos.onRequest(null));
  await app.settle();

  expect(copies.length).toBeGreaterThan(16); // as many go at once: the last begin when the first have ended
  expect(await bucket.list(`media/${id}/public-2`)).toHaveLength(copies.length);
}, 60_000);

test('a bucket that is away makes playing wait, not fail for good', async () => {
  const id = await clipToLookAt();
  const { media } = await maker.client.call('GET /media/:id/playback', { params: { id } });
  s3.chaos.slowDown(Number.POSITIVE_INFINITY);

  const away = await maker.fetch(media.hlsUrl);
  s3.chaos.slowDown(0);
  const back = await maker.fetch(media.hlsUrl);

  expect(away.status).toBe(503);
  expect(await away.json()).toMatchObject({ code: 'external_service_unavailable' });
  expect(back.status).toBe(200);
}, 60_000);

test('of a deleted video no object is left, also where the bucket first says so and does not do it', async () => {
  const id = await readyClip();
  const before = await keysOf(id);
  s3.chaos.forgetDelete((key) => key.endsWith('master.m3u8'));

  await maker.client.call('DELETE /media/:id', { params: { id } });
  await app.settle();
  const forgotten = { keys: await keysOf(id), state: await stateOf(id) };
  s3.chaos.forgetDelete(null);
  await sql`update graphile_worker._private_jobs set run_at = now() where attempts > 0`.execute(app.database.db);
  await app.settle();

  expect(before.length).toBeGreaterThan(5);
  expect(forgotten.keys).toContain(`media/${id}/private-1/master.m3u8`);
  expect(forgotten.state).toBe('deleting');
  expect(await keysOf(id)).toEqual([]);
  await expect(stateOf(id)).rejects.toMatchObject({ status: 404 });
  const { rows } = await sql`select facts from audit_log where action = 'media.deleted' and subject = ${id}`.execute(
    app.database.db,
  );
  expect(rows).toEqual([{ facts: expect.objectContaining({ left: 0 }) }]);
}, 60_000);
