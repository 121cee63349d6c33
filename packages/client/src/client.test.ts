import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { isApiError } from './api-error.ts';
import { createClient } from './client.ts';

type Seen = { method: string; url: string; key: string | undefined; body: string };

let server: Server | null = null;
afterEach(async () => {
  const closing = server;
  server = null;
  closing?.closeAllConnections();
  await new Promise((resolve) => (closing ? closing.close(resolve) : resolve(null)));
});

/** A server that answers the n-th request as told, and what it saw. */
async function serve(
  answer: (response: ServerResponse, seen: Seen[]) => void,
  options: Partial<Parameters<typeof createClient>[0]> = {},
) {
  const seen: Seen[] = [];
  const listening = createServer(async (request, response) => {
    seen.push({
      method: request.method ?? '',
      url: request.url ?? '',
      key: header(request, 'idempotency-key'),
      body: await textOf(request),
    });
    answer(response, seen);
  });
  server = listening;
  await new Promise<void>((resolve) => listening.listen(0, '127.0.0.1', resolve));
  // A TCP server's address is an AddressInfo.
  const { port } = listening.address() as AddressInfo;
  return { client: createClient({ baseUrl: `http://127.0.0.1:${port}`, ...options }), seen };
}

const header = (request: IncomingMessage, name: string) => {
  const value = request.headers[name];
  return Array.isArray(value) ? value[0] : value;
};
async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}
const json = (response: ServerResponse, status: number, body: unknown, headers: Record<string, string> = {}) => {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(JSON.stringify(body));
};
const problem = (code: string, status: number, more: object = {}) => ({
  type: 'about:blank',
  title: `because ${code}`,
  status,
  code,
  requestId: 'req-1',
  ...more,
});
const price = { amount: 8500, currency: 'USD' };

test('fills in the path and the query, and gives the answer back', async () => {
  const { client, seen } = await serve((response) => json(response, 200, { items: [], next: null }));

  const page = await client.call('GET /feed/:name', { params: { name: 'for you/now' }, query: { limit: 5 } });

  expect(seen[0]?.url).toBe('/api/v1/feed/for%20you%2Fnow?limit=5');
  expect(page).toEqual({ items: [], next: null });
});

test('an answer without content is undefined', async () => {
  const { client } = await serve((response) => response.writeHead(204).end());

  expect(await client.call('POST /auth/logout')).toBeUndefined();
});

test('a read is tried again when the server is restarting', async () => {
  const { client, seen } = await serve((response, all) =>
    all.length < 3 ? json(response, 503, problem('shutting_down', 503)) : json(response, 200, { user: null }),
  );

  expect(await client.call('GET /auth/profile')).toEqual({ user: null });
  expect(seen).toHaveLength(3);
});

test('a bid that may have arrived is sent again under the same key, so that it counts once', async () => {
  const { client, seen } = await serve((response, all) => {
    if (all.length === 1) response.destroy();
    else json(response, 201, { accepted: true, seq: 1 });
  });

  await client.call('POST /auctions/:id/bids', { params: { id: 'a' }, body: { amount: price }, idempotencyKey: 'k1' });

  expect(seen.map(({ key, body }) => [key, body])).toEqual([
    ['k1', JSON.stringify({ amount: price })],
    ['k1', JSON.stringify({ amount: price })],
  ]);
});

test('a POST without a key is sent once, whatever happens to it', async () => {
  const { client, seen } = await serve((response) => response.destroy());

  const error = await client.call('POST /makers').catch((thrown: unknown) => thrown);

  expect(isApiError(error, 'network_unreachable')).toBe(true);
  expect(seen).toHaveLength(1);
});

test("the server's refusal comes with its code, its facts, its fields and the request's id", async () => {
  const fields = [{ path: 'body/amount', message: 'must be above zero' }];
  const { client } = await serve((response) =>
    json(response, 422, problem('bid_too_low', 422, { details: { minNext: price }, fields })),
  );

  const error = await client
    .call('POST /auctions/:id/bids', { params: { id: 'a' }, body: { amount: price }, idempotencyKey: 'k' })
    .catch((thrown: unknown) => thrown);

  expect(error).toMatchObject({
    code: 'bid_too_low',
    status: 422,
    message: 'because bid_too_low',
    requestId: 'req-1',
    details: { minNext: price },
    fields,
  });
});

test("a proxy's page of an error is an error too, with the id that its header carries", async () => {
  const { client } = await serve((response) => {
    response.writeHead(500, { 'content-type': 'text/html', 'x-request-id': 'req-9' });
    response.end('<h1>Oops</h1>');
  });

  const error = await client.call('GET /site').catch((thrown: unknown) => thrown);

  expect(error).toMatchObject({ code: 'internal', status: 500, requestId: 'req-9' });
});

test('a server that does not answer in time is told apart from one that is not there', async () => {
  const { client } = await serve(() => {});

  const error = await client.call('POST /makers', { timeoutMs: 50 }).catch((thrown: unknown) => thrown);

  expect(isApiError(error, 'timed_out')).toBe(true);
});

test('an aborted call throws what it was aborted with', async () => {
  const stop = new AbortController();
  const { client } = await serve(() => stop.abort(new Error('left the page')));

  await expect(client.call('GET /site', { signal: stop.signal })).rejects.toThrow('left the page');
});

test('asks for a fresh factor when one is needed, and then sends the call again, once', async () => {
  const asked: unknown[] = [];
  const onStepUp = async ({ details }: { details: Readonly<Record<string, unknown>> }) => {
    asked.push(details.ways);
    return true;
  };
  const needed = problem('step_up_required', 403, { details: { ways: ['email'] } });
  const { client, seen } = await serve(
    (response, requests) =>
      requests.length === 2 ? json(response, 200, { url: 'https://there' }) : json(response, 403, needed),
    { onStepUp },
  );

  expect(await client.call('POST /makers/me/onboarding')).toEqual({ url: 'https://there' });
  expect(seen).toHaveLength(2);
  await expect(client.call('POST /makers/me/onboarding')).rejects.toMatchObject({ code: 'step_up_required' });
  expect(asked).toEqual([['email'], ['email']]);
});
