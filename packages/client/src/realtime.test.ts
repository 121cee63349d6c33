import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import type { ClientMessage, ServerMessage } from '@videowindow/contract';
import { afterEach, expect, test } from 'vitest';
import { type WebSocket as Line, WebSocketServer } from 'ws';
import { createRealtime, type Realtime } from './realtime.ts';

let server: WebSocketServer | null = null;
let realtime: Realtime | null = null;
afterEach(() => {
  realtime?.close();
  for (const line of server?.clients ?? []) line.terminate();
  server?.close();
});

/** One connection as the server sees it: what it is told, in order, and what it says. */
type Talk = { line: Line; next: () => Promise<ClientMessage>; say: (message: ServerMessage) => void };

/** A hub that does only what the test says. */
async function hub(options: { onClock?: (offsetMs: number) => void } = {}) {
  const listening = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  server = listening;
  await once(listening, 'listening');
  const talks = queue<Talk>();
  listening.on('connection', (line) => {
    const heard = queue<ClientMessage>();
    line.on('message', (data) => heard.push(JSON.parse(String(data))));
    const say = (message: ServerMessage) => line.send(JSON.stringify(message));
    talks.push({ line, next: heard.next, say });
  });
  // A TCP server's address is an AddressInfo.
  const { port } = listening.address() as AddressInfo;
  realtime = createRealtime({ baseUrl: `http://127.0.0.1:${port}`, ...options });
  return { realtime, connection: talks.next };
}

/** Things that come, and those who wait for them. */
function queue<T>() {
  const things: T[] = [];
  const waiting: ((thing: T) => void)[] = [];
  return {
    push: (thing: T) => {
      const first = waiting.shift();
      if (first) first(thing);
      else things.push(thing);
    },
    next: () =>
      new Promise<T>((resolve) => {
        const first = things.shift();
        if (first) resolve(first);
        else waiting.push(resolve);
      }),
  };
}

const hello: ServerMessage = { type: 'connected', serverTime: '2026-11-21T10:00:00.000Z', pingEveryS: 25 };
const media = (percent: number) => ({
  state: 'processing',
  progress: { stage: 'transcode' as const, percent, speed: null, secondsLeft: null },
});
const notification = (id: string) => ({
  kind: 'notification' as const,
  notification: { id, kind: 'outbid', title: id, body: '', href: '/', createdAt: hello.serverTime, readAt: null },
});

test('a state channel gives its value at once, then each newer one, never an older', async () => {
  const { realtime, connection } = await hub();
  const values = queue<number>();
  realtime.subscribe('media:m1', { onData: ({ progress }) => values.push(progress.percent) });

  const talk = await connection();
  talk.say(hello);
  const asked = await talk.next();
  talk.say({ type: 'subscribed', id: asked.id, channel: 'media:m1', offset: 4, data: media(40) });
  talk.say({ type: 'publication', channel: 'media:m1', offset: 3, data: media(30) });
  talk.say({ type: 'publication', channel: 'media:m1', offset: 6, data: media(60) });

  expect(asked).toMatchObject({ type: 'subscribe', channel: 'media:m1' });
  expect([await values.next(), await values.next()]).toEqual([40, 60]);
});

test('who comes later to a state channel gets the value that is known, without asking again', async () => {
  const { realtime, connection } = await hub();
  const first = queue<number>();
  const second = queue<number>();
  realtime.subscribe('media:m1', { onData: ({ progress }) => first.push(progress.percent) });
  const talk = await connection();
  talk.say(hello);
  const asked = await talk.next();
  talk.say({ type: 'subscribed', id: asked.id, channel: 'media:m1', offset: 4, data: media(40) });
  await first.next();

  realtime.subscribe('media:m1', { onData: ({ progress }) => second.push(progress.percent) });

  expect(await second.next()).toBe(40);
});

test('after a broken line it comes back with the offset it saw last, and hears what it missed once', async () => {
  const { realtime, connection } = await hub();
  const heard = queue<string>();
  realtime.subscribe('user:u1', { onData: (data) => heard.push(data.notification.id) });
  const before = await connection();
  before.say(hello);
  const asked = await before.next();
  before.say({ type: 'subscribed', id: asked.id, channel: 'user:u1', offset: 7 });
  before.say({ type: 'publication', channel: 'user:u1', offset: 8, data: notification('eight') });
  await heard.next();

  before.line.terminate();
  const after = await connection();
  after.say(hello);
  const again = await after.next();
  after.say({ type: 'subscribed', id: again.id, channel: 'user:u1', offset: 10 });
  for (const [offset, id] of [
    [8, 'eight'],
    [9, 'nine'],
    [10, 'ten'],
  ] as const) {
    after.say({ type: 'publication', channel: 'user:u1', offset, data: notification(id) });
  }

  expect(again).toMatchObject({ type: 'subscribe', channel: 'user:u1', offset: 8 });
  expect([await heard.next(), await heard.next()]).toEqual(['nine', 'ten']);
});

test('what can no longer be told is said as a gap, and the stream goes on from there', async () => {
  const { realtime, connection } = await hub();
  const events = queue<string>();
  realtime.subscribe('user:u1', {
    onData: (data) => events.push(data.notification.id),
    onGap: () => events.push('gap'),
  });
  const talk = await connection();
  talk.say(hello);
  const asked = await talk.next();
  talk.say({ type: 'gap', channel: 'user:u1', offset: 20 });
  talk.say({ type: 'subscribed', id: asked.id, channel: 'user:u1', offset: 20 });
  talk.say({ type: 'publication', channel: 'user:u1', offset: 21, data: notification('next') });

  expect([await events.next(), await events.next()]).toEqual(['gap', 'next']);
});

test('a refused channel tells why, and is not asked for again', async () => {
  const { realtime, connection } = await hub();
  const refused = queue<string>();
  realtime.subscribe('user:u1', { onData: () => {}, onRefused: (code) => refused.push(code) });
  const talk = await connection();
  talk.say(hello);
  const asked = await talk.next();

  talk.say({ type: 'refused', id: asked.id, channel: 'user:u1', code: 'not_found' });

  expect(await refused.next()).toBe('not_found');
});

test('leaving a channel says so to the server', async () => {
  const { realtime, connection } = await hub();
  const leave = realtime.subscribe('media:m1', { onData: () => {} });
  const talk = await connection();
  talk.say(hello);
  await talk.next();

  leave();

  expect(await talk.next()).toMatchObject({ type: 'unsubscribe', channel: 'media:m1' });
});

test("the server's greeting sets the clock", async () => {
  const offsets = queue<number>();
  const { realtime, connection } = await hub({ onClock: offsets.push });
  realtime.subscribe('media:m1', { onData: () => {} });
  const ahead = new Date(Date.now() + 60_000).toISOString();

  (await connection()).say({ type: 'connected', serverTime: ahead, pingEveryS: 25 });

  expect(await offsets.next()).toBeGreaterThan(55_000);
});
