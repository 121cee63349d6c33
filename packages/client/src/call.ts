// The types of a call, made from the contract's tables. Types only: no schema comes into a bundle.
import type { Api, BodyOf, PathParams, QueryOf, ResponseOf } from '@videowindow/contract';

/** An endpoint by method and path, e.g. `'POST /auctions/:id/bids'`. Files are fetched by their address. */
export type EndpointName = { [K in keyof Api]: Api[K] extends { file: string } ? never : K }[keyof Api];

/** What an endpoint answers; undefined for those that answer 204. */
export type Answer<K extends EndpointName> = ResponseOf<Api[K]>;
export type CallBody<K extends EndpointName> = BodyOf<Api[K]>;

type ParamsPart<K extends EndpointName> =
  PathParams<K> extends infer P ? (keyof P extends never ? unknown : { params: P }) : never;
type QueryPart<K extends EndpointName> =
  QueryOf<Api[K]> extends infer Q
    ? Q extends undefined
      ? unknown
      : Record<never, never> extends Q
        ? { query?: Q }
        : { query: Q }
    : never;
type BodyPart<K extends EndpointName> =
  BodyOf<Api[K]> extends infer B ? (B extends undefined ? unknown : { body: B }) : never;
type KeyPart<K extends EndpointName> = Api[K] extends { idempotency: string } ? { idempotencyKey: string } : unknown;

/** Settings of any call. */
export type CallOptions = {
  signal?: AbortSignal;
  /** Whole time of one try; 15 s when not given. */
  timeoutMs?: number;
};

/** What a call of this endpoint must carry. */
export type CallInput<K extends EndpointName> = ParamsPart<K> & QueryPart<K> & BodyPart<K> & KeyPart<K> & CallOptions;

/** The input is left out where nothing in it is needed. */
export type CallArguments<K extends EndpointName> =
  Record<never, never> extends CallInput<K> ? [input?: CallInput<K>] : [input: CallInput<K>];
