// Everybody's media, for admins.
import { readFile } from 'node:fs/promises';
import { uploadVideo } from '@videowindow/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sql } from '#platform/database';
import { startTestApp, type TestApp } from '../../testing/app.ts';
import { eventually } from '../../testing/eventually.ts';
import { type Person, signIn } from '../../testing/people.ts';
import { refusalOf } from '../../testing/refusal.ts';
import { makeClip, temporaryFolder } from './test-clips.ts';

const folder = temporaryFolder();
let app: TestApp;
let ines: Person;
let admin: Person;
let moderator: Person;

beforeAll(async () => {
  app = await startTestApp();
  ines = await signIn(app, 'ines', ['maker']);
  admin = await signIn(app, 'ada', ['admin']);
  moderator = await signIn(app, 'noor', ['moderator']);
});
afterAll(async () => {
  await app.stop();
  folder[Symbol.dispose]();
});

const announce = async (filename: string) =>
  (await ines.client.call('POST /media/uploadSession', { body: { purpose: 'video', filename, bytes: 100 } })).mediaId;
const put = (id: string, state: string) =>
  sql`update media set state = ${state}, failures = case when ${state} = 'failed' then 3 else 0 end where id = ${id}`.execute(
    app.database.db,
  );
const list = (query: { state?: 'failed' | 'ready'; cursor?: string; limit?: number } = {}) =>
  admin.client.call('GET /admin/media', { query });
const manage = (person: Person, id: string, command: 'retry' | 'cancel') =>
  person.client.call(`POST /admin/media/:id/${command}`, { params: { id } });
const audited = async (id: string) =>
  (
    await sql<{ actor: string; action: string; facts: object }>`
      select actor, action, facts from audit_log where subject = ${id} and action <> 'media.delete_asked' order by id`.execute(
      app.database.db,
    )
  ).rows;

describe('the list', () => {
  it('has what is not ready, of everybody, newest first, in pages; or one state', async () => {
    const ids: string[] = [];
    for (const name of ['a.mp4', 'b.mp4', 'c.mp4', 'd.mp4']) ids.push(await announce(name));
    await put(ids[1] ?? '', 'failed');
    await put(ids[2] ?? '', 'ready');

    const first = await list({ limit: 2 });
    const second = await list({ limit: 2, cursor: first.next ?? '' });
    const failed = await list({ state: 'failed' });

    expect([...first.items, ...second.items].map(({ filename }) => filename)).toEqual(['d.mp4', 'b.mp4', 'a.mp4']);
    expect(second.next).toBeNull();
    expect(failed.items).toMatchObject([{ filename: 'b.mp4', failures: 3, owner: { id: ines.id } }]);
    for (const id of ids) await put(id, 'deleting');
  });

  it('is not for moderators or makers, nor is anything that can be done there', async () => {
    const id = await announce('mine.mp4');

    for (const person of [moderator, ines]) {
      expect(await refusalOf(person.client.call('GET /admin/media', { query: {} }))).toMatchObject({ status: 403 });
      expect(await refusalOf(manage(person, id, 'cancel'))).toMatchObject({ status: 403 });
      expect(await refusalOf(manage(person, id, 'retry'))).toMatchObject({ status: 403 });
    }
    expect(await refusalOf(manage(admin, '01900000-0000-7000-8000-00000000000a', 'retry'))).toMatchObject({
      status: 404,
    });
    await put(id, 'deleting');
  });
});

it('work that runs is stopped and stays so, begins again when asked, and says who did it', async () => {
  const data = await readFile(makeClip(folder.path, 'long.mp4', { size: '180x320', rate: '10', seconds: 12 }));
  const { mediaId: id } = await uploadVideo({
    client: ines.client,
    data,
    file: { name: 'long.mp4', size: data.length },
    headers: { cookie: ines.cookie() },
  });
  const stateOf = async () => (await ines.client.call('GET /media/:id', { params: { id } })).state;
  await eventually(async () => expect(await stateOf()).toBe('processing'), 20_000);

  const stopped = await manage(admin, id, 'cancel');
  const again = await refusalOf(manage(admin, id, 'cancel'));
  await app.settle();
  const settled = await stateOf();
  const retried = await manage(admin, id, 'retry');
  await app.settle();

  expect(stopped).toMatchObject({ state: 'failed', failures: 0, owner: { id: ines.id } });
  expect(again).toMatchObject({ status: 409, code: 'invalid_transition' });
  expect(settled).toBe('failed');
  expect(retried.state).toBe('uploaded');
  expect(await stateOf()).toBe('ready');
  expect(await audited(id)).toMatchObject([
    {
      actor: admin.id,
      action: 'media.cancelled',
      facts: { owner: ines.id, before: { state: 'processing' }, after: { state: 'failed' } },
    },
    { actor: admin.id, action: 'media.retried', facts: { owner: ines.id, before: { state: 'failed' } } },
  ]);
});

it('of two who try again at once, one does', async () => {
  const id = await announce('raced.mp4');
  await put(id, 'failed');

  const answers = await Promise.allSettled([manage(admin, id, 'retry'), manage(admin, id, 'retry')]);

  expect(answers.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  expect(await audited(id)).toHaveLength(1);
});
