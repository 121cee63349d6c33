import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createGraph } from '#people/graph';
import { sql } from '#platform/database';
import { startTestApp, type TestApp } from '../../testing/app.ts';
import { type Person, signIn } from '../../testing/people.ts';

let app: TestApp;
let ana: Person;
let ben: Person;
beforeAll(async () => {
  app = await startTestApp();
  ana = await signIn(app, 'ana');
  ben = await signIn(app, 'ben');
});
afterAll(() => app.stop());

const block = (who: Person, id: string) => who.client.call('PUT /users/:id/block', { params: { id } });
const follow = (who: Person, id: string) => who.client.call('PUT /users/:id/follow', { params: { id } });
const unblock = (who: Person, id: string) => who.client.call('DELETE /users/:id/block', { params: { id } });
const profileOf = (reader: Person, handle: string) => reader.client.call('GET /users/:handle', { params: { handle } });
const blocks = async (who: Person) => (await who.client.call('GET /users/me/blocks')).items.map((item) => item.id);

test('who is blocked finds nobody there; who blocks still finds them, to unblock', async () => {
  await block(ana, ben.id);

  await expect(profileOf(ben, 'ana')).rejects.toMatchObject({ code: 'not_found', status: 404 });
  expect(await profileOf(ana, 'ben')).toMatchObject({ id: ben.id, blockedByMe: true });
  expect(await blocks(ana)).toEqual([ben.id]);
  expect(await blocks(ben)).toEqual([]);
  await unblock(ana, ben.id);

  expect(await profileOf(ben, 'ana')).toMatchObject({ id: ana.id, blockedByMe: false });
  expect(await blocks(ana)).toEqual([]);
});

test('twice is once, and at the same time too: one row, one event, one audit row', async () => {
  const carl = await signIn(app, 'carl');

  await Promise.all(Array.from({ length: 8 }, () => block(carl, ben.id)));

  const { rows } = await sql<{ blocks: number; events: number; audits: number }>`
    select (select count(*) from blocks where blocker = ${carl.id}) as blocks,
           (select count(*) from outbox where type = 'user.blocked' and aggregate = ${carl.id}) as events,
           (select count(*) from audit_log where actor = ${carl.id} and action = 'person.blocked') as audits`.execute(
    app.database.db,
  );
  expect(rows).toEqual([{ blocks: 1, events: 1, audits: 1 }]);
  await Promise.all([unblock(carl, ben.id), unblock(carl, ben.id)]);
  expect(await blocks(carl)).toEqual([]);
});

test('nobody blocks themselves, nor somebody who is not there, in whatever letters the id is written', async () => {
  await expect(block(ana, ana.id)).rejects.toMatchObject({ code: 'not_found' });
  await expect(block(ana, ana.id.toUpperCase())).rejects.toMatchObject({ code: 'validation_failed' });
  await expect(block(ana, randomUUID())).rejects.toMatchObject({ code: 'not_found' });
});

test('the two who are apart are told apart from the rest, from either side', async () => {
  const [dora, eva] = [await signIn(app, 'dora'), await signIn(app, 'eva')];
  await block(dora, eva.id);
  const graph = createGraph({ ...app, isPrivate: async () => false });

  for (const [one, other] of [
    [dora, eva],
    [eva, dora],
  ] as const) {
    expect(await graph.areApart(app.database.db, one.id, other.id)).toBe(true);
    expect(await graph.blockedAmong(app.database.db, one.id, [other.id, ben.id])).toEqual(new Set([other.id]));
    expect(await graph.apartFrom(app.database.db, one.id)).toEqual([other.id]);
  }
  expect(await graph.areApart(app.database.db, null, eva.id)).toBe(false);
  expect(await graph.hasBlocked(app.database.db, eva.id, dora.id)).toBe(false);
});

test('who follows is counted, twice is once, and blocking ends it from both sides', async () => {
  const [fay, gil] = [await signIn(app, 'fay'), await signIn(app, 'gil')];

  await Promise.all(Array.from({ length: 5 }, () => follow(fay, gil.id)));
  await follow(gil, fay.id);
  const followed = await profileOf(fay, 'gil');
  await block(gil, fay.id);
  const after = [await profileOf(ana, 'gil'), await profileOf(ana, 'fay')];

  expect(followed).toMatchObject({ followers: 1, following: 1, followedByMe: true });
  for (const profile of after) expect(profile).toMatchObject({ followers: 0, following: 0, followedByMe: false });
  for (const [one, other] of [
    [fay, gil],
    [gil, fay],
  ] as const)
    await expect(follow(one, other.id)).rejects.toMatchObject({ code: 'not_found' });
});

test('nobody follows across a block, also when both come at the same moment', async () => {
  const hana = await signIn(app, 'hana');
  for (let round = 0; round < 10; round++) {
    await Promise.all([follow(hana, ana.id).catch(() => {}), block(ana, hana.id)]);

    expect((await profileOf(ben, 'ana')).followers).toBe(0);
    await unblock(ana, hana.id);
  }
});

test('nobody follows themselves, nor somebody who is not there; ending what is not is nothing', async () => {
  await expect(follow(ana, ana.id)).rejects.toMatchObject({ code: 'not_found' });
  await expect(follow(ana, randomUUID())).rejects.toMatchObject({ code: 'not_found' });
  await follow(ben, ana.id);
  for (let n = 0; n < 2; n++) await ben.client.call('DELETE /users/:id/follow', { params: { id: ana.id } });

  expect(await profileOf(ben, 'ana')).toMatchObject({ followers: 0, followedByMe: false });
});

test('a stranger is asked to sign in', async () => {
  const response = await fetch(`${app.url()}/api/v1/users/${ana.id}/block`, { method: 'PUT' });

  expect(response.status).toBe(401);
});
