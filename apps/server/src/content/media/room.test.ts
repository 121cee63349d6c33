import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { uploadVideo } from '@videowindow/client';
import { createNodeSession, type NodeSession } from '@videowindow/client/node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { shiftClock, sql } from '#platform/database';
import { startTestApp, type TestApp } from '../../testing/app.ts';
import { makeClip, temporaryFolder, writeBytes } from './test-clips.ts';

const room = temporaryFolder();
const LARGE = 2 ** 26;

let app: TestApp;
let clip: Buffer;
let maker: NodeSession;
let stranger: NodeSession;

beforeAll(async () => {
  // A tenth of the defaults and less: what is announced must fit the disk that tests run on.
  app = await startTestApp({
    env: { MEDIA_FILE_BYTES: `${10 * LARGE}`, MEDIA_DAY_BYTES: `${50 * LARGE}`, MEDIA_PERSON_BYTES: `${500 * LARGE}` },
  });
  clip = readFileSync(makeClip(room.path, 'clip.mp4', { size: '180x320', rate: '10', seconds: 2 }));
  maker = await signIn('ines');
  stranger = await signIn('tomas');
});
afterAll(async () => {
  await app.stop();
  room[Symbol.dispose]();
});

async function signIn(name: string): Promise<NodeSession> {
  const session = createNodeSession(app.url());
  const identifier = `${name}@people.test`;
  await session.client.call('POST /auth/otp/request', { body: { identifier } });
  await app.settle();
  const code = app.sandbox ? await lastCode(identifier) : '';
  await session.client.call('POST /auth/otp/verify', { body: { identifier, code } });
  return session;
}

async function lastCode(to: string): Promise<string> {
  const mails = await fetch(`${app.url()}/sandbox/inbox.json?to=${encodeURIComponent(to)}`);
  return /\b\d{3} ?\d{3}\b/.exec(await mails.text())?.[0].replace(' ', '') ?? '';
}

async function announce(session: NodeSession, bytes: number, filename = 'clip.mp4') {
  return session.client.call('POST /media/uploadSession', { body: { purpose: 'video', filename, bytes } });
}

const tus = (session: NodeSession, url: string, method: string, headers: Record<string, string> = {}, body?: Buffer) =>
  session.fetch(url, {
    method,
    headers: { 'tus-resumable': '1.0.0', ...headers },
    ...(body ? { body: new Uint8Array(body) } : {}),
  });

const patch = (session: NodeSession, url: string, offset: number, body: Buffer) =>
  tus(
    session,
    url,
    'PATCH',
    { 'content-type': 'application/offset+octet-stream', 'upload-offset': String(offset) },
    body,
  );

/** A clip that is ready, uploaded by the client that the web app uses. */
async function readyClip(session: NodeSession, data = clip): Promise<string> {
  const { mediaId } = await uploadVideo({
    client: session.client,
    data,
    file: { name: 'clip.mp4', size: data.length, type: 'video/mp4' },
    headers: { cookie: session.cookie(), origin: app.url() },
  });
  await app.settle();
  return mediaId;
}

/** One for all who only look at it. */
let looked: Promise<string> | undefined;
const clipToLookAt = (): Promise<string> => {
  looked ??= readyClip(maker);
  return looked;
};

const stateOf = async (session: NodeSession, id: string) =>
  (await session.client.call('GET /media/:id', { params: { id } })).state;

describe('an upload', () => {
  it('becomes a video with its progress seen live, and plays in every form', async () => {
    const realtime = maker.realtime();
    const seen: string[] = [];
    const { mediaId, uploadUrl } = await announce(maker, clip.length);
    realtime.subscribe(`media:${mediaId}`, { onData: ({ state }) => seen.push(state) });

    const sent = await patch(maker, uploadUrl, 0, clip);
    await app.settle();

    expect(sent.status).toBe(204);
    const media = await maker.client.call('GET /media/:id', { params: { id: mediaId } });
    expect(media).toMatchObject({ state: 'ready', progress: { stage: 'done', percent: 100 }, rejection: null });
    expect(media.view).toMatchObject({ width: 180, height: 320, durationMs: 2000, hasAudio: true });
    await expect.poll(() => seen.at(-1)).toBe('ready');
    expect(seen).toContain('processing');
    realtime.close();
  });

  it('goes on from the last stored byte', async () => {
    const { uploadUrl, mediaId } = await announce(maker, clip.length);
    await patch(maker, uploadUrl, 0, clip.subarray(0, 5000));

    const head = await tus(maker, uploadUrl, 'HEAD');
    const offset = Number(head.headers.get('upload-offset'));
    const wrong = await patch(maker, uploadUrl, 1, clip.subarray(1));
    await patch(maker, uploadUrl, offset, clip.subarray(offset));
    await app.settle();

    expect(offset).toBe(5000);
    expect(wrong.status).toBe(409);
    const original = await maker.fetch(`/media/original/${mediaId}`);
    const digest = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
    expect(digest(new Uint8Array(await original.arrayBuffer()))).toBe(digest(clip));
    const again = await tus(maker, uploadUrl, 'HEAD');
    expect(again.headers.get('upload-offset')).toBe(String(clip.length));
  });

  it('is finished when the server died between its last byte and the word of it', async () => {
    const { uploadUrl, mediaId } = await announce(maker, clip.length);
    await patch(maker, uploadUrl, 0, clip.subarray(0, clip.length - 1));
    writeBytes(`${app.dataFolder}/uploads`, mediaId, clip);

    const head = await tus(maker, uploadUrl, 'HEAD');
    await app.settle();

    expect(head.headers.get('upload-offset')).toBe(String(clip.length));
    expect(await stateOf(maker, mediaId)).toBe('ready');
  });

  it('can be made by any tus client: creation, with upload, and termination', async () => {
    const created = await tus(
      maker,
      '/uploads',
      'POST',
      {
        'upload-length': String(clip.length),
        'upload-metadata': `filename ${Buffer.from('../../jar.mp4').toString('base64')}`,
        'content-type': 'application/offset+octet-stream',
      },
      clip.subarray(0, 1000),
    );
    const url = created.headers.get('location') ?? '';
    const id = url.split('/').at(-1) ?? '';
    const media = await maker.client.call('GET /media/:id', { params: { id } });

    const ended = await tus(maker, url, 'DELETE');

    expect(created.status).toBe(201);
    expect(created.headers.get('upload-offset')).toBe('1000');
    expect(media).toMatchObject({ filename: 'jar.mp4', bytesReceived: 1000, state: 'uploading' });
    expect(ended.status).toBe(204);
    expect((await tus(maker, url, 'HEAD')).status).toBe(404);
    expect(await readdir(`${app.dataFolder}/uploads`)).not.toContain(id);
  });

  it('is refused before a byte is sent when it is too large or the person has no space left', async () => {
    const tooLarge = announce(maker, 11 * LARGE);
    await expect(tooLarge).rejects.toMatchObject({ code: 'media_too_large', status: 413 });

    for (let n = 0; n < 4; n++) await announce(stranger, 10 * LARGE);
    await announce(stranger, 9 * LARGE);
    await expect(announce(stranger, 2 * LARGE)).rejects.toMatchObject({ code: 'quota_exceeded' });
    const posted = await tus(stranger, '/uploads', 'POST', { 'upload-length': String(2 * LARGE) });
    expect(posted.status).toBe(422);
    await sql`delete from media where state = 'uploading'`.execute(app.database.db);
  });

  it('takes no byte more than was announced', async () => {
    const { uploadUrl } = await announce(maker, 1000);

    const sent = await patch(maker, uploadUrl, 0, clip);

    expect(sent.status).toBe(413);
    expect((await tus(maker, uploadUrl, 'HEAD')).status).toBe(200);
  });

  it('belongs to one person', async () => {
    const { uploadUrl, mediaId } = await announce(maker, clip.length);
    const nobody = createNodeSession(app.url());

    for (const other of [stranger, nobody]) {
      expect((await tus(other, uploadUrl, 'HEAD')).status).toBe(other === nobody ? 401 : 404);
      expect((await patch(other, uploadUrl, 0, clip)).ok).toBe(false);
      expect((await tus(other, uploadUrl, 'DELETE')).ok).toBe(false);
    }
    const foreign = await fetch(new URL(uploadUrl, app.url()), {
      method: 'DELETE',
      headers: { cookie: maker.cookie(), origin: 'https://evil.example', 'tus-resumable': '1.0.0' },
    });
    expect(foreign.status).toBe(403);
    expect(await stateOf(maker, mediaId)).toBe('uploading');
  });

  it('is swept after a day when nobody goes on with it', async () => {
    const { uploadUrl, mediaId } = await announce(maker, clip.length);
    await patch(maker, uploadUrl, 0, clip.subarray(0, 100));
    await app.media.sweep();
    expect(await stateOf(maker, mediaId)).toBe('uploading');

    await shiftClock(app.database, 25 * 3_600_000);
    await app.media.sweep();
    await shiftClock(app.database, -25 * 3_600_000);

    await expect(stateOf(maker, mediaId)).rejects.toMatchObject({ status: 404 });
    expect(existsSync(`${app.dataFolder}/uploads/${mediaId}`)).toBe(false);
  });

  it('that is no video is rejected in words its maker can act on, and its original kept a week', async () => {
    const id = await readyClip(maker, Buffer.from('Dear diary, today I threw a jar. '.repeat(100)));

    const media = await maker.client.call('GET /media/:id', { params: { id } });

    expect(media).toMatchObject({ state: 'rejected', rejection: { code: 'media_unreadable' }, view: null });
    expect(media.rejection?.sentence).toContain('Export it as MP4');
    expect((await maker.fetch(`/media/original/${id}`)).status).toBe(200);
    await shiftClock(app.database, 8 * 24 * 3_600_000);
    await app.media.sweep();
    await shiftClock(app.database, -8 * 24 * 3_600_000);
    expect((await maker.fetch(`/media/original/${id}`)).status).toBe(404);
  });
});

describe('playing', () => {
  it('takes a grant, for the manifest, every segment and the MP4s', async () => {
    const id = await clipToLookAt();
    const { media, tokenPrefix } = await maker.client.call('GET /media/:id/playback', { params: { id } });

    const master = await (await maker.fetch(media.hlsUrl)).text();
    const folder = media.hlsUrl.replace('master.m3u8', '');
    const paths = [
      media.hlsUrl,
      `${folder}v180/index.m3u8`,
      `${folder}v180/init.mp4`,
      `${folder}v180/0000.m4s`,
      media.posterUrl,
      media.storyboardUrl ?? '',
      media.previewUrl ?? '',
      `${folder}sprite-0000.jpg`,
      ...media.mp4.map((file) => file.url),
    ];

    expect(master).toContain('v180/index.m3u8');
    for (const path of paths) {
      expect((await maker.fetch(path)).status).toBe(200);
      expect((await fetch(`${app.url()}${path}`)).status).toBe(403);
      expect((await stranger.fetch(path)).status).toBe(403);
      expect((await fetch(`${app.url()}${tokenPrefix}${path}`)).status).toBe(200);
      expect((await fetch(`${app.url()}${tokenPrefix.slice(0, -2)}xx${path}`)).status).toBe(403);
      expect((await stranger.fetch(`${tokenPrefix}${path}`)).status).toBe(403);
    }
  });

  it('is only for those who may know of it', async () => {
    const id = await clipToLookAt();

    await expect(stranger.client.call('GET /media/:id/playback', { params: { id } })).rejects.toMatchObject({
      status: 404,
    });
    await expect(stranger.client.call('GET /media/:id', { params: { id } })).rejects.toMatchObject({ status: 404 });
    expect((await stranger.fetch(`/media/original/${id}`)).status).toBe(404);
    expect((await fetch(`${app.url()}/media/original/${id}`)).status).toBe(401);
  });

  it('of what is public needs one grant for all of it, and ends when it is closed again', async () => {
    const id = await readyClip(maker);
    await app.database.transaction((tx) => app.media.setVisibility(tx, id, 'public'));
    await app.settle();
    const visitor = createNodeSession(app.url());

    const before = await maker.client.call('GET /media/:id', { params: { id } });
    const { media } = await visitor.client.call('GET /media/:id/playback', { params: { id } });

    expect(media).toEqual(before.view);
    expect(media.hlsUrl).toBe(`/media/public/${id}/2/master.m3u8`);
    expect((await visitor.fetch(media.hlsUrl)).status).toBe(200);
    expect((await fetch(`${app.url()}${media.hlsUrl}`)).status).toBe(403);
    expect((await fetch(`${app.url()}${media.posterUrl}`)).status).toBe(200);
    expect((await visitor.fetch(media.hlsUrl.replace(id, '01900000-0000-7000-8000-000000000000'))).status).toBe(404);
    expect((await maker.fetch(`/media/private/${id}/1/master.m3u8`)).status).toBe(403);
    expect(existsSync(`${app.dataFolder}/objects/media/${id}/private-1`)).toBe(false);

    await app.database.transaction((tx) => app.media.setVisibility(tx, id, 'private'));
    await app.settle();
    expect((await visitor.fetch(media.hlsUrl)).status).toBe(404);
    expect((await fetch(`${app.url()}${media.posterUrl}`)).status).toBe(404);
  });

  it('ends with the grant, which is renewed while it is used', async () => {
    const id = await clipToLookAt();
    const { media } = await maker.client.call('GET /media/:id/playback', { params: { id } });
    const forTime = async (minutes: number) => {
      await shiftClock(app.database, minutes * 60_000);
      await app.database.now(app.database.db);
    };
    const first = maker.cookie();

    await forTime(6);
    const renewing = await maker.fetch(media.hlsUrl);
    await forTime(6);
    const renewed = await maker.fetch(media.hlsUrl);
    const old = await fetch(`${app.url()}${media.hlsUrl}`, { headers: { cookie: first } });
    await forTime(11);
    const ended = await maker.fetch(media.hlsUrl);
    await forTime(-23);

    expect(renewing.headers.get('set-cookie')).toContain(`Path=/media/private/${id}/1/`);
    expect(renewed.status).toBe(200);
    expect(old.status).toBe(403);
    expect(ended.status).toBe(403);
  });

  it('answers ranges and validators, and marks what caches may keep', async () => {
    const id = await clipToLookAt();
    const { media } = await maker.client.call('GET /media/:id/playback', { params: { id } });
    const url = media.mp4[0]?.url ?? '';
    const whole = Buffer.from(await (await maker.fetch(url)).arrayBuffer());
    const get = (headers: Record<string, string>, method = 'GET') => maker.fetch(url, { headers, method });

    const middle = await get({ range: 'bytes=100-199' });
    const tail = await get({ range: 'bytes=-50' });
    const beyond = await get({ range: `bytes=${whole.length}-` });
    const head = await get({}, 'HEAD');
    const etag = head.headers.get('etag') ?? '';
    const unchanged = await get({ 'if-none-match': etag });

    expect(middle.status).toBe(206);
    expect(middle.headers.get('content-range')).toBe(`bytes 100-199/${whole.length}`);
    expect(Buffer.from(await middle.arrayBuffer())).toEqual(whole.subarray(100, 200));
    expect(Buffer.from(await tail.arrayBuffer())).toEqual(whole.subarray(-50));
    expect(beyond.status).toBe(416);
    expect(head.headers.get('content-length')).toBe(String(whole.length));
    expect(head.headers.get('cache-control')).toBe('private, max-age=31536000, immutable');
    expect(unchanged.status).toBe(304);
  });

  it('has no path around it', async () => {
    const id = await clipToLookAt();
    await maker.client.call('GET /media/:id/playback', { params: { id } });
    const paths = [
      `/media/private/${id}/1/../../../secret`,
      `/media/private/${id}/1/..%2f..%2f..%2fsecret`,
      `/media/public/${id}/1/v180/%2e%2e/master.m3u8`,
      `/media/private/${id}/01/master.m3u8`,
      `/media/other/${id}/1/master.m3u8`,
      `/media/private/x/1/master.m3u8`,
      `/media/private/${id}/1/package.json`,
    ];

    for (const path of paths) expect([403, 404]).toContain((await maker.fetch(path)).status);
  });
});

describe('work on media', () => {
  it('is taken over after the worker that had it died, and starts again', async () => {
    const { mediaId, uploadUrl } = await announce(maker, clip.length);
    await patch(maker, uploadUrl, 0, clip);
    await app.settle();
    // As a worker leaves it that was killed in the middle: claimed, half written, its job still to be run.
    await sql`update media set state = 'processing', claim = 'dead', package = null where id = ${mediaId}`.execute(
      app.database.db,
    );
    await app.database.transaction((tx) => app.jobs.enqueue(tx, 'media.process', { id: mediaId }));

    await app.settle();

    expect(await stateOf(maker, mediaId)).toBe('ready');
    expect(await readdir(`${app.dataFolder}/work`)).toEqual([]);
  });

  it('leaves no byte behind when the media is deleted', async () => {
    const id = await readyClip(maker);

    const deleted = await maker.client.call('DELETE /media/:id', { params: { id } });
    await app.settle();

    expect(deleted.state).toBe('deleting');
    await expect(stateOf(maker, id)).rejects.toMatchObject({ status: 404 });
    const left = await readdir(app.dataFolder, { recursive: true });
    expect(left.filter((name) => name.includes(id))).toEqual([]);
    const { rows } = await sql`select facts from audit_log where action = 'media.deleted' and subject = ${id}`.execute(
      app.database.db,
    );
    expect(rows).toHaveLength(1);
  });

  it('is listed newest first, in pages', async () => {
    const first = await maker.client.call('GET /media', { query: { limit: 2 } });
    const second = await maker.client.call('GET /media', { query: { limit: 2, cursor: first.next ?? '' } });

    const ids = [...first.items, ...second.items].map((media) => media.id);
    expect(ids).toEqual([...ids].sort().reverse());
    expect(new Set(ids).size).toBe(4);
  });
});
