// A room's routes: its endpoint table from the contract and one handler for each key. A missing handler or a wrong
// answer does not compile.
import type {
  Actor,
  ApiTable,
  BodyOf,
  Endpoint,
  EndpointKey,
  PathParams,
  QueryOf,
  ResponseOf,
} from '@videowindow/contract';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Log } from '#platform/telemetry';

export type RequestContext = {
  actor: Actor;
  /** The session behind the actor; null when nobody is signed in. */
  sessionId: string | null;
  /** Names this browser while nobody is signed in; in a cookie. */
  visitorId: string;
  requestId: string;
  /** Where the request came from, as far as the configured proxies are believed. */
  address: string;
  idempotencyKey: string | null;
  log: Log;
  request: FastifyRequest;
  reply: FastifyReply;
};

export type Handled<K extends string, E extends Endpoint> = {
  params: PathParams<K>;
  query: QueryOf<E>;
  body: BodyOf<E>;
  context: RequestContext;
};

// biome-ignore lint/suspicious/noConfusingVoidType: a handler without an answer is written without a return
type Answer<E extends Endpoint> = ResponseOf<E> extends undefined ? void : ResponseOf<E>;

type Handlers<T extends ApiTable> = {
  [K in keyof T & EndpointKey]: (handled: Handled<K, T[K]>) => Promise<Answer<T[K]>>;
};

export type RouteTable = {
  api: ApiTable;
  handlers: Readonly<Record<string, (handled: never) => Promise<unknown>>>;
};

/** Pairs a table with its handlers. */
export const implement = <T extends ApiTable>(api: T, handlers: Handlers<T>): RouteTable => ({ api, handlers });
