// Playing: grants as a cookie and in the path, kept alive while they are used; bytes as RFC 9110 has them; CloudFront.
import { generateKeyPairSync, verify } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { uploadVideo } from '@videowindow/client';
import { createNodeSession, type NodeSession } from '@videowindow/client/node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ConfigError } from '#platform/config';
import { shiftClock } from '#platform/database';
import { startTestApp, type TestApp } from '../../testing/app.ts';
import { type Person, signIn } from '../../testing/people.ts';
import { freePort } from '../../testing/ports.ts';
import { createCloudFront } from './cloudfront.ts';
import { makeClip, temporaryFolder } from './test-clips.ts';

const room = temporaryFolder();
const { privateKey, publicKey } = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
});
const ORIGIN_SECRET = 'only CloudFront knows this';
let app: TestApp;
let owner: Person;
let id = '';

beforeAll(async () => {
  const port = await freePort();
  app = await startTestApp({
    env: {
      PORT: String(port),
      PUBLIC_URL: `http://127.0.0.1:${port}`, // CloudFront's policies name it
      CLOUDFRONT_KEY_PAIR_ID: 'K2JCJMDEHXQW5F',
      CLOUDFRONT_PRIVATE_KEY: privateKey,
      CLOUDFRONT_ORIGIN_SECRET: ORIGIN_SECRET,
    },
  });
  owner = await signIn(app, 'ines');
  const data = readFileSync(makeClip(room.path, 'clip.mp4', { size: '180x320', seconds: 1, rate: '10' }));
  const headers = { cookie: owner.cookie(), origin: app.url() };
  id = (await uploadVideo({ client: owner.client, data, file: { name: 'a.mp4', size: data.length }, headers })).mediaId;
  await app.settle();
}, 60_000);
afterAll(async () => {
  await app.stop();
  room[Symbol.dispose]();
});

const playback = (who: NodeSession) => who.client.call('GET /media/:id/playback', { params: { id } });
const setPublic = async (isPublic: boolean) => {
  await app.database.transaction((tx) => app.media.setVisibility(tx, id, isPublic ? 'public' : 'private'));
  await app.settle();
};
const plain = (path: string, headers: Record<string, string> = {}) => fetch(`${app.url()}${path}`, { headers });
const forMinutes = async (minutes: number) => {
  await shiftClock(app.database, minutes * 60_000);
  await app.database.now(app.database.db);
};

describe('a grant', () => {
  it('lives as long as somebody watches: hours in minutes, several files at a time, and no answer but the bytes', async () => {
    const { media } = await playback(owner);
    const folder = media.hlsUrl.replace('master.m3u8', '');
    const files = ['master.m3u8', 'v180/index.m3u8', 'v180/init.mp4', 'v180/0000.m4s'].map((file) => folder + file);
    const seen = new Set<number>();

    for (let minute = 0; minute < 60; minute += 3) {
      await forMinutes(3);
      for (const { status } of await Promise.all(files.map((file) => owner.fetch(file)))) seen.add(status);
    }
    await forMinutes(-60);

    expect([...seen]).toEqual([200]);
  });

  it('of a private clip is asked for anew after four hours, since the right to it may be gone', async () => {
    const { media } = await playback(owner);
    let minutes = 0;

    while (minutes < 300 && (await owner.fetch(media.hlsUrl)).ok) {
      await forMinutes(4);
      minutes += 4;
    }
    await forMinutes(-minutes);

    expect(minutes).toBeGreaterThanOrEqual(240);
    expect(minutes).toBeLessThan(254);
  });

  it('in the path goes on through a playlist’s own addresses, from anywhere, without a cookie', async () => {
    const { media, tokenPrefix } = await playback(owner);
    const base = `${app.url()}${tokenPrefix}${media.hlsUrl}`;
    const master = await (await fetch(base)).text();
    const [rung = ''] = master.split('\n').filter((line) => line.endsWith('.m3u8'));
    const playlist = new URL(rung, base);
    const lines = (await (await fetch(playlist)).text()).split('\n');
    const segments = lines.filter((line) => line !== '' && !line.startsWith('#'));

    const answers = await Promise.all(segments.map((segment) => fetch(new URL(segment, playlist))));

    expect(segments.length).toBeGreaterThan(0);
    for (const answer of answers) {
      expect(answer.status).toBe(200);
      expect(answer.headers.get('access-control-allow-origin')).toBe('*');
      expect(answer.headers.get('cross-origin-resource-policy')).toBe('cross-origin');
      expect(answer.headers.getSetCookie()).toEqual([]);
    }
    expect((await owner.fetch(media.hlsUrl)).headers.get('access-control-allow-origin')).toBe(null);
    await forMinutes(11);
    expect((await fetch(base)).status).toBe(403);
    await forMinutes(-11);
  });

  it('that was changed in any letter opens nothing', async () => {
    const { media, tokenPrefix } = await playback(owner);
    const token = tokenPrefix.slice('/v/'.length);

    const changed = [...token].map(
      (letter, at) => token.slice(0, at) + (letter === 'a' ? 'b' : 'a') + token.slice(at + 1),
    );
    const answers = await Promise.all(
      [...changed, token.slice(0, -1), `${token}a`, `${token}.a`, ''].map((text) => plain(`/v/${text}${media.hlsUrl}`)),
    );

    expect(answers.filter(({ status }) => status === 200)).toEqual([]);
    expect((await plain(`/v/${token}${media.hlsUrl}`)).status).toBe(200);
  });

  it('for what is public opens nothing private, and the other way round', async () => {
    const own = await playback(owner);
    await setPublic(true);
    const shared = await playback(owner);
    await setPublic(false);
    const again = await playback(owner);

    for (const [token, path] of [
      [shared.tokenPrefix, again.media.hlsUrl],
      [own.tokenPrefix, shared.media.hlsUrl],
      [own.tokenPrefix, again.media.hlsUrl],
    ])
      expect((await plain(`${token}${path}`)).status).toBe(403);
    expect((await plain(`${again.tokenPrefix}${again.media.hlsUrl}`)).status).toBe(200);
  });
});

describe('bytes', () => {
  it('come whole or in one range, for GET alone, in whatever letters the unit is written', async () => {
    const { media, tokenPrefix } = await playback(owner);
    const url = `${tokenPrefix}${media.mp4[0]?.url}`;
    const whole = Buffer.from(await (await plain(url)).arrayBuffer());
    const last = whole.length - 1;
    const range = async (text: string, more: Record<string, string> = {}) => {
      const answer = await plain(url, { range: text, ...more });
      return [answer.status, answer.headers.get('content-range'), (await answer.arrayBuffer()).byteLength];
    };
    const etag = (await plain(url)).headers.get('etag') ?? '';

    expect(await range('bytes=0-0')).toEqual([206, `bytes 0-0/${whole.length}`, 1]);
    expect(await range('Bytes=10-')).toEqual([206, `bytes 10-${last}/${whole.length}`, whole.length - 10]);
    expect(await range(`bytes=-${whole.length + 5}`)).toEqual([206, `bytes 0-${last}/${whole.length}`, whole.length]);
    expect(await range(`bytes=5-${whole.length * 2}`)).toEqual([
      206,
      `bytes 5-${last}/${whole.length}`,
      whole.length - 5,
    ]);
    expect(await range(`bytes=${whole.length}-`)).toEqual([416, `bytes */${whole.length}`, 0]);
    expect(await range('bytes=-0')).toEqual([416, `bytes */${whole.length}`, 0]);
    for (const ignored of ['bytes=5-2', 'bytes=0-1,4-5', 'bytes=', 'items=0-1', 'bytes=a-b'])
      expect(await range(ignored)).toEqual([200, null, whole.length]);
    expect(await range('bytes=0-9', { 'if-range': etag })).toEqual([206, `bytes 0-9/${whole.length}`, 10]);
    expect(await range('bytes=0-9', { 'if-range': '"old"' })).toEqual([200, null, whole.length]);
    const head = await fetch(`${app.url()}${url}`, { method: 'HEAD', headers: { range: 'bytes=0-9' } });
    expect([head.status, head.headers.get('content-length')]).toEqual([200, String(whole.length)]);
  });

  it('say how long a cache may keep them: what is public for all, what carries a cookie for one', async () => {
    await setPublic(true);
    const visitor = createNodeSession(app.url());
    const { media } = await playback(visitor);
    const first = await visitor.fetch(media.hlsUrl);
    await forMinutes(6);
    const renewing = await visitor.fetch(media.hlsUrl);
    const after = await visitor.fetch(media.hlsUrl);
    await forMinutes(-6);
    const etag = first.headers.get('etag') ?? '';
    const known = await visitor.fetch(media.hlsUrl, { headers: { 'if-none-match': `"x", W/${etag}` } });
    await setPublic(false);

    const kept = (answer: Response) => answer.headers.get('cache-control');
    expect(kept(first)).toBe('public, max-age=31536000, immutable');
    expect(first.headers.getSetCookie()).toEqual([]);
    expect(kept(renewing)).toBe('private, max-age=31536000, immutable');
    expect(renewing.headers.getSetCookie().join()).toContain('vw_play=');
    expect(kept(after)).toBe('public, max-age=31536000, immutable');
    expect([known.status, known.headers.get('etag'), kept(known)]).toEqual([304, etag, kept(first)]);
  });
});

describe('CloudFront', () => {
  const decode = (text: string) =>
    Buffer.from(text.replaceAll('-', '+').replaceAll('_', '=').replaceAll('~', '/'), 'base64');
  const options = {
    keyPairId: 'K2JCJMDEHXQW5F',
    privateKey,
    originSecret: ORIGIN_SECRET,
    publicUrl: 'https://d111111abcdef8.cloudfront.net/',
  };

  it('is given the custom policy of its developer guide, to the letter, signed as it checks it', () => {
    const expiresAt = new Date('2026-01-01T18:00:59Z'); // in the guide's examples 1767290400 is 18:00:00

    const cookies = createCloudFront(options)?.cookiesFor('/', expiresAt) ?? [];
    const [policy, signature, keyPairId] = cookies;

    expect(cookies.map(({ name }) => name)).toEqual([
      'CloudFront-Policy',
      'CloudFront-Signature',
      'CloudFront-Key-Pair-Id',
    ]);
    const text =
      '{"Statement":[{"Resource":"https://d111111abcdef8.cloudfront.net/*","Condition":{"DateLessThan":{"AWS:EpochTime":1767290400}}}]}';
    expect(decode(policy?.value ?? '').toString()).toBe(text);
    expect(verify('RSA-SHA1', Buffer.from(text), publicKey, decode(signature?.value ?? ''))).toBe(true);
    expect(verify('RSA-SHA1', Buffer.from(`${text} `), publicKey, decode(signature?.value ?? ''))).toBe(false);
    expect(keyPairId?.value).toBe('K2JCJMDEHXQW5F');
    for (const { value } of cookies) expect(value).toMatch(/^[A-Za-z0-9_~-]+$/);
  });

  it('gets its cookies with each grant, for the same paths and no longer, and passes on what it has checked', async () => {
    const answer = await owner.fetch(`/api/v1/media/${id}/playback`);
    const { media, expiresAt } = (await answer.json()) as Awaited<ReturnType<typeof playback>>;
    const folder = media.hlsUrl.replace('master.m3u8', '');
    const cookies = answer.headers.getSetCookie().filter((line) => line.startsWith('CloudFront-'));
    const [line = ''] = cookies.filter((cookie) => cookie.startsWith('CloudFront-Policy='));
    const policy = JSON.parse(decode(/=([^;]+)/.exec(line)?.[1] ?? '').toString());

    expect(cookies).toHaveLength(3);
    for (const cookie of cookies) expect(cookie).toMatch(new RegExp(`Path=${folder};.*HttpOnly`));
    expect(policy.Statement[0].Resource).toBe(`${app.url()}${folder}*`);
    const left = Date.parse(expiresAt) / 1000 - policy.Statement[0].Condition.DateLessThan['AWS:EpochTime'];
    expect(left).toBeGreaterThanOrEqual(0);
    expect(left).toBeLessThan(60);
    const through = await plain(media.hlsUrl, { 'x-videowindow-origin': ORIGIN_SECRET });
    expect([through.status, through.headers.get('cache-control')]).toEqual([
      200,
      'public, max-age=31536000, immutable',
    ]);
    expect((await plain(media.hlsUrl, { 'x-videowindow-origin': `${ORIGIN_SECRET}.` })).status).toBe(403);
    expect((await plain(`/media/original/${id}`, { 'x-videowindow-origin': ORIGIN_SECRET })).status).toBe(401);
  });

  it('is all set or not at all', () => {
    const nothing = { keyPairId: undefined, privateKey: undefined, originSecret: undefined, publicUrl: undefined };
    const ec = generateKeyPairSync('ec', {
      namedCurve: 'P-256',
      publicKeyEncoding: { type: 'spki', format: 'pem' },
      privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    });

    expect(createCloudFront(nothing)).toBe(null);
    expect(createCloudFront({ ...nothing, publicUrl: options.publicUrl })).toBe(null);
    for (const name of ['keyPairId', 'privateKey', 'originSecret', 'publicUrl'] as const)
      expect(() => createCloudFront({ ...options, [name]: undefined }), name).toThrow(ConfigError);
    for (const wrong of ['nothing', ec.privateKey])
      expect(() => createCloudFront({ ...options, privateKey: wrong })).toThrow(ConfigError);
  });
});
