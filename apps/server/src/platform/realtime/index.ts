// The WebSocket hub: people subscribe to channels, rooms publish to them through the events that every process tails.
//
// `state` channels carry the latest value with a rising offset (what lies between may be left out); `stream` channels
// carry every message and can be recovered from an offset. The envelope is in packages/contract/src/realtime.ts.
import type { IncomingHttpHeaders, IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Actor, ClientMessage, ServerMessage } from '@videowindow/contract';
import { type WebSocket, WebSocketServer } from 'ws';
import type { DomainEvent } from '#platform/events';
import type { Log } from '#platform/telemetry';
import { parseChannelName, readMessage } from './messages.ts';

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

/** A publication as it goes out, written once for everybody. */
type Message = { offset: number; text: string };
type Subscription = { channel: Channel; offset: number; ready: boolean; queued: Message[] };
type Client = {
  socket: WebSocket;
  headers: IncomingHttpHeaders;
  session: HubSession;
  subscriptions: Map<string, Subscription>;
  /** The latest of each state channel, for when a slow client has taken what it was sent. */
  waiting: Map<string, Message>;
  alive: boolean;
  /** How many messages came in this window, and when it ends (milliseconds). */
  said: { count: number; until: number };
};

const PING_S = 25;
const MAX_CHANNELS = 100;
const MAX_MESSAGE_BYTES = 8 * 1024;
/** Enough for a client with every channel that it may have to come back at once. */
const MAX_MESSAGES = { count: 300, perMs: 10_000 };
const CONFLATE_ABOVE_BYTES = 64 * 1024;
const CLOSE_ABOVE_BYTES = 4 * 1024 * 1024;
const COALESCE_MS = 20;
/** How many look on is told again after people came or went, not for each of them. */
const REFRESH_MS = 250;
const CLOSE_TIMEOUT_MS = 2000;
/** A socket that is being opened while its session ends must not slip through: ended ids are known for this long. */
const ENDED_KEPT_MS = 60_000;

export type Hub = ReturnType<typeof createHub>;

export const createHub = (options: {
  log: Log;
  clock: () => Date;
  /** Who has this connection, asked when it opens and at each subscription; null refuses it (not from our own site). */
  authenticate(headers: IncomingHttpHeaders): Promise<HubSession | null>;
  /** Somebody who is signed in has opened a connection. */
  onPerson?(id: string): void;
  /** Seconds between pings. */
  pingS?: number;
}) => {
  const { log } = options;
  const pingS = options.pingS ?? PING_S;
  const channels = new Map<string, Channel>();
  const clients = new Set<Client>();
  const slow = new Set<Client>();
  const audience = new Map<string, Set<Client>>();
  const dirty = new Map<string, Message>();
  const refreshing = new Map<string, NodeJS.Timeout>();
  const ended = new Map<string, number>();
  let flushTimer: NodeJS.Timeout | null = null;
  const server = new WebSocketServer({
    noServer: true,
    perMessageDeflate: false,
    maxPayload: MAX_MESSAGE_BYTES,
    closeTimeout: CLOSE_TIMEOUT_MS,
  } as ConstructorParameters<typeof WebSocketServer>[0]); // @types/ws does not know closeTimeout yet

  const viewers = (prefix: string) => (id: string) => audience.get(`${prefix}:${id}`)?.size ?? 0;
  const send = (client: Client, message: ServerMessage) => client.socket.send(JSON.stringify(message));
  const write = (channel: string, { offset, data }: { offset: number; data?: unknown }): Message => ({
    offset,
    text: JSON.stringify({ type: 'publication', channel, offset, data } satisfies ServerMessage),
  });

  /** Ends a connection for us at once, whatever the other side does about it. */
  const dismiss = (client: Client, code: number, reason: string) => {
    forget(client);
    client.socket.close(code, reason);
  };

  const forget = (client: Client) => {
    clients.delete(client);
    slow.delete(client);
    for (const name of [...client.subscriptions.keys()]) leave(client, name);
  };

  const deliver = (client: Client, name: string, message: Message) => {
    const subscription = client.subscriptions.get(name);
    if (!subscription) return;
    if (!subscription.ready) {
      subscription.queued.push(message);
      return;
    }
    const { kind } = subscription.channel;
    // A state may be told again at the same offset (how many look on); a message of a stream only once.
    if (kind === 'state' ? message.offset < subscription.offset : message.offset <= subscription.offset) return;
    const { bufferedAmount } = client.socket;
    if (bufferedAmount > CLOSE_ABOVE_BYTES) return dismiss(client, 4008, 'too slow');
    if (kind === 'state' && bufferedAmount > CONFLATE_ABOVE_BYTES) {
      client.waiting.set(name, message);
      slow.add(client);
      return;
    }
    client.waiting.delete(name);
    subscription.offset = message.offset;
    client.socket.send(message.text);
  };

  const flush = () => {
    flushTimer = null;
    for (const [name, message] of dirty) {
      for (const client of audience.get(name) ?? []) deliver(client, name, message);
    }
    dirty.clear();
    for (const client of slow) {
      if (client.socket.bufferedAmount > CONFLATE_ABOVE_BYTES) continue;
      slow.delete(client);
      const waiting = [...client.waiting];
      client.waiting.clear();
      for (const [name, message] of waiting) deliver(client, name, message);
    }
    if (slow.size > 0) scheduleFlush();
  };
  const scheduleFlush = () => {
    flushTimer ??= setTimeout(flush, COALESCE_MS);
  };

  const publish = (channel: Channel, event: DomainEvent) => {
    const publication = channel.publish(event, viewers(channel.prefix));
    if (!publication) return;
    const name = `${channel.prefix}:${publication.id}`;
    const listening = audience.get(name);
    if (!listening) return;
    const message = write(name, publication);
    if (channel.kind === 'state') dirty.set(name, message);
    else for (const client of [...listening]) deliver(client, name, message);
  };

  /** Hand this to the tail: publishes what the events say. */
  const hear = (events: readonly DomainEvent[]) => {
    for (const event of events) {
      if (event.type === 'session.ended') endSession(event.payload.sessionId);
      // What each of the two may hear is asked anew: their connections come back by themselves.
      if (event.type === 'user.blocked') reopen([event.payload.userId, event.payload.blockedId]);
      for (const channel of channels.values()) {
        try {
          publish(channel, event);
        } catch (error) {
          log.error({ err: error, channel: channel.prefix, event: event.type }, 'an event could not be published');
        }
      }
    }
    if (dirty.size > 0) scheduleFlush();
  };

  const reopen = (people: readonly string[]) => {
    for (const client of [...clients]) {
      const { id } = client.session.actor;
      if (id !== null && people.includes(id)) dismiss(client, 4009, 'rights changed');
    }
  };

  const endSession = (sessionId: string) => {
    ended.set(sessionId, performance.now() + ENDED_KEPT_MS);
    for (const client of [...clients]) {
      if (client.session.sessionId === sessionId) dismiss(client, 4001, 'session ended');
    }
  };

  /** Looks a state up again and tells it, for what changes without an event (how many look on). */
  const refresh = async (name: string) => {
    const parsed = parseChannelName(name);
    const channel = parsed && channels.get(parsed.prefix);
    if (!channel || !audience.has(name)) return;
    const now = await channel.read(parsed.id, null, audience.get(name)?.size ?? 0);
    if (!now) return;
    const newer = dirty.get(name);
    if (newer && newer.offset > now.offset) return;
    dirty.set(name, write(name, now));
    scheduleFlush();
  };
  const refreshSoon = (name: string, channel: Channel) => {
    if (channel.kind !== 'state' || refreshing.has(name)) return;
    const timer = setTimeout(() => {
      refreshing.delete(name);
      refresh(name).catch((error) => log.warn({ err: error }, 'could not refresh a channel'));
    }, REFRESH_MS);
    refreshing.set(name, timer);
  };

  const leave = (client: Client, name: string) => {
    const subscription = client.subscriptions.get(name);
    if (!subscription) return;
    client.subscriptions.delete(name);
    client.waiting.delete(name);
    const others = audience.get(name);
    others?.delete(client);
    if (others?.size === 0) audience.delete(name);
    else refreshSoon(name, subscription.channel);
  };

  const subscribe = async (client: Client, message: Extract<ClientMessage, { type: 'subscribe' }>) => {
    const { channel: name, id: messageId, offset: after = null } = message;
    const refuse = (code: string) => send(client, { type: 'refused', id: messageId, channel: name, code });
    const parsed = parseChannelName(name);
    const channel = parsed && channels.get(parsed.prefix);
    if (!channel) return refuse('not_found');
    if (client.subscriptions.size >= MAX_CHANNELS) return refuse('rate_limited');
    const session = await options.authenticate(client.headers);
    if (session?.sessionId !== client.session.sessionId) return dismiss(client, 4001, 'session ended');
    client.session = session;
    if (!(await channel.authorize(session.actor, parsed.id))) return refuse('not_found');
    if (!clients.has(client)) return; // gone in the meantime

    const subscription: Subscription = { channel, offset: 0, ready: false, queued: [] };
    client.subscriptions.set(name, subscription);
    const others = audience.get(name) ?? new Set();
    others.add(client);
    audience.set(name, others);
    const now = await channel.read(parsed.id, after, others.size);
    if (client.subscriptions.get(name) !== subscription) return;
    if (!now) {
      leave(client, name);
      return refuse('not_found');
    }
    subscription.ready = true;
    subscription.offset = now.offset;
    const isLost = channel.kind === 'stream' && after !== null && now.missed === undefined;
    if (isLost) send(client, { type: 'gap', channel: name, offset: now.offset });
    send(client, {
      type: 'subscribed',
      id: messageId,
      channel: name,
      offset: now.offset,
      ...(channel.kind === 'state' ? { data: now.data } : {}),
    });
    // What lies beyond the offset that was read will be heard; told here as well, it would come twice.
    const missed = now.missed?.filter((publication) => publication.offset <= now.offset) ?? [];
    for (const publication of missed) client.socket.send(write(name, publication).text);
    for (const queued of subscription.queued.splice(0)) {
      if (queued.offset > subscription.offset) deliver(client, name, queued);
    }
    if (others.size > 1) refreshSoon(name, channel);
  };

  const onMessage = async (client: Client, text: string) => {
    if (!clients.has(client)) return;
    const message = readMessage(text);
    if (!message) return dismiss(client, 4000, 'malformed message');
    if (message.type === 'ping') {
      send(client, { type: 'pong', id: message.id, serverTime: options.clock().toISOString() });
      return;
    }
    leave(client, message.channel);
    if (message.type === 'subscribe') await subscribe(client, message);
  };

  const saysTooMuch = ({ said }: Client): boolean => {
    if (performance.now() > said.until) {
      said.count = 0;
      said.until = performance.now() + MAX_MESSAGES.perMs;
    }
    return ++said.count > MAX_MESSAGES.count;
  };

  const open = (socket: WebSocket, headers: IncomingHttpHeaders, session: HubSession) => {
    const client: Client = {
      socket,
      headers,
      session,
      subscriptions: new Map(),
      waiting: new Map(),
      alive: true,
      said: { count: 0, until: 0 },
    };
    clients.add(client);
    if (session.actor.id !== null) options.onPerson?.(session.actor.id);
    let turn = Promise.resolve();
    socket.on('message', (data) => {
      if (saysTooMuch(client)) return dismiss(client, 4029, 'too many messages');
      // One at a time, so that an unsubscribe cannot overtake its subscribe.
      turn = turn
        .then(() => onMessage(client, String(data)))
        .catch((error) => {
          log.error({ err: error }, 'a realtime message failed');
          dismiss(client, 1011, 'internal');
        });
    });
    socket.on('pong', () => {
      client.alive = true;
    });
    socket.on('error', () => socket.terminate());
    socket.on('close', () => forget(client));
    send(client, { type: 'connected', serverTime: options.clock().toISOString(), pingEveryS: pingS });
  };

  const heartbeat = setInterval(() => {
    for (const [sessionId, until] of ended) if (until < performance.now()) ended.delete(sessionId);
    for (const client of clients) {
      if (!client.alive) client.socket.terminate();
      else client.socket.ping();
      client.alive = false;
    }
  }, pingS * 1000);
  heartbeat.unref();

  const upgrade = async (request: IncomingMessage, socket: Duplex, head: Buffer, path: string) => {
    const refuse = (status: string) =>
      socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
    if (request.url?.split('?')[0] !== path) return refuse('404 Not Found');
    try {
      const session = await options.authenticate(request.headers);
      if (!session) return refuse('403 Forbidden');
      if (session.sessionId !== null && ended.has(session.sessionId)) return refuse('401 Unauthorized');
      server.handleUpgrade(request, socket, head, (accepted) => open(accepted, request.headers, session));
    } catch (error) {
      log.error({ err: error }, 'a realtime connection could not be opened');
      refuse('500 Internal Server Error');
    }
  };

  return {
    add(channel: Channel) {
      channels.set(channel.prefix, channel);
    },
    hear,
    connections: () => clients.size,
    /** Whose connections are open in this process. */
    people: (): string[] => [...new Set([...clients].flatMap(({ session }) => session.actor.id ?? []))],
    /** Takes over upgrades of `path` on a server. */
    attach(http: Server, path: string) {
      http.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
        socket.on('error', () => socket.destroy());
        void upgrade(request, socket, head, path);
      });
    },
    /** Tells everybody to come back later; who does not answer that is cut off after 2 s. */
    close() {
      clearInterval(heartbeat);
      if (flushTimer) clearTimeout(flushTimer);
      for (const timer of refreshing.values()) clearTimeout(timer);
      for (const client of [...clients]) dismiss(client, 1012, 'restarting');
      for (const timer of refreshing.values()) clearTimeout(timer);
      server.close();
    },
  };
};
