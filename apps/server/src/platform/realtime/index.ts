// The WebSocket hub: people subscribe to channels, rooms publish to them through the events that every process tails.
//
// `state` channels carry the latest value with a rising offset (what lies between may be left out); `stream` channels
// carry every message and can be recovered from an offset. The envelope is in packages/contract/src/realtime.ts.
import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Actor, ClientMessage, ServerMessage } from '@videowindow/contract';
import { type WebSocket, WebSocketServer } from 'ws';
import type { DomainEvent } from '#platform/events';
import type { Log } from '#platform/telemetry';

export type Publication = { id: string; offset: number; data: unknown };

export type Channel = {
  /** The part of a channel's name before the colon; the id after it is a UUID. */
  prefix: string;
  kind: 'state' | 'stream';
  authorize(actor: Actor, id: string): Promise<boolean>;
  /** The value and offset now (state), or everything after an offset, null when that is too far back (stream). */
  read(
    id: string,
    after: number | null,
    viewers: number,
  ): Promise<{ offset: number; data?: unknown; missed?: Publication[] } | null>;
  /** What an event says on this channel. */
  publish(event: DomainEvent, viewers: (id: string) => number): Publication | null;
};

export type HubSession = { actor: Actor; sessionId: string | null };

type Subscription = { channel: Channel; id: string; offset: number; ready: boolean; queued: Publication[] };
type Client = {
  socket: WebSocket;
  session: HubSession;
  subscriptions: Map<string, Subscription>;
  waiting: Map<string, Publication>;
  alive: boolean;
};

const PING_S = 25;
const MAX_CHANNELS = 100;
const MAX_MESSAGE_BYTES = 8 * 1024;
const CONFLATE_ABOVE_BYTES = 64 * 1024;
const CLOSE_ABOVE_BYTES = 4 * 1024 * 1024;
const COALESCE_MS = 20;
const CHANNEL_NAME = /^([a-z]+):([0-9a-f-]{36})$/;

export type Hub = ReturnType<typeof createHub>;

export const createHub = (options: {
  log: Log;
  clock: () => Date;
  /** Who opens this connection; null refuses it (wrong origin). */
  authenticate(request: IncomingMessage): Promise<HubSession | null>;
}) => {
  const channels = new Map<string, Channel>();
  const clients = new Set<Client>();
  const audience = new Map<string, Set<Client>>();
  const dirty = new Map<string, { channel: Channel; publication: Publication }>();
  let flushTimer: NodeJS.Timeout | null = null;
  const server = new WebSocketServer({ noServer: true, perMessageDeflate: false, maxPayload: MAX_MESSAGE_BYTES });

  const viewers = (prefix: string) => (id: string) => audience.get(`${prefix}:${id}`)?.size ?? 0;
  const send = (client: Client, message: ServerMessage) => client.socket.send(JSON.stringify(message));

  const deliver = (client: Client, name: string, publication: Publication) => {
    const subscription = client.subscriptions.get(name);
    if (!subscription) return;
    if (!subscription.ready) {
      subscription.queued.push(publication);
      return;
    }
    if (publication.offset < subscription.offset) return;
    const { bufferedAmount } = client.socket;
    if (bufferedAmount > CLOSE_ABOVE_BYTES) return client.socket.close(4008, 'too slow');
    if (subscription.channel.kind === 'state' && bufferedAmount > CONFLATE_ABOVE_BYTES) {
      client.waiting.set(name, publication);
      return;
    }
    subscription.offset = publication.offset;
    send(client, { type: 'publication', channel: name, offset: publication.offset, data: publication.data });
  };

  const flush = () => {
    flushTimer = null;
    for (const [name, { publication }] of dirty) {
      for (const client of audience.get(name) ?? []) deliver(client, name, publication);
    }
    dirty.clear();
    for (const client of clients) {
      if (client.waiting.size === 0 || client.socket.bufferedAmount > CONFLATE_ABOVE_BYTES) continue;
      const waiting = [...client.waiting];
      client.waiting.clear();
      for (const [name, publication] of waiting) deliver(client, name, publication);
    }
    if ([...clients].some((client) => client.waiting.size > 0)) scheduleFlush();
  };
  const scheduleFlush = () => {
    flushTimer ??= setTimeout(flush, COALESCE_MS);
  };

  /** Hand this to the tail: publishes what the events say. */
  const hear = (events: readonly DomainEvent[]) => {
    for (const event of events) {
      if (event.type === 'session.ended') endSession(event.payload.sessionId);
      for (const channel of channels.values()) {
        const publication = channel.publish(event, viewers(channel.prefix));
        if (!publication) continue;
        const name = `${channel.prefix}:${publication.id}`;
        if (!audience.has(name)) continue;
        if (channel.kind === 'stream')
          for (const client of audience.get(name) ?? []) deliver(client, name, publication);
        else dirty.set(name, { channel, publication });
      }
    }
    if (dirty.size > 0) scheduleFlush();
  };

  /** Looks the state up again and sends it, for what changes without an event (how many look on). */
  const refresh = async (name: string) => {
    const parsed = CHANNEL_NAME.exec(name);
    const channel = parsed?.[1] ? channels.get(parsed[1]) : undefined;
    if (!parsed?.[2] || channel?.kind !== 'state' || !audience.has(name)) return;
    const now = await channel.read(parsed[2], null, audience.get(name)?.size ?? 0);
    if (!now) return;
    const newer = dirty.get(name);
    if (newer && newer.publication.offset > now.offset) return;
    dirty.set(name, { channel, publication: { id: parsed[2], offset: now.offset, data: now.data } });
    scheduleFlush();
  };

  const subscribe = async (client: Client, message: Extract<ClientMessage, { type: 'subscribe' }>) => {
    const { channel: name, id: messageId } = message;
    const refuse = (code: string) => send(client, { type: 'refused', id: messageId, channel: name, code });
    const parsed = CHANNEL_NAME.exec(name);
    const channel = parsed?.[1] ? channels.get(parsed[1]) : undefined;
    const id = parsed?.[2];
    if (!channel || !id) return refuse('not_found');
    if (client.subscriptions.size >= MAX_CHANNELS) return refuse('rate_limited');
    if (!(await channel.authorize(client.session.actor, id))) return refuse('not_found');

    const subscription: Subscription = { channel, id, offset: 0, ready: false, queued: [] };
    client.subscriptions.set(name, subscription);
    const others = audience.get(name) ?? new Set();
    others.add(client);
    audience.set(name, others);
    const after = typeof message.offset === 'number' ? message.offset : null;
    const now = await channel.read(id, after, others.size);
    if (client.subscriptions.get(name) !== subscription) return;
    if (!now) {
      leave(client, name);
      return refuse('not_found');
    }
    subscription.ready = true;
    subscription.offset = now.offset;
    const lost = channel.kind === 'stream' && after !== null && now.missed === undefined;
    if (lost) send(client, { type: 'gap', channel: name, offset: now.offset });
    send(client, {
      type: 'subscribed',
      id: messageId,
      channel: name,
      offset: now.offset,
      ...(channel.kind === 'state' ? { data: now.data } : {}),
    });
    for (const publication of now.missed ?? []) {
      send(client, { type: 'publication', channel: name, offset: publication.offset, data: publication.data });
    }
    for (const publication of subscription.queued.splice(0)) {
      if (publication.offset > subscription.offset) deliver(client, name, publication);
    }
    if (channel.kind === 'state' && others.size > 1) await refresh(name);
  };

  const leave = (client: Client, name: string) => {
    client.subscriptions.delete(name);
    client.waiting.delete(name);
    const others = audience.get(name);
    others?.delete(client);
    if (others?.size === 0) audience.delete(name);
    else refresh(name).catch((error) => options.log.warn({ err: error }, 'could not refresh a channel'));
  };

  const onMessage = async (client: Client, text: string) => {
    const message = readMessage(text);
    if (!message) return client.socket.close(4000, 'malformed message');
    if (message.type === 'ping') {
      send(client, { type: 'pong', id: message.id, serverTime: options.clock().toISOString() });
    } else if (message.type === 'unsubscribe') {
      leave(client, message.channel);
    } else {
      leave(client, message.channel);
      await subscribe(client, message);
    }
  };

  const open = (socket: WebSocket, session: HubSession) => {
    const client: Client = { socket, session, subscriptions: new Map(), waiting: new Map(), alive: true };
    clients.add(client);
    let turn = Promise.resolve();
    socket.on('message', (data) => {
      // One at a time, so that an unsubscribe cannot overtake its subscribe.
      turn = turn
        .then(() => onMessage(client, String(data)))
        .catch((error) => {
          options.log.error({ err: error }, 'a realtime message failed');
          socket.close(1011, 'internal');
        });
    });
    socket.on('pong', () => {
      client.alive = true;
    });
    socket.on('error', () => socket.terminate());
    socket.on('close', () => {
      clients.delete(client);
      for (const name of [...client.subscriptions.keys()]) leave(client, name);
    });
    send(client, { type: 'connected', serverTime: options.clock().toISOString(), pingEveryS: PING_S });
  };

  const endSession = (sessionId: string) => {
    for (const client of clients)
      if (client.session.sessionId === sessionId) client.socket.close(4001, 'session ended');
  };

  const heartbeat = setInterval(() => {
    for (const client of clients) {
      if (!client.alive) client.socket.terminate();
      client.alive = false;
      client.socket.ping();
    }
  }, PING_S * 1000);
  heartbeat.unref();

  return {
    add(channel: Channel) {
      channels.set(channel.prefix, channel);
    },
    hear,
    connections: () => clients.size,
    /** Takes over upgrades of `path` on a server. */
    attach(http: Server, path: string) {
      http.on('upgrade', async (request: IncomingMessage, socket: Duplex, head: Buffer) => {
        socket.on('error', () => socket.destroy());
        const refuse = (status: string) =>
          socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
        if (new URL(request.url ?? '/', 'http://localhost').pathname !== path) return refuse('404 Not Found');
        try {
          const session = await options.authenticate(request);
          if (!session) return refuse('403 Forbidden');
          server.handleUpgrade(request, socket, head, (accepted) => open(accepted, session));
        } catch (error) {
          options.log.error({ err: error }, 'a realtime connection could not be opened');
          refuse('500 Internal Server Error');
        }
      });
    },
    close() {
      clearInterval(heartbeat);
      if (flushTimer) clearTimeout(flushTimer);
      for (const client of clients) client.socket.close(1012, 'restarting');
      server.close();
    },
  };
};

const readMessage = (text: string): ClientMessage | null => {
  try {
    const message: unknown = JSON.parse(text);
    if (typeof message !== 'object' || message === null) return null;
    const { type, id, channel } = message as { type?: unknown; id?: unknown; channel?: unknown };
    if (typeof id !== 'number') return null;
    if (type === 'ping') return { type, id };
    if (typeof channel !== 'string' || channel.length > 80) return null;
    if (type === 'unsubscribe') return { type, id, channel };
    const { offset } = message as { offset?: unknown };
    if (type === 'subscribe') return typeof offset === 'number' ? { type, id, channel, offset } : { type, id, channel };
    return null;
  } catch {
    return null;
  }
};
