// Who may watch a clip, by each kind of visibility and each kind of person; and that there is no path around it.
import { readFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { uploadVideo } from '@videowindow/client';
import { createNodeSession, type NodeSession } from '@videowindow/client/node';
import { visibilities } from '@videowindow/contract/api/media';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { sql } from '#platform/database';
import { startTestApp, type TestApp } from '../../testing/app.ts';
import { type Person, signIn } from '../../testing/people.ts';
import type { Visibility } from './media.ts';
import { makeClip, temporaryFolder } from './test-clips.ts';

const names = ['owner', 'moderator', 'follower', 'stranger', 'blocked', 'visitor'] as const;
type Name = (typeof names)[number];
/** Who may watch what. A person whom the owner blocked is nobody to them, and was a follower before. */
const allowed: Record<Visibility, readonly Name[]> = {
  private: ['owner', 'moderator'],
  followers: ['owner', 'moderator', 'follower'],
  unlisted: ['owner', 'moderator', 'follower', 'stranger', 'visitor'],
  public: ['owner', 'moderator', 'follower', 'stranger', 'visitor'],
};

const room = temporaryFolder();
let app: TestApp;
let owner: Person;
let people: Record<Name, NodeSession>;
let id = '';

beforeAll(async () => {
  app = await startTestApp();
  owner = await signIn(app, 'ines', ['maker']);
  const [follower, blocked] = [await signIn(app, 'fay'), await signIn(app, 'bruno')];
  for (const person of [follower, blocked])
    await person.client.call('PUT /users/:id/follow', { params: { id: owner.id } });
  await owner.client.call('PUT /users/:id/block', { params: { id: blocked.id } });
  const moderator = await signIn(app, 'noor', ['moderator']);
  const stranger = await signIn(app, 'otto');
  people = { owner, moderator, follower, stranger, blocked, visitor: createNodeSession(app.url()) };
  await people.visitor.client.call('GET /site'); // as any page does: now it has its visitor's cookie
  const data = readFileSync(makeClip(room.path, 'clip.mp4', { size: '180x320', seconds: 1, rate: '10' }));
  const file = { name: 'clip.mp4', size: data.length };
  const headers = { cookie: owner.cookie(), origin: app.url() };
  id = (await uploadVideo({ client: owner.client, data, file, headers })).mediaId;
  await app.settle();
}, 90_000);
afterAll(async () => {
  await app.stop();
  room[Symbol.dispose]();
});
beforeEach(async () => {
  await sql`delete from stories`.execute(app.database.db);
});

const setVisibility = async (visibility: Visibility) => {
  const media = await owner.client.call('PUT /media/:id/visibility', { params: { id }, body: { visibility } });
  await app.settle();
  return media;
};
const playback = (who: NodeSession) => who.client.call('GET /media/:id/playback', { params: { id } });
const statusOf = async (who: NodeSession, path: string) => (await who.fetch(path)).status;

/** A file of each kind that lies in the clip's folders, as delivery would show it; the folder says class and version. */
async function pathsOfFiles(): Promise<string[]> {
  const folder = join(app.dataFolder, 'objects', 'media', id);
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .map((name) => name.replace(/^(\w+)-(\d+)\//, `/media/$1/${id}/$2/`));
  const kinds = new Map(files.map((path) => [path.replace(id, '').replace(/\d+/g, ''), path]));
  return [...kinds.values()];
}

/** The same file under every form of address that somebody may try. */
const formsOf = (path: string, tokens: readonly string[]): string[] => {
  const otherClass = path.includes('/private/')
    ? path.replace('/private/', '/public/')
    : path.replace('/public/', '/private/');
  const versions = [
    path.replace(/\/(\d+)\//, (_, n) => `/${Number(n) - 1}/`),
    path.replace(/\/(\d+)\//, (_, n) => `/${Number(n) + 1}/`),
  ];
  const plain = [
    path,
    otherClass,
    ...versions,
    path.replace(id, id.toUpperCase()),
    path.replace('/media/', '/media//'),
    path.replace('/media/', '/media/./'),
    path.replace('/media/', '/%6dedia/'),
    path.replaceAll('/', '%2f').replace('%2f', '/'),
    `${path}/`,
    `${path}?`,
    `${path}%00`,
    `${path};.m3u8`,
    `/v/x${path}`,
    `/v/..${path}`,
    `/v/%2e%2e${path}`,
    `/api/v1${path}`,
    `/objects/media/${id}/${path.split('/').slice(2).join('/')}`,
  ];
  return [...plain, ...tokens.flatMap((token) => [`${token}${path}`, `${token}${otherClass}`, `${token}/v/x${path}`])];
};

describe.each(visibilities)('what is %s', (visibility) => {
  it('plays for those whom its owner means, in every file and both forms, and for nobody else by any path', async () => {
    await setVisibility(visibility);
    const paths = await pathsOfFiles();
    const tokens = new Map<Name, string>();
    for (const name of allowed[visibility]) tokens.set(name, (await playback(people[name])).tokenPrefix);

    expect(paths.length).toBeGreaterThan(8);
    for (const name of names) {
      const who = people[name];
      const may = allowed[visibility].includes(name);
      if (!may) await expect(playback(who), name).rejects.toMatchObject({ status: 404 });
      // With everybody's tokens, taken from their pages.
      const forms = may
        ? paths.flatMap((path) => [path, `${tokens.get(name)}${path}`])
        : paths.flatMap((path) => formsOf(path, [...tokens.values()]));
      const answers = await Promise.all(forms.map((form) => statusOf(who, form)));
      const opened = forms.filter((_, at) => answers[at] === 200);
      // A public clip's stills are what a shared link shows.
      const stills = visibility === 'public' ? opened.filter((form) => /poster|thumb-/.test(form)) : [];
      expect(opened, name).toEqual(may ? forms : stills);
      expect(answers.filter((status) => ![200, 400, 403, 404].includes(status))).toEqual([]);
      if (name === 'owner') continue;
      expect(await statusOf(who, `/media/original/${id}`)).not.toBe(200);
      expect(await statusOf(who, `/api/v1/media/${id}`)).toBe(
        name === 'moderator' ? 200 : name === 'visitor' ? 401 : 404,
      );
    }
  }, 60_000);
});

describe('a change', () => {
  it('to fewer people ends what others were granted, at once', async () => {
    await setVisibility('unlisted');
    const { media, tokenPrefix } = await playback(people.stranger);
    const paths = [media.hlsUrl, media.posterUrl, ...media.mp4.map(({ url }) => url)];
    for (const path of paths) expect(await statusOf(people.stranger, path)).toBe(200);

    await setVisibility('followers');

    for (const path of paths) {
      const now = path.replace(/\/(\d+)\//, (_, n) => `/${Number(n) + 1}/`);
      for (const form of [path, `${tokenPrefix}${path}`, now, `${tokenPrefix}${now}`])
        expect([403, 404], form).toContain(await statusOf(people.stranger, form));
    }
    await expect(playback(people.stranger)).rejects.toMatchObject({ status: 404 });
  });

  it('to more people who need a grant moves no file, so that nobody who watches is cut off', async () => {
    await setVisibility('private');
    const before = await playback(owner);

    await setVisibility('unlisted');

    expect((await playback(owner)).media.hlsUrl).toBe(before.media.hlsUrl);
    expect(await statusOf(owner, before.media.hlsUrl)).toBe(200);
  });

  it('ends with the last of several at once, and leaves one version', async () => {
    const wanted = ['public', 'private', 'followers', 'unlisted', 'public', 'followers'] as const;

    await Promise.all(
      wanted.map((visibility) =>
        owner.client.call('PUT /media/:id/visibility', { params: { id }, body: { visibility } }),
      ),
    );
    await app.settle();

    const { visibility } = await owner.client.call('GET /media/:id', { params: { id } });
    const { media } = await playback(owner);
    const versions = await readdir(join(app.dataFolder, 'objects', 'media', id));
    expect(versions).toEqual([`${visibility === 'public' ? 'public' : 'private'}-${media.version}`]);
    expect(await statusOf(owner, media.hlsUrl)).toBe(200);
  });

  it('is its owner’s alone, and a story’s while one shows it', async () => {
    await setVisibility('unlisted');
    const change = (who: NodeSession) =>
      who.client.call('PUT /media/:id/visibility', { params: { id }, body: { visibility: 'public' } });
    for (const name of names.filter((one) => one !== 'owner'))
      await expect(change(people[name])).rejects.toMatchObject({ status: name === 'visitor' ? 401 : 404 });
    const { id: story } = await owner.client.call('POST /stories', { body: { mediaId: id } });
    await sql`update stories set state = 'archived' where id = ${story}`.execute(app.database.db);

    await expect(change(owner)).rejects.toMatchObject({ code: 'story_frozen' });

    await app.database.transaction((tx) => app.media.setVisibility(tx, id, 'private'));
    expect(await owner.client.call('GET /media/:id', { params: { id } })).toMatchObject({ visibility: 'private' });
  });

  it('waits until there is something to watch', async () => {
    const { mediaId } = await owner.client.call('POST /media/uploadSession', {
      body: { purpose: 'video', filename: 'b.mp4', bytes: 10 },
    });

    const early = owner.client.call('PUT /media/:id/visibility', {
      params: { id: mediaId },
      body: { visibility: 'public' },
    });

    await expect(early).rejects.toMatchObject({ code: 'media_not_ready' });
  });
});

describe('a follower', () => {
  it('who follows no more, or is blocked, is let in no more', async () => {
    await setVisibility('followers');
    const lea = await signIn(app, 'lea');
    await lea.client.call('PUT /users/:id/follow', { params: { id: owner.id } });
    await playback(lea);

    await lea.client.call('DELETE /users/:id/follow', { params: { id: owner.id } });
    await expect(playback(lea)).rejects.toMatchObject({ status: 404 });

    await lea.client.call('PUT /users/:id/follow', { params: { id: owner.id } });
    await playback(lea);
    await owner.client.call('PUT /users/:id/block', { params: { id: lea.id } });
    await expect(playback(lea)).rejects.toMatchObject({ status: 404 });
  });
});
