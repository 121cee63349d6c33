/** A person's picture: one of their uploads, seen by everybody from the moment they choose it until they take it off. */
import { uploadFile } from '@videowindow/client';
import sharp from 'sharp';
import { thumbHashToAverageRGBA } from 'thumbhash';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApp, type TestApp } from '../../testing/app.ts';
import { type Person, signIn } from '../../testing/people.ts';
import { refusalOf } from '../../testing/refusal.ts';

let app: TestApp;
let ana: Person;
let bea: Person;
beforeAll(async () => {
  app = await startTestApp();
  ana = await signIn(app, 'ana');
  bea = await signIn(app, 'bea');
});
afterAll(() => app.stop());

/** @returns the id of a picture of one colour that is ready */
async function picture(person: Person, background = '#080'): Promise<string> {
  const data = await sharp({ create: { width: 400, height: 400, channels: 3, background } })
    .png()
    .toBuffer();
  const { mediaId } = await uploadFile({
    client: person.client,
    data,
    purpose: 'image',
    file: { name: 'me.png', size: data.length },
    headers: { cookie: person.cookie(), origin: app.url() },
  });
  await app.settle();
  return mediaId;
}
const wear = async (person: Person, avatarMediaId: string | null) =>
  (await person.client.call('PATCH /users/me', { body: { avatarMediaId } })).profile;
const urlOf = async (handle: string) => (await bea.client.call('GET /users/:handle', { params: { handle } })).avatarUrl;
const statusOf = async (url: string | null) => (await fetch(`${app.url()}${url}`)).status;

describe('an avatar', () => {
  it('is seen by everybody, in a size for small places, until another one is chosen or none', async () => {
    const [first, second] = [await picture(ana), await picture(ana, '#800')];

    const { avatarUrl: before, avatarThumbhash } = await wear(ana, first);
    const got = await fetch(`${app.url()}${before}`);
    const head = await sharp(Buffer.from(await got.arrayBuffer())).metadata();
    const { profile } = await ana.client.call('POST /users/me/avatar', { body: { mediaId: second } });
    const { avatarUrl: after } = profile;
    const { r, g, b } = thumbHashToAverageRGBA(Buffer.from(avatarThumbhash ?? '', 'base64'));
    await app.settle();

    expect([got.status, got.headers.get('cache-control'), head.width, head.format]).toEqual([
      ...[200, 'public, max-age=31536000, immutable', 320, 'webp'],
    ]);
    expect([r, g, b].map((part) => part.toFixed(1))).toEqual(['0.0', '0.5', '0.0']);
    expect(after).toContain(second);
    expect(await urlOf('ana')).toBe(after);
    expect([await statusOf(before), await statusOf(after)]).toEqual([404, 200]);
    expect(await wear(ana, null)).toMatchObject({ avatarUrl: null, avatarThumbhash: null });
    await app.settle();
    expect(await statusOf(after)).toBe(404);
  });

  it('is one of one’s own pictures that is ready', async () => {
    const mine = await picture(ana);
    const { mediaId: announced } = await bea.client.call('POST /media/uploadSession', {
      body: { purpose: 'image', filename: 'me.png', bytes: 10 },
    });
    const { mediaId: film } = await bea.client.call('POST /media/uploadSession', {
      body: { purpose: 'video', filename: 'me.mp4', bytes: 10 },
    });

    expect(await refusalOf(wear(bea, mine))).toMatchObject({ status: 404, code: 'not_found' });
    expect(await refusalOf(wear(bea, film))).toMatchObject({ code: 'not_found' });
    expect(await refusalOf(wear(bea, announced))).toMatchObject({ code: 'media_not_ready' });
    expect(await urlOf('bea')).toBeNull();
  });

  it('goes when its picture is closed or deleted', async () => {
    const id = await picture(bea);
    await wear(bea, id);

    await bea.client.call('PUT /media/:id/visibility', { params: { id }, body: { visibility: 'private' } });
    const closed = await urlOf('bea');
    await bea.client.call('PUT /media/:id/visibility', { params: { id }, body: { visibility: 'public' } });
    const open = await urlOf('bea');
    await bea.client.call('DELETE /media/:id', { params: { id } });
    await app.settle();

    expect([closed, open]).toEqual([null, expect.stringContaining(id)]);
    expect(await urlOf('bea')).toBeNull();
    expect((await wear(bea, null)).avatarUrl).toBeNull();
  });

  it('may be the wide picture too, which stays when it is worn no more', async () => {
    const id = await picture(bea);
    await wear(bea, id);
    const { profile } = await bea.client.call('PATCH /users/me', { body: { heroMediaId: id } });
    await wear(bea, null);
    await app.settle();

    expect(await statusOf(profile.heroUrl)).toBe(200);
    expect(await refusalOf(ana.client.call('PATCH /users/me', { body: { heroMediaId: id } }))).toMatchObject({
      code: 'not_found',
    });
    await bea.client.call('PATCH /users/me', { body: { heroMediaId: null } });
    await app.settle();
    expect(await statusOf(profile.heroUrl)).toBe(404);
  });

  it('of two that are chosen at once one is worn, and the other closed', async () => {
    const both = [await picture(ana), await picture(ana)];
    await Promise.all(both.map((id) => wear(ana, id)));
    await app.settle();

    const worn = await urlOf('ana');

    const states = await Promise.all(
      both.map(async (id) => (await ana.client.call('GET /media/:id', { params: { id } })).visibility),
    );
    expect([...states].sort()).toEqual(['private', 'public']);
    expect(worn).toContain(both[states.indexOf('public')]);
  });
});
