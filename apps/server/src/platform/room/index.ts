// What a room hands to the composition root. Each member may be left out.
import type { Subscriber } from '#platform/events';
import type { RouteTable } from '#platform/http';
import type { JobDefinition, TimerHandlers } from '#platform/jobs';
import type { SealedColumn } from '#platform/keys';
import type { Personal } from '#platform/personal';
import type { Channel } from '#platform/realtime';

export type Room = {
  routes?: readonly RouteTable[];
  subscribers?: readonly Subscriber[];
  timers?: TimerHandlers;
  jobs?: Readonly<Record<string, JobDefinition<never>>>;
  channels?: readonly Channel[];
  /** What it holds of people: what they take along, and what goes with them. */
  personal?: Personal;
  /** Every column in which it keeps what the keyring sealed. */
  sealed?: readonly SealedColumn[];
};
