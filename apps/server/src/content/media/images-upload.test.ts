/** A picture over the wire: uploaded as one, seen by those who may, delivered as what it is. */
import { readFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { uploadFile } from '@videowindow/client';
import { createNodeSession } from '@videowindow/client/node';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApp, type TestApp } from '../../testing/app.ts';
import { type Person, signIn } from '../../testing/people.ts';
import { refusalOf } from '../../testing/refusal.ts';
import { ffmpeg, temporaryFolder } from './test-clips.ts';

const room = temporaryFolder();
let app: TestApp;
let ines: Person;
let rui: Person;
beforeAll(async () => {
  app = await startTestApp();
  ines = await signIn(app, 'ines');
  rui = await signIn(app, 'rui');
});
afterAll(async () => {
  await app.stop();
  room[Symbol.dispose]();
});

async function upload(data: Buffer, name: string) {
  const { mediaId: id } = await uploadFile({
    client: ines.client,
    data,
    purpose: 'image',
    file: { name, size: data.length },
    headers: { cookie: ines.cookie(), origin: app.url() },
  });
  await app.settle();
  return await ines.client.call('GET /media/:id', { params: { id } });
}
const photo = () =>
  sharp({ create: { width: 200, height: 100, channels: 3, background: '#c00' } })
    .jpeg()
    .toBuffer();
const see = (person: Person, id: string) => person.client.call('GET /media/:id/image', { params: { id } });

describe('an uploaded picture', () => {
  it('is ready in its sizes, and its files come with a grant, as what they are', async () => {
    const media = await upload(await photo(), 'jar.jpg');

    const { image, tokenPrefix } = await see(ines, media.id);
    expect(media).toMatchObject({ state: 'ready', purpose: 'image', view: null, image });
    expect(image).toMatchObject({ width: 200, height: 100 });
    expect(image.sources.map(({ width }) => width)).toEqual([200, 200, 200, 160, 160, 160]);
    for (const { url, type, width } of image.sources) {
      const got = await ines.fetch(url);
      expect([got.status, got.headers.get('content-type')]).toEqual([200, type]);
      expect(got.headers.get('x-content-type-options')).toBe('nosniff');
      expect(got.headers.get('cache-control')).toBe('private, max-age=31536000, immutable');
      expect((await sharp(Buffer.from(await got.arrayBuffer())).metadata()).width).toBe(width);
      expect((await fetch(`${app.url()}${tokenPrefix}${url}`)).status).toBe(200);
      expect((await rui.fetch(url)).status).toBe(403);
      expect((await fetch(`${app.url()}${url}`)).status).toBe(403);
    }
    expect(await refusalOf(see(rui, media.id))).toMatchObject({ code: 'not_found' });
  });

  it('that is public is seen by anybody without a grant, and no longer once it is closed', async () => {
    const { id } = await upload(await photo(), 'jar.jpg');
    await app.database.transaction((tx) => app.media.setVisibility(tx, id, 'public'));
    const visitor = createNodeSession(app.url());

    const { image } = await visitor.client.call('GET /media/:id/image', { params: { id } });
    const url = image.sources[0]?.url ?? '';
    const open = await fetch(`${app.url()}${url}`);
    await app.database.transaction((tx) => app.media.setVisibility(tx, id, 'private'));
    await app.settle();
    const closed = await fetch(`${app.url()}${url}`);

    expect(open.status).toBe(200);
    expect(open.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    expect(closed.status).toBe(404);
  });

  it('that moves is a clip too', async () => {
    ffmpeg(room.path, ['-f', 'lavfi', '-i', 'testsrc2=s=96x64:r=10:d=1', 'wheel.gif']);

    const media = await upload(readFileSync(join(room.path, 'wheel.gif')), 'wheel.gif');

    expect(media).toMatchObject({ state: 'ready', image: { width: 96, height: 64 } });
    expect(media.view).toMatchObject({ kind: 'video', width: 96, height: 64, hasAudio: false });
    await see(ines, media.id);
    for (const url of [media.image?.sources[0]?.url ?? '', media.view?.mp4[0]?.url ?? ''])
      expect((await ines.fetch(url)).status).toBe(200);
  });

  it('that is none is rejected in words, and nothing of it lies about', async () => {
    const media = await upload(Buffer.from('Dear diary'), 'jar.jpg');

    expect(media).toMatchObject({ state: 'rejected', image: null, rejection: { code: 'media_unsupported' } });
    expect(media.rejection?.sentence).toContain('Export it as JPEG');
    expect(await refusalOf(see(ines, media.id))).toMatchObject({ code: 'media_not_ready' });
    expect(await readdir(join(app.dataFolder, 'work'))).toEqual([]);
  });

  it('leaves no byte behind when it is deleted', async () => {
    const { id } = await upload(await photo(), 'jar.jpg');

    await ines.client.call('DELETE /media/:id', { params: { id } });
    await app.settle();

    const left = await readdir(app.dataFolder, { recursive: true });
    expect(left.filter((name) => name.includes(id))).toEqual([]);
  });
});
