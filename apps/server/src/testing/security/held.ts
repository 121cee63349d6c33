// What many at once, or a few with much patience, may cost: memory and the event loop stay free for everybody else.
import { connect, type Socket } from 'node:net';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { describe, expect, it } from 'vitest';
import { nested, type World } from './hostile.ts';

const MEBIBYTE = 2 ** 20;

export const describeFloods = (world: () => World): void => {
  const post = (body: string) =>
    fetch(`${world().url}/api/v1/stories`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', cookie: world().cookies.owner, origin: world().url },
      body,
    }).then(async (answer) => {
      await answer.arrayBuffer();
      return answer.status;
    });
  const get = (path: string) =>
    fetch(`${world().url}${path}`, { headers: { cookie: world().cookies.owner } }).then(async (answer) => {
      await answer.arrayBuffer();
      return answer.status;
    });

  describe('a flood', () => {
    it('of deep and long bodies, of huge pages and of sockets that say nothing leaves the server quick and small', async () => {
      const { port } = new URL(world().url);
      const deep = `{"title":${nested('[', ']', 60_000)}}`;
      const long = JSON.stringify({ title: 'x'.repeat(250_000) });
      const before = process.memoryUsage().rss;
      const delay = monitorEventLoopDelay({ resolution: 10 });
      delay.enable();

      const silent: Socket[] = Array.from({ length: 300 }, () => connect(Number(port), '127.0.0.1'));
      for (const socket of silent) socket.on('error', () => {});
      for (const socket of silent.slice(0, 150))
        socket.write('POST /api/v1/stories HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 9\r\n\r\n{');
      const statuses = new Set<number>();
      for (let round = 0; round < 4; round++) {
        const answers = await Promise.all([
          ...Array.from({ length: 20 }, () => post(deep)),
          ...Array.from({ length: 20 }, () => post(long)),
          ...['100', '101', '1000000', '9007199254740991', '1e400'].map((limit) =>
            get(`/api/v1/feed/for-you?limit=${limit}`),
          ),
          get(`/api/v1/feed/for-you?cursor=${'A'.repeat(6000)}`),
        ]);
        for (const status of answers) statuses.add(status);
      }
      const began = performance.now();
      expect(await get('/api/v1/site')).toBe(200);
      const answeredInMs = performance.now() - began;
      delay.disable();
      for (const socket of silent) socket.destroy();

      expect([...statuses].sort()).toEqual([200, 400]);
      // Beside other tests on two cores; what grows with the square of what is sent would take minutes.
      expect(answeredInMs).toBeLessThan(3000);
      expect(delay.percentile(95) / 1e6).toBeLessThan(1000);
      expect(delay.max / 1e6).toBeLessThan(5000);
      expect(process.memoryUsage().rss - before).toBeLessThan(400 * MEBIBYTE);
    });
  });
};
