// Long films in the whole product: watched before they are done, made by turns, gone on with.
import { readFileSync } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { uploadVideo } from '@videowindow/client';
import type { NodeSession } from '@videowindow/client/node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApp, type TestApp } from '../../testing/app.ts';
import { eventually } from '../../testing/eventually.ts';
import { type Person, signIn } from '../../testing/people.ts';
import { makeClap, temporaryFolder } from './test-clips.ts';

const room = temporaryFolder();
let app: TestApp;
let ines: Person;
let otto: Person;
let long: Buffer;
let short: Buffer;

beforeAll(async () => {
  app = await startTestApp({ env: { MEDIA_AT_ONCE: '1' } });
  ines = await signIn(app, 'ines', ['maker']);
  otto = await signIn(app, 'otto', ['maker']);
  long = readFileSync(makeClap(room.path, 'long.mp4', { size: '160x120', seconds: 62, at: 30 }));
  short = readFileSync(makeClap(room.path, 'short.mp4', { size: '160x120', seconds: 1, at: 0.5 }));
}, 60_000);
afterAll(async () => {
  await app.stop();
  room[Symbol.dispose]();
});

const upload = async (who: NodeSession, data: Buffer, to = app): Promise<string> => {
  const headers = { cookie: who.cookie(), origin: to.url() };
  const { mediaId } = await uploadVideo({
    client: who.client,
    data,
    file: { name: 'a.mp4', size: data.length },
    headers,
  });
  return mediaId;
};
const read = (who: NodeSession, id: string) => who.client.call('GET /media/:id', { params: { id } });
const text = async (who: NodeSession, path: string) => (await who.fetch(path)).text();
const lines = (playlist: string, ending: string) => playlist.split('\n').filter((line) => line.endsWith(ending));

describe('a film of more than a minute', () => {
  it('can be watched while it is made, and its maker sees how fast it goes', async () => {
    const realtime = ines.realtime();
    const seen: { stage: string; percent: number; speed: number | null; secondsLeft: number | null }[] = [];
    const id = await upload(ines, long);
    realtime.subscribe(`media:${id}`, { onData: ({ progress }) => seen.push(progress) });

    await eventually(async () => expect((await read(ines, id)).view?.playableMs).toBeGreaterThanOrEqual(8000), 30_000);
    const early = await ines.client.call('GET /media/:id/playback', { params: { id } });
    const folder = early.media.hlsUrl.replace('live-master.m3u8', '');
    const list = await ines.fetch(`${folder}v120/live.m3u8`);
    const playing = await list.text();
    const posters = await ines.fetch(early.media.posterUrl);
    await app.settle();

    expect(early.media).toMatchObject({ durationMs: 62_000, hasAudio: true, width: 160 });
    expect(await text(ines, early.media.hlsUrl)).toContain('v120/live.m3u8');
    expect(list.headers.get('cache-control')).toBe('private, no-cache');
    expect(playing).toContain('#EXT-X-PLAYLIST-TYPE:EVENT');
    expect(lines(playing, '.m4s').length).toBeGreaterThanOrEqual(2);
    expect(posters.status).toBe(200);
    const { state, view } = await read(ines, id);
    expect(state).toBe('ready');
    expect(view).toMatchObject({ playableMs: null, durationMs: 62_000, hlsUrl: `${folder}master.m3u8` });
    // Who began to watch early comes to the end as well.
    const ended = await text(ines, `${folder}v120/live.m3u8`);
    expect(ended).toContain('#EXT-X-ENDLIST');
    expect(lines(ended, '.m4s')).toHaveLength(16);
    for (const name of lines(ended, '.m4s')) expect((await ines.fetch(`${folder}v120/${name}`)).status).toBe(200);
    expect(await text(ines, `${folder}master.m3u8`)).toMatch(/v120\/index\.m3u8\n[\s\S]*audio\/index\.m3u8/);
    expect(lines(await text(ines, view?.storyboardUrl ?? ''), '120')).toHaveLength(62);
    expect((await ines.fetch(view?.previewUrl ?? '')).status).toBe(200);
    const made = seen.filter(({ stage, speed }) => stage === 'transcode' && speed !== null);
    expect(made.length).toBeGreaterThan(0);
    expect(made.every(({ percent, secondsLeft }) => percent < 100 && secondsLeft !== null)).toBe(true);
    realtime.close();
  }, 60_000);

  it('does not keep other people waiting: one chunk of it, then somebody else’s clip', async () => {
    const film = await upload(ines, long);
    await eventually(async () => expect((await read(ines, film)).state).toBe('processing'), 20_000);
    const second = await upload(ines, short);
    const theirs = await upload(otto, short);

    await app.settle();

    const { rows } = await app.database.pool.query<{ id: string }>(
      "select aggregate as id from outbox where type = 'media.ready' and aggregate = any($1) order by position",
      [[film, second, theirs]],
    );
    expect(rows.map((row) => row.id)).toEqual([theirs, film, second]);
  }, 60_000);

  it('can be stopped by its maker and nobody else; begun again, it goes on with what was made', async () => {
    const id = await upload(ines, long);
    await eventually(async () => expect((await read(ines, id)).view?.playableMs).toBeGreaterThanOrEqual(8000), 30_000);
    const path = join(app.dataFolder, 'objects', 'media', id, 'private-1', 'v120', '0001.m4s');
    const first = await stat(path);

    const theirs = otto.client.call('POST /media/:id/cancel', { params: { id } });
    await expect(theirs).rejects.toMatchObject({ status: 404 });
    const stopped = await ines.client.call('POST /media/:id/cancel', { params: { id } });
    await app.settle();

    expect(stopped).toMatchObject({ state: 'failed', view: null });
    expect((await read(ines, id)).state).toBe('failed');
    expect(await readdir(join(app.dataFolder, 'work'))).toEqual([]);
    const again = ines.client.call('POST /media/:id/cancel', { params: { id } });
    await expect(again).rejects.toMatchObject({ code: 'invalid_transition' });
    await ines.client.call('POST /media/:id/retry', { params: { id } });
    await app.settle();
    expect((await read(ines, id)).view).toMatchObject({ playableMs: null, durationMs: 62_000 });
    const now = await stat(path);
    expect([now.ino, now.mtimeMs]).toEqual([first.ino, first.mtimeMs]);
  }, 60_000);

  it('that is deleted in the middle leaves no byte', async () => {
    const id = await upload(ines, long);
    await eventually(async () => expect((await read(ines, id)).view?.playableMs).toBeGreaterThanOrEqual(8000), 30_000);

    await ines.client.call('DELETE /media/:id', { params: { id } });
    await app.settle();

    const left = await readdir(app.dataFolder, { recursive: true });
    expect(left.filter((name) => name.includes(id))).toEqual([]);
  }, 60_000);

  it('has two of its chunks made at once where two may be, and is published once', async () => {
    const both = await startTestApp({ env: { MEDIA_AT_ONCE: '2' } });
    try {
      const maker = await signIn(both, 'ines', ['maker']);
      const id = await upload(maker, long, both);
      const begun = async () =>
        await both.database.pool.query(
          'select n from media_chunks where claim is not null and made is null order by n',
        );
      await eventually(async () => expect((await begun()).rows).toEqual([{ n: 1 }, { n: 2 }]), 30_000);
      await both.settle();

      const { state, view } = await read(maker, id);
      const published = await both.database.pool.query("select 1 from outbox where type = 'media.ready'");
      expect([state, view?.durationMs, published.rows.length]).toEqual(['ready', 62_000, 1]);
    } finally {
      await both.stop();
    }
  }, 90_000);
});
