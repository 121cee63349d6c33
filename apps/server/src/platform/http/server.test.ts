// Who asks, what every answer carries, and how a server ends.
import { Agent, request as httpRequest } from 'node:http';
import { describe, expect, test } from 'vitest';
import { ALICE, as, expectProblem, useServer } from './server.fixture.ts';

const server = useServer();
const { ask, open, postThing, raw } = server;

describe('who asks', () => {
  test('a stranger is asked to sign in where a person could; a person is told where they may not', async () => {
    expectProblem(await postThing({ name: 'a', size: 1 }, { 'x-person': '' }), 'sign_in_required');
    expectProblem(await ask('GET', '/api/v1/staff', { headers: as(ALICE) }), 'forbidden');
    expectProblem(await ask('GET', '/api/v1/staff'), 'sign_in_required');
  });

  test('asks for a fresh factor where the endpoint says so, and says which ways there are', async () => {
    const refused = await ask('GET', '/api/v1/grave', { headers: { ...as(ALICE), 'x-session': 'old' } });
    const allowed = await ask('GET', '/api/v1/grave', { headers: { ...as(ALICE), 'x-session': 'fresh' } });

    expectProblem(refused, 'step_up_required');
    expect(refused.json.details).toEqual({ ways: ['email'] });
    expect(allowed.status).toBe(200);
  });

  test('who may not is told so before the body is looked at', async () => {
    const answer = await ask('POST', '/api/v1/things', {
      headers: { 'content-type': 'application/json' },
      body: '{"broken',
    });
    expectProblem(answer, 'sign_in_required');
  });

  test.each<[string, Record<string, string>]>([
    ['another site', { origin: 'https://evil.test' }],
    ['another port of this machine', { origin: 'http://127.0.0.1:1' }],
    ['a sandboxed page', { origin: 'null' }],
    ['a broken origin', { origin: 'http://' }],
    ['another site, by the browser’s own word', { 'sec-fetch-site': 'cross-site' }],
    ['a sister site, by the browser’s own word', { 'sec-fetch-site': 'same-site' }],
  ])('a change that %s asks for is refused', async (_who, headers) => {
    expectProblem(await postThing({ name: 'a', size: 1 }, headers), 'origin_refused');
  });

  test('our own pages and programs may make changes, and anybody may read', async () => {
    expect((await postThing({ name: 'a', size: 1 }, { origin: server.base().origin })).status).toBe(201);
    expect((await postThing({ name: 'a', size: 1 }, { 'sec-fetch-site': 'same-origin' })).status).toBe(201);
    expect((await postThing({ name: 'a', size: 1 })).status).toBe(201);
    expect((await ask('GET', '/api/v1/things', { headers: { origin: 'https://evil.test' } })).status).toBe(200);
  });

  test.each(['evil.test', 'evil.test:8080', '127.0.0.1.evil.test', 'localhost.evil.test', '169.254.169.254', ''])(
    'under the foreign name "%s" nothing is there (DNS rebinding)',
    async (host) => {
      for (const path of ['/api/v1/things', '/', '/openapi.json']) {
        const answer = await raw(
          `GET ${path} HTTP/1.1\r\nHost: ${host}\r\nAccept: text/html\r\nConnection: close\r\n\r\n`,
        );
        expect(answer).toMatch(/^HTTP\/1\.1 404/);
      }
    },
  );

  test('with a public address that name counts, and loopback names no longer when we face the outside', async () => {
    const outside = await open({ publicUrl: 'https://video.example', loopback: false });
    const get = (host: string) =>
      raw(`GET /api/v1/things HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`, outside.base);

    expect(await get('video.example')).toMatch(/^HTTP\/1\.1 200/);
    expect(await get('Video.Example')).toMatch(/^HTTP\/1\.1 200/);
    expect(await get('127.0.0.1')).toMatch(/^HTTP\/1\.1 404/);
    expect(await get('video.example')).toMatch(/strict-transport-security: max-age=\d{8}/);
    expect(await get('video.example')).toMatch(/set-cookie: __Host-vw_visitor=[^;]+;.*Secure/i);
    await outside.http.close();
  });
});

describe('headers', () => {
  const common = [
    'x-request-id',
    'x-content-type-options',
    'referrer-policy',
    'cross-origin-opener-policy',
    'permissions-policy',
  ];

  test.each<[string, string, Record<string, string>]>([
    ['an API answer', '/api/v1/things', {}],
    ['a refusal', '/api/v1/things?limit=x', {}],
    ['an unknown address', '/api/v1/nothing', {}],
    ['a page', '/anything', { accept: 'text/html' }],
    ['an unknown file', '/nothing.png', {}],
    ['the document', '/openapi.json', {}],
  ])('%s carries the security headers', async (_what, path, headers) => {
    const answer = await ask('GET', path, { headers });

    for (const name of common) expect(answer.headers.get(name), name).toBeTruthy();
    expect(answer.headers.get('x-powered-by')).toBeNull();
    expect(answer.headers.get('access-control-allow-origin')).toBeNull();
  });

  test('what is no page may do nothing when it is shown as one', async () => {
    for (const path of ['/api/v1/things', '/api/v1/things?limit=x', '/api/v1/nothing']) {
      expect((await ask('GET', path)).headers.get('content-security-policy')).toBe(
        "default-src 'none'; frame-ancestors 'none'",
      );
    }
  });

  test('a page runs only scripts that carry its nonce, a fresh one each time, and text in its head stays text', async () => {
    const page = () => ask('GET', '/shared', { headers: { accept: 'text/html' } });
    const [one, other] = [await page(), await page()];
    const nonce = /'nonce-([^']+)'/.exec(one.headers.get('content-security-policy') ?? '')?.[1];

    expect(one.body.match(/<script /g)).toHaveLength(2);
    expect(one.body.match(new RegExp(`<script nonce="${nonce}"`, 'g'))).toHaveLength(2);
    expect(one.body).not.toContain('<script>alert(1)');
    expect(one.body).toContain('\\u003c/script>');
    expect(other.headers.get('content-security-policy')).not.toContain(nonce);
    expect(one.headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
  });

  test('the page is never sent bare, by whatever address; asked for its head only, it has no body', async () => {
    for (const path of ['/', '/index.html', '/index.html?x']) {
      const answer = await ask('GET', path, { headers: { accept: 'text/html' } });
      expect(answer.headers.get('content-security-policy'), path).toContain("'nonce-");
      expect(answer.body).not.toContain('<!--head-->');
    }
    for (const accept of ['text/html', '*/*']) {
      const head = await ask('HEAD', '/', { headers: { accept } });
      expect([head.status, head.body], accept).toEqual([200, '']);
    }
  });

  test('a visitor’s cookie is out of reach of scripts and of other sites, and stays the same', async () => {
    const first = await ask('GET', '/api/v1/things');
    const cookie = first.headers.getSetCookie()[0] ?? '';
    const second = await ask('GET', '/api/v1/things', { headers: { cookie: cookie.split(';')[0] ?? '' } });

    expect(cookie).toMatch(/^vw_visitor=[A-Za-z0-9_-]{22};/);
    expect(cookie).toMatch(/HttpOnly/);
    expect(cookie).toMatch(/SameSite=Lax/);
    expect(second.headers.getSetCookie()).toEqual([]);
  });
});

describe('an app on an origin of its own', () => {
  const origin = 'capacitor://localhost';

  test('that is named may call by its token, is asked for leave first, and gets nothing for a cookie', async () => {
    const named = await open({ appOrigins: [origin, 'https://app.example'] });
    const at = named.base;
    const leave = await ask('OPTIONS', '/api/v1/things', {
      headers: { origin, 'access-control-request-method': 'POST' },
      at,
    });
    const made = await postThing({ name: 'a', size: 1 }, { origin, 'sec-fetch-site': 'cross-site' }, at);
    const refused = await postThing({ name: 'a', size: 11 }, { origin }, at);
    const read = await ask('GET', '/api/v1/things', { headers: { origin: 'https://app.example' }, at });

    expect([leave.status, leave.body]).toEqual([204, '']);
    expect(leave.headers.get('access-control-allow-methods')).toContain('POST');
    expect(leave.headers.get('access-control-allow-headers')).toContain('authorization');
    for (const answer of [leave, made, refused]) {
      expect(answer.headers.get('access-control-allow-origin')).toBe(origin);
      expect(answer.headers.get('access-control-allow-credentials')).toBeNull();
      expect(answer.headers.get('vary')).toContain('origin');
    }
    expect([made.status, refused.status]).toEqual([201, 400]);
    expect(read.headers.get('access-control-allow-origin')).toBe('https://app.example');
    expect(named.http.isOwnSocket({ host: at.host, origin })).toBe(true);
    expect(named.http.isOwnSocket({ host: at.host, origin, cookie: 'vw_session=x' })).toBe(false);
    await named.http.close();
  });

  test('that is not named is told nothing, and changes nothing', async () => {
    const named = await open({ appOrigins: [origin] });
    for (const other of ['capacitor://localhost.evil.test', 'https://app.example', 'null', 'ionic://localhost']) {
      const headers = { origin: other, 'access-control-request-method': 'POST' };
      const leave = await ask('OPTIONS', '/api/v1/things', { headers, at: named.base });
      const made = await postThing({ name: 'a', size: 1 }, headers, named.base);

      expect(leave.status).toBe(405);
      expect([leave, made].map((answer) => answer.headers.get('access-control-allow-origin'))).toEqual([null, null]);
      expectProblem(made, 'origin_refused');
      expect(named.http.isOwnSocket({ host: named.base.host, origin: other })).toBe(false);
    }
    await named.http.close();
  });
});

test('who came to a proxy of ours without TLS is led to https, and no circle comes of it', async () => {
  const outside = await open({ publicUrl: 'https://video.example', loopback: false, trustProxy: '127.0.0.1' });
  const alone = await open({ publicUrl: 'https://video.example', loopback: false });
  const get = (base: URL, proto: string) =>
    raw(
      `GET /api/v1/things?limit=2 HTTP/1.1\r\nHost: video.example\r\nX-Forwarded-Proto: ${proto}\r\nConnection: close\r\n\r\n`,
      base,
    );

  const led = await get(outside.base, 'http');
  expect(led).toMatch(/^HTTP\/1\.1 308/);
  expect(led).toMatch(/location: https:\/\/video\.example\/api\/v1\/things\?limit=2\r/i);
  expect(await get(outside.base, 'https')).toMatch(/^HTTP\/1\.1 200/);
  // A proxy that nobody has named in TRUST_PROXY makes no circle of it.
  expect(await get(alone.base, 'https')).toMatch(/^HTTP\/1\.1 200/);
  await outside.http.close();
  await alone.http.close();
});

describe('closing', () => {
  test('lets requests that run end well, refuses nobody with an error, and does not wait for idle connections', async () => {
    const closing = await open();
    server.hold();
    const agent = new Agent({ keepAlive: true, maxSockets: 2 });
    const get = (path: string) =>
      new Promise<{ status: number | undefined; connection: string | undefined }>((resolve, reject) => {
        httpRequest(new URL(path, closing.base), { agent }, (response) => {
          response.resume();
          response.on('end', () => resolve({ status: response.statusCode, connection: response.headers.connection }));
        })
          .on('error', reject)
          .end();
      });
    await get('/api/v1/things');
    const running = get('/api/v1/slow');
    await server.started();

    const closed = closing.http.close();
    server.release();
    const answer = await running;
    const begun = performance.now();
    await closed;

    expect(answer).toEqual({ status: 200, connection: 'close' });
    expect(performance.now() - begun).toBeLessThan(1000);
    await expect(get('/api/v1/things')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    agent.destroy();
  });

  test('cuts off what has not ended when its time is over', async () => {
    const closing = await open();
    server.hold();
    const running = ask('GET', '/api/v1/slow', { at: closing.base }).then(
      () => 'answered',
      () => 'cut off',
    );
    await server.started();

    await closing.http.close(100);

    expect(await running).toBe('cut off');
    server.release();
  });
});
