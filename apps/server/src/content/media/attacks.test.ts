/** Files made to attack: each costs one job, asks nobody, shows nothing that is not its own, and the next clip is made. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { uploadVideo } from '@videowindow/client';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { sql } from '#platform/database';
import { startTestApp, type TestApp } from '../../testing/app.ts';
import { type Person, signIn } from '../../testing/people.ts';
import { createCage } from './cage.ts';
import { makeExcesses, makeLists, makeSecret, SECRET_MARKER } from './test-attacks.ts';
import { makeClip, temporaryFolder, writeBytes } from './test-clips.ts';

const room = temporaryFolder();
const secret = makeSecret(room.path);
let hits = 0;
const canary = createServer((_request, response) => {
  hits += 1;
  response.end(readFileSync(secret));
}).listen(0, '127.0.0.1');
await once(canary, 'listening');
const address = `http://127.0.0.1:${(canary.address() as AddressInfo).port}`; // TCP
const lists = makeLists(secret, address);
const excesses = makeExcesses(room.path, secret, address);

let app: TestApp;
let maker: Person;
beforeAll(async () => {
  app = await startTestApp();
  maker = await signIn(app, 'ines', ['maker']);
});
beforeEach(() => {
  hits = 0;
});
afterAll(async () => {
  await app.stop();
  canary.close();
  room[Symbol.dispose]();
});

/** Uploads it and lets the work end. No failures and an end mean that it cost one job. */
async function upload(file: Buffer, name: string) {
  const { mediaId } = await uploadVideo({
    client: maker.client,
    data: file,
    file: { name, size: file.length, type: 'video/mp4' },
    headers: { cookie: maker.cookie(), origin: app.url() },
  });
  await app.settle();
  const media = await maker.client.call('GET /media/:id', { params: { id: mediaId } });
  const { rows } = await sql<{ failures: number }>`
    select failures from media where id = ${mediaId}`.execute(app.database.db);
  const made = join(app.dataFolder, 'objects', 'media', mediaId);
  const files = await readdir(made, { recursive: true, withFileTypes: true }).catch(() => []);
  const outputs = await Promise.all(
    files.filter((entry) => entry.isFile()).map((entry) => readFile(join(entry.parentPath, entry.name), 'latin1')),
  );
  return { media, failures: rows[0]?.failures, outputs };
}

/** As a server would run it that never heard of attacks. */
const careless = (file: string, opened: readonly string[]) => [
  ...['-v', 'error', '-nostdin', '-y', '-protocol_whitelist', 'file,http,tcp,data,subfile,concat,crypto'],
  ...[...opened, '-i', file, '-f', 'rawvideo', 'shown.rgb'],
];

describe('a list of other places', () => {
  it.each(Object.entries(lists))('%s is followed without a cage, but not in it', async (what, { text, opened }) => {
    const file = writeBytes(room.path, 'list', text);
    const folder = join(room.path, what.replace(/\W/g, ''));
    mkdirSync(folder);
    const limits = { wallMs: 10_000, cpuSeconds: 10, memoryBytes: 4 * 2 ** 30, outputBytes: 2 ** 24 };

    const open = spawn('ffmpeg', careless(file, opened), { cwd: room.path, stdio: 'ignore' });
    const [code] = await once(open, 'exit');
    const hitsOutside = hits;
    const args = (source: string) => careless(source, opened);
    const caged = await createCage('bwrap').run({ tool: 'ffmpeg', folder, source: file, limits, args });

    expect(text.includes(address) ? hitsOutside > 0 : code === 0).toBe(true);
    expect(hits).toBe(hitsOutside);
    // What is inside of the file itself is no secret.
    expect(caged.ok).toBe(text.includes('data:'));
  });

  const names = ['clip.mp4', 'clip.avi', 'clip.txt'];
  it.each(Object.entries(lists).map(([what, { text }], n) => [what, names[n % 3] ?? '', text] as const))(
    '%s, called %s, is no video',
    async (_what, name, text) => {
      const { media, failures, outputs } = await upload(Buffer.from(text), name);

      expect(media.rejection).toMatchObject({ code: 'media_unreadable' });
      expect(media.rejection?.sentence).toContain('Export it as MP4');
      expect([failures, outputs, hits]).toEqual([0, [], 0]);
    },
  );
});

describe('a file that holds too much or leads elsewhere', () => {
  const ends: Record<string, string | null> = {
    'pictures of 30,000 x 30,000 px': 'media_unreadable',
    'pictures of 30,000 px behind a header that says 64': 'media_unreadable',
    'pictures of 16,000 px behind a header that says 64': 'media_unreadable',
    'a million frames a second': 'media_unsupported',
    'a million frames a second in Matroska': 'media_unsupported',
    '10,000 tracks': 'media_unreadable',
    '100 tracks': 'media_unsupported',
    'frames that last for days': 'media_too_long',
    'twenty hours that the header calls a second': 'media_too_long',
    'boxes nested 20,000 deep': 'media_unreadable',
    'elements nested 20,000 deep': 'media_unreadable',
    'a subtitle that is a playlist': null,
    'a track whose samples are in another file': 'media_unreadable',
    'a playlist behind a tag of MP3': 'media_unreadable',
    'a playlist in the packets of a transport stream': 'media_unreadable',
  };

  it.each(Object.entries(ends))('%s: %s', async (what, code) => {
    const { media, failures, outputs } = await upload(excesses[what] ?? Buffer.alloc(0), 'clip.mp4');

    expect(media).toMatchObject({ state: code === null ? 'ready' : 'rejected' });
    expect(media.rejection?.code ?? null).toBe(code);
    expect(failures).toBe(0);
    expect(hits).toBe(0);
    expect(outputs.filter((text) => text.includes(SECRET_MARKER))).toEqual([]);
    if (code !== null) expect(outputs).toEqual([]);
  });
});

it('after all of them, the next clip is made and nothing is left in the work folder', async () => {
  const clip = readFileSync(makeClip(room.path, 'good.mp4', { size: '128x96', rate: '10', seconds: 1 }));

  const { media } = await upload(clip, 'good.mp4');

  expect(media.state).toBe('ready');
  expect(await readdir(join(app.dataFolder, 'work'))).toEqual([]);
});
