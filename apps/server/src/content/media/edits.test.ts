// Another version of the same original: cut, or with another cover, while the one before goes on playing.
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { cp, readdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { uploadVideo } from '@videowindow/client';
import type { NodeSession } from '@videowindow/client/node';
import type { MediaEdits } from '@videowindow/contract/api/media';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sql } from '#platform/database';
import { startTestApp, type TestApp } from '../../testing/app.ts';
import { eventually } from '../../testing/eventually.ts';
import { type Person, signIn } from '../../testing/people.ts';
import { makeClap, makeClip, temporaryFolder, writeBytes } from './test-clips.ts';

const room = temporaryFolder();
let app: TestApp;
let ines: Person;
let otto: Person;
let made: string;

beforeAll(async () => {
  app = await startTestApp();
  ines = await signIn(app, 'ines', ['maker']);
  otto = await signIn(app, 'otto', ['maker']);
  // Three seconds of red, three of green, three of blue.
  const filter = 'drawbox=c=red:t=fill,drawbox=c=lime:t=fill:enable=gte(t\\,3),drawbox=c=blue:t=fill:enable=gte(t\\,6)';
  const colours = makeClip(room.path, 'colours.mp4', { size: '160x120', rate: '10', seconds: 9, filter });
  made = await upload(ines, readFileSync(colours));
}, 60_000);
afterAll(async () => {
  await app.stop();
  room[Symbol.dispose]();
});

const upload = async (who: NodeSession, data: Buffer): Promise<string> => {
  const headers = { cookie: who.cookie(), origin: app.url() };
  const { mediaId } = await uploadVideo({
    client: who.client,
    data,
    file: { name: 'a.mp4', size: data.length },
    headers,
  });
  await app.settle();
  return mediaId;
};
/** A ready clip of the three colours, as if it had been uploaded for itself; or one whose original is another file. */
const coloured = async (original = {}): Promise<string> => {
  const id = randomUUID();
  const at = (...place: string[]) => join(app.dataFolder, 'objects', ...place);
  await cp(at('media', made), at('media', id), { recursive: true });
  await cp(at('originals', made), at('originals', id));
  await sql`
    insert into media
    select copy.* from media m, jsonb_populate_record(m, ${JSON.stringify({ id, ...original })}::jsonb) copy
    where m.id = ${made}`.execute(app.database.db);
  return id;
};
const read = (id: string) => ines.client.call('GET /media/:id', { params: { id } });
const edit = (id: string, body: MediaEdits, who: NodeSession = ines) =>
  who.client.call('POST /media/:id/edit', { params: { id }, body });
const playback = (id: string, who: NodeSession = ines) =>
  who.client.call('GET /media/:id/playback', { params: { id } });
const folders = async (id: string) => (await readdir(join(app.dataFolder, 'objects', 'media', id))).sort();

/** Which of the three colours a picture has; of a clip its first frame. */
async function colourOf(bytes: ArrayBuffer): Promise<string | undefined> {
  const { channels } = await sharp(Buffer.from(bytes)).stats();
  const means = channels.slice(0, 3).map((channel) => channel.mean);
  return ['red', 'green', 'blue'][means.indexOf(Math.max(...means))];
}
const posterOf = async (id: string) => {
  const { media } = await playback(id);
  return await colourOf(await (await ines.fetch(media.posterUrl)).arrayBuffer());
};

describe('an edit', () => {
  it('cuts a clip, with its captions and its sound, while the version before it plays on; and takes the cut back', async () => {
    const id = await coloured();
    const text = 'WEBVTT\n\n00:04.000 --> 00:05.000\nGreen\n\n00:08.000 --> 00:09.000\nBlue\n';
    const params = { id, language: 'en' };
    await ines.client.call('PUT /media/:id/captions/:language', {
      params,
      body: { label: 'English', text, revision: 0 },
    });
    const before = await playback(id);

    const begun = await edit(id, { trim: { startMs: 3500, endMs: 5500 }, coverMs: null });
    const during = await playback(id);
    const played = await ines.fetch(before.media.mp4[0]?.url ?? '');
    await app.settle();

    expect(begun).toMatchObject({ state: 'processing', edits: { trim: { startMs: 3500, endMs: 5500 } } });
    expect(during.media.version).toBe(before.media.version);
    expect(played.status).toBe(200);
    const { state, view, sourceDurationMs } = await read(id);
    expect(state).toBe('ready');
    expect(sourceDurationMs).toBe(9000);
    expect(view).toMatchObject({ durationMs: 2000, version: 2 });
    const { media } = await playback(id);
    expect(await (await ines.fetch(media.captions[0]?.url ?? '')).text()).toContain('00:00.500 --> 00:00:01.500');
    expect(await posterOf(id)).toBe('green');
    expect(await folders(id)).toEqual(['private-2']);

    await edit(id, { trim: null, coverMs: null });
    await app.settle();

    expect((await read(id)).view).toMatchObject({ durationMs: 9000, version: 3 });
  }, 60_000);

  it('gives a clip the cover that its maker chose, and encodes nothing for it', async () => {
    const id = await coloured();
    const size = async () => (await ines.fetch((await playback(id)).media.mp4[0]?.url ?? '')).headers.get('etag');
    const before = await size();

    for (const [coverMs, colour] of [
      [7500, 'blue'],
      [4000, 'green'],
    ] as const) {
      await edit(id, { trim: null, coverMs });
      await app.settle();
      expect(await posterOf(id)).toBe(colour);
    }

    expect((await read(id)).edits).toEqual({ trim: null, coverMs: 4000 });
    expect(await size()).toBe(before);
  }, 60_000);

  it('keeps a public clip open to everybody, who never meet a moment without it', async () => {
    const id = await coloured();
    await ines.client.call('PUT /media/:id/visibility', { params: { id }, body: { visibility: 'public' } });
    await app.settle();

    await edit(id, { trim: { startMs: 0, endMs: 2000 }, coverMs: 1000 });
    const during = await playback(id, otto);
    const status = (await otto.fetch(during.media.hlsUrl)).status;
    await app.settle();

    expect([during.media.durationMs, status]).toEqual([9000, 200]);
    const { media } = await playback(id, otto);
    expect(media.durationMs).toBe(2000);
    expect((await otto.fetch(media.hlsUrl)).status).toBe(200);
    expect(await folders(id)).toEqual([`public-${media.version}`]);
  }, 60_000);

  it('that is stopped, or fails, leaves the version before it', async () => {
    const id = await coloured();
    await edit(id, { trim: { startMs: 0, endMs: 8000 }, coverMs: null });
    const stopped = await ines.client.call('POST /media/:id/cancel', { params: { id } });
    await app.settle();

    expect(stopped).toMatchObject({ state: 'ready', edits: { trim: null, coverMs: null } });
    expect((await read(id)).view).toMatchObject({ durationMs: 9000, version: 1 });
    writeBytes(join(app.dataFolder, 'objects', 'originals'), id, 'no film any more');
    await edit(id, { trim: { startMs: 0, endMs: 8000 }, coverMs: null });
    await app.settle();
    expect(await read(id)).toMatchObject({ state: 'ready', edits: { trim: null }, view: { durationMs: 9000 } });
    expect((await ines.fetch((await playback(id)).media.hlsUrl)).status).toBe(200);
  }, 60_000);

  it('is refused to others, outside the original, and while another one is made', async () => {
    const id = await coloured();
    const wrong = [
      { trim: { startMs: 0, endMs: 9500 }, coverMs: null },
      { trim: { startMs: 5000, endMs: 4000 }, coverMs: null },
      { trim: { startMs: 0, endMs: 100 }, coverMs: null },
      { trim: { startMs: 0, endMs: 4000 }, coverMs: 5000 },
      { trim: null, coverMs: 9000 },
    ];

    for (const body of wrong) await expect(edit(id, body)).rejects.toMatchObject({ code: 'validation_failed' });
    await expect(edit(id, { trim: null, coverMs: 0 }, otto)).rejects.toMatchObject({ status: 404 });
    const both = await Promise.allSettled([
      edit(id, { trim: null, coverMs: 1000 }),
      edit(id, { trim: null, coverMs: 5000 }),
    ]);

    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(both.find(({ status }) => status === 'rejected')).toMatchObject({ reason: { code: 'invalid_transition' } });
    await eventually(async () => expect((await read(id)).state).toBe('ready'), 30_000);
  }, 60_000);

  it('cuts a long film in chunks', async () => {
    const id = await coloured({ source_duration_ms: 66_000 });
    makeClap(join(app.dataFolder, 'objects', 'originals'), 'long.mp4', { size: '160x120', seconds: 66 });
    const at = (name: string) => join(app.dataFolder, 'objects', 'originals', name);
    await rename(at('long.mp4'), at(id));

    await edit(id, { trim: { startMs: 2000, endMs: 64_000 }, coverMs: 30_000 });
    await app.settle();

    const { view, edits } = await read(id);
    expect(view).toMatchObject({ durationMs: 62_000, playableMs: null, version: 2 });
    expect(edits).toEqual({ trim: { startMs: 2000, endMs: 64_000 }, coverMs: 30_000 });
    expect(await folders(id)).toEqual(['private-2']);
    expect((await ines.fetch((await playback(id)).media.hlsUrl)).status).toBe(200);
  }, 60_000);
});
