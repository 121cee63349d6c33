// The whole product as one: no way in that nobody decided on, and a document that says what is there.
import { mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ApiTable, errors } from '@videowindow/contract';
import { api } from '@videowindow/contract/api';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { sql } from '#platform/database';
import { startTestApp, type TestApp } from './testing/app.ts';

let app: TestApp;
let webFolder: string;
beforeAll(async () => {
  // Without a built web app: its files are routes too, but nobody's business here.
  webFolder = await mkdtemp(join(tmpdir(), 'videowindow-web-'));
  app = await startTestApp({ webFolder });
});
afterAll(async () => {
  await app.stop();
  await rm(webFolder, { recursive: true });
});

const endpoints = Object.entries(api as ApiTable);
/** Without the parameters' names, which the router writes in its own way. */
const plain = (path: string) => path.replaceAll(/:[^/]+/g, ':');

/** Every route of the router, from its printed tree: each line below another goes on with its path. */
const routes = (): Set<string> => {
  const found = new Set<string>();
  const above: string[] = [];
  for (const line of app.http.app.printRoutes({ commonPrefix: false }).split('\n')) {
    const [, indent = '', part = '', methods = ''] = /^([│ ]*)[├└]── (.*?)(?: \(([A-Z, ]+)\))?$/.exec(line) ?? [];
    if (part === '') continue;
    const depth = indent.length / 4;
    above.length = depth;
    above.push(part);
    for (const method of methods.split(', ')) if (method) found.add(`${method} ${plain(above.join(''))}`);
  }
  return found;
};

/** What is there beside the endpoints of the contract, and who looks after who may: a short list on purpose. */
const BESIDE: readonly RegExp[] = [
  /^GET \/openapi\.json$/, // public
  /^(OPTIONS|POST) \/uploads$/, // content/media: announced by `media.upload`
  /^(HEAD|PATCH|DELETE|POST) \/uploads\/:$/, // content/media: `media.edit`; POST stands for one of the others
  /^OPTIONS \/uploads\/:$/, // what the protocol can do here: the same for everybody
  /^GET \/archives\/:$/, // people/account: its own person, in a session
  /^GET \/media\/original\/:$/, // content/media: `media.edit`
  /^GET (\/media\/:\/:\/:\/|\/v\/:\/media\/:\/:\/:\/)?\*$/, // content/media: playback grants
  /^POST \/sign-in\/apple$/, // a form that is led on to our own page, whatever it says
  /^[A-Z]+ \/sandbox/, // on loopback only
];

test('every sealed column is known to the job that exchanges keys', async () => {
  const { rows } = await sql<{ name: string }>`
    select table_name || '.' || column_name as name
    from information_schema.columns
    where table_schema = 'public' and column_name ~ 'sealed$'`.execute(app.database.db);

  expect(
    app.keys
      .columns()
      .map(({ table, column }) => `${table}.${column}`)
      .toSorted(),
  ).toEqual(rows.map(({ name }) => name).toSorted());
});

describe('the routes', () => {
  test('of the API are those of the contract, each with its action', () => {
    const expected = endpoints.map(([key]) => {
      const [method, path = ''] = key.split(' ');
      return `${method} /api/v1${plain(path)}`;
    });

    const served = [...routes()].filter((route) => route.includes(' /api/') && !route.startsWith('HEAD '));

    expect(served.toSorted()).toEqual(expected.toSorted());
    for (const [key, endpoint] of endpoints) expect(endpoint.action, key).toBeTruthy();
  });

  test('beside it are few, and each is looked after', () => {
    const unknown = [...routes()].filter(
      (route) =>
        !route.includes(' /api/v1/') &&
        !BESIDE.some((known) => known.test(route) || known.test(route.replace(/^HEAD /, 'GET '))),
    );

    expect(unknown).toEqual([]);
  });

  test('each refuse a stranger who may not, before anything else of the request is looked at', async () => {
    const guarded = endpoints.filter(([, endpoint]) => !isOpen(endpoint.action));
    expect(guarded.length).toBeGreaterThan(20);

    for (const [key] of guarded) {
      const [method = '', path = ''] = key.split(' ');
      const response = await fetch(`${app.url()}/api/v1${path.replaceAll(/:[^/]+/g, 'x')}`, {
        method,
        ...(method === 'GET' ? {} : { headers: { 'content-type': 'application/json' }, body: '{"broken' }),
      });
      expect(response.status, key).toBe(401);
      expect(response.headers.get('content-type'), key).toContain('application/problem+json');
    }
  });
});

const isOpen = (action: string) =>
  /^(site|feed|story|listing|auction|profile|review)\.read$|^session\.(?!manage)|^media\.play$|^provider\.webhook$/.test(
    action,
  );

type Schema = { type?: unknown; $ref?: string; properties?: Record<string, Schema>; items?: Schema; anyOf?: Schema[] };
type Operation = {
  operationId: string;
  summary: string;
  security: object[];
  parameters?: { name: string; in: string; required: boolean; schema: Schema }[];
  requestBody?: { content: Record<string, { schema: Schema }> };
  responses: Record<string, { description: string; content?: Record<string, { schema: Schema }> }>;
};
type Document = {
  openapi: string;
  info: { title: string; version: string };
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, Schema>; securitySchemes: Record<string, object> };
};

describe('the OpenAPI document', () => {
  let document: Document;
  let operations: { key: string; operation: Operation }[];
  beforeAll(async () => {
    document = (await (await fetch(`${app.url()}/openapi.json`)).json()) as Document; // looked at member by member below
    operations = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => ({ key: `${method.toUpperCase()} ${path}`, operation })),
    );
  });
  const documented = (key: string) => {
    const [method, path = ''] = key.split(' ');
    return `${method} /api/v1${path.replaceAll(/:([^/]+)/g, '{$1}')}`;
  };

  test('is 3.1 and tells every endpoint, and nothing else', () => {
    expect(document.openapi).toMatch(/^3\.1\./);
    expect(document.info).toMatchObject({ title: 'Video Window', version: '1' });
    expect(operations.map(({ key }) => key).toSorted()).toEqual(endpoints.map(([key]) => documented(key)).toSorted());
  });

  test('names each operation once, with a summary, its parameters and its answer', () => {
    expect(new Set(operations.map(({ operation }) => operation.operationId)).size).toBe(operations.length);
    for (const [key, endpoint] of endpoints) {
      const operation = operations.find((each) => each.key === documented(key))?.operation;
      expect(operation?.summary, key).toBe(endpoint.summary);
      const inPath = (operation?.parameters ?? []).filter((parameter) => parameter.in === 'path');
      expect(
        inPath.map(({ name }) => name),
        key,
      ).toEqual([...key.matchAll(/:([^/]+)/g)].map((match) => match[1]));
      expect(
        inPath.every(({ required }) => required),
        key,
      ).toBe(true);
      expect(operation?.requestBody !== undefined, key).toBe(endpoint.body !== undefined);
      const status = String(endpoint.status ?? (endpoint.response ? 200 : 204));
      expect(operation?.responses[status]?.content !== undefined, key).toBe(endpoint.response !== undefined);
      const keyHeader = operation?.parameters?.find((parameter) => parameter.name === 'idempotency-key');
      expect(keyHeader?.required ?? false, key).toBe(endpoint.idempotency !== undefined);
    }
  });

  test('tells every refusal of an endpoint, as a problem', () => {
    for (const [key, endpoint] of endpoints) {
      const responses = operations.find((each) => each.key === documented(key))?.operation.responses ?? {};
      for (const code of ['validation_failed', 'rate_limited', ...(endpoint.errors ?? [])] as const) {
        const told = responses[String(errors[code].status)];
        expect(told?.description, `${key} ${code}`).toContain(code);
        expect(told?.content?.['application/problem+json']?.schema.$ref, key).toBe('#/components/schemas/Problem');
      }
    }
    expect(Object.keys(document.components.schemas.Problem?.properties ?? {})).toContain('requestId');
  });

  test('asks for a session exactly where a stranger is refused', () => {
    for (const [key, endpoint] of endpoints) {
      const security = operations.find((each) => each.key === documented(key))?.operation.security;
      expect(security, key).toEqual(isOpen(endpoint.action) ? [] : [{ session: [] }, { bearer: [] }]);
    }
    expect(document.components.securitySchemes.session).toMatchObject({ type: 'apiKey', in: 'cookie' });
  });

  test('holds no reference that leads nowhere and no word of an older OpenAPI', () => {
    const text = JSON.stringify(document);

    for (const [, name = ''] of text.matchAll(/"\$ref":"#\/components\/schemas\/([^"]+)"/g)) {
      expect(document.components.schemas[name]).toBeDefined();
    }
    expect(text).not.toMatch(/"\$ref":"(?!#\/)/);
    expect(text).not.toContain('"nullable"');
  });
});

test.each<[string, Record<string, string>]>([
  ['another site', { origin: 'https://evil.test' }],
  ['a sandboxed page', { origin: 'null' }],
  ['a name that leads here (DNS rebinding)', { origin: 'http://evil.test', host: 'evil.test' }],
])('a socket that %s asks for is refused', async (_who, headers) => {
  const socket = new WebSocket(`${app.url().replace('http', 'ws')}/api/v1/realtime`, { headers });

  const refused = await new Promise<string>((resolve) => {
    socket.on('error', (error) => resolve(error.message));
    socket.on('open', () => resolve('opened'));
  });

  expect(refused).toContain('403');
});

test('a strange upgrade does not end the program', async () => {
  const { hostname, port } = new URL(app.url());
  const answer = await new Promise<string>((resolve) => {
    const wire = connect(Number(port), hostname, () =>
      wire.write(`GET // HTTP/1.1\r\nHost: ${hostname}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n`),
    );
    wire.once('data', (data) => {
      wire.destroy();
      resolve(String(data));
    });
  });

  expect(answer).toMatch(/^HTTP\/1\.1 404/);
  expect((await fetch(`${app.url()}/api/v1/site`)).status).toBe(200);
});
