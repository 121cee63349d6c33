import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { expect, test } from 'vitest';
import { openDatabase, reachable } from '#platform/database';
import { testDatabase } from '../../testing/database.ts';
import { freePort } from '../../testing/ports.ts';

/** A URL that goes over TCP. */
const overTcp = (url: string): URL => {
  const parsed = new URL(url);
  parsed.searchParams.delete('host');
  return parsed;
};

const open = (url: string) =>
  openDatabase({ url, poolSize: 2, statementTimeoutMs: 5_000, idleTransactionTimeoutMs: 5_000 });

test('a database that comes up later is waited for, and said so once', async () => {
  const own = await testDatabase();
  const url = overTcp(own.url);
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
  const nowhere = overTcp(own.url);
  nowhere.port = String(await freePort());
  const noSocket = new URL(own.url);
  noSocket.searchParams.set('host', '/nowhere/at/all');
  const stranger = new URL(own.url);
  stranger.username = 'nobody_here';
  const [gone, lost, closed] = [open(nowhere.href), open(noSocket.href), open(stranger.href)];
  const waits: unknown[] = [];

  await expect(reachable(gone, 300)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  const told: unknown[] = [];
  await expect(reachable(lost, 300, (error) => told.push(error))).rejects.toMatchObject({ code: 'ENOENT' });
  expect(told).toHaveLength(1);
  await expect(reachable(closed, 20_000, (error) => waits.push(error))).rejects.toThrow();

  expect(waits).toEqual([]);
  await Promise.all([gone.close(), lost.close(), closed.close()]);
  await own.drop();
});
