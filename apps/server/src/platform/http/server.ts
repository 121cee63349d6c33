// The HTTP server: its settings, what every answer carries, the web app's pages, the OpenAPI document, and its end.
import { existsSync } from 'node:fs';
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { join } from 'node:path';
import cookie from '@fastify/cookie';
import Serializers, { type Serializer, type SerializerFactory } from '@fastify/fast-json-stringify-compiler';
import swagger from '@fastify/swagger';
import { DomainError } from '@videowindow/contract';
import { Ajv, type ValidateFunction } from 'ajv';
import addFormats from 'ajv-formats';
import Fastify, {
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  LogController,
} from 'fastify';
import { newId } from '#platform/crypto';
import type { Database } from '#platform/database';
import type { Telemetry } from '#platform/telemetry';
import { createApps } from './apps.ts';
import { addProblemSchema } from './document.ts';
import { createIdempotency } from './idempotency.ts';
import { assertOwnOrigin, isOwnHost } from './origin.ts';
import { type CarriedAnswer, type Opening, type PageHead, servePages } from './pages.ts';
import { answerProblem } from './problem.ts';
import { createRateLimiter } from './rate-limit.ts';
import { API_PREFIX, type Authenticated, createRoutes } from './routes.ts';
import { limitSockets } from './sockets.ts';

const BODY_LIMIT = 256 * 1024;
const GRACE_MS = 25_000;
const REQUEST_LEASE_S = 60;
/** A body of an endpoint comes within this time, or never. */
const BODY_TIMEOUT_MS = 30_000;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

export type HttpOptions = {
  database: Database;
  telemetry: Telemetry;
  siteName: string;
  /** null on loopback without a public address. */
  publicUrl: string | null;
  loopback: boolean;
  trustProxy: string | undefined;
  rateLimitScale: number;
  /** Sockets that one network may hold open; 0 for any number. */
  socketsPerAddress: number;
  /** Seconds after which a request of which nothing was heard may be done again under its idempotency key; 60 by default. */
  requestLeaseS?: number;
  /** Milliseconds; 30 s by default. */
  bodyTimeoutMs?: number;
  /** The built web app, when there is one. */
  webFolder: string;
  /** A host of its own for files of people, on which nothing else is. */
  files?: { url: string; isFile(path: string): boolean } | null;
  /** Origins of apps' shells, which may call the API by their tokens. */
  appOrigins?: readonly string[];
  /** Other origins from which pages may load pictures, films and data. */
  pagesLoadFrom?: readonly string[];
  /** Who a request comes from; plugged in by the room that knows sessions. */
  authenticate(headers: IncomingMessage['headers']): Promise<Authenticated>;
  /** Lets a session through that has proved a factor lately. @throws DomainError step_up_required */
  requireFresh(sessionId: string | null): Promise<void>;
  /** The head of a page that is shared. */
  headOf(path: string, request: FastifyRequest): Promise<PageHead | null>;
  /** What a page begins with; nothing where this is left out. */
  openingOf?(path: string): Opening;
};

export type Http = Awaited<ReturnType<typeof createHttp>>;

export const createHttp = async (options: HttpOptions) => {
  const https = options.publicUrl?.startsWith('https:') ?? false;
  const limiter = createRateLimiter(options.rateLimitScale);
  const idempotency = createIdempotency(options.database, options.requestLeaseS ?? REQUEST_LEASE_S);
  const requests = options.telemetry.histogram('http_request_seconds', 'Time to answer', ['route', 'method', 'status']);
  let closing = false;

  const filesHost = options.files ? new URL(options.files.url).host : null;
  const isFilesHost = (host: string | undefined): boolean => filesHost !== null && host?.toLowerCase() === filesHost;
  const isOwn = (host: string | undefined): boolean =>
    !isFilesHost(host) && isOwnHost(host, options.publicUrl, options.loopback);

  const apps = createApps(options.appOrigins ?? []);

  const securityHeaders = (request: FastifyRequest): Record<string, string> => ({
    'x-request-id': request.id,
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'strict-origin-when-cross-origin',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'permissions-policy': 'camera=(self), microphone=(self), geolocation=(self), interest-cohort=()',
    ...(https ? { 'strict-transport-security': 'max-age=63072000; includeSubDomains' } : {}),
  });

  const app: FastifyInstance = Fastify({
    loggerInstance: options.telemetry.log as FastifyBaseLogger,
    logController: new LogController({ disableRequestLogging: true }),
    genReqId: () => newId(),
    bodyLimit: BODY_LIMIT,
    trustProxy: options.trustProxy ?? false,
    routerOptions: { ignoreTrailingSlash: true, maxParamLength: 200 },
    schemaController: { compilersFactory: { buildSerializer: serializersWhenNeeded } },
    requestTimeout: 0, // uploads run for hours; routes.ts ends bodies of endpoints that take too long
    forceCloseConnections: 'idle',
    return503OnClosing: false, // whoever got through before we stopped listening is still served
    // An address that cannot even be decoded; no hook runs for it.
    frameworkErrors: (error, request: FastifyRequest, reply: FastifyReply) => {
      reply.headers(securityHeaders(request));
      return answerProblem(error, request, reply);
    },
  });
  limitSockets(app.server, options.socketsPerAddress, options.trustProxy);
  // Bodies are JSON; forms and plain text, which other sites may post without asking, are not understood.
  app.removeContentTypeParser('text/plain');

  useAjv(app);
  addProblemSchema(app);
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
          bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' },
        },
      },
    },
    // Pages, media bytes and stand-ins for providers are no part of the API.
    transform: ({ schema, url }) => ({ schema: { ...schema, hide: !url.startsWith(`${API_PREFIX}/`) }, url }),
    refResolver: { buildLocalReference: (json, _uri, _fragment, i) => String(json.$id ?? `def-${i}`) },
  });

  app.addHook('onRequest', async (request, reply) => {
    reply.headers(securityHeaders(request));
    const isFound = isFilesHost(request.headers.host)
      ? isRead(request.method) && options.files?.isFile(request.url.split('?')[0] ?? '/')
      : isOwn(request.headers.host);
    if (!isFound) throw new DomainError('not_found');
    // Who came to the proxy before us without TLS comes again with it.
    if (https && request.headers['x-forwarded-proto'] === 'http' && request.protocol === 'http')
      return reply.redirect(`${options.publicUrl}${request.url}`, 308);
    if (apps.admit(request, reply)) return reply.code(204).send();
  });
  app.addHook('onSend', async (_request, reply) => {
    if (closing) reply.header('connection', 'close');
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

  const routes = createRoutes(app, {
    https,
    limiter,
    idempotency,
    authenticate: options.authenticate,
    requireFresh: options.requireFresh,
    bodyTimeoutMs: options.bodyTimeoutMs ?? BODY_TIMEOUT_MS,
  });
  const page = existsSync(join(options.webFolder, 'index.html'))
    ? await servePages(app, {
        folder: options.webFolder,
        siteName: options.siteName,
        https,
        loadFrom: options.pagesLoadFrom ?? [],
      })
    : null;
  /** The API's own answers to what a page asks first, asked by its visitor; those that are no refusals. */
  const answersTo = async (questions: readonly string[], request: FastifyRequest, reply: FastifyReply) => {
    // With the page, not with the calls that it makes at once and together: each of those would make another visitor.
    const cookie = `${routes.visitorCookie(request, reply)}; ${request.headers.cookie ?? ''}`;
    return await Promise.all(
      questions.map(async (question): Promise<CarriedAnswer | null> => {
        const url = `${API_PREFIX}${question}`;
        const { statusCode, body, headers } = await app.inject({
          method: 'GET',
          url,
          headers: { ...request.headers, accept: 'application/json', cookie },
          remoteAddress: request.socket.remoteAddress ?? '',
        });
        if (statusCode !== 200) return null;
        for (const set of [headers['set-cookie'] ?? []].flat()) reply.header('set-cookie', set);
        return { url, body };
      }),
    );
  };

  app.setNotFoundHandler(async (request, reply) => {
    const path = request.url.split('?')[0] ?? '/';
    const methods = routes.methodsOf(path);
    if (methods.length > 0) {
      reply.header('allow', methods.join(', '));
      return answerProblem(new DomainError('method_not_allowed'), request, reply);
    }
    // Programs that draw previews of links, or look whether we are there, take anything; to them a page is the first one, and what
    // has a head of its own.
    const { accept = '*/*' } = request.headers;
    const wantsPage =
      (request.method === 'GET' || request.method === 'HEAD') &&
      !path.startsWith('/api/') &&
      (accept.includes('text/html') ||
        (accept.includes('*/*') && (path === '/' || (await options.headOf(path, request)) !== null)));
    if (!page || !wantsPage) {
      return answerProblem(new DomainError('not_found'), request, reply);
    }
    const { questions, pictureOf } = options.openingOf?.(path) ?? { questions: [] };
    const [head, answers] = await Promise.all([options.headOf(path, request), answersTo(questions, request, reply)]);
    const picture = answers[0] && pictureOf ? pictureOf(JSON.parse(answers[0].body)) : null;
    const { html, status, headers } = page({ head, carried: answers.filter((answer) => answer !== null), picture });
    return reply.code(status).headers(headers).type('text/html; charset=utf-8').send(html);
  });

  return {
    app,
    add: routes.add,
    visitorOf: routes.visitorOf,
    sweepIdempotencyKeys: idempotency.sweep,
    /** Whether a socket is asked for under our own name and by our own pages (or no browser at all). */
    isOwnSocket(headers: IncomingHttpHeaders): boolean {
      if (!isOwn(headers.host)) return false;
      if (apps.isApp(headers)) return headers.cookie === undefined;
      try {
        assertOwnOrigin('POST', headers);
        return true;
      } catch {
        return false;
      }
    },
    /** Starts listening. @returns the port. */
    async listen(host: string, port: number): Promise<number> {
      app.get('/openapi.json', { schema: { hide: true } }, async () => app.swagger());
      await app.listen({ host, port });
      const address = app.server.address();
      return typeof address === 'object' && address ? address.port : port;
    },
    /** Takes no new connections, lets what runs come to its end, and cuts off what has not after `graceMs`. */
    async close(graceMs = GRACE_MS) {
      closing = true;
      const idle = setInterval(() => app.server.closeIdleConnections(), 50);
      const deadline = setTimeout(() => app.server.closeAllConnections(), graceMs);
      try {
        await app.close();
      } finally {
        clearInterval(idle);
        clearTimeout(deadline);
        limiter.close();
      }
    },
  };
};

/** As with checks below: an answer's writer is compiled when the first such answer is sent. */
const serializersWhenNeeded: SerializerFactory = (shared, settings) => {
  const compile = Serializers()(shared, settings);
  return (definition) => {
    let write: Serializer | null = null;
    return (answer) => {
      write ??= compile(definition);
      return write(answer);
    };
  };
};

const isRead = (method: string): boolean => method === 'GET' || method === 'HEAD';

/** Bodies are taken as they are; queries and paths are text, so their numbers are read from it. Unknown members fail. */
const useAjv = (app: FastifyInstance) => {
  const settings = { allErrors: false, removeAdditional: false, useDefaults: true } as const;
  const withFormats = (ajv: Ajv) => addFormats.default(ajv).addFormat('uuid', UUID);
  const strict = withFormats(new Ajv({ ...settings, coerceTypes: false }));
  // By default bounds are looked at for finite numbers only, and `1e400` is read as a number that is not.
  const lenient = withFormats(new Ajv({ ...settings, coerceTypes: 'array', strictNumbers: false }));
  app.setValidatorCompiler(({ schema, httpPart }) =>
    whenNeeded(() => (httpPart === 'body' ? strict : lenient).compile(schema as object)),
  );
};

/** A check that is compiled when it is first asked for: a start takes half as long, and most routes are asked seldom. */
const whenNeeded = (compile: () => ValidateFunction) => {
  let compiled: ValidateFunction | null = null;
  const check = (data: unknown): boolean => {
    compiled ??= compile();
    const isValid = compiled(data);
    check.errors = compiled.errors ?? null;
    return isValid;
  };
  check.errors = null as ValidateFunction['errors'] | null;
  return check;
};
