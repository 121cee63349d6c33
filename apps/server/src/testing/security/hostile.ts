// Requests that no client of ours would send: bodies, queries and addresses that a schema lets through at its edges, and
// what it does not.
import type { Endpoint } from '@videowindow/contract';
import { api } from '@videowindow/contract/api';
import fc, { type Arbitrary } from 'fast-check';
import { arbitraryOf } from '../arbitrary.ts';

export type Route = keyof typeof api;
const people = ['anonymous', 'viewer', 'owner', 'buyer', 'moderator', 'admin'] as const;

/** What requests are made with: who may ask, and ids of things that are there, so that commands run on them. */
export type World = {
  url: string;
  cookies: Record<(typeof people)[number] | 'spare', string>;
  ids: readonly string[];
  auctionId: string;
  mediaId: string;
};

/** Who may close accounts, end sessions or hide people is played by somebody who is needed nowhere else. */
export const ENDS_OR_HIDES = /logout|block|\/admin\/users|ban-user|\/auth\/|\/users\/me|sessions|account|api-keys/;

/** Percent-encodes as it stands, halves of surrogate pairs too. */
const encode = (text: string): string =>
  [...text].map((char) => (char.isWellFormed() ? encodeURIComponent(char) : '%ED%A0%80')).join('');

export const nested = (open: string, close: string, depth: number) => `${open.repeat(depth)}${close.repeat(depth)}`;

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

const bodyFor = (endpoint: Endpoint, ids: readonly string[]): Arbitrary<string> => {
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

export type Sent = { method: string; path: string; headers: Record<string, string>; body: string | null };

export const caseFor = (world: World, route: Route): Arbitrary<Sent> => {
  const { ids } = world;
  const endpoint: Endpoint = api[route];
  const [method = '', template = ''] = route.split(' ');
  const param = fc.oneof(
    { weight: 6, arbitrary: fc.nat().map((at) => ids[at % ids.length] ?? '') },
    { weight: 2, arbitrary: fc.uuid() },
    { weight: 2, arbitrary: hostileText.map((text) => encode(text.slice(0, 3000))) },
    { weight: 1, arbitrary: fc.constantFrom('for-you', 'platform', 'connect', 'ines') },
  );
  // Who leaves, blocks somebody or loses their account would spoil the cases after it.
  const asking = ENDS_OR_HIDES.test(route)
    ? fc.constantFrom('anonymous' as const, 'spare' as const)
    : fc.constantFrom(...people);
  return fc
    .record({
      params: fc.array(param, { minLength: 2, maxLength: 2 }),
      query: hostileQuery(endpoint),
      body: method === 'GET' ? fc.constant(null) : fc.option(bodyFor(endpoint, ids), { freq: 12 }),
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
        origin: world.url,
        cookie: world.cookies[who],
        'idempotency-key': key,
        ...(body === null ? {} : { 'content-type': type }),
      };
      return { method, path, headers, body };
    });
};
