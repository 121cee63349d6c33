// The socket to /api/v1/realtime: one connection for all channels, opened by the first subscription, closed a little
// after the last. After a break it comes back by itself and asks for what was missed.
import type { ChannelData, ChannelName, ClientMessage, ServerMessage } from '@videowindow/contract';
import { API_PREFIX } from './client.ts';

/** What a channel carries, by its name. */
export type DataOf<C extends ChannelName> = C extends `${infer Kind extends keyof ChannelData}:${string}`
  ? ChannelData[Kind]
  : never;

export type Listener<Data> = {
  onData: (data: Data) => void;
  /** Something was missed on a stream that can't be told any more: read the state anew. */
  onGap?: () => void;
  /** The server refuses this channel, or ended it (signed out, banned). */
  onRefused?: (code: string) => void;
};

export type RealtimeStatus = 'idle' | 'connecting' | 'open' | 'waiting';

export type RealtimeOptions = {
  /** Origin of the server, e.g. `https://example.org`. */
  baseUrl: string;
  /** Opens a socket; the platform's own when not given. */
  openSocket?: (url: string) => WebSocket;
  /** The server's clock minus this device's, in ms, each time it was measured. */
  onClock?: (offsetMs: number) => void;
  onStatus?: (status: RealtimeStatus) => void;
};

export type Realtime = {
  /** Listens to a channel; returns what ends it. */
  subscribe<C extends ChannelName>(channel: C, listener: Listener<DataOf<C>>): () => void;
  /** Comes back at once, e.g. after signing in or out: channels are authorised anew. */
  reconnect(): void;
  /** Tries at once instead of after the pause, e.g. when the device is online again. */
  wake(): void;
  /** Ends everything. */
  close(): void;
};

type Subscription = {
  id: number;
  listeners: Set<Listener<unknown>>;
  /** Of the newest message that was heard. */
  offset: number | null;
  /** The value of a state channel; null for streams and before the first answer. */
  last: { data: unknown } | null;
};

const FIRST_WAIT_MS = 400;
const LONGEST_WAIT_MS = 15_000;
const LINGER_MS = 4_000;

/** Makes the socket client. Nothing is opened before the first subscription. */
export function createRealtime(options: RealtimeOptions): Realtime {
  const channels = new Map<string, Subscription>();
  let socket: WebSocket | null = null;
  let failures = 0;
  let nextId = 1;
  let pingEveryMs = 25_000;
  let pingedAt = 0;
  let heardAt = 0;
  let retryTimer: ReturnType<typeof setTimeout> | undefined;
  let pingTimer: ReturnType<typeof setTimeout> | undefined;
  let lingerTimer: ReturnType<typeof setTimeout> | undefined;
  let closed = false;

  const url = `${options.baseUrl.replace(/\/$/, '').replace(/^http/, 'ws')}${API_PREFIX}/realtime`;
  const say = (message: ClientMessage) => {
    if (socket?.readyState === WebSocket.OPEN) socket.send(JSON.stringify(message));
  };
  const ask = (channel: string, subscription: Subscription) => {
    subscription.id = nextId++;
    say({
      type: 'subscribe',
      id: subscription.id,
      channel,
      ...(subscription.offset !== null && { offset: subscription.offset }),
    });
  };

  const open = () => {
    clearTimeout(retryTimer);
    if (socket || closed || channels.size === 0) return;
    options.onStatus?.('connecting');
    const opened = options.openSocket ? options.openSocket(url) : new WebSocket(url);
    socket = opened;
    opened.addEventListener('message', (event) => {
      if (socket === opened) hear(String(event.data));
    });
    opened.addEventListener('close', () => {
      if (socket === opened) lost();
    });
  };

  const lost = () => {
    socket = null;
    clearTimeout(pingTimer);
    if (closed || channels.size === 0) return options.onStatus?.('idle');
    options.onStatus?.('waiting');
    failures++;
    const longest = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** Math.min(failures, 8));
    retryTimer = setTimeout(open, longest * (0.5 + Math.random() / 2));
  };

  const drop = () => {
    const dropped = socket;
    socket = null;
    clearTimeout(pingTimer);
    dropped?.close();
  };

  const ping = () => {
    // Silence for longer than a ping and its answer means that the line is dead without knowing it.
    if (heardAt + pingEveryMs * 2 < Date.now()) {
      drop();
      return lost();
    }
    pingedAt = Date.now();
    say({ type: 'ping', id: nextId++ });
    pingTimer = setTimeout(ping, pingEveryMs);
  };

  const setClock = (serverTime: string, roundTripMs: number) =>
    options.onClock?.(Date.parse(serverTime) + roundTripMs / 2 - Date.now());

  const deliver = (subscription: Subscription, data: unknown) => {
    if (subscription.last) subscription.last = { data };
    for (const listener of [...subscription.listeners]) listener.onData(data);
  };

  const hear = (text: string) => {
    heardAt = Date.now();
    // The server speaks only the contract's messages; an unknown `type` from a newer one falls through the switch.
    const message = JSON.parse(text) as ServerMessage;
    const subscription = 'channel' in message ? channels.get(message.channel) : undefined;
    switch (message.type) {
      case 'connected': {
        const isReturn = failures > 0;
        failures = 0;
        pingEveryMs = message.pingEveryS * 1000;
        setClock(message.serverTime, 0);
        options.onStatus?.('open');
        for (const [channel, each] of channels) ask(channel, each);
        clearTimeout(pingTimer);
        pingTimer = setTimeout(ping, isReturn ? 1000 : Math.min(pingEveryMs, 2000));
        return;
      }
      case 'pong':
        return setClock(message.serverTime, Date.now() - pingedAt);
      case 'subscribed':
        if (!subscription || subscription.id !== message.id) return;
        if (message.data !== undefined) {
          subscription.offset = message.offset;
          subscription.last = { data: message.data };
          deliver(subscription, message.data);
        }
        // A stream that is recovered sends what was missed next, from our own offset on.
        else subscription.offset ??= message.offset;
        return;
      case 'publication': {
        if (!subscription) return;
        const seen = subscription.offset ?? -1;
        // A state may be told again at the same offset (how many watch), a stream's message only once.
        if (subscription.last ? message.offset < seen : message.offset <= seen) return;
        subscription.offset = message.offset;
        return deliver(subscription, message.data);
      }
      case 'gap':
        if (!subscription) return;
        subscription.offset = message.offset;
        for (const listener of [...subscription.listeners]) listener.onGap?.();
        return;
      case 'refused':
      case 'unsubscribed':
        if (!subscription) return;
        channels.delete(message.channel);
        for (const listener of [...subscription.listeners]) listener.onRefused?.(message.code);
        return;
    }
  };

  return {
    subscribe(channel, listener) {
      clearTimeout(lingerTimer);
      const subscription = channels.get(channel) ?? {
        id: 0,
        listeners: new Set<Listener<unknown>>(),
        offset: null,
        last: null,
      };
      const isNew = subscription.listeners.size === 0;
      // The channel's name fixes what the server publishes on it (ChannelData), so this listener gets its own type.
      const mine = listener as Listener<unknown>;
      subscription.listeners.add(mine);
      channels.set(channel, subscription);
      if (!socket) open();
      else if (isNew) ask(channel, subscription);
      else if (subscription.last) mine.onData(subscription.last.data);
      return () => {
        subscription.listeners.delete(mine);
        if (subscription.listeners.size > 0 || channels.get(channel) !== subscription) return;
        channels.delete(channel);
        say({ type: 'unsubscribe', id: nextId++, channel });
        if (channels.size === 0) lingerTimer = setTimeout(drop, LINGER_MS);
      };
    },
    reconnect() {
      drop();
      failures = 0;
      for (const subscription of channels.values()) subscription.offset = null;
      open();
    },
    wake() {
      if (socket) return;
      failures = 0;
      open();
    },
    close() {
      closed = true;
      clearTimeout(retryTimer);
      clearTimeout(lingerTimer);
      channels.clear();
      drop();
    },
  };
}
