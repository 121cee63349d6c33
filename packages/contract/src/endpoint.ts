// What an endpoint is. Each room's table maps 'METHOD /path' to one; the server checks and documents by it,
// the client takes its types from it (types only, so that no schema lands in the browser's bundle).
import type { Static, TSchema } from 'typebox';
import type { ErrorCode } from './errors.ts';
import type { Action } from './permissions.ts';

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
export type EndpointKey = `${Method} /${string}`;

export type Endpoint = {
  /** One line for the documentation. */
  summary: string;
  /** The row of the permission table that guards it. */
  action: Action;
  query?: TSchema;
  body?: TSchema;
  /** The one success answer. Without it the answer is 204 with no body. */
  response?: TSchema;
  /** The success answer is a file of this kind, to be saved under the name that the handler gives. */
  file?: 'text/csv' | 'application/pdf' | 'application/x-ndjson';
  /** Status of success; 200 with a response, 204 without. */
  status?: 200 | 201 | 202 | 204;
  /** Codes beyond those that every route may answer. */
  errors?: readonly ErrorCode[];
  /** An Idempotency-Key header must be sent, and a repeat gets the first answer. `own`: the command itself sees to it. */
  idempotency?: 'required' | 'own';
  /** The body reaches the handler as the bytes that came (`context.request.body`), for signatures over them. */
  rawBody?: true;
  /** Largest body in bytes, where what every route takes is too little. */
  bodyBytes?: number;
  /** The session must have proved a factor in the last five minutes; else 403 `step_up_required` with the ways it has. */
  stepUp?: true;
  /** At most `max` requests in `windowS` seconds, per person, or per address when signed out. */
  rateLimit?: { max: number; windowS: number };
};

export type ApiTable = Readonly<Record<EndpointKey, Endpoint>>;

/** Gives a table its exact type and checks its form. */
export const defineApi = <const T extends ApiTable>(table: T): T => table;

type ParamName<Path extends string> = Path extends `${string}:${infer Name}/${infer Rest}`
  ? Name | ParamName<`/${Rest}`>
  : Path extends `${string}:${infer Name}`
    ? Name
    : never;

/** A file as a handler hands it over. */
export type FileAnswer = { readonly name: string; readonly bytes: Uint8Array };

/** `{id: string}` for '/stories/:id'. Parameters called `id` or ending in `Id` are UUIDs. */
export type PathParams<Key extends string> = { [Name in ParamName<Key>]: string };
export type QueryOf<E extends Endpoint> = E extends { query: infer S extends TSchema } ? Static<S> : undefined;
export type BodyOf<E extends Endpoint> = E extends { body: infer S extends TSchema } ? Static<S> : undefined;
export type ResponseOf<E extends Endpoint> = E extends { response: infer S extends TSchema }
  ? Static<S>
  : E extends { file: string }
    ? FileAnswer
    : undefined;
