// The envelope of the WebSocket at /api/v1/realtime. Types only: nothing of this is in the browser's bundle.
//
// A `stream` channel delivers every message in order, each with an offset; a client that was away sends the last
// offset it saw and gets all that it missed, or a `gap` that tells it to reload. A `state` channel delivers only the
// latest value with a rising version; what lies between may be left out.
import type { AuctionState, Listing } from './api/commerce.ts';
import type { MediaProgress } from './api/media.ts';
import type { Notification } from './api/site.ts';

export type ChannelName = `listing:${string}` | `auction:${string}` | `media:${string}` | `user:${string}`;

/** What each kind of channel carries. */
export type ChannelData = {
  /** state; for everybody who may see the story. What changed is read anew; most of it is not the same for all. */
  listing: { state: Listing['state']; version: number };
  /** state; version = seq. `watching` is how many people look on now. */
  auction: { auction: AuctionState; watching: number };
  /** state; for the owner only. */
  media: { state: string; progress: MediaProgress };
  /** stream; for that person only. */
  user: { kind: 'notification'; notification: Notification };
};

export type ClientMessage =
  | { type: 'subscribe'; id: number; channel: string; offset?: number }
  | { type: 'unsubscribe'; id: number; channel: string }
  | { type: 'ping'; id: number };

export type ServerMessage =
  /** First message; `serverTime` sets the client's clock. */
  | { type: 'connected'; serverTime: string; pingEveryS: number }
  /** Answer to `subscribe`: where the channel stands; of a state channel with its value. */
  | { type: 'subscribed'; id: number; channel: string; offset: number; data?: unknown }
  | { type: 'refused'; id: number; channel: string; code: string }
  | { type: 'publication'; channel: string; offset: number; data: unknown }
  /** What was missed can't be told any more: reload the state, then go on. */
  | { type: 'gap'; channel: string; offset: number }
  | { type: 'unsubscribed'; channel: string; code: string }
  | { type: 'pong'; id: number; serverTime: string };
