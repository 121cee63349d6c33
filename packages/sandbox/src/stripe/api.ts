// The Stripe API over HTTP: key, version, account, parameters, idempotency, then the endpoint, in one transaction.
import { createHash } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Chaos } from '../control/chaos.ts';
import type { Store } from '../store.ts';
import { FormError, type FormMap, parseForm } from '../web/form.ts';
import { accountEndpoints } from './accounts.ts';
import { checkoutEndpoints, expireDueSessions } from './checkout.ts';
import { customerEndpoints } from './customers.ts';
import { disputeEndpoints } from './disputes.ts';
import type { Endpoint } from './endpoint.ts';
import { eventEndpoints } from './events.ts';
import { expand } from './expand.ts';
import { invalid, KEY_IN_USE, StripeFault } from './faults.ts';
import { fileEndpoints } from './files.ts';
import { moneyEndpoints } from './money.ts';
import { list, optional, text } from './params.ts';
import { paymentEndpoints } from './payments.ts';
import { payoutEndpoints } from './payouts.ts';
import { refundEndpoints } from './refunds.ts';
import { setupEndpoints } from './setup.ts';
import { transferEndpoints } from './transfers.ts';
import type { Deliveries } from './webhooks.ts';
import { API_VERSION, newId, startWork } from './work.ts';

const ENDPOINTS: readonly Endpoint[] = [
  ...accountEndpoints,
  ...checkoutEndpoints,
  ...customerEndpoints,
  ...disputeEndpoints,
  ...eventEndpoints,
  ...fileEndpoints,
  ...moneyEndpoints,
  ...paymentEndpoints,
  ...payoutEndpoints,
  ...refundEndpoints,
  ...setupEndpoints,
  ...transferEndpoints,
];
/** Stripe forgets idempotency keys after at least a day. */
const KEY_LIVES_SECONDS = 24 * 60 * 60;

export interface StripeApiParts {
  readonly store: Store;
  readonly deliveries: Deliveries;
  readonly chaos: Chaos;
  readonly now: () => Promise<number>;
  /** Address of the hosted pages for this request. */
  readonly pages: (request: FastifyRequest) => string;
}

interface Answer {
  readonly status: number;
  readonly body: string;
  readonly replayed: boolean;
}

/** Registers /v1/… on `app`, whose form bodies must come as text. */
export function registerStripeApi(app: FastifyInstance, parts: StripeApiParts): void {
  const running = new Set<string>();
  for (const endpoint of ENDPOINTS) {
    app.route({
      method: endpoint.method,
      url: endpoint.path,
      handler: async (request, reply) => {
        const call = endpoint.method === 'POST' ? callOf(request) : undefined;
        if (call !== undefined && running.has(call)) {
          return send(request, reply, faultAnswer(new StripeFault(409, KEY_IN_USE)));
        }
        if (call !== undefined) running.add(call);
        const ended = () => call !== undefined && running.delete(call);
        try {
          const now = await parts.now();
          const answer = await parts.chaos.around(request, reply, () => serve(parts, endpoint, request, now));
          if (answer !== undefined) {
            ended();
            return send(request, reply, answer);
          }
        } catch (error) {
          ended();
          throw error;
        }
        // It hangs: until its caller gives up, it runs.
        if (request.raw.socket.destroyed) ended();
        else reply.raw.once('close', ended);
        return reply;
      },
    });
  }
  app.all('/v1/*', async (request, reply) => {
    const message = `Unrecognized request URL (${request.method}: ${request.url}). Please see https://stripe.com/docs or we can help at https://support.stripe.com/.`;
    return send(request, reply, faultAnswer(new StripeFault(404, { type: 'invalid_request_error', message })));
  });
}

function send(request: FastifyRequest, reply: FastifyReply, answer: Answer) {
  const key = request.headers['idempotency-key'];
  if (typeof key === 'string') reply.header('Idempotency-Key', key);
  if (answer.replayed) reply.header('Idempotent-Replayed', 'true');
  return reply
    .code(answer.status)
    .header('Request-Id', requestIdOf(request))
    .header('Stripe-Version', API_VERSION)
    .header('Cache-Control', 'no-cache, no-store')
    .type('application/json')
    .send(answer.body);
}

/** What must not run twice at once: a key of an account, in this process. */
function callOf(request: FastifyRequest): string | undefined {
  const key = request.headers['idempotency-key'];
  return typeof key === 'string' ? `${String(request.headers['stripe-account'] ?? '')}\n${key}` : undefined;
}

const requestIds = new WeakMap<FastifyRequest, string>();

function requestIdOf(request: FastifyRequest): string {
  const id = requestIds.get(request) ?? newId('req_', 14);
  requestIds.set(request, id);
  return id;
}

function serve(parts: StripeApiParts, endpoint: Endpoint, request: FastifyRequest, now: number): Answer {
  try {
    checkKey(request);
    const account = accountOf(parts.store, request);
    const sent = endpoint.method === 'POST' ? bodyOf(request) : queryOf(request);
    const key = endpoint.method === 'POST' ? idempotencyKeyOf(request) : undefined;
    const digest = createHash('sha256')
      .update(`${request.method} ${pathOf(request)}\n${sent}`)
      .digest('hex');
    return parts.store.transaction(() => {
      const earlier = key === undefined ? undefined : replay(parts.store, account, key, digest, now);
      if (earlier !== undefined) return earlier;
      const body = JSON.stringify(run(parts, endpoint, request, { account, sent, now, key }), null, 2);
      const answer: Answer = { status: 200, body, replayed: false };
      if (key !== undefined) remember(parts.store, account, key, digest, now, answer);
      return answer;
    });
  } catch (error) {
    // What Stripe refuses for its parameters isn't remembered under the key: the caller mends it and sends it again.
    if (error instanceof StripeFault) return faultAnswer(error);
    throw error;
  }
}

function run(
  parts: StripeApiParts,
  endpoint: Endpoint,
  request: FastifyRequest,
  given: { account: string; sent: string; now: number; key: string | undefined },
): object {
  const place = {
    store: parts.store,
    deliveries: parts.deliveries,
    now: given.now,
    pages: parts.pages(request),
    cause: { id: requestIdOf(request), idempotency_key: given.key ?? null },
  };
  expireDueSessions(startWork({ ...place, account: '', cause: null }));
  const work = startWork({ ...place, account: given.account });
  const { expand: paths, ...form } = readForm(given.sent);
  // Fastify's params of a path with :names are strings by those names.
  const result = endpoint.run(work, form, request.params as Record<string, string>);
  return expand(work, result, optional(list(text()))(paths, 'expand') ?? []);
}

function readForm(sent: string): FormMap {
  try {
    return parseForm(sent);
  } catch (error) {
    if (error instanceof FormError) throw invalid(error.message, error.parameter);
    throw error;
  }
}

function checkKey(request: FastifyRequest): void {
  const key = /^Bearer (\S+)$/.exec(request.headers.authorization ?? '')?.[1];
  if (key === undefined) {
    throw new StripeFault(401, {
      type: 'invalid_request_error',
      message:
        "You did not provide an API key. You need to provide your API key in the Authorization header, using Bearer auth (e.g. 'Authorization: Bearer YOUR_SECRET_KEY').",
    });
  }
  // A real key must never end up here in silence: neither its money nor its secret belongs to the sandbox.
  if (!/^(sk|rk)_test_\w+$/.test(key)) {
    throw new StripeFault(401, {
      type: 'invalid_request_error',
      message: `Invalid API Key provided: ${key.slice(0, 8)}***. The sandbox takes sk_test_ keys only.`,
    });
  }
  const version = request.headers['stripe-version'];
  if (version !== undefined && version !== API_VERSION) {
    throw invalid(`Invalid Stripe API version: ${String(version)}. The sandbox speaks ${API_VERSION}.`);
  }
}

/** '' for the platform; otherwise a connected account that must exist. */
function accountOf(store: Store, request: FastifyRequest): string {
  const account = request.headers['stripe-account'];
  if (account === undefined) return '';
  if (typeof account !== 'string' || store.accountOf('account', account) !== '') {
    throw new StripeFault(403, {
      type: 'invalid_request_error',
      code: 'account_invalid',
      message: `The provided key does not have access to account '${String(account)}' (or that account does not exist). Application access may have been revoked.`,
    });
  }
  return account;
}

function idempotencyKeyOf(request: FastifyRequest): string | undefined {
  const key = request.headers['idempotency-key'];
  if (key === undefined) return undefined;
  if (typeof key !== 'string' || key.length > 255) {
    throw new StripeFault(400, {
      type: 'idempotency_error',
      message: 'Idempotency keys can be at most 255 characters long.',
    });
  }
  return key;
}

function replay(store: Store, account: string, key: string, digest: string, now: number): Answer | undefined {
  store.sql.prepare('DELETE FROM idempotency WHERE made_at < ?').run(now - KEY_LIVES_SECONDS);
  const row = store.sql
    .prepare('SELECT digest, status, body FROM idempotency WHERE scope = ? AND key = ?')
    .get(account, key);
  if (row === undefined) return undefined;
  if (row.digest !== digest) {
    throw new StripeFault(400, {
      type: 'idempotency_error',
      message: `Keys for idempotent requests can only be used with the same parameters they were first used with. Try using a key other than '${key}' if you meant to execute a different request.`,
    });
  }
  return { status: Number(row.status), body: String(row.body), replayed: true };
}

function remember(store: Store, account: string, key: string, digest: string, now: number, answer: Answer): void {
  store.sql
    .prepare('INSERT INTO idempotency (scope, key, digest, status, body, made_at) VALUES (?, ?, ?, ?, ?, ?)')
    .run(account, key, digest, answer.status, answer.body, now);
}

function faultAnswer(fault: StripeFault): Answer {
  return { status: fault.status, body: JSON.stringify({ error: fault.body }, null, 2), replayed: false };
}

function bodyOf(request: FastifyRequest): string {
  return typeof request.body === 'string' ? request.body : '';
}

function queryOf(request: FastifyRequest): string {
  const start = request.url.indexOf('?');
  return start === -1 ? '' : request.url.slice(start + 1);
}

function pathOf(request: FastifyRequest): string {
  return request.url.split('?', 1)[0] ?? '';
}
