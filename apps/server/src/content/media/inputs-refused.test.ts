/** Each kind of file that nothing can be made of, sent by its maker: what they are told, and that their file is kept. */
import { readFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { uploadVideo } from '@videowindow/client';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { shiftClock } from '#platform/database';
import { startTestApp, type TestApp } from '../../testing/app.ts';
import { type Person, signIn } from '../../testing/people.ts';
import { ffmpeg, makeClip, temporaryFolder } from './test-clips.ts';

const room = temporaryFolder();
let app: TestApp;
let maker: Person;
beforeAll(async () => {
  app = await startTestApp({ env: { MEDIA_SECONDS: '2' } });
  maker = await signIn(app, 'ines', ['maker']);
});
afterAll(async () => {
  await app.stop();
  room[Symbol.dispose]();
});

const DAY_MS = 24 * 3_600_000;
const SMALL = { size: '64x48', rate: '10', seconds: 1 };
const half = (bytes: Buffer) => bytes.subarray(0, bytes.length / 2);
const clip = (name: string, more: object = {}) => readFileSync(makeClip(room.path, name, { ...SMALL, ...more }));
const key = '00112233445566778899aabbccddeeff';
const locked = ['-encryption_scheme', 'cenc-aes-ctr', '-encryption_key', key, '-encryption_kid', key];

function recording(): Buffer {
  ffmpeg(room.path, ['-f', 'lavfi', '-i', 'sine=d=1', 'sound.m4a']);
  return readFileSync(join(room.path, 'sound.m4a'));
}
function picture(): Buffer {
  ffmpeg(room.path, ['-f', 'lavfi', '-i', 'color=red:s=64x48', '-frames:v', '1', 'still.png']);
  return readFileSync(join(room.path, 'still.png'));
}

it.each<[what: string, make: () => Buffer, code: string, advice: string]>([
  ['a film that was cut off on its way', () => half(clip('whole.mp4')), 'media_unreadable', 'Copy it again'],
  ['a text called .mp4', () => Buffer.from('Dear diary, today I threw a jar.'), 'media_unreadable', 'Export it as MP4'],
  ['one byte', () => Buffer.from('x'), 'media_unreadable', 'Export it as MP4'],
  ['sound alone', recording, 'media_no_video', 'Choose the video'],
  ['a picture', picture, 'media_unsupported', 'Choose the video'],
  ['what is too long', () => clip('long.mp4', { seconds: 4 }), 'media_too_long', 'Cut it into parts'],
  ['what is protected', () => clip('locked.mp4', { output: locked }), 'media_encrypted', 'without protection'],
  [
    'an unknown codec',
    () => clip('old.avi', { output: ['-c:v', 'cinepak', '-t', '0.3'] }),
    'media_unsupported',
    'H.264',
  ],
])('%s is rejected once, with advice, and its original is kept for a week', async (_what, make, code, advice) => {
  const data = make();

  const { mediaId: id } = await uploadVideo({
    client: maker.client,
    data,
    file: { name: 'film.mp4', size: data.length },
    headers: { cookie: maker.cookie(), origin: app.url() },
  });
  await app.settle();

  const media = await maker.client.call('GET /media/:id', { params: { id } });
  expect(media).toMatchObject({ state: 'rejected', view: null, rejection: { code } });
  expect(media.rejection?.sentence).toContain(advice);
  expect(media.rejection?.sentence).toMatch(/^[A-Z].*\.$/);
  const original = await maker.fetch(`/media/original/${id}`);
  expect(Buffer.from(await original.arrayBuffer())).toEqual(data);
  expect(await readdir(join(app.dataFolder, 'objects', 'media', id)).catch(() => [])).toEqual([]);
});

it('originals of rejected files are there on the sixth day and gone on the eighth', async () => {
  const { items } = await maker.client.call('GET /media', { query: {} });
  const statuses = () => Promise.all(items.map(async ({ id }) => (await maker.fetch(`/media/original/${id}`)).status));

  await shiftClock(app.database, 6 * DAY_MS);
  await app.media.sweep();
  const sixth = await statuses();
  await shiftClock(app.database, 2 * DAY_MS);
  await app.media.sweep();
  const eighth = await statuses();
  await shiftClock(app.database, -8 * DAY_MS);

  expect(items.length).toBe(8);
  expect(new Set(sixth)).toEqual(new Set([200]));
  expect(new Set(eighth)).toEqual(new Set([404]));
});

it('a file of no bytes is refused before it is sent', async () => {
  const announced = maker.client.call('POST /media/uploadSession', {
    body: { purpose: 'video', filename: 'film.mp4', bytes: 0 },
  });

  await expect(announced).rejects.toMatchObject({
    code: 'validation_failed',
    fields: [{ path: expect.stringContaining('bytes') }],
  });
});
