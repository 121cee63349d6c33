// What many at once, or a few with much patience, may cost: memory and the event loop stay free for everybody else.
import { connect, type Socket } from 'node:net';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { nested, type World } from './hostile.ts';

const MEBIBYTE = 2 ** 20;
/** Beside other tests on two cores; what grows with the square of what is sent would take minutes. */
const MOST = { answeredInMs: 3000, delayMs: 1000, longestMs: 5000, grownBy: 300 * MEBIBYTE };

/** Texts that expressions stumble over: each repeated for as long as a field, a header or a body takes. */
const PIECES = ['a', '0', '.', ' ', '@', '<', '"', '\\', 'a.', 'a@', '{\\', '_*'];

export const describeFloods = (world: () => World): void => {
  const send = async (path: string, init: RequestInit = {}): Promise<number> => {
    const answer = await fetch(`${world().url}/api/v1${path}`, {
      ...init,
      headers: { cookie: world().cookies.owner, origin: world().url, ...init.headers },
    });
    await answer.arrayBuffer();
    return answer.status;
  };
  const sendBody = (method: string, path: string, body: string) =>
    send(path, {
      method,
      headers: { 'content-type': 'application/json', 'idempotency-key': crypto.randomUUID() },
      body,
    });

  /** Looks what it costs everybody else while it lasts. @param flood gives back what ends it. */
  const costsLittle = async (flood: () => Promise<() => void>) => {
    const before = process.memoryUsage().rss;
    const delay = monitorEventLoopDelay({ resolution: 10 });
    delay.enable();

    const end = await flood();
    const began = performance.now();
    expect(await send('/site')).toBe(200);
    const answeredInMs = performance.now() - began;
    delay.disable();
    end();

    expect(answeredInMs).toBeLessThan(MOST.answeredInMs);
    expect(delay.percentile(95) / 1e6).toBeLessThan(MOST.delayMs);
    expect(delay.max / 1e6).toBeLessThan(MOST.longestMs);
    expect(process.memoryUsage().rss - before).toBeLessThan(MOST.grownBy);
  };
  /** Many requests, twice. @returns which answers there were */
  const rounds = async (ask: () => Promise<number>[]): Promise<number[]> => {
    const seen = new Set<number>();
    for (let round = 0; round < 2; round++) for (const status of await Promise.all(ask())) seen.add(status);
    return [...seen].sort();
  };
  const nothing = () => {};

  describe('memory and the event loop stay free while there are', () => {
    it('bodies that lie deep, and long ones', () =>
      costsLittle(async () => {
        const deep = `{"title":${nested('[', ']', 60_000)}}`;
        const long = JSON.stringify({ title: 'x'.repeat(250_000) });
        expect(
          await rounds(() => Array.from({ length: 40 }, (_, i) => sendBody('POST', '/stories', i % 2 ? deep : long))),
        ).toEqual([400]);
        return nothing;
      }));

    it('huge pages', () =>
      costsLittle(async () => {
        const asked = ['100', '101', '1000000', '9007199254740991', '1e400'].map((limit) => `limit=${limit}`);
        const queries = [...asked, `cursor=${'A'.repeat(6000)}`];
        expect(
          await rounds(() =>
            ['/feed/for-you', '/stories', '/notifications', '/media'].flatMap((list) =>
              queries.map((query) => send(`${list}?${query}`)),
            ),
          ),
        ).toEqual([200, 400]);
        return nothing;
      }));

    it('sockets that say nothing, and bodies that do not come', () =>
      costsLittle(async () => {
        const { port } = new URL(world().url);
        const silent: Socket[] = Array.from({ length: 300 }, () => connect(Number(port), '127.0.0.1'));
        for (const socket of silent) socket.on('error', nothing);
        for (const socket of silent.slice(0, 150))
          socket.write('POST /api/v1/stories HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 9\r\n\r\n{');
        return () => {
          for (const socket of silent) socket.destroy();
        };
      }));

    it('WebSockets that talk without end', () =>
      costsLittle(async () => {
        const { url, cookies } = world();
        const sockets = Array.from(
          { length: 50 },
          () => new WebSocket(`${url.replace('http', 'ws')}/api/v1/realtime`, { headers: { cookie: cookies.spare } }),
        );
        const closed = await Promise.all(
          sockets.map(
            (socket, at) =>
              new Promise<number>((resolve) => {
                socket.on('error', nothing).on('close', resolve);
                socket.on('open', () => {
                  if (at % 2) return socket.send('x'.repeat(9000));
                  for (let said = 0; said < 400; said++) socket.send('{"type":"ping","id":1}');
                });
              }),
          ),
        );
        expect([...new Set(closed)].sort()).toEqual([1009, 4029]);
        return nothing;
      }));

    it('texts that make expressions slow, in what is read by them', () =>
      costsLittle(async () => {
        const answers = PIECES.map(async (piece) => {
          const text = (length: number) => piece.repeat(length / piece.length);
          const cues = `WEBVTT\n\n00:01.000 --> 00:02.000\n${text(100_000)}`;
          const bodies: [string, string, object][] = [
            ['PUT', `/media/${world().mediaId}/captions/en`, { label: 'English', text: cues, revision: 0 }],
            ['PUT', `/media/${world().mediaId}/captions/en`, { label: 'English', text: text(100_000), revision: 0 }],
            ['POST', '/listings/import', { csv: text(100_000), dryRun: true }],
            ['POST', '/auth/otp/request', { identifier: `${text(200)}@people.test` }],
            ['PATCH', '/users/me', { links: [{ label: 'x', url: `https://${text(290)}` }] }],
          ];
          const plain = /^[ -~\t]+$/.test(piece) ? text(6000) : 'a';
          return await Promise.all([
            ...bodies.map(([method, path, body]) => sendBody(method, path, JSON.stringify(body))),
            ...['user-agent', 'accept', 'accept-language', 'authorization', 'range', 'if-none-match'].map((name) =>
              send('/site', { headers: { [name]: name === 'authorization' ? `Bearer ${plain}` : plain } }),
            ),
          ]);
        });
        for (const status of (await Promise.all(answers)).flat()) expect(status).toBeLessThan(500);
        return nothing;
      }));
  });
};
