// How much one may ask, and how long one may hold on.
import { randomUUID } from 'node:crypto';
import { connect, type Socket } from 'node:net';
import { describe, expect, test } from 'vitest';
import { eventually } from '../../testing/eventually.ts';
import { ALICE, type Answer, as, BOB, expectProblem, useServer } from './server.fixture.ts';
import { readNetworks } from './sockets.ts';

const server = useServer();
const { ask, logged, open, postThing } = server;

describe('limits', () => {
  test('after the last allowed request comes 429 with the time to wait, per person', async () => {
    const answers = [];
    for (let i = 0; i < 4; i++) answers.push(await ask('GET', '/api/v1/limited', { headers: as(ALICE) }));
    const other = await ask('GET', '/api/v1/limited', { headers: as(BOB) });

    expect(answers.map((answer) => answer.status)).toEqual([200, 200, 200, 429]);
    expect(answers.map((answer) => answer.headers.get('ratelimit-remaining'))).toEqual(['2', '1', '0', '0']);
    expect(answers[0]?.headers.get('ratelimit-limit')).toBe('3');
    expectProblem(answers[3] as Answer, 'rate_limited');
    const wait = Number(answers[3]?.headers.get('retry-after'));
    expect(wait).toBeGreaterThan(0);
    expect(wait).toBeLessThanOrEqual(60);
    expect(answers[3]?.headers.get('ratelimit-reset')).toBe(String(wait));
    expect(other.status).toBe(200);
  });

  test('strangers share a limit by network: an IPv6 subscriber by the first 64 bits, and requests that fail count too', async () => {
    const proxied = await open({ trustProxy: '127.0.0.1, 10.0.0.1' });
    const from = (address: string) =>
      ask('GET', '/api/v1/limited', { headers: { 'x-forwarded-for': address }, at: proxied.base });

    const same = [];
    for (const address of ['2001:db8:1:2::1', '2001:db8:1:2:ffff::9', '2001:0db8:0001:0002::a', '2001:db8:1:2::b'])
      same.push((await from(address)).status);
    const neighbour = await from('2001:db8:1:3::1');
    const mapped = [];
    for (const address of ['192.0.2.7', '::ffff:192.0.2.7', '192.0.2.7', '192.0.2.7'])
      mapped.push((await from(address)).status);

    expect(same).toEqual([200, 200, 200, 429]);
    expect(neighbour.status).toBe(200);
    expect(mapped).toEqual([200, 200, 200, 429]);
    await proxied.http.close();
  });

  test('nobody moves their limit by a header that no proxy of ours wrote', async () => {
    const fresh = await open();
    const statuses = [];
    for (let i = 0; i < 4; i++)
      statuses.push(
        (await ask('GET', '/api/v1/limited', { headers: { 'x-forwarded-for': `192.0.2.${i}` }, at: fresh.base }))
          .status,
      );

    expect(statuses).toEqual([200, 200, 200, 429]);
    await fresh.http.close();
  });
});

describe('those who hold on', () => {
  test('a body that trickles in is cut off, and one that comes in time is not', async () => {
    const slow = await open({ bodyTimeoutMs: 150 });
    const head = [
      'POST /api/v1/things HTTP/1.1',
      'Host: 127.0.0.1',
      `X-Person: ${ALICE}`,
      'Content-Type: application/json',
    ];
    const lines = [...head, `Idempotency-Key: ${randomUUID()}`, 'Content-Length: 40', '', '{"name":'].join('\r\n');
    const before = logged.length;

    const socket = connect(Number(slow.base.port), '127.0.0.1', () => socket.write(lines));
    const closed = new Promise<void>((resolve) => socket.on('close', () => resolve()));
    socket.on('error', () => {});
    await closed;
    const inTime = await postThing({ name: 'a', size: 1 }, {}, slow.base);

    expect(inTime.status).toBe(201);
    expect(logged.slice(before).filter((line) => line.includes('"level":"error"'))).toEqual([]);
    await slow.http.close();
  });

  test('one network gets as many sockets as it may and no more, whoever else comes; proxies of ours are many people', async () => {
    const most = 3;
    const flood = async (trustProxy?: string) => {
      const limited = await open({ socketsPerAddress: most, trustProxy });
      const sockets = Array.from({ length: 12 }, () => connect(Number(limited.base.port), '127.0.0.1'));
      for (const socket of sockets) socket.on('error', () => {});
      const greet = (socket: Socket) => socket.write('GET /api/v1/things HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n');
      const served = await Promise.all(
        sockets.map(
          (socket) =>
            new Promise<boolean>((resolve) => {
              socket.on('data', () => resolve(true));
              socket.on('close', () => resolve(false));
              greet(socket);
            }),
        ),
      );
      const fromElsewhere = await new Promise<boolean>((resolve) => {
        const socket = connect({ port: Number(limited.base.port), host: '127.0.0.1', localAddress: '127.0.0.2' });
        socket.on('data', () => resolve(true));
        socket.on('close', () => resolve(false));
        socket.on('error', () => {});
        greet(socket);
        sockets.push(socket);
      });
      for (const socket of sockets) socket.destroy();
      await eventually(async () => expect((await ask('GET', '/api/v1/things', { at: limited.base })).status).toBe(200));
      await limited.http.close();
      return { served: served.filter(Boolean).length, fromElsewhere };
    };

    expect(await flood()).toEqual({ served: most, fromElsewhere: true });
    expect(await flood('127.0.0.1/32')).toEqual({ served: 12, fromElsewhere: true });
  });

  test('networks are read as Fastify reads them', () => {
    const isOurs = readNetworks('loopback, 10.1.0.0/16, 2001:db8::/32, 203.0.113.7');

    for (const address of ['127.0.0.9', '::1', '10.1.2.3', '2001:db8::5', '203.0.113.7'])
      expect(isOurs(address)).toBe(true);
    for (const address of ['10.2.0.1', '2001:db9::1', '203.0.113.8', '', 'x']) expect(isOurs(address)).toBe(false);
  });
});
