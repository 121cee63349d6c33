import { randomUUID } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import type { ServerMessage } from '@videowindow/contract';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import type { DomainEvent } from '#platform/events';
import { type Channel, createHub, type Hub, type HubSession, type Publication } from '#platform/realtime';
import { createTelemetry } from '#platform/telemetry';
import { eventually } from '../../testing/eventually.ts';

const PATH = '/api/v1/realtime';
const ALICE: HubSession = { actor: { id: randomUUID(), roles: [] }, sessionId: randomUUID() };
const NOBODY: HubSession = { actor: { id: null, roles: [] }, sessionId: null };
const { log } = createTelemetry({ level: 'silent', role: 'test' });

let hub: Hub;
let http: Server;
let url: string;
/** What the rooms behind the channels hold. */
let price: { offset: number; value: string };
let notes: Publication[];
let keptFrom: number;
let session: HubSession | null;
let mayListen: boolean;
let reads: number;
let pause: Promise<void>;
const sockets: Asker[] = [];

/** A room with one state and one stream, told by the events of these types. */
const state: Channel = {
  prefix: 'auction',
  kind: 'state',
  authorize: async () => mayListen,
  async read(_id, _after, viewers) {
    reads++;
    const now = { offset: price.offset, data: { price: price.value, viewers } };
    await pause;
    return price.value === 'gone' ? null : now;
  },
  publish: (event, viewers) =>
    event.type === 'report.made'
      ? {
          id: event.aggregate,
          offset: event.position,
          data: { price: event.payload.kind, viewers: viewers(event.aggregate) },
        }
      : null,
};
const stream: Channel = {
  prefix: 'user',
  kind: 'stream',
  authorize: async (actor, id) => actor.id === id,
  async read(_id, after) {
    const offset = notes.at(-1)?.offset ?? 0;
    if (after === null) return { offset };
    return after < keptFrom ? { offset } : { offset, missed: notes.filter((note) => note.offset > after) };
  },
  publish: (event) =>
    event.type === 'maker.joined'
      ? { id: event.aggregate, offset: event.position, data: event.payload.makerId ?? event.position }
      : null,
};

const start = async (pingS?: number) => {
  hub = createHub({
    log,
    clock: () => new Date('2026-11-21T10:00:00Z'),
    authenticate: async () => session,
    ...(pingS ? { pingS } : {}),
  });
  hub.add(state);
  hub.add(stream);
  http = createServer((_request, response) => response.end('page'));
  hub.attach(http, PATH);
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  url = `ws://127.0.0.1:${(http.address() as AddressInfo).port}${PATH}`; // listening on a port
};
const stop = async () => {
  hub.close();
  for (const asker of sockets.splice(0)) asker.socket.terminate();
  await new Promise((resolve) => http.close(resolve));
};
beforeEach(async () => {
  price = { offset: 1, value: '10' };
  notes = [];
  keptFrom = 0;
  session = ALICE;
  mayListen = true;
  reads = 0;
  pause = Promise.resolve();
  await start();
});
afterEach(stop);

type Asker = {
  socket: WebSocket;
  heard: ServerMessage[];
  say(message: object | string): void;
  closed: Promise<number>;
};
const join = async (options: { autoPong?: boolean } = {}): Promise<Asker> => {
  const socket = new WebSocket(url, options);
  const heard: ServerMessage[] = [];
  socket.on('message', (data) => heard.push(JSON.parse(String(data))));
  const asker: Asker = {
    socket,
    heard,
    say: (message) => socket.send(typeof message === 'string' ? message : JSON.stringify(message)),
    closed: new Promise((resolve) => socket.on('close', resolve)),
  };
  sockets.push(asker);
  await new Promise((resolve, reject) => socket.on('open', resolve).on('error', reject));
  return asker;
};
const subscribeTo = async (asker: Asker, channel: string, offset?: number) => {
  asker.say({ type: 'subscribe', id: 1, channel, ...(offset === undefined ? {} : { offset }) });
  await eventually(() =>
    expect(asker.heard.some((m) => (m.type === 'subscribed' || m.type === 'refused') && m.channel === channel)).toBe(
      true,
    ),
  );
};
/** Everything said before has been answered once the pong is back. */
const roundTrip = async (asker: Asker) => {
  const id = Math.random();
  asker.say({ type: 'ping', id });
  await eventually(() =>
    expect(asker.heard.some((message) => message.type === 'pong' && message.id === id)).toBe(true),
  );
};
const publications = (asker: Asker) => asker.heard.filter((message) => message.type === 'publication');

const event = (fields: Partial<DomainEvent>) =>
  ({ id: randomUUID(), at: new Date(), payload: {}, ...fields }) as DomainEvent; // what channels above read of it
const priced = (id: string, position: number, value = String(position)) => {
  price = { offset: position, value };
  return event({ type: 'report.made', aggregate: id, position, payload: { kind: value } as never });
};
const noted = (id: string, position: number) => {
  notes.push({ id, offset: position, data: position });
  return event({ type: 'maker.joined', aggregate: id, position });
};

describe('a connection', () => {
  test('begins with the server’s time, and pings are answered with it', async () => {
    const asker = await join();

    asker.say({ type: 'ping', id: 7 });
    await eventually(() => expect(asker.heard).toHaveLength(2));

    expect(asker.heard).toEqual([
      { type: 'connected', serverTime: '2026-11-21T10:00:00.000Z', pingEveryS: 25 },
      { type: 'pong', id: 7, serverTime: '2026-11-21T10:00:00.000Z' },
    ]);
    expect(hub.connections()).toBe(1);
  });

  test('that is not from our own site is refused', async () => {
    session = null;

    await expect(join()).rejects.toThrow('403');
  });

  test('to another path is refused, and the server survives addresses that are none', async () => {
    const upgrade = (target: string) =>
      new Promise<string>((resolve) => {
        const port = Number(new URL(url).port);
        const socket = connect(port, '127.0.0.1', () =>
          socket.write(
            `GET ${target} HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n`,
          ),
        );
        socket.on('data', (data) => {
          socket.destroy();
          resolve(String(data).split('\r\n')[0] ?? '');
        });
      });

    for (const target of ['/', '//', '/api/v1/other', 'http://']) {
      expect(await upgrade(target)).toMatch(/^HTTP\/1\.1 40[04]/);
    }
    expect(await upgrade(`${PATH}?x=1`)).toBe('HTTP/1.1 101 Switching Protocols');
  });

  test.each([
    ['no JSON', 'hello'],
    ['no message', '[]'],
    ['null', 'null'],
    ['an unknown type', '{"type":"shout","id":1,"channel":"a"}'],
    ['no id', '{"type":"ping"}'],
    ['a channel that is no text', '{"type":"subscribe","id":1,"channel":{}}'],
    ['a channel without end', `{"type":"subscribe","id":1,"channel":"${'x'.repeat(100)}"}`],
    ['an offset that is none', `{"type":"subscribe","id":1,"channel":"user:${randomUUID()}","offset":-1.5}`],
  ])('that sends %s is closed', async (_what, text) => {
    const asker = await join();

    asker.say(text);

    expect(await asker.closed).toBe(4000);
    expect(hub.connections()).toBe(0);
  });

  test('that sends too much at once is closed: by size, and by number', async () => {
    const big = await join();
    big.say('x'.repeat(9000));
    expect(await big.closed).toBe(1009);

    const many = await join();
    for (let i = 0; i < 400; i++) many.say({ type: 'ping', id: i });
    expect(await many.closed).toBe(4029);
  });

  test('that no longer answers pings is ended; one that does stays', async () => {
    await stop();
    await start(0.05);
    const alive = await join();
    const dead = await join({ autoPong: false });

    expect(await dead.closed).toBe(1006);

    await roundTrip(alive);
    expect(hub.connections()).toBe(1);
  });

  test('is told to come back later when the server closes', async () => {
    const asker = await join();

    hub.close();

    expect(await asker.closed).toBe(1012);
  });
});

describe('a session that ends', () => {
  test('closes its sockets at once, and nobody else’s', async () => {
    const mine = await join();
    const id = randomUUID();
    await subscribeTo(mine, `auction:${id}`);
    session = NOBODY;
    const other = await join();
    await subscribeTo(other, `auction:${id}`);

    hub.hear([event({ type: 'session.ended', payload: { sessionId: ALICE.sessionId } as never }), priced(id, 2)]);

    expect(await mine.closed).toBe(4001);
    await eventually(() => expect(publications(other).length).toBeGreaterThan(0));
    expect(publications(mine)).toEqual([]);
  });

  test('lets no socket in that was being opened meanwhile', async () => {
    hub.hear([event({ type: 'session.ended', payload: { sessionId: ALICE.sessionId } as never })]);

    await expect(join()).rejects.toThrow('401');
  });

  test('is noticed at the next subscription, even where its end was not heard', async () => {
    const asker = await join();
    session = NOBODY;

    asker.say({ type: 'subscribe', id: 1, channel: `auction:${randomUUID()}` });

    expect(await asker.closed).toBe(4001);
  });
});

describe('subscribing', () => {
  test('is authorised each time', async () => {
    const asker = await join();
    const id = randomUUID();
    await subscribeTo(asker, `auction:${id}`);

    mayListen = false;
    asker.say({ type: 'subscribe', id: 2, channel: `auction:${id}` });
    await eventually(() =>
      expect(asker.heard.at(-1)).toEqual({ type: 'refused', id: 2, channel: `auction:${id}`, code: 'not_found' }),
    );
    hub.hear([priced(id, 2)]);
    await roundTrip(asker);

    expect(publications(asker)).toEqual([]);
  });

  test.each(['nothing:', `nothing:${randomUUID()}`, 'auction:1', `auction:${'-'.repeat(36)}`, `user:${randomUUID()}`])(
    'to %s, which is not there for this person, is refused and the connection goes on',
    async (channel) => {
      const asker = await join();

      await subscribeTo(asker, channel);

      expect(asker.heard.at(-1)).toMatchObject({ type: 'refused', code: 'not_found', channel });
      await roundTrip(asker);
    },
  );

  test('to more than a hundred channels is refused', async () => {
    const asker = await join();
    for (let i = 0; i < 100; i++) asker.say({ type: 'subscribe', id: i, channel: `auction:${randomUUID()}` });
    await roundTrip(asker);

    asker.say({ type: 'subscribe', id: 200, channel: `auction:${randomUUID()}` });

    await eventually(() =>
      expect(asker.heard.at(-1)).toMatchObject({ type: 'refused', id: 200, code: 'rate_limited' }),
    );
  });

  test('and leaving again at once ends in silence', async () => {
    const asker = await join();
    const id = randomUUID();

    asker.say({ type: 'subscribe', id: 1, channel: `auction:${id}` });
    asker.say({ type: 'unsubscribe', id: 2, channel: `auction:${id}` });
    await roundTrip(asker);
    hub.hear([priced(id, 2)]);
    await roundTrip(asker);

    expect(publications(asker)).toEqual([]);
  });

  test('by somebody who is gone before it is answered leaves nobody in the audience', async () => {
    const stays = await join();
    const id = randomUUID();
    await subscribeTo(stays, `auction:${id}`);
    const hold = Promise.withResolvers<void>();
    const authorize = state.authorize;
    state.authorize = async () => {
      await hold.promise;
      return true;
    };
    const goes = await join();
    goes.say({ type: 'subscribe', id: 1, channel: `auction:${id}` });
    goes.socket.terminate();
    await eventually(() => expect(hub.connections()).toBe(1));

    hold.resolve();
    state.authorize = authorize;
    await roundTrip(stays);
    hub.hear([priced(id, 2)]);

    await eventually(() => expect(publications(stays).at(-1)).toMatchObject({ data: { price: '2', viewers: 1 } }));
  });
});

describe('a state', () => {
  test('comes with the subscription, then whenever it changes', async () => {
    const asker = await join();
    const id = randomUUID();

    await subscribeTo(asker, `auction:${id}`);
    hub.hear([priced(id, 2)]);
    await eventually(() => expect(publications(asker)).toHaveLength(1));

    expect(asker.heard.slice(1)).toEqual([
      { type: 'subscribed', id: 1, channel: `auction:${id}`, offset: 1, data: { price: '10', viewers: 1 } },
      { type: 'publication', channel: `auction:${id}`, offset: 2, data: { price: '2', viewers: 1 } },
    ]);
  });

  test('of many changes at once only the latest is told', async () => {
    const asker = await join();
    const id = randomUUID();
    await subscribeTo(asker, `auction:${id}`);

    hub.hear(Array.from({ length: 50 }, (_, i) => priced(id, i + 2)));
    await eventually(() => expect(publications(asker).at(-1)).toMatchObject({ offset: 51 }));
    await roundTrip(asker);

    expect(publications(asker)).toHaveLength(1);
  });

  test('never goes back, not even by a change that comes late', async () => {
    const asker = await join();
    const id = randomUUID();
    const late = priced(id, 5);
    price = { offset: 9, value: '9' };
    await subscribeTo(asker, `auction:${id}`);

    hub.hear([late]);
    hub.hear([priced(id, 10)]);
    await eventually(() => expect(publications(asker).at(-1)).toMatchObject({ offset: 10 }));

    expect(publications(asker)).toHaveLength(1);
  });

  test('that changes while it is read for a subscriber reaches them', async () => {
    const [asker, witness] = [await join(), await join()];
    const id = randomUUID();
    await subscribeTo(witness, `auction:${id}`);
    const hold = Promise.withResolvers<void>();
    pause = hold.promise;
    asker.say({ type: 'subscribe', id: 1, channel: `auction:${id}` });
    await eventually(() => expect(reads).toBe(2));

    hub.hear([priced(id, 2)]);
    await eventually(() => expect(publications(witness).at(-1)).toMatchObject({ offset: 2 }));
    hold.resolve();

    await eventually(() => expect(publications(asker).at(-1)).toMatchObject({ offset: 2 }));
  });

  test('tells those who look on how many they are, after people came and went, with few looks at the database', async () => {
    const id = randomUUID();
    const first = await join();
    await subscribeTo(first, `auction:${id}`);
    const others = await Promise.all(Array.from({ length: 20 }, () => join()));
    await Promise.all(others.map((other) => subscribeTo(other, `auction:${id}`)));

    await eventually(() => expect(publications(first).at(-1)).toMatchObject({ offset: 1, data: { viewers: 21 } }));
    for (const other of others) other.socket.close();
    await eventually(() => expect(publications(first).at(-1)).toMatchObject({ offset: 1, data: { viewers: 1 } }));

    expect(reads).toBeLessThan(21 + 8);
  });

  test('for a slow client is conflated: it takes little, and ends with the latest', async () => {
    const asker = await join();
    const id = randomUUID();
    await subscribeTo(asker, `auction:${id}`);
    // What the socket takes in is not read for now; ws keeps the raw one in `_socket`.
    const { _socket: socket } = asker.socket as unknown as { _socket: import('node:net').Socket };
    socket.pause();

    for (let position = 2; position < 202; position++) {
      hub.hear([priced(id, position, `${position} ${'x'.repeat(200_000)}`)]);
      if (position % 4 === 0) await new Promise(setImmediate);
    }
    socket.resume();

    await eventually(() => expect(publications(asker).at(-1)).toMatchObject({ offset: 201 }));
    expect(publications(asker).length).toBeLessThan(150);
    const offsets = publications(asker).map((message) => ('offset' in message ? message.offset : 0));
    expect(offsets).toEqual(offsets.toSorted((a, b) => a - b));
  });
});

describe('a stream', () => {
  const mine = () => `user:${ALICE.actor.id}`;
  const me = () => ALICE.actor.id ?? '';

  test('delivers every message in order, each once', async () => {
    const asker = await join();
    await subscribeTo(asker, mine());

    hub.hear([noted(me(), 3), noted(me(), 4)]);
    hub.hear([noted(me(), 6)]);
    await eventually(() => expect(publications(asker)).toHaveLength(3));

    expect(publications(asker).map((message) => message.type === 'publication' && message.data)).toEqual([3, 4, 6]);
  });

  test('a message that the subscription already covers is not told again', async () => {
    const asker = await join();
    const heardLater = noted(me(), 3);
    await subscribeTo(asker, mine());
    expect(asker.heard.at(-1)).toMatchObject({ type: 'subscribed', offset: 3 });

    hub.hear([heardLater, noted(me(), 4)]);
    await eventually(() => expect(publications(asker)).toHaveLength(1));

    expect(publications(asker)).toMatchObject([{ offset: 4 }]);
  });

  test('is recovered from an offset: what was missed comes after the answer, then what follows', async () => {
    for (const position of [2, 4, 7]) noted(me(), position);
    const asker = await join();

    await subscribeTo(asker, mine(), 2);
    hub.hear([noted(me(), 9)]);
    await eventually(() => expect(publications(asker)).toHaveLength(3));

    expect(asker.heard.slice(1)).toEqual([
      { type: 'subscribed', id: 1, channel: mine(), offset: 7 },
      { type: 'publication', channel: mine(), offset: 4, data: 4 },
      { type: 'publication', channel: mine(), offset: 7, data: 7 },
      { type: 'publication', channel: mine(), offset: 9, data: 9 },
    ]);
  });

  test('that cannot be told any more says so instead of telling a part', async () => {
    for (const position of [2, 4, 7]) noted(me(), position);
    keptFrom = 4;
    const asker = await join();

    await subscribeTo(asker, mine(), 2);
    await roundTrip(asker);

    expect(asker.heard.slice(1, 3)).toEqual([
      { type: 'gap', channel: mine(), offset: 7 },
      { type: 'subscribed', id: 1, channel: mine(), offset: 7 },
    ]);
    expect(publications(asker)).toEqual([]);
  });

  test('ends for a client that takes nothing, before it costs much memory', async () => {
    const asker = await join();
    await subscribeTo(asker, mine());
    const { _socket: socket } = asker.socket as unknown as { _socket: import('node:net').Socket };
    socket.pause();

    const large = 'x'.repeat(500_000);
    for (let position = 1; position <= 60 && hub.connections() > 0; position++) {
      const message = noted(me(), position);
      hub.hear([{ ...message, payload: { makerId: large } } as DomainEvent]); // the channel passes it on
    }

    expect(hub.connections()).toBe(0);
    socket.resume();
    await asker.closed;
  });
});

test('an event that a channel cannot read keeps nothing from the other channels', async () => {
  const asker = await join();
  const id = randomUUID();
  await subscribeTo(asker, `auction:${id}`);
  hub.add({
    prefix: 'broken',
    kind: 'state',
    authorize: async () => true,
    read: async () => null,
    publish: () => {
      throw new Error('cannot read this');
    },
  });

  hub.hear([priced(id, 2)]);
  hub.hear([priced(id, 3)]);

  await eventually(() => expect(publications(asker).at(-1)).toMatchObject({ offset: 3 }));
});
