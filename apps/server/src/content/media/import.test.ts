// Import by URL. A canary listens on loopback as an internal service would; nothing that anybody asks for may reach it.
// What stands for the public internet is 127.0.0.2, which the settings let through.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { createServer, type RequestListener, type Server } from 'node:http';
import { type AddressInfo, createServer as createNetServer, type Server as NetServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startTestApp, type TestApp } from '../../testing/app.ts';
import { eventually } from '../../testing/eventually.ts';
import { type Person, signIn } from '../../testing/people.ts';
import { createAddressCheck } from './import-address.ts';
import { openPublic, type Resolve } from './import-fetch.ts';
import { makeClip, temporaryFolder } from './test-clips.ts';

const room = temporaryFolder();
const isAllowed = createAddressCheck('127.0.0.2/32');
const open: (Server | NetServer)[] = [];
let app: TestApp;
let maker: Person;
let clip: Buffer;
/** What the outside server does with the next request. */
let serve: RequestListener = (_request, response) => response.end();
let outside = '';
let canaryPort = 0;
let canaryHits = 0;

async function listen(server: Server | NetServer, address: string): Promise<number> {
  open.push(server);
  await new Promise<void>((resolve) => server.listen(0, address, resolve));
  return (server.address() as AddressInfo).port; // a TCP server's address
}

beforeAll(async () => {
  // A connection alone is a hit; `::` hears IPv4 too, on every address of this machine that is not taken.
  canaryPort = await listen(
    createNetServer((socket) => {
      canaryHits++;
      socket.destroy();
    }),
    '::',
  );
  outside = `http://127.0.0.2:${await listen(
    createServer((request, response) => serve(request, response)),
    '127.0.0.2',
  )}`;
  clip = readFileSync(makeClip(room.path, 'clip.mp4', { size: '180x320', seconds: 1, rate: '10' }));
  app = await startTestApp({
    env: { MEDIA_IMPORT: 'true', MEDIA_IMPORT_FROM: '127.0.0.2/32', MEDIA_FILE_BYTES: '500000' },
  });
  maker = await signIn(app, 'ines');
});
afterAll(async () => {
  await app.stop();
  for (const server of open) server.close();
  room[Symbol.dispose]();
});
beforeEach(() => {
  canaryHits = 0;
});

const importFrom = (url: string) => maker.client.call('POST /media/import', { body: { purpose: 'video', url } });
const mediaOf = (id: string) => maker.client.call('GET /media/:id', { params: { id } });
/** Imports and waits for the end. */
async function imported(url: string) {
  const { id } = await importFrom(url);
  await app.settle();
  return await mediaOf(id);
}

/** Every way we know of to say: this machine, its network, its cloud's secrets. */
const insideAddresses = () => {
  const port = canaryPort;
  return [
    `http://127.0.0.1:${port}/`,
    `https://127.0.0.1:${port}/`,
    `http://127.1:${port}/`,
    `http://2130706433:${port}/`,
    `http://0177.0.0.1:${port}/`,
    `http://0x7f.0.0.1:${port}/`,
    `http://0x7f000001:${port}/`,
    `http://１２７.０.０.１:${port}/`,
    `http://127。0。0。1:${port}/`,
    `http://%31%32%37.0.0.1:${port}/`,
    `http://0.0.0.0:${port}/`,
    `http://0:${port}/`,
    `http://127.0.0.1.:${port}/`,
    `http://[::1]:${port}/`,
    `http://[::]:${port}/`,
    `http://[::ffff:127.0.0.1]:${port}/`,
    `http://[::ffff:7f00:1]:${port}/`,
    `http://[::127.0.0.1]:${port}/`,
    `http://[64:ff9b::7f00:1]:${port}/`,
    `http://[64:ff9b:1::7f00:1]:${port}/`,
    `http://[2002:7f00:1::]:${port}/`,
    `http://[2001:0:7f00:1::]:${port}/`,
    `http://[fe80::1]:${port}/`,
    `http://[fd00:ec2::254]:${port}/`,
    'http://169.254.169.254/latest/meta-data/',
    'http://100.100.100.200/latest/meta-data/',
    'http://10.0.0.1/',
    'http://172.31.255.255/',
    'http://192.168.1.1/',
    'http://224.0.0.1/',
    'http://255.255.255.255/',
    `http://127.0.0.2@127.0.0.1:${port}/`,
    `http://user:word@127.0.0.2:${port}/`,
    `http://127.0.0.2:25/`,
    `http://127.0.0.2:22/`,
    'file:///etc/passwd',
    'ftp://127.0.0.2/a.mp4',
    'gopher://127.0.0.1/',
    'data:text/plain,hello',
    '//127.0.0.1/',
    'jar.mp4',
  ];
};
/** A name that the system's own name service leads to this machine. */
const insideName = () => `http://localhost:${canaryPort}/`;

describe('an import', () => {
  it('becomes a video like any upload', async () => {
    serve = (_request, response) => response.setHeader('content-length', clip.length).end(clip);

    const { id, ...media } = await imported(`${outside}/films/jar%20one.mp4?version=2`);

    expect(media).toMatchObject({ state: 'ready', filename: 'jar one.mp4', bytes: clip.length });
    const original = await maker.fetch(`/media/original/${id}`);
    const digest = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
    expect(digest(new Uint8Array(await original.arrayBuffer()))).toBe(digest(clip));
    expect(await readdir(join(app.dataFolder, 'uploads'))).toEqual([]);
  });

  it('tells what it asks with nothing of ours, and follows to where the file lies', async () => {
    const seen: Record<string, unknown>[] = [];
    serve = (request, response) => {
      seen.push(request.headers);
      if (request.url === '/film.mp4') return response.end(clip); // no length is told
      response.writeHead(302, { location: '/film.mp4' }).end();
    };

    const media = await imported(`${outside}/watch`);

    expect(media).toMatchObject({ state: 'ready', bytes: clip.length });
    for (const headers of seen)
      expect(Object.keys(headers).sort()).toEqual(['accept', 'accept-encoding', 'connection', 'host', 'user-agent']);
  });

  it.each([
    [
      'is a page and no video',
      (r: Parameters<RequestListener>[1]) => r.end('<!doctype html><p>Hello'),
      'media_unreadable',
    ],
    ['is not there', (r: Parameters<RequestListener>[1]) => r.writeHead(404).end(), 'import_failed'],
    ['is empty', (r: Parameters<RequestListener>[1]) => r.end(), 'import_failed'],
    [
      'is said to be too large',
      (r: Parameters<RequestListener>[1]) => r.writeHead(200, { 'content-length': '500001' }).write('a'),
      'media_too_large',
    ],
    [
      'turns out too large',
      (r: Parameters<RequestListener>[1]) => void r.write(Buffer.alloc(500_001)),
      'media_too_large',
    ],
    [
      'ends before its end',
      (r: Parameters<RequestListener>[1]) => {
        r.writeHead(200, { 'content-length': '1000' });
        r.write('a', () => r.destroy());
      },
      'import_failed',
    ],
    [
      'comes packed',
      (r: Parameters<RequestListener>[1]) => r.writeHead(200, { 'content-encoding': 'gzip' }).end('a'),
      'import_failed',
    ],
  ])('of a file that %s ends in words that its maker can act on', async (_, answer, code) => {
    serve = (_request, response) => void answer(response);

    const media = await imported(`${outside}/a.mp4`);

    expect(media).toMatchObject({ state: 'rejected', rejection: { code } });
    expect(media.rejection?.sentence).toMatch(/\w{4}.*\.$/);
    if (code !== 'media_unreadable') expect(await readdir(join(app.dataFolder, 'uploads'))).toEqual([]);
  });

  it('stops when its media is deleted', async () => {
    let over = false;
    serve = (request, response) => {
      request.socket.once('close', () => {
        over = true;
      });
      response.writeHead(200, { 'content-length': '400000' });
      const drip = setInterval(() => response.write('a'.repeat(100)), 50);
      response.once('close', () => clearInterval(drip));
    };
    const { id } = await importFrom(`${outside}/a.mp4`);
    await eventually(async () => expect((await mediaOf(id)).bytesReceived).toBeGreaterThan(0));

    await maker.client.call('DELETE /media/:id', { params: { id } });

    await eventually(() => expect(over).toBe(true));
    await app.settle();
    await expect(mediaOf(id)).rejects.toMatchObject({ status: 404 });
    expect(await readdir(join(app.dataFolder, 'uploads'))).toEqual([]);
  });

  it('takes no bytes from elsewhere while it is fetched', async () => {
    const { promise: asked, resolve } = Promise.withResolvers<void>();
    let end = () => {};
    serve = (_request, response) => {
      end = () => void response.end(clip);
      resolve();
    };
    const { id } = await importFrom(`${outside}/a.mp4`);
    await asked;

    const head = await maker.fetch(`/uploads/${id}`, { method: 'HEAD', headers: { 'tus-resumable': '1.0.0' } });
    await app.media.sweep();
    end();
    await app.settle();

    expect(head.status).toBe(404);
    expect(await mediaOf(id)).toMatchObject({ state: 'ready' });
  });

  it('is off unless the operator turned it on, and the client is told', async () => {
    const plain = await startTestApp();
    const person = await signIn(plain, 'ines');

    const site = await person.client.call('GET /site');
    const refused = person.client.call('POST /media/import', { body: { purpose: 'video', url: `${outside}/a.mp4` } });

    await expect(refused).rejects.toMatchObject({ code: 'capability_off' });
    expect(site.importByUrl).toBe(false);
    expect((await maker.client.call('GET /site')).importByUrl).toBe(true);
    await plain.stop();
  });
});

describe('what lies inside', () => {
  it('is not fetched, however its address is written', async () => {
    for (const url of insideAddresses())
      await expect(importFrom(url), url).rejects.toMatchObject({ code: 'import_refused', status: 422 });
    expect(await imported(insideName())).toMatchObject({ state: 'rejected', rejection: { code: 'import_refused' } });
    expect(canaryHits).toBe(0);
  });

  it('is not fetched when another server sends us there', async () => {
    let location = '';
    serve = (_request, response) => response.writeHead(307, { location }).end();
    const follow = () => openPublic(`${outside}/a.mp4`, { isAllowed, signal: AbortSignal.timeout(5000) });
    const sendable = insideAddresses().filter((url) => url !== 'jar.mp4' && !/[^ -~]/.test(url));

    for (location of [...sendable, insideName()])
      await expect(follow(), location).rejects.toMatchObject({ code: 'import_refused' });
    const media = await imported(`${outside}/a.mp4`);

    expect(media).toMatchObject({ state: 'rejected', rejection: { code: 'import_refused' } });
    expect(canaryHits).toBe(0);
  });

  it('is not fetched by a name that leads there, alone or among others, or only when it is asked again', async () => {
    const answers: [string, string[][]][] = [
      ['inside', [['127.0.0.1']]],
      ['both', [['127.0.0.2', '127.0.0.1']]],
      ['mapped', [['::ffff:127.0.0.1']]],
      ['zone', [['fe80::1%lo']]],
      ['none', [[]]],
      ['nonsense', [['not an address']]],
    ];
    const fetchBy = (resolve: Resolve) =>
      openPublic(`http://rebinding.test:${canaryPort}/`, { isAllowed, resolve, signal: AbortSignal.timeout(5000) });

    for (const [, [answer = []]] of answers)
      await expect(fetchBy(async () => answer)).rejects.toMatchObject({ code: 'import_refused' });

    // The outside address at first, ours ever after: the connection has to go where the check went.
    let asked = 0;
    const turning: Resolve = async () => [asked++ === 0 ? '127.0.0.2' : '127.0.0.1'];
    serve = (_request, response) => response.end('outside');
    const { port } = new URL(outside);
    const answer = await openPublic(`http://rebinding.test:${port}/`, {
      isAllowed,
      resolve: turning,
      signal: AbortSignal.timeout(5000),
    });
    expect(Buffer.concat(await answer.toArray()).toString()).toBe('outside');
    expect(asked).toBe(1);
    // And in a redirect to the same name its new answer is checked anew.
    asked = 0;
    serve = (_request, response) => response.writeHead(302, { location: `http://rebinding.test:${canaryPort}/` }).end();
    await expect(
      openPublic(`http://rebinding.test:${port}/`, { isAllowed, resolve: turning, signal: AbortSignal.timeout(5000) }),
    ).rejects.toMatchObject({ code: 'import_refused' });
    expect(canaryHits).toBe(0);
  });

  it('would have been heard of', async () => {
    await openPublic(`http://127.0.0.1:${canaryPort}/`, {
      isAllowed: () => true,
      signal: AbortSignal.timeout(5000),
    }).catch(() => {});

    expect(canaryHits).toBe(1);
  });
});

describe('the other server', () => {
  const openOutside = (options: { silenceMs?: number; totalMs?: number } = {}) =>
    openPublic(`${outside}/a.mp4`, {
      isAllowed,
      signal: AbortSignal.timeout(options.totalMs ?? 5000),
      silenceMs: options.silenceMs ?? 5000,
    });

  it('is left when it sends us round', async () => {
    let hops = 0;
    serve = (_request, response) => {
      hops++;
      response.writeHead(301, { location: '/a.mp4' }).end();
    };

    await expect(openOutside()).rejects.toMatchObject({ code: 'import_failed' });
    expect(hops).toBe(6);
  });

  it('is left when it says nothing, before or amid its answer', async () => {
    serve = () => {};
    await expect(openOutside({ silenceMs: 100 })).rejects.toMatchObject({ code: 'import_failed' });

    serve = (_request, response) => void response.writeHead(200, { 'content-length': '10' }).write('a');
    const answer = await openOutside({ silenceMs: 100 });
    await expect(answer.toArray()).rejects.toThrow();
  });

  it('is left when the time for all of it is over, however busy it is', async () => {
    serve = (_request, response) => {
      const drip = setInterval(() => response.write('a'), 20);
      response.once('close', () => clearInterval(drip));
    };

    const answer = await openOutside({ totalMs: 300 });

    await expect(answer.toArray()).rejects.toThrow();
  });
});

describe('the public internet', () => {
  const check = createAddressCheck('');

  it.each(['1.1.1.1', '93.184.216.34', '172.32.0.1', '100.128.0.1', '2606:4700::1111', '2a00:1450:4001::200e'])(
    'has %s',
    (address) => expect(check(address)).toBe(true),
  );

  it('has what the operator adds, and a network that is none stops the start', () => {
    const both = createAddressCheck('10.1.0.0/16, fd00::/8');

    expect([both('10.1.2.3'), both('fd12::1'), both('10.2.0.1'), both('fe80::1')]).toEqual([true, true, false, false]);
    for (const wrong of ['10.1.0.0', 'here', '10.1.0.0/33'])
      expect(() => createAddressCheck(wrong)).toThrow(/MEDIA_IMPORT_FROM/);
  });
});
