// AV1 beside H.264: what plays never waits for it, and what is made of it is as good as one.
import { readFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { uploadVideo } from '@videowindow/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApp, type TestApp } from '../../testing/app.ts';
import { eventually } from '../../testing/eventually.ts';
import { type Person, signIn } from '../../testing/people.ts';
import { cagedCommand } from './cage.ts';
import { segmentsOf } from './playlist.ts';
import { ffprobeJson, makeClap, temporaryFolder, writeBytes } from './test-clips.ts';
import { watch } from './test-measures.ts';

const room = temporaryFolder();
let app: TestApp;
let ines: Person;

beforeAll(async () => {
  app = await startTestApp({ env: { MEDIA_AV1: 'true' } });
  ines = await signIn(app, 'ines', ['maker', 'admin']);
}, 60_000);
afterAll(async () => {
  await app.stop();
  room[Symbol.dispose]();
});

const upload = async (path: string): Promise<string> => {
  const data = readFileSync(path);
  const headers = { cookie: ines.cookie(), origin: app.url() };
  const file = { name: 'a.mp4', size: data.length };
  return (await uploadVideo({ client: ines.client, data, file, headers })).mediaId;
};
const read = (id: string) => ines.client.call('GET /media/:id', { params: { id } });
const folderOf = (id: string, version = 'private-1') => join(app.dataFolder, 'objects', 'media', id, version);
const variants = (master: string) =>
  [...master.matchAll(/#EXT-X-STREAM-INF:(.*)\n(.*)\//g)].map(([, about = '', name = '']) => ({ about, name }));

/** A rung as one file, the way a player puts it together. */
const joined = (folder: string, rung: string): string => {
  const names = segmentsOf(readFileSync(join(folder, rung, 'index.m3u8'), 'utf8')).map(({ name }) => name);
  const files = ['init.mp4', ...names].map((name) => readFileSync(join(folder, rung, name)));
  return writeBytes(room.path, `${rung}-${names.length}.mp4`, Buffer.concat(files));
};
interface Probed {
  streams: Record<string, string | number>[];
  packets: { codec_type: string; pts_time: string; flags: string }[];
}
/** What a rung's streams are, when its pictures begin, and which of these are keyframes. */
const probed = (path: string) => {
  const shown = ['-show_streams', '-show_entries', 'packet=codec_type,pts_time,flags'];
  const { streams, packets } = ffprobeJson(path, shown) as Probed;
  const pictures = packets.filter(({ codec_type }) => codec_type === 'video');
  const times = (list: typeof packets) => list.map(({ pts_time }) => Number(pts_time)).sort((a, b) => a - b);
  return { streams, all: times(pictures), key: times(pictures.filter(({ flags }) => flags.startsWith('K'))) };
};

/** The same pictures at the same moments, cut at the same ones, in sync with the same sound. */
const expectTwins = (folder: string, rungs: string[], clapAt: number) => {
  for (const rung of rungs) {
    const av1 = joined(folder, rung.replace('v', 'a'));
    const [wanted, seen] = [probed(joined(folder, rung)), probed(av1)];
    const [video, audio] = seen.streams;
    expect(video).toMatchObject({ codec_name: 'av1', profile: 'Main', pix_fmt: 'yuv420p', color_space: 'bt709' });
    expect([video?.width, video?.height]).toEqual([wanted.streams[0]?.width, wanted.streams[0]?.height]);
    expect(audio).toMatchObject({ codec_name: 'aac', channels: 2 });
    expect(seen.all.length).toBe(wanted.all.length);
    expect(Math.max(...seen.all.map((time, n) => Math.abs(time - (wanted.all[n] ?? 0))))).toBeLessThan(1e-3);
    expect(seen.key.map((time) => time.toFixed(3))).toEqual(wanted.key.map((time) => time.toFixed(3)));
    const { flash, beep } = watch(av1);
    expect(flash).toBeCloseTo(clapAt, 2);
    expect(Math.abs(beep - clapAt)).toBeLessThan(0.03);
  }
};

describe('a clip with AV1', () => {
  it('plays in H.264 first; then its rungs in AV1 stand beside those, behind the same grants', async () => {
    const source = makeClap(room.path, 'clap.mp4', { size: '480x360', seconds: 5, at: 3 });
    const seen: (string | undefined)[] = [];
    const realtime = ines.realtime();
    const id = await upload(source);
    realtime.subscribe(`media:${id}`, { onData: async () => seen.push((await read(id)).view?.hlsUrl) });

    await app.settle();

    const { view } = await read(id);
    const base = view?.hlsUrl.replace('av1-master.m3u8', '');
    await eventually(() => expect(seen.at(-1)).toBe(`${base}av1-master.m3u8`));
    expect(seen).toContain(`${base}master.m3u8`);
    realtime.close();
    await ines.client.call('GET /media/:id/playback', { params: { id } });
    const text = async (path: string) => (await ines.fetch(`${base}${path}`)).text();
    const all = variants(await text('av1-master.m3u8'));
    expect(all.map(({ name }) => name)).toEqual(['v240', 'v360', 'audio', 'a240', 'a360']);
    expect(all.at(-1)?.about).toMatch(/RESOLUTION=480x360,FRAME-RATE=10.000,CODECS="av01\.0\.0\dM\.08,mp4a\.40\.2"$/);
    expect(variants(await text('master.m3u8'))).toHaveLength(3);
    expect((await ines.fetch(`${base}a240/0000.m4s`)).headers.get('cache-control')).toContain('immutable');
    expect((await fetch(`${app.url()}${base}a240/0000.m4s`)).status).toBe(403);
    expectTwins(folderOf(id), ['v240', 'v360'], 3);

    await ines.client.call('POST /admin/storage/measure');
    await app.settle();
    const { byKind } = await ines.client.call('GET /admin/storage');
    const counted = byKind.find(({ rendition }) => rendition === 'a360');
    expect(counted).toMatchObject({ kind: 'stream', objects: 4 });
    expect(await readdir(join(folderOf(id), '..'))).toEqual(['private-1']);
  });

  it('keeps them when it is opened to all, and gets others when its maker cuts it', async () => {
    const id = await upload(makeClap(room.path, 'long.mp4', { size: '256x144', seconds: 8, at: 6 }));
    await app.settle();

    await ines.client.call('PUT /media/:id/visibility', { params: { id }, body: { visibility: 'public' } });
    await app.settle();
    const open = await read(id);
    await ines.client.call('POST /media/:id/edit', {
      params: { id },
      body: { trim: { startMs: 2000, endMs: 7500 }, coverMs: null },
    });
    await app.settle();

    expect(open.view?.hlsUrl).toMatch(/public.*\/2\/av1-master\.m3u8$/);
    const { view } = await read(id);
    expect(view).toMatchObject({ durationMs: 5500 });
    expect(view?.hlsUrl).toMatch(/\/3\/av1-master\.m3u8$/);
    expectTwins(folderOf(id, 'public-3'), ['v144'], 4);
  });

  it('of a film of more than a minute is made in chunks, which nobody hears or sees', async () => {
    const id = await upload(makeClap(room.path, 'film.mp4', { size: '160x120', seconds: 62, at: 40.5 }));

    await app.settle();

    expect((await read(id)).view?.hlsUrl).toContain('av1-master.m3u8');
    expectTwins(folderOf(id), ['v120'], 40.5);
  });
});

it('runs below everything else', () => {
  const limits = { wallMs: 1, cpuSeconds: 1, memoryBytes: 1, outputBytes: 1 };
  for (const kind of ['bwrap', 'unshare'] as const) {
    expect(cagedCommand(kind, '/bin/true', [], { folder: '/tmp', limits }).slice(0, 3)).toEqual(['nice', '-n', '5']);
    expect(cagedCommand(kind, '/bin/true', [], { folder: '/tmp', limits, quiet: true })[2]).toBe('19');
  }
});
