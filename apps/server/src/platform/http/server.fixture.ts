/** The HTTP layer on endpoints of its own, for its tests: what each request goes through, whatever room it is for. */
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { IncomingHttpHeaders } from 'node:http';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { type Actor, type ApiTable, DomainError, errors } from '@videowindow/contract';
import { Nullable, Page, PageQuery, Strict } from '@videowindow/contract/schema';
import { Type } from 'typebox';
import { afterAll, beforeAll, expect } from 'vitest';
import { type Database, openDatabase, sql } from '#platform/database';
import { createHttp, decodeCursor, type Http, type RouteTable } from '#platform/http';
import { createTelemetry } from '#platform/telemetry';
import { type TestDatabase, testDatabase } from '../../testing/database.ts';

export const ALICE = '01900000-0000-7000-8000-00000000000a';
export const BOB = '01900000-0000-7000-8000-00000000000b';

const Thing = Strict({ name: Type.String({ maxLength: 20 }), size: Type.Integer({ minimum: 0, maximum: 10 }) });
const api = {
  'GET /things': { summary: 'Things', action: 'feed.read', query: PageQuery, response: Page(Type.String()) },
  'GET /things/:id': { summary: 'One', action: 'feed.read', response: Strict({ id: Type.String() }) },
  'POST /things': {
    summary: 'Make',
    action: 'offer.create',
    body: Thing,
    response: Strict({ made: Type.Integer(), inner: Nullable(Strict({ seen: Type.String() })) }),
    status: 201,
    idempotency: 'required',
    errors: ['listing_locked'],
  },
  'PUT /things/:id': { summary: 'Touch', action: 'offer.create', body: Type.Object({}) },
  'GET /slow': { summary: 'Slow', action: 'feed.read', response: Strict({ ok: Type.Boolean() }) },
  'GET /limited': {
    summary: 'Limited',
    action: 'feed.read',
    response: Strict({ ok: Type.Boolean() }),
    rateLimit: { max: 3, windowS: 60 },
  },
  'GET /broken': { summary: 'Broken', action: 'feed.read', response: Strict({ ok: Type.Boolean() }) },
  'GET /staff': { summary: 'Staff', action: 'moderation.queue', response: Strict({ ok: Type.Boolean() }) },
  'GET /grave': { summary: 'Grave', action: 'offer.create', stepUp: true, response: Strict({ ok: Type.Boolean() }) },
  'GET /sheet': { summary: 'A table to save', action: 'feed.read', file: 'text/csv' },
  'POST /hook': {
    summary: 'Hook',
    action: 'provider.webhook',
    rawBody: true,
    response: Strict({ bytes: Type.Integer() }),
  },
} satisfies ApiTable;

/** Who is asking stands in a header here; sessions are another room's. */
const authenticate = async (headers: IncomingHttpHeaders): Promise<{ actor: Actor; sessionId: string | null }> => ({
  actor: { id: headers['x-person'] ? String(headers['x-person']) : null, roles: [] },
  sessionId: headers['x-session'] ? String(headers['x-session']) : null,
});
const requireFresh = async (sessionId: string | null) => {
  if (sessionId !== 'fresh') throw new DomainError('step_up_required', { ways: ['email'] });
};

export const as = (person: string, headers: Record<string, string> = {}) => ({ 'x-person': person, ...headers });

export type Answer = { status: number; headers: Headers; body: string; json: Record<string, unknown> };

export const expectProblem = (answer: Answer, code: keyof typeof errors, fieldPath?: string) => {
  expect(answer.json).toMatchObject({ code, status: errors[code].status, title: errors[code].title });
  expect(answer.status).toBe(errors[code].status);
  expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
  expect(answer.json.requestId).toBe(answer.headers.get('x-request-id'));
  expect(answer.headers.get('cache-control')).toBe('no-store');
  if (fieldPath !== undefined) expect(answer.json.fields).toMatchObject([{ path: fieldPath }]);
};

/** A server for the tests of a file, and others beside it by `open`. */
export const useServer = () => {
  let own: TestDatabase;
  let database: Database;
  let http: Http;
  let base: URL;
  let webFolder: string;
  const logged: string[] = [];
  let made = 0;
  let release = Promise.withResolvers<void>();
  let started = Promise.withResolvers<void>();
  let behave: () => Promise<void> | void = () => {};

  const handlers: RouteTable['handlers'] = {
    'GET /things': async ({ query }: { query: { cursor?: string; limit?: number } }) => {
      decodeCursor(query.cursor, ['instant', 'uuid']);
      return { items: [String(query.limit)], next: null, secret: 'never' };
    },
    'GET /things/:id': async ({ params }: { params: { id: string } }) => {
      await sql`select ${params.id}::uuid`.execute(database.db);
      return { id: params.id };
    },
    'POST /things': async () => {
      await behave();
      return { made: ++made, inner: null, passwordHash: 'never' };
    },
    'PUT /things/:id': async () => {},
    'GET /slow': async () => {
      started.resolve();
      await release.promise;
      return { ok: true };
    },
    'GET /limited': async () => ({ ok: true }),
    'GET /broken': async () => {
      throw new Error('a secret of the inside');
    },
    'GET /staff': async () => ({ ok: true }),
    'GET /grave': async () => ({ ok: true }),
    'GET /sheet': async () => ({ name: 'things.csv', bytes: Buffer.from('a,b\r\n1,ü\r\n') }),
    'POST /hook': async ({ context }: { context: { request: { body: Buffer } } }) => ({
      bytes: context.request.body.length,
    }),
  };

  const open = async (over: Partial<Parameters<typeof createHttp>[0]> = {}) => {
    const opened = await createHttp({
      database,
      telemetry: createTelemetry({
        level: 'info',
        role: 'test',
        destination: new Writable({
          write(chunk, _encoding, done) {
            logged.push(String(chunk));
            done();
          },
        }),
      }),
      siteName: 'Test <Window>',
      publicUrl: null,
      loopback: true,
      trustProxy: undefined,
      rateLimitScale: 1,
      socketsPerAddress: 0,
      webFolder,
      authenticate,
      requireFresh,
      headOf: async (path) =>
        path === '/shared'
          ? {
              title: '</title><script>alert(1)</script>',
              description: '"',
              url: 'http://x/',
              jsonLd: { a: '</script>' },
            }
          : null,
      ...over,
    });
    opened.add({ api, handlers });
    const port = await opened.listen('127.0.0.1', 0);
    return { http: opened, base: new URL(`http://127.0.0.1:${port}`) };
  };

  beforeAll(async () => {
    own = await testDatabase();
    database = openDatabase({ url: own.url, poolSize: 10, statementTimeoutMs: 5000, idleTransactionTimeoutMs: 5000 });
    webFolder = await mkdtemp(join(tmpdir(), 'videowindow-web-'));
    await writeFile(
      join(webFolder, 'index.html'),
      '<!doctype html><html><head><!--head--><script src="/a.js"></script></head></html>',
    );
    ({ http, base } = await open());
  });
  afterAll(async () => {
    await http.close();
    await database.close();
    await own.drop();
    await rm(webFolder, { recursive: true });
  });

  const ask = async (method: string, path: string, init: RequestInit & { at?: URL } = {}): Promise<Answer> => {
    const response = await fetch(new URL(path, init.at ?? base), { ...init, method });
    const body = await response.text();
    const isJson = response.headers.get('content-type')?.includes('json');
    return { status: response.status, headers: response.headers, body, json: isJson ? JSON.parse(body) : {} };
  };
  const postThing = (body: unknown, headers: Record<string, string> = {}, at?: URL) =>
    ask('POST', '/api/v1/things', {
      headers: { 'content-type': 'application/json', 'idempotency-key': randomUUID(), ...as(ALICE), ...headers },
      body: typeof body === 'string' ? body : JSON.stringify(body),
      ...(at ? { at } : {}),
    });
  /** Bytes as they are, for what fetch would never send. */
  const raw = (lines: string, at = base) =>
    new Promise<string>((resolve, reject) => {
      const socket: Socket = connect(Number(at.port), '127.0.0.1', () => socket.end(lines));
      let text = '';
      socket.on('data', (chunk) => {
        text += chunk;
      });
      socket.on('close', () => resolve(text));
      socket.on('error', reject);
    });

  return {
    open,
    ask,
    postThing,
    raw,
    logged,
    http: () => http,
    base: () => base,
    database: () => database,
    /** How many things there are. */
    made: () => made,
    /** What making a thing does besides. */
    behave(how: typeof behave) {
      behave = how;
    },
    /** From now on `GET /slow` waits for `release`. */
    hold() {
      release = Promise.withResolvers();
      started = Promise.withResolvers();
    },
    started: () => started.promise,
    release: () => release.resolve(),
  };
};
