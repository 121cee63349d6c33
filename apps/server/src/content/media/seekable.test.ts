// Long films in containers that cannot be sought in, and long recordings of sound, are made in chunks like all others.
import { readFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { uploadFile } from '@videowindow/client';
import { afterAll, expect, it } from 'vitest';
import { createFolderStorage } from '#platform/storage';
import { startTestApp } from '../../testing/app.ts';
import { eventually } from '../../testing/eventually.ts';
import { signIn } from '../../testing/people.ts';
import { planFilm } from './chunks-engine.ts';
import type { MediaDeps } from './commands.ts';
import { seekable } from './seekable.ts';
import { ffmpeg, makeClap, writeBytes } from './test-clips.ts';
import { openFilms, times } from './test-films.ts';
import { watch } from './test-measures.ts';

const { engine, folder, jobFolder, describe: look, make, close } = openFilms();
afterAll(close);

it.each([
  ['a transport stream whose pictures are reordered', 'tv.ts', ['-c:v', 'libx264', '-bf', '3', '-g', '25']],
  [
    'a programme stream of MPEG-2',
    'dvd.mpg',
    ['-c:v', 'mpeg2video', '-r', '25', '-b:v', '2M', '-bf', '2', '-c:a', 'mp2'],
  ],
  ['an AVI with reordered MPEG-4', 'old.avi', ['-c:v', 'mpeg4', '-q:v', '3', '-bf', '2', '-c:a', 'libmp3lame']],
  ['an AVI with raw sound', 'raw.avi', ['-c:v', 'mjpeg', '-q:v', '3', '-pix_fmt', 'yuvj420p', '-c:a', 'pcm_s16le']],
  ['Theora in Ogg', 'theora.ogv', ['-c:v', 'libtheora', '-q:v', '7', '-c:a', 'libvorbis']],
])('%s can be cut anywhere, and nobody sees or hears where it was', async (_what, name, output) => {
  // Theora leaves out what stands still: it ends with its last keyframe, of which there is one each 1.2 s.
  const source = makeClap(folder, name, { size: '128x80', seconds: 13.3, at: 9.5, output });
  const storage = createFolderStorage(join(folder, `objects of ${name}`));
  // All that it asks for.
  const deps = { storage } as MediaDeps;
  const description = await look(source);
  const work = { folder: jobFolder(), signal: new AbortController().signal };

  const copied = await seekable(deps, engine, 'one', { source, description, seconds: 61 }, work);
  const again = await seekable(deps, engine, 'one', { source: '/nowhere', description, seconds: 61 }, work);
  const film = planFilm(copied.description, undefined, undefined);
  const { whole, chunks } = await make(copied.source, film);

  expect(again).toEqual(copied);
  expect(await storage.list('media')).toEqual(['media/one/copy.mkv']);
  expect(chunks.map(({ segments }) => segments.length)).toEqual([2, 2]);
  const shown = times(whole, 'v');
  const [first = 0, second = 0] = shown;
  expect(shown.length * (second - first)).toBeCloseTo(13.3, 0);
  expect(Math.max(...shown.slice(1).map((time, n) => time - (shown[n] ?? 0) - (second - first)))).toBeLessThan(1e-3);
  const { flash, beep } = watch(whole);
  expect(Math.abs(flash - 9.5)).toBeLessThan(0.05);
  expect(Math.abs(beep - 9.5)).toBeLessThan(0.05);
});

it('a long recording of sound is heard while it is made, in chunks of one drawn picture', async () => {
  const app = await startTestApp();
  const ines = await signIn(app, 'ines', ['maker']);
  ffmpeg(folder, ['-f', 'lavfi', '-i', "aevalsrc='0.6*sin(2*PI*1000*t)*gt(t,50)':s=44100:d=61", 'long.mp3']);
  const data = readFileSync(join(folder, 'long.mp3'));
  const options = { client: ines.client, data, headers: { cookie: ines.cookie(), origin: app.url() } };
  const file = { name: 'long.mp3', size: data.length };
  const { mediaId: id } = await uploadFile({ ...options, purpose: 'audio', file });
  const read = () => ines.client.call('GET /media/:id', { params: { id } });
  const files = () => readdir(join(app.dataFolder, 'objects', 'media', id));

  await eventually(async () => expect((await read()).view?.playableMs).toBeGreaterThanOrEqual(8000), 60_000);
  const during = await files();
  await app.settle();

  const { state, view } = await read();
  expect(during.sort()).toEqual(['copy.mkv', 'private-1']);
  expect(await files()).toEqual(['private-1']);
  expect(state).toBe('ready');
  expect(view).toMatchObject({ kind: 'audio', playableMs: null, hasAudio: true });
  expect(Math.abs((view?.durationMs ?? 0) - 61_000)).toBeLessThan(100);
  const rung = join(app.dataFolder, 'objects', 'media', id, 'private-1', 'v480');
  const names = (await readdir(rung)).filter((name) => name.endsWith('.m4s')).sort();
  const whole = ['init.mp4', ...names].map((name) => readFileSync(join(rung, name)));
  const { beep } = watch(writeBytes(folder, 'heard.mp4', Buffer.concat(whole)));
  // MP3's coder begins 25 ms early, which the copy does not tell.
  expect(Math.abs(beep - 50)).toBeLessThan(0.04);
  await app.stop();
}, 120_000);
