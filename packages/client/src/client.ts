import { ApiError, errorOf, isApiError } from './api-error.ts';
import type { Answer, CallArguments, EndpointName } from './call.ts';
import { pause, waitBeforeRetry } from './retry.ts';

const DEFAULT_TIMEOUT_MS = 15_000;
export const API_PREFIX = '/api/v1';

export type ClientOptions = {
  /** Origin of the server, e.g. `https://example.org`; in a browser the page's own. */
  baseUrl: string;
  /** Another fetch, e.g. one that keeps cookies (see ./node.ts). */
  fetch?: typeof fetch;
  /** Told about every call that finally failed, e.g. to notice a session that has ended. */
  onError?: (error: ApiError) => void;
  /**
   * Asked when a call needs a fresh factor (`step_up_required`; `details.ways` has the ways the person has). True once
   * one was proved: the call is then sent again, once.
   */
  onStepUp?: (error: ApiError) => Promise<boolean>;
};

export type Client = {
  readonly baseUrl: string;
  /**
   * Calls an endpoint, e.g. `call('POST /auctions/:id/bids', {params: {id}, body: {amount}, idempotencyKey})`.
   * Tries up to three times where a repeat is harmless. Throws ApiError, or the signal's reason when aborted.
   */
  call<K extends EndpointName>(endpoint: K, ...args: CallArguments<K>): Promise<Answer<K>>;
};

/** Everything a call may carry, as the loosest shape that all of them have in common. */
type AnyInput = {
  params?: Record<string, string>;
  query?: Record<string, unknown>;
  body?: unknown;
  idempotencyKey?: string;
  signal?: AbortSignal;
  timeoutMs?: number;
};

/** Makes a client of the HTTP API. It holds no state; the session is the browser's cookie. */
export function createClient(options: ClientOptions): Client {
  const baseUrl = options.baseUrl.replace(/\/$/, '');
  const send = options.fetch ?? ((...args: Parameters<typeof fetch>) => fetch(...args));

  return {
    baseUrl,
    async call(endpoint, ...args) {
      // Each endpoint's own input type was checked at the call; here all of them are read alike.
      const input = (args[0] ?? {}) as AnyInput;
      const request = requestOf(baseUrl, endpoint, input);
      let steppedUp = false;
      for (let tried = 1; ; tried++) {
        try {
          return await tryOnce(send, request, input);
        } catch (error) {
          const wait = waitBeforeRetry(error, { tried, repeatable: request.repeatable, random: Math.random() });
          if (wait === null) {
            if (!steppedUp && isApiError(error, 'step_up_required') && (await options.onStepUp?.(error))) {
              steppedUp = true;
              continue;
            }
            if (error instanceof ApiError) options.onError?.(error);
            throw error;
          }
          await pause(wait, input.signal);
        }
      }
    },
  };
}

type PreparedRequest = { url: string; init: RequestInit; repeatable: boolean };

function requestOf(baseUrl: string, endpoint: string, input: AnyInput): PreparedRequest {
  const [method = 'GET', template = '/'] = endpoint.split(' ');
  const path = template.replace(/:(\w+)/g, (_, name: string) => {
    const value = input.params?.[name];
    if (value === undefined) throw new TypeError(`${endpoint} needs the parameter ${name}`);
    return encodeURIComponent(value);
  });
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(input.query ?? {})) {
    if (value !== undefined) query.set(name, String(value));
  }
  const search = query.size > 0 ? `?${query}` : '';
  const headers: Record<string, string> = { accept: 'application/json' };
  if (input.body !== undefined) headers['content-type'] = 'application/json';
  if (input.idempotencyKey) headers['idempotency-key'] = input.idempotencyKey;
  return {
    url: `${baseUrl}${API_PREFIX}${path}${search}`,
    init: {
      method,
      headers,
      credentials: 'same-origin',
      ...(input.body !== undefined && { body: JSON.stringify(input.body) }),
    },
    repeatable: input.idempotencyKey !== undefined || method === 'GET' || method === 'PUT' || method === 'DELETE',
  };
}

/** One try; its result is the answer's type by the contract, which the server checks on every response. */
async function tryOnce<T>(send: typeof fetch, request: PreparedRequest, input: AnyInput): Promise<T> {
  const timeout = AbortSignal.timeout(input.timeoutMs ?? DEFAULT_TIMEOUT_MS);
  const signal = input.signal ? AbortSignal.any([input.signal, timeout]) : timeout;
  try {
    const response = await send(request.url, { ...request.init, signal });
    if (!response.ok) throw await errorOf(response);
    // The server serialises every answer by the schema that T is made from.
    return (response.status === 204 ? undefined : await response.json()) as T;
  } catch (error) {
    if (error instanceof ApiError) throw error;
    if (input.signal?.aborted) throw input.signal.reason;
    throw timeout.aborted
      ? new ApiError(
          { code: 'timed_out', status: 0, title: 'The server did not answer in time. Nothing was lost; try again.' },
          { cause: error },
        )
      : new ApiError(
          { code: 'network_unreachable', status: 0, title: 'There is no connection. Nothing was lost; try again.' },
          { cause: error },
        );
  }
}
