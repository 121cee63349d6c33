// The HTTP server: checks who asks and whether they may, answers with what the schema says and nothing else.
import { existsSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { join } from 'node:path';
import cookie from '@fastify/cookie';
import swagger from '@fastify/swagger';
import { type Actor, type ApiTable, DomainError, type Endpoint, errors } from '@videowindow/contract';
import { Problem } from '@videowindow/contract/schema';
import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import Fastify, {
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyRequest,
  LogController,
  type RouteOptions,
} from 'fastify';
import { newId, randomToken } from '#platform/crypto';
import type { Database } from '#platform/database';
import type { Telemetry } from '#platform/telemetry';
import { authorize } from './authorize.ts';
import { createIdempotency, KEY_FORMAT } from './idempotency.ts';
import type { RequestContext, RouteTable } from './implement.ts';
import { assertOwnOrigin, isOwnHost } from './origin.ts';
import { type PageHead, servePages } from './pages.ts';
import { answerProblem } from './problem.ts';
import { createRateLimiter, limitKey } from './rate-limit.ts';

export const API_PREFIX = '/api/v1';
const VISITOR_COOKIE = 'vw_visitor';
const VISITOR_FORMAT = /^[A-Za-z0-9_-]{22}$/;
const BODY_LIMIT = 256 * 1024;
/** For every route, per person or address. */
const GENERAL_LIMIT = { max: 1200, windowS: 60 };

export type HttpOptions = {
  database: Database;
  telemetry: Telemetry;
  siteName: string;
  /** null on loopback without a public address. */
  publicUrl: string | null;
  loopback: boolean;
  trustProxy: string | undefined;
  rateLimitScale: number;
  /** The built web app, when there is one. */
  webFolder: string;
  /** Who a request comes from; plugged in by the room that knows sessions. */
  authenticate(headers: IncomingMessage['headers']): Promise<{ actor: Actor; sessionId: string | null }>;
  /** The head of a page that is shared. */
  headOf(path: string, request: FastifyRequest): Promise<PageHead | null>;
};

export type Http = Awaited<ReturnType<typeof createHttp>>;

export const createHttp = async (options: HttpOptions) => {
  const https = options.publicUrl?.startsWith('https:') ?? false;
  const limiter = createRateLimiter(options.rateLimitScale);
  const idempotency = createIdempotency(options.database);
  const requests = options.telemetry.histogram('http_request_seconds', 'Time to answer', ['route', 'method', 'status']);
  const app: FastifyInstance = Fastify({
    loggerInstance: options.telemetry.log as FastifyBaseLogger,
    logController: new LogController({ disableRequestLogging: true }),
    genReqId: () => newId(),
    bodyLimit: BODY_LIMIT,
    trustProxy: options.trustProxy ? options.trustProxy.split(',') : false,
    routerOptions: { ignoreTrailingSlash: true, maxParamLength: 200 },
    requestTimeout: 0, // uploads run for hours; headersTimeout and the body limit guard the rest
    forceCloseConnections: 'idle',
    return503OnClosing: true,
  });

  useAjv(app);
  await app.register(cookie);
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: options.siteName,
        version: '1',
        description: 'Errors are problem+json (RFC 9457) with a stable `code`; see `components.schemas.Problem`.',
      },
      servers: [{ url: options.publicUrl ?? '/' }],
      components: {
        securitySchemes: {
          session: { type: 'apiKey', in: 'cookie', name: https ? '__Host-vw_session' : 'vw_session' },
        },
      },
    },
  });

  app.addHook('onRequest', async (request, reply) => {
    reply.headers({
      'x-request-id': request.id,
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'strict-origin-when-cross-origin',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
      'permissions-policy': 'camera=(self), microphone=(self), geolocation=(self), interest-cohort=()',
      ...(https ? { 'strict-transport-security': 'max-age=63072000; includeSubDomains' } : {}),
    });
    if (!isOwnHost(request.headers.host, options.publicUrl, options.loopback)) throw new DomainError('not_found');
  });
  app.addHook('onResponse', async (request, reply) => {
    const seconds = reply.elapsedTime / 1000;
    requests.observe(
      { route: request.routeOptions.url ?? 'none', method: request.method, status: String(reply.statusCode) },
      seconds,
    );
    if (seconds > 0.5)
      request.log.info({ route: request.routeOptions.url, ms: Math.round(seconds * 1000) }, 'slow request');
  });
  app.setErrorHandler((error, request, reply) => answerProblem(error, request, reply));

  const page = existsSync(join(options.webFolder, 'index.html'))
    ? await servePages(app, { folder: options.webFolder, siteName: options.siteName, https, headOf: options.headOf })
    : null;
  app.setNotFoundHandler(async (request, reply) => {
    const wantsPage = request.method === 'GET' && request.headers.accept?.includes('text/html');
    if (!page || !wantsPage || request.url.startsWith('/api/'))
      return answerProblem(new DomainError('not_found'), request, reply);
    const { html, status, headers } = await page(request);
    return reply.code(status).headers(headers).type('text/html; charset=utf-8').send(html);
  });

  /** The visitor's id from its cookie, set when it has none. */
  const visitorOf = (request: FastifyRequest, reply: RequestContext['reply']): string => {
    const known = request.cookies[VISITOR_COOKIE];
    if (known && VISITOR_FORMAT.test(known)) return known;
    const visitor = randomToken(16);
    reply.setCookie(VISITOR_COOKIE, visitor, {
      path: '/',
      httpOnly: true,
      sameSite: 'lax',
      secure: https,
      maxAge: 365 * 86_400,
    });
    return visitor;
  };

  const addRoute = (key: string, endpoint: Endpoint, handler: (handled: never) => Promise<unknown>) => {
    const [method = '', path = ''] = key.split(' ');
    const route: RouteOptions = {
      method,
      url: `${API_PREFIX}${path}`,
      schema: {
        summary: endpoint.summary,
        operationId: operationId(key),
        tags: [path.split('/')[1] ?? ''],
        params: paramsSchema(path),
        ...(endpoint.query ? { querystring: endpoint.query } : {}),
        ...(endpoint.body ? { body: endpoint.body } : {}),
        response: {
          ...(endpoint.response ? { [endpoint.status ?? 200]: endpoint.response } : { 204: { type: 'null' } }),
          ...problemResponses(endpoint),
        },
        ...(endpoint.idempotency
          ? {
              headers: {
                type: 'object',
                properties: { 'idempotency-key': { type: 'string', minLength: 8, maxLength: 128 } },
              },
            }
          : {}),
      },
      handler: async (request, reply) => {
        assertOwnOrigin(request.method, request.headers);
        const { actor, sessionId } = await options.authenticate(request.headers);
        const who = limitKey(actor.id, request.ip);
        limiter.take(who, GENERAL_LIMIT, reply);
        if (endpoint.rateLimit) limiter.take(`${who} ${key}`, endpoint.rateLimit, reply);
        authorize(actor, endpoint.action);
        const idempotencyKey = readIdempotencyKey(request, endpoint);
        const context: RequestContext = {
          actor,
          sessionId,
          visitorId: visitorOf(request, reply),
          requestId: request.id,
          address: request.ip,
          idempotencyKey,
          log: request.log as RequestContext['log'], // loggerInstance above is a pino logger
          request,
          reply,
        };
        // Params, query and body have been checked by the schemas that give the handler its types.
        const handled = { params: request.params, query: request.query, body: request.body, context } as never;
        const answer =
          endpoint.idempotency === 'required' && actor.id !== null && idempotencyKey !== null
            ? await idempotency.once(
                {
                  actor: actor.id,
                  route: request.routeOptions.url + method,
                  key: idempotencyKey,
                  body: [request.params, request.body],
                },
                () => handler(handled),
              )
            : await handler(handled);
        reply.header('cache-control', reply.getHeader('cache-control') ?? 'private, no-store');
        reply.code(endpoint.status ?? (endpoint.response ? 200 : 204));
        return endpoint.response ? answer : null;
      },
    };
    if (endpoint.rawBody) addRawRoute(app, route);
    else app.route(route);
  };

  return {
    app,
    /** Adds a room's endpoints. */
    add({ api, handlers }: RouteTable) {
      for (const [key, endpoint] of Object.entries(api as ApiTable)) {
        const handler = handlers[key];
        if (!handler) throw new Error(`${key} has no handler`);
        addRoute(key, endpoint, handler);
      }
    },
    visitorOf,
    sweepIdempotencyKeys: idempotency.sweep,
    /** Starts listening. @returns the port. */
    async listen(host: string, port: number): Promise<number> {
      app.get('/openapi.json', { schema: { hide: true } }, async () => app.swagger());
      await app.listen({ host, port });
      const address = app.server.address();
      return typeof address === 'object' && address ? address.port : port;
    },
    async close() {
      limiter.close();
      await app.close();
    },
  };
};

/** A route in a scope of its own, in which every body is the bytes that came. */
const addRawRoute = (app: FastifyInstance, route: RouteOptions) => {
  app.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
    scope.route(route);
  });
};

/** Bodies are taken as they are; queries and paths are text, so their numbers are read from it. Unknown members fail. */
const useAjv = (app: FastifyInstance) => {
  const settings = { allErrors: false, removeAdditional: false, useDefaults: true } as const;
  const strict = addFormats.default(new Ajv({ ...settings, coerceTypes: false }));
  const lenient = addFormats.default(new Ajv({ ...settings, coerceTypes: 'array' }));
  app.setValidatorCompiler(({ schema, httpPart }) =>
    (httpPart === 'body' ? strict : lenient).compile(schema as object),
  );
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

const operationId = (key: string): string =>
  key
    .split(/[^A-Za-z]+/)
    .filter(Boolean)
    .map((word, i) => (i === 0 ? word.toLowerCase() : `${word.charAt(0).toUpperCase()}${word.slice(1)}`))
    .join('');

const paramsSchema = (path: string) => {
  const names = [...path.matchAll(/:([A-Za-z]+)/g)].map((match) => match[1] ?? '');
  return {
    type: 'object',
    required: names,
    properties: Object.fromEntries(
      names.map((name) => [
        name,
        /(^id|Id)$/.test(name) ? { type: 'string', format: 'uuid' } : { type: 'string', minLength: 1, maxLength: 64 },
      ]),
    ),
  };
};

const problemResponses = (endpoint: Endpoint) => {
  const codes = ['validation_failed', 'not_found', 'rate_limited', ...(endpoint.errors ?? [])] as const;
  const byStatus = new Map<number, string[]>();
  for (const code of codes) byStatus.set(errors[code].status, [...(byStatus.get(errors[code].status) ?? []), code]);
  return Object.fromEntries(
    [...byStatus].map(([status, list]) => [status, { ...Problem, description: list.join(', ') }]),
  );
};
