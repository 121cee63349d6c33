import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { expect, test } from 'vitest';
import { openDatabase, reachable } from '#platform/database';
import { testDatabase } from '../../testing/database.ts';
import { freePort } from '../../testing/ports.ts';

const open = (url: string) =>
  openDatabase({ url, poolSize: 2, statementTimeoutMs: 5_000, idleTransactionTimeoutMs: 5_000 });

test('a database that comes up later is waited for, and said so once', async () => {
  const own = await testDatabase();
  const url = new URL(own.url);
  const real = Number(url.port);
  url.port = String(await freePort());
  const database = open(url.href);
  const server = createServer((near) => {
    const far = connect(real, '127.0.0.1');
    near.pipe(far).pipe(near);
    for (const socket of [near, far]) socket.on('error', () => {});
  });
  const waits: unknown[] = [];

  await reachable(database, 20_000, (error) => {
    waits.push(error);
    server.listen(Number(url.port), '127.0.0.1');
  });

  expect(waits).toMatchObject([{ code: 'ECONNREFUSED' }]);
  await database.close();
  server.close();
  await once(server, 'close');
  await own.drop();
});

test('one that never comes up, or lets nobody in, is an error', async () => {
  const own = await testDatabase();
  const nowhere = new URL(own.url);
  nowhere.port = String(await freePort());
  const stranger = new URL(own.url);
  stranger.username = 'nobody_here';
  const [gone, closed] = [open(nowhere.href), open(stranger.href)];
  const waits: unknown[] = [];

  await expect(reachable(gone, 300)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  await expect(reachable(closed, 20_000, (error) => waits.push(error))).rejects.toThrow();

  expect(waits).toEqual([]);
  await Promise.all([gone.close(), closed.close()]);
  await own.drop();
});
