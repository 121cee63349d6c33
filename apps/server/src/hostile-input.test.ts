// Whatever is sent to whichever route, the answer is a success or a refusal with a code: never an error of ours.
import { Agent, request as httpRequest } from 'node:http';
import type { Endpoint } from '@videowindow/contract';
import { isErrorCode } from '@videowindow/contract';
import { api } from '@videowindow/contract/api';
import fc, { type Arbitrary } from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApp, type TestApp } from './testing/app.ts';
import { arbitraryOf } from './testing/arbitrary.ts';
import { linkPayoutAccount, type Person, signIn } from './testing/people.ts';
import { openStudio } from './testing/studio.ts';

type Route = keyof typeof api;
const routes = Object.keys(api) as Route[]; // the table's own keys

/** Found once, found always: the same cases in every run. */
const SEED = 20_261_121;
const CASES_PER_ROUTE = 12;

const usd = (amount: number) => ({ amount, currency: 'USD' });

let app: TestApp;
const agent = new Agent({ keepAlive: true });
let cookies: Record<'anonymous' | 'viewer' | 'owner' | 'buyer', string>;
/** Ids of things that are there, so that what gets through the schemas meets the code behind them. */
let ids: string[];
let auctionId: string;

beforeAll(async () => {
  app = await startTestApp();
  const owner = await signIn(app, 'ines', ['maker', 'moderator']);
  const buyer = await signIn(app, 'bruno');
  const viewer = await signIn(app, 'otto');
  cookies = { anonymous: '', viewer: viewer.cookie(), owner: owner.cookie(), buyer: buyer.cookie() };
  ids = await makeThings(owner, buyer);
}, 60_000);
afterAll(async () => {
  agent.destroy();
  await app.settle();
  await app.stop();
});

const makeThings = async (owner: Person, buyer: Person): Promise<string[]> => {
  await linkPayoutAccount(app, owner);
  const studio = await openStudio(app, owner);
  const draft = await studio.draft(owner);
  const sold: string[] = [];
  for (const amount of [4000, 5000, 4000]) {
    const { id: storyId } = await studio.listed(owner, owner);
    const listing = await owner.client.call('PUT /stories/:storyId/listing', {
      params: { storyId },
      body: {
        askingPrice: usd(9000),
        offerPolicy: { acceptsOffers: true, minimumOffer: usd(3000), startAuctionAt: usd(5000) },
        shipping: {
          zones: [{ countries: ['US'], price: usd(1800), further: usd(1800) }],
          combined: false,
          handlingDays: 3,
          pickup: true,
          pickupPlace: 'Lisbon',
        },
      },
    });
    const offer = await buyer.client.call('POST /stories/:storyId/offers', {
      params: { storyId },
      body: { amount: usd(amount) },
      idempotencyKey: crypto.randomUUID(),
    });
    if (offer.auctionId) auctionId = offer.auctionId;
    sold.push(storyId, listing.id, offer.id);
  }
  const { lockId } = await owner.client.call('POST /offers/:id/accept', {
    params: { id: sold.at(-1) ?? '' },
    idempotencyKey: crypto.randomUUID(),
  });
  await app.settle();
  const [notification] = (await owner.client.call('GET /notifications', { query: {} })).items;
  return [draft.id, draft.mediaId, ...sold, auctionId, lockId, notification?.id, owner.id].flatMap((id) => id || []);
};

/** Percent-encodes as it stands, halves of surrogate pairs too. */
const encode = (text: string): string =>
  [...text].map((char) => (char.isWellFormed() ? encodeURIComponent(char) : '%ED%A0%80')).join('');

const nested = (open: string, close: string, depth: number) => `${open.repeat(depth)}${close.repeat(depth)}`;

const hostileText = fc.constantFrom(
  '',
  ' ',
  '\0',
  'a\0b',
  '\ud800',
  'x\udc00y',
  '\u202e\ufeff\u2028',
  '__proto__',
  'constructor',
  'toString',
  'null',
  'undefined',
  'NaN',
  '-0',
  '1e21',
  '1e400',
  '99999999999999999999',
  '-1',
  '0x10',
  "' or 1=1; drop table users; --",
  '%00',
  '%',
  '../../etc/passwd',
  '<script>alert(1)</script>',
  '{{7*7}}',
  '2026-02-30T25:61:00Z',
  '00000000-0000-0000-0000-000000000000',
  'x'.repeat(70_000),
);

const hostileValue: Arbitrary<unknown> = fc.oneof(
  hostileText,
  fc.constantFrom<unknown[]>(
    null,
    true,
    0,
    -1,
    1.5,
    1e21,
    -1e21,
    1e308,
    5e-324,
    2 ** 31,
    2 ** 53,
    -(2 ** 63),
    [],
    {},
    [[]],
    [null],
    { toString: 'x', valueOf: 1, length: -1 },
    { amount: 1e21, currency: 'USD' },
    { amount: 1, currency: 'XXX' },
    { amount: 1.5, currency: 'usd' },
    { amount: '1', currency: null },
  ),
  fc.jsonValue({ maxDepth: 3, stringUnit: 'binary' }),
);

/** Bodies that no schema begins with: other types, no JSON, too deep, too long, keys of prototypes. */
const hostileBody: Arbitrary<string> = fc.oneof(
  hostileValue.map((value) => JSON.stringify(value)),
  fc.constantFrom(
    '',
    '{',
    '{"a":1,}',
    '"',
    '\0',
    'NaN',
    '1e400',
    '{"amount":{"amount":1e400,"currency":"USD"}}',
    '{"title":"\\u0000"}',
    '{"title":"\\ud800","caption":"\\udfff"}',
    '{"__proto__":{"admin":true}}',
    '{"constructor":{"prototype":{"admin":true}}}',
    '{"version":1,"version":2}',
    nested('[', ']', 20_000),
    nested('{"a":', '}', 5000).replace('}', '1}'),
    `{"title":"${'x'.repeat(300_000)}"}`,
  ),
);

/** What fits, but for one member that is exchanged, left out or added. */
const spoilt = (fitting: Arbitrary<unknown>): Arbitrary<unknown> =>
  fc
    .record({ value: fitting, at: fc.nat(), how: fc.constantFrom('exchange', 'drop', 'add'), by: hostileValue })
    .map(({ value, at, how, by }) => {
      if (typeof value !== 'object' || value === null) return by;
      const entries = Object.entries(value);
      const index = entries.length === 0 ? 0 : at % entries.length;
      if (how === 'add') return { ...value, surplus: by };
      if (how === 'drop') return Object.fromEntries(entries.filter((_, i) => i !== index));
      return Object.fromEntries(entries.map(([name, member], i) => [name, i === index ? by : member]));
    });

const bodyFor = (endpoint: Endpoint): Arbitrary<string> => {
  if (!endpoint.body) return hostileBody;
  // Fitting ones name things that are there, so that commands run on them.
  const fitting = arbitraryOf(endpoint.body).chain((value) =>
    fc
      .nat()
      .map((at) =>
        JSON.parse(JSON.stringify(value), (name, member) =>
          /Id$/.test(name) && member !== null ? ids[at % ids.length] : member,
        ),
      ),
  );
  return fc.oneof(
    { weight: 3, arbitrary: fitting.map((value) => JSON.stringify(value)) },
    { weight: 5, arbitrary: spoilt(fitting).map((value) => JSON.stringify(value)) },
    { weight: 3, arbitrary: hostileBody },
  );
};

const cursorOf = (value: unknown) => Buffer.from(JSON.stringify(value) ?? '').toString('base64url');
const hostileQuery = (endpoint: Endpoint): Arbitrary<string> => {
  const { properties = {} } = (endpoint.query ?? {}) as { properties?: object }; // a schema of ours is an object's
  const name = fc.constantFrom(...Object.keys(properties), 'limit', '__proto__', 'limit[]', 'cursor[a]', '');
  const value = fc.oneof(
    { weight: 4, arbitrary: hostileText.map((text) => encode(text.slice(0, 3000))) },
    {
      weight: 3,
      arbitrary: fc.constantFrom('1', '5', '100', '101', '-1', '1.5', '9007199254740993', '1e21', encode('٣')),
    },
    { weight: 3, arbitrary: fc.array(hostileValue, { maxLength: 3 }).map((values) => cursorOf(values).slice(0, 3000)) },
    {
      weight: 2,
      arbitrary: fc.constantFrom(
        cursorOf(['2026-11-21T12:00:00.000Z', '01900000-0000-7000-8000-00000000000a']),
        cursorOf(['0000-01-01T00:00:00.000Z', '01900000-0000-7000-8000-00000000000a']),
        cursorOf(['9999-12-31T23:59:59.999Z', '01900000-0000-7000-8000-00000000000a']),
        cursorOf(['+275760-09-13T00:00:00.000Z', '01900000-0000-7000-8000-00000000000a']),
        cursorOf(['01900000-0000-7000-8000-00000000000a']),
        'buyer',
        'maker',
      ),
    },
  );
  const pair = fc.tuple(name, value).map(([key, text]) => `${key}=${text}`);
  const fixed = 'as' in properties ? fc.constantFrom('as=buyer', 'as=maker') : fc.constant('');
  return fc
    .tuple(fixed, fc.array(pair, { maxLength: 3 }))
    .map(([first, pairs]) => [first, ...pairs].filter(Boolean).join('&'));
};

type Sent = { method: string; path: string; headers: Record<string, string>; body: string | null };

const caseFor = (route: Route): Arbitrary<Sent> => {
  const endpoint: Endpoint = api[route];
  const [method = '', template = ''] = route.split(' ');
  const param = fc.oneof(
    { weight: 6, arbitrary: fc.nat().map((at) => ids[at % ids.length] ?? '') },
    { weight: 2, arbitrary: fc.uuid() },
    { weight: 2, arbitrary: hostileText.map((text) => encode(text.slice(0, 3000))) },
    { weight: 1, arbitrary: fc.constantFrom('for-you', 'platform', 'connect', 'ines') },
  );
  // Who leaves or blocks somebody would spoil the cases after it.
  const people = /logout/.test(route) ? (['anonymous'] as const) : (['viewer', 'owner', 'buyer'] as const);
  const asking = /block/.test(route)
    ? fc.constantFrom('anonymous' as const, 'viewer' as const)
    : fc.constantFrom(...people);
  return fc
    .record({
      params: fc.array(param, { minLength: 2, maxLength: 2 }),
      query: hostileQuery(endpoint),
      body: method === 'GET' ? fc.constant(null) : fc.option(bodyFor(endpoint), { freq: 12 }),
      type: fc.oneof(
        { weight: 12, arbitrary: fc.constant('application/json') },
        {
          weight: 1,
          arbitrary: fc.constantFrom('text/plain', 'application/xml', 'x', 'application/json; charset=utf-7'),
        },
      ),
      key: fc.oneof(
        { weight: 8, arbitrary: fc.uuid() },
        { weight: 1, arbitrary: fc.constantFrom('short', 'x'.repeat(200), 'with space', "'--------'") },
      ),
      who: asking,
    })
    .map(({ params, query, body, type, key, who }) => {
      let at = 0;
      const path = `/api/v1${template.replace(/:\w+/g, () => params[at++] ?? '')}${query ? `?${query}` : ''}`;
      const headers = {
        origin: app.url(),
        cookie: cookies[who],
        'idempotency-key': key,
        ...(body === null ? {} : { 'content-type': type }),
      };
      return { method, path, headers, body };
    });
};

type Answer = { status: number; type: string; requestId: string; text: string };

/** As it stands, without a client that would put anything right. */
const send = ({ method, path, headers, body }: Sent): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const url = new URL(app.url());
    const length = body === null ? {} : { 'content-length': String(Buffer.byteLength(body)) };
    const outgoing = httpRequest(
      { host: url.hostname, port: url.port, method, path, headers: { ...headers, ...length }, agent },
      (incoming) => {
        const chunks: Buffer[] = [];
        incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
        incoming.on('error', reject);
        incoming.on('end', () =>
          resolve({
            status: incoming.statusCode ?? 0,
            type: incoming.headers['content-type'] ?? '',
            requestId: String(incoming.headers['x-request-id'] ?? ''),
            text: Buffer.concat(chunks).toString(),
          }),
        );
      },
    );
    outgoing.on('error', reject);
    outgoing.end(body ?? undefined);
  });

const expectAnswer = (sent: Sent, answer: Answer) => {
  const { status, type, requestId, text } = answer;
  const shown = `${sent.method} ${sent.path.slice(0, 300)} ${sent.body?.slice(0, 300)} → ${status} ${text.slice(0, 300)}`;

  // What the operator has not switched on says so, whoever asks for it and however.
  const isOff = status === 503 && text.includes('"code":"capability_off"');
  expect(isOff || status < 500, shown).toBe(true);
  if (status < 300) return;
  expect(type, shown).toContain('application/problem+json');
  const problem = JSON.parse(text);
  expect(isErrorCode(problem.code), shown).toBe(true);
  expect(problem, shown).toMatchObject({ status, requestId });
  expect(requestId).not.toBe('');
};

describe('every route', () => {
  it.each(routes)('%s', async (route) => {
    await fc.assert(
      fc.asyncProperty(caseFor(route), async (sent) => expectAnswer(sent, await send(sent))),
      { seed: SEED + routes.indexOf(route), numRuns: CASES_PER_ROUTE, endOnFailure: true },
    );
  });
});

/** Each of these was once an error of ours. */
describe('what was found before', () => {
  const sent = (method: string, path: string, body: string | null = null): Sent => ({
    method,
    path: `/api/v1${path}`,
    headers: {
      origin: app.url(),
      cookie: cookies.owner,
      'idempotency-key': crypto.randomUUID(),
      ...(body === null ? {} : { 'content-type': 'application/json' }),
    },
    body,
  });

  it('a number that is not finite is none', async () => {
    const asked = ['1e400', '-1e400', '1e21', '2147483648', 'NaN', 'Infinity'].flatMap((number) => [
      sent('GET', `/auctions/${auctionId}/events?before=${number}`),
      sent('GET', `/auctions/${auctionId}/events?limit=${number}`),
      sent('GET', `/feed/for-you?limit=${number}`),
    ]);
    for (const each of asked) {
      const answer = await send(each);
      expectAnswer(each, answer);
      expect(answer.status, each.path).toBe(400);
    }
  });

  it('a body that lies too deep is refused, also where none is asked for', async () => {
    const path = `/offers/${ids[0]}/accept`;
    for (const body of [nested('[', ']', 20_000), nested('{"a":', '}', 20_000).replace('}', '1}')]) {
      const each = sent('POST', path, body);
      const answer = await send(each);
      expectAnswer(each, answer);
      expect(answer.status).toBe(400);
    }
  });

  it('an id that is longer than any is not there', async () => {
    const each = sent('GET', `/stories/${'x'.repeat(3000)}`);
    const answer = await send(each);
    expectAnswer(each, answer);
    expect(answer.status).toBe(404);
  });
});

describe('addresses beside the routes', () => {
  const tus = { 'tus-resumable': '1.0.0', 'content-type': 'application/offset+octet-stream' };

  it.each<[string, string, Record<string, string>?]>([
    ['GET', '/%'],
    ['GET', '/%00'],
    ['GET', '/%ED%A0%80'],
    ['GET', '//'],
    ['GET', '/..%2f..%2fetc%2fpasswd'],
    ['GET', `/${'x'.repeat(9000)}`],
    ['GET', '/s/%00'],
    ['GET', `/s/${'-'.repeat(36)}`],
    ['GET', '/api/v1/%'],
    ['PATCH', '/api/v1/stories'],
    ['GET', `/media/public/${'-'.repeat(36)}/1/master.m3u8`],
    ['GET', '/media/public/x/1e21/%00'],
    ['GET', '/media/original/%ED%A0%80'],
    ['GET', '/v/a.b.c.d/media/private/x/1/master.m3u8'],
    ['POST', '/uploads', { ...tus, 'upload-length': '1e21' }],
    ['POST', '/uploads', { ...tus, 'upload-length': '99999999999999999999' }],
    ['POST', '/uploads', { ...tus, 'upload-length': '-1', 'upload-metadata': '%%%' }],
    ['POST', '/uploads', { 'tus-resumable': '9.9.9', 'upload-length': '10', 'upload-metadata': 'filename !!!' }],
    ['PATCH', '/uploads/%00', { ...tus, 'upload-offset': '0' }],
    ['HEAD', `/uploads/${'-'.repeat(36)}`, tus],
  ])('%s %s', async (method, path, headers = {}) => {
    const asked = { method, path, headers: { cookie: cookies.owner, origin: app.url(), ...headers }, body: null };

    const { status, text } = await send(asked);

    expect(status, text).toBeGreaterThanOrEqual(200);
    expect(status, text).toBeLessThan(500);
  });
});

it('nothing of it has changed what every object has', () => {
  expect(Object.keys(Object.prototype)).toEqual([]);
  expect('admin' in {}).toBe(false);
});
