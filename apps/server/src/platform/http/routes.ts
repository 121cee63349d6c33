// One endpoint of the contract as a route. In this order: whose site asks, who it is, how often, whether they may, whether
// they have shown lately that it is them; only then is a body read. Checks by schema, the work, the answer by schema.
import { type Actor, type ApiTable, DomainError, type Endpoint, type FileAnswer } from '@videowindow/contract';
import { allows } from '@videowindow/contract/scopes';
import type { FastifyInstance, FastifyReply, FastifyRequest, RouteOptions } from 'fastify';
import { randomToken } from '#platform/crypto';
import { correlate } from '#platform/telemetry';
import { authorize } from './authorize.ts';
import { schemaOf } from './document.ts';
import { type createIdempotency, KEY_FORMAT } from './idempotency.ts';
import type { RequestContext, RouteTable } from './implement.ts';
import { assertOwnOrigin } from './origin.ts';
import { API_POLICY } from './problem.ts';
import { type createRateLimiter, limitKey } from './rate-limit.ts';
import { assertStorableText } from './text.ts';

export const API_PREFIX = '/api/v1';
const VISITOR_FORMAT = /^[A-Za-z0-9_-]{22}$/;
/** For every route, per person or address. */
const GENERAL_LIMIT = { max: 1200, windowS: 60 };

/** Who a request comes from. */
export type Authenticated = {
  actor: Actor;
  sessionId: string | null;
  /** It is somebody who looks through the actor's eyes: nothing may change. */
  readOnly?: boolean;
  /** It is a program's key, which may no more than these. */
  scopes?: readonly string[];
};

type RouteParts = {
  https: boolean;
  limiter: ReturnType<typeof createRateLimiter>;
  idempotency: ReturnType<typeof createIdempotency>;
  authenticate(headers: FastifyRequest['headers']): Promise<Authenticated>;
  requireFresh(sessionId: string | null): Promise<void>;
  bodyTimeoutMs: number;
};

type Admitted = { actor: Actor; sessionId: string | null; idempotencyKey: string | null };

export const createRoutes = (app: FastifyInstance, parts: RouteParts) => {
  const { https, limiter, idempotency } = parts;
  // What a browser has begun (a way in) is bound to it: nobody beside this host may set it.
  const visitorCookie = https ? '__Host-vw_visitor' : 'vw_visitor';
  const admitted = new WeakMap<FastifyRequest, Admitted>();
  const added: { method: string; path: RegExp }[] = [];

  /** The visitor's id from its cookie, set when it has none. */
  const visitorOf = (request: FastifyRequest, reply: FastifyReply): string => {
    const known = request.cookies[visitorCookie];
    if (known && VISITOR_FORMAT.test(known)) return known;
    const visitor = randomToken(16);
    reply.setCookie(visitorCookie, visitor, {
      path: '/',
      httpOnly: true,
      sameSite: 'lax',
      secure: https,
      maxAge: 365 * 86_400,
    });
    return visitor;
  };

  const admit = async (key: string, endpoint: Endpoint, request: FastifyRequest, reply: FastifyReply) => {
    reply.header('content-security-policy', API_POLICY);
    endSlowBody(request, parts.bodyTimeoutMs);
    assertOwnOrigin(request.method, request.headers);
    const { actor, sessionId, readOnly, scopes } = await parts.authenticate(request.headers);
    if (readOnly && request.method !== 'GET' && request.method !== 'HEAD' && endpoint.action !== 'view.end')
      throw new DomainError('view_as_read_only');
    const who = limitKey(actor.id, request.ip);
    limiter.take(who, GENERAL_LIMIT, reply);
    if (endpoint.rateLimit) limiter.take(`${who} ${key}`, endpoint.rateLimit, reply);
    authorize(actor, endpoint.action);
    if (scopes && !allows(scopes, endpoint.action, request.method === 'GET' || request.method === 'HEAD'))
      throw new DomainError('scope_missing');
    if (endpoint.stepUp) await parts.requireFresh(sessionId);
    admitted.set(request, { actor, sessionId, idempotencyKey: readIdempotencyKey(request, endpoint) });
  };

  const addRoute = (key: string, endpoint: Endpoint, handler: (handled: never) => Promise<unknown>) => {
    const [method = '', path = ''] = key.split(' ');
    const url = `${API_PREFIX}${path}`;
    const route: RouteOptions = {
      method,
      url,
      schema: schemaOf(key, endpoint),
      ...(endpoint.bodyBytes && { bodyLimit: endpoint.bodyBytes }),
      onRequest: (request, reply) => admit(key, endpoint, request, reply),
      preValidation: async (request) => {
        assertStorableText('params', request.params);
        assertStorableText('', request.query);
        assertStorableText('', request.body);
      },
      handler: async (request, reply) => {
        const known = admitted.get(request);
        if (!known) throw new Error('a request reached its handler without being admitted');
        const { actor, sessionId, idempotencyKey } = known;
        const context: RequestContext = {
          actor,
          sessionId,
          visitorId: visitorOf(request, reply),
          requestId: request.id,
          address: request.ip,
          idempotencyKey,
          log: request.log as RequestContext['log'], // the server's loggerInstance is a pino logger
          request,
          reply,
        };
        // Params, query and body have been checked by the schemas that give the handler its types.
        const handled = { params: request.params, query: request.query, body: request.body, context } as never;
        const work = () => handler(handled);
        const once = () =>
          endpoint.idempotency === 'required' && actor.id !== null && idempotencyKey !== null
            ? idempotency.once(
                { actor: actor.id, route: key, key: idempotencyKey, body: [request.params, request.body] },
                work,
              )
            : work();
        const answer = await correlate(request.id, once, request.ip);
        reply.header('cache-control', reply.getHeader('cache-control') ?? 'private, no-store');
        if (endpoint.file) return sendFile(reply, endpoint.file, answer as FileAnswer); // by the handler's type
        reply.code(endpoint.status ?? (endpoint.response ? 200 : 204));
        return endpoint.response ? answer : null;
      },
    };
    added.push({ method, path: new RegExp(`^${url.replaceAll(/:[A-Za-z]+/g, '[^/]+')}/?$`) });
    if (endpoint.rawBody) addRawRoute(app, route);
    else app.route(route);
  };

  return {
    visitorOf,
    /** The visitor's cookie as their browser sends it, set when it has none. */
    visitorCookie: (request: FastifyRequest, reply: FastifyReply): string =>
      `${visitorCookie}=${visitorOf(request, reply)}`,
    /** Adds a room's endpoints. */
    add({ api, handlers }: RouteTable) {
      for (const [key, endpoint] of Object.entries(api as ApiTable)) {
        const handler = handlers[key];
        if (!handler) throw new Error(`${key} has no handler`);
        addRoute(key, endpoint, handler);
      }
    },
    /** The methods that an address takes; none when there is no such address. */
    methodsOf: (path: string): string[] => added.filter((route) => route.path.test(path)).map((route) => route.method),
  };
};

/** Who sends a body a byte at a time would hold a socket for ever. */
const endSlowBody = ({ raw }: FastifyRequest, timeoutMs: number): void => {
  if (raw.method === 'GET' || raw.method === 'HEAD' || raw.headers['content-length'] === '0') return;
  const timer = setTimeout(() => {
    if (!raw.complete) raw.socket.destroy();
  }, timeoutMs);
  timer.unref();
  raw.once('close', () => clearTimeout(timer));
};

/** Saved, never shown as a page; names are ours, of plain letters. */
const sendFile = (reply: FastifyReply, type: string, { name, bytes }: FileAnswer) =>
  reply
    .type(type === 'text/csv' ? 'text/csv; charset=utf-8; header=present' : type)
    .header('content-disposition', `attachment; filename="${name}"`)
    .send(Buffer.from(bytes));

/** A route in a scope of its own, in which every body is the bytes that came. */
const addRawRoute = (app: FastifyInstance, route: RouteOptions) => {
  app.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
    scope.route(route);
  });
};

const readIdempotencyKey = (request: FastifyRequest, endpoint: Endpoint): string | null => {
  const key = request.headers['idempotency-key'];
  if (key === undefined) {
    if (endpoint.idempotency) throw new DomainError('idempotency_key_required');
    return null;
  }
  if (typeof key === 'string' && KEY_FORMAT.test(key)) return key;
  throw new DomainError('validation_failed', {
    fields: [{ path: 'Idempotency-Key', message: 'must be 8 to 128 visible characters' }],
  });
};
