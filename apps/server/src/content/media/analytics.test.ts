// What an admin is told about storage is what lies there.
import { readFileSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { uploadVideo } from '@videowindow/client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { shiftClock } from '#platform/database';
import { createFolderStorage } from '#platform/storage';
import { startTestApp, type TestApp } from '../../testing/app.ts';
import { type Person, signIn } from '../../testing/people.ts';
import { kindOf } from './analytics.ts';
import { makeClip, temporaryFolder } from './test-clips.ts';

const folder = temporaryFolder();
let app: TestApp;
let admin: Person;
let ines: Person;
let tomas: Person;
let clip: Buffer;

beforeAll(async () => {
  app = await startTestApp();
  clip = readFileSync(makeClip(folder.path, 'clip.mp4', { size: '180x320', rate: '10', seconds: 1 }));
  [admin, ines, tomas] = [await signIn(app, 'root', ['admin']), await signIn(app, 'ines'), await signIn(app, 'tomas')];
});
afterAll(async () => {
  await app.stop();
  folder[Symbol.dispose]();
});

const upload = async (person: Person): Promise<string> => {
  const { mediaId } = await uploadVideo({
    client: person.client,
    data: clip,
    file: { name: 'clip.mp4', size: clip.length },
    headers: { cookie: person.cookie() },
  });
  await app.settle();
  return mediaId;
};
const measured = async () => {
  await admin.client.call('POST /admin/storage/measure');
  await app.settle();
  return admin.client.call('GET /admin/storage');
};
const storage = () => createFolderStorage(join(app.dataFolder, 'objects'));
const sumOf = async (...prefixes: string[]) => {
  const sum = { objects: 0, bytes: 0 };
  for (const prefix of prefixes)
    for await (const { bytes } of storage().scan(prefix)) {
      sum.objects++;
      sum.bytes += bytes;
    }
  return sum;
};

test('before anything was measured the report is empty and says so', async () => {
  expect(await admin.client.call('GET /admin/storage')).toMatchObject({ measuredAt: null, bytes: 0, growth: [] });
});

test('bytes are told by person, kind, rendition and age, and orphans apart; together they are all that lies there', async () => {
  const first = await upload(ines);
  const second = await upload(ines);
  const other = await upload(tomas);
  await storage().put('media/01900000-0000-7000-8000-000000000000/private-1/master.m3u8', 'orphan');
  await shiftClock(app.database, 10 * 24 * 3_600_000);

  const report = await measured();

  expect(report.byPerson).toMatchObject([
    {
      person: { handle: 'ines' },
      ...(await sumOf(`media/${first}`, `media/${second}`, `originals/${first}`, `originals/${second}`)),
    },
    { person: { handle: 'tomas' }, ...(await sumOf(`media/${other}`, `originals/${other}`)) },
  ]);
  expect(report.orphans).toEqual({ objects: 1, bytes: 6 });
  const all = await sumOf('media', 'originals');
  expect(report).toMatchObject(all);
  const kinds = report.byKind.reduce((sum, { bytes }) => sum + bytes, 0);
  expect(kinds + report.orphans.bytes).toBe(all.bytes);
  expect(report.byKind).toContainEqual({ kind: 'original', rendition: null, objects: 3, bytes: 3 * clip.length });
  expect(report.byKind.map(({ kind, rendition }) => `${kind} ${rendition}`)).toEqual(
    expect.arrayContaining(['stream v180', 'stream audio', 'mp4 v180', 'picture null']),
  );
  expect(report.byKind.map(({ kind }) => kind)).not.toContain('other');
  expect(report.byAge.filter(({ bytes }) => bytes > 0)).toEqual([
    { fromDays: 7, objects: all.objects - 1, bytes: all.bytes - 6 },
  ]);
});

test('it grows by the day, and what was deleted is not counted any more', async () => {
  const before = await measured();
  const id = await upload(tomas);
  const { bytes: added } = await sumOf(`media/${id}`, `originals/${id}`);
  await shiftClock(app.database, 24 * 3_600_000);
  const grown = await measured();
  await tomas.client.call('DELETE /media/:id', { params: { id } });
  await app.settle();
  const shrunk = await measured();

  expect(grown.bytes).toBe(before.bytes + added);
  expect(shrunk.bytes).toBe(before.bytes);
  expect(shrunk.growth.length).toBe(before.growth.length + 1);
  expect(shrunk.growth.map(({ day }) => day)).toEqual(shrunk.growth.map(({ day }) => day).toSorted());
  expect(await stat(join(app.dataFolder, 'objects', 'originals', id)).catch(() => null)).toBeNull();
});

test('what was sent to people is told by the day: ranges as long as they are, nothing for what they have', async () => {
  const mediaId = await upload(ines);
  const { media } = await ines.client.call('GET /media/:id/playback', { params: { id: mediaId } });
  const url = media.mp4[0]?.url ?? '';
  const get = async (headers: Record<string, string> = {}, method = 'GET') => {
    const answer = await ines.fetch(url, { method, headers });
    await answer.arrayBuffer();
    return answer;
  };
  const sent = async () => (await measured()).egress.at(-1) ?? { answers: 0, bytes: 0 };
  const before = await sent();

  const whole = await get();
  const part = await get({ range: 'bytes=0-9' });
  const known = await get({ 'if-none-match': whole.headers.get('etag') ?? '' });
  const head = await get({}, 'HEAD');
  const after = await sent();

  expect([whole, part, known, head].map(({ status }) => status)).toEqual([200, 206, 304, 200]);
  expect(after).toMatchObject({
    answers: before.answers + 2,
    bytes: before.bytes + Number(whole.headers.get('content-length')) + 10,
  });
});

test('nobody but an admin is told', async () => {
  const moderator = await signIn(app, 'noor', ['moderator']);

  for (const person of [ines, moderator]) {
    await expect(person.client.call('GET /admin/storage')).rejects.toMatchObject({ status: 403 });
    await expect(person.client.call('POST /admin/storage/measure')).rejects.toMatchObject({ status: 403 });
  }
});

test.each([
  ['originals/1', 'original', null],
  ['media/1/private-1/v720/0001.m4s', 'stream', 'v720'],
  ['media/1/private-1/audio/init.mp4', 'stream', 'audio'],
  ['media/1/private-1/master.m3u8', 'stream', null],
  ['media/1/public-2/mp4/v480.mp4', 'mp4', 'v480'],
  ['media/1/public-2/captions/en-1.vtt', 'captions', null],
  ['media/1/public-2/thumb-320.avif', 'picture', null],
  ['media/1/public-2/unknown.bin', 'other', null],
  ['doctor/x', 'other', null],
])('%s is %s %s', (key, kind, rendition) => {
  expect(kindOf(key)).toEqual({ kind, rendition });
});
