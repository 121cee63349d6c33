// Nothing answers 500 for bad input: every endpoint is given what its schema lets through at its edges, and what it does not.
import { randomUUID } from 'node:crypto';
import type { ApiTable, Endpoint } from '@videowindow/contract';
import { api } from '@videowindow/contract/api';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { encodeCursor } from '#platform/http';
import { startTestApp, type TestApp } from './testing/app.ts';
import { type Person, signIn } from './testing/people.ts';

let app: TestApp;
let person: Person;
/** A draft of theirs, so that what is asked for is sometimes there. */
let storyId: string;
beforeAll(async () => {
  app = await startTestApp();
  person = await signIn(app, 'prober', ['maker', 'moderator', 'admin']);
  storyId = (await person.client.call('POST /stories', { body: {} })).id;
});
afterAll(() => app.stop());

/** Leaving is tested elsewhere; here it would end the session, and codes would be sent to strangers. */
const LEFT_OUT = ['POST /auth/logout', 'POST /auth/otp/request', 'POST /webhooks/stripe/:endpoint'];
const endpoints = Object.entries(api as ApiTable).filter(([key]) => !LEFT_OUT.includes(key));

/** The parts of JSON Schema that the contract uses. */
type Schema = {
  type?: string;
  enum?: unknown[];
  const?: unknown;
  anyOf?: Schema[];
  format?: string;
  pattern?: string;
  minLength?: number;
  maxLength?: number;
  minimum?: number;
  maximum?: number;
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
  minItems?: number;
  maxItems?: number;
};

const awkward = [
  '',
  ' ',
  "'; drop table users; --",
  '\u0000',
  '\ud800',
  '💥',
  '‮',
  '%00',
  '../..',
  '{}',
  '\\',
  'é'.normalize('NFD'),
  'NaN',
  '1e400',
];

/** Strings of a pattern. The generator knows no looking around: what only that part forbids is left out afterwards. */
const matching = (pattern: string): fc.Arbitrary<string> =>
  fc
    .stringMatching(new RegExp(pattern.replaceAll(/\(\?<?[!=](?:\\.|[^)])*\)/g, '')))
    .filter((text) => new RegExp(pattern).test(text));

/** Values that a schema takes, its extremes among them. */
const valid = (schema: Schema): fc.Arbitrary<unknown> => {
  if (schema.const !== undefined) return fc.constant(schema.const);
  if (schema.enum) return fc.constantFrom(...schema.enum);
  if (schema.anyOf) return fc.oneof(...schema.anyOf.map(valid));
  switch (schema.type) {
    case 'null':
      return fc.constant(null);
    case 'boolean':
      return fc.boolean();
    case 'integer':
    case 'number': {
      const [low, high] = [schema.minimum ?? -1_000_000, schema.maximum ?? Number.MAX_SAFE_INTEGER];
      return fc.oneof(fc.constantFrom(low, high), fc.integer({ min: low, max: high }));
    }
    case 'array':
      return fc.array(valid(schema.items ?? {}), { minLength: schema.minItems ?? 0, maxLength: schema.maxItems ?? 3 });
    case 'object': {
      const properties = Object.entries(schema.properties ?? {});
      const model = Object.fromEntries(properties.map(([name, each]) => [name, valid(each)]));
      return fc.record(model, { requiredKeys: schema.required ?? [] });
    }
    default: {
      if (schema.format === 'uuid')
        return fc.constantFrom(randomUUID(), '00000000-0000-0000-0000-000000000000', person.id);
      if (schema.format === 'email') return fc.constantFrom('a@b.test', `${'x'.repeat(60)}@people.test`);
      if (schema.format === 'date-time') return fc.constantFrom('2026-01-01T00:00:00Z', '9999-12-31T23:59:59.999Z');
      if (schema.pattern) return matching(schema.pattern);
      const [least, most] = [schema.minLength ?? 0, Math.min(schema.maxLength ?? 2000, 2000)];
      return fc.oneof(
        fc.string({ unit: 'grapheme', minLength: least, maxLength: Math.min(most, 50) }),
        fc.constantFrom('x'.repeat(most), '👩🏽‍🎨'.repeat(Math.floor(most / 8)) || 'x'.repeat(least)),
      );
    }
  }
};

/** The same with one member made awkward, taken out or added. */
const broken = (schema: Schema): fc.Arbitrary<unknown> =>
  fc
    .tuple(
      valid(schema),
      fc.oneof(fc.constantFrom<unknown>(...awkward, null, [], {}, -1, 1.5, 1e300, true), fc.json()),
      fc.nat(),
    )
    .map(([value, odd, at]) => {
      if (typeof value !== 'object' || value === null) return odd;
      const keys = [...Object.keys(value), 'unknownMember'];
      return { ...value, [keys[at % keys.length] ?? '']: odd };
    });

const ids = ['x', '00000000-0000-0000-0000-000000000000', randomUUID(), randomUUID().toUpperCase(), '%00', '💥'];
const cursors = [
  [],
  ['x'],
  [-1],
  [Number.MAX_SAFE_INTEGER],
  [randomUUID()],
  ['0001-01-01T00:00:00.000Z', randomUUID()],
  ['9999-12-31T23:59:59.999Z', '00000000-0000-0000-0000-000000000000'],
].map((values) => encodeCursor(values));

const send = async (key: string, endpoint: Endpoint, what: { id: string; body?: unknown; query?: string }) => {
  const [method = '', path = ''] = key.split(' ');
  const address = `/api/v1${path.replaceAll(/:[^/]+/g, encodeURIComponent(what.id))}${what.query ?? ''}`;
  return await person.fetch(address, {
    method,
    headers: {
      ...(what.body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(endpoint.idempotency ? { 'idempotency-key': randomUUID() } : {}),
    },
    ...(what.body === undefined ? {} : { body: JSON.stringify(what.body) }),
  });
};

const expectAnswer = async (response: Response, about: unknown) => {
  const text = await response.text();
  // 503 is an answer too: something is not set up here, and it says so.
  expect(
    response.status === 503 || response.status < 500,
    `${response.status} ${text} for ${JSON.stringify(about)}`,
  ).toBe(true);
  if (response.status >= 400)
    expect(JSON.parse(text), text).toMatchObject({ code: expect.any(String), requestId: expect.any(String) });
};

describe('an address', () => {
  test.each(endpoints.filter(([key]) => key.includes('/:')))('%s answers any id', async (key, endpoint) => {
    for (const id of [...ids, storyId, person.id])
      await expectAnswer(await send(key, endpoint, { id, ...(endpoint.body ? { body: {} } : {}) }), id);
  });
});

describe('a list', () => {
  test.each(endpoints.filter(([, endpoint]) => endpoint.query))('%s answers any query', async (key, endpoint) => {
    const queries = [
      ...cursors.map((cursor) => `?cursor=${cursor}`),
      ...awkward.map((text) => `?cursor=${encodeURIComponent(text.toWellFormed())}`),
      ...['0', '101', '1e9', '', '-1', 'x'].map((limit) => `?limit=${limit}`),
      '?limit=1&limit=2',
      '?a[b]=c&__proto__=1',
    ];
    for (const query of queries) await expectAnswer(await send(key, endpoint, { id: randomUUID(), query }), query);
  });
});

describe('a body', () => {
  test.each(endpoints.filter(([, endpoint]) => endpoint.body && !endpoint.rawBody))(
    '%s answers any',
    async (key, endpoint) => {
      const schema = endpoint.body as Schema; // TypeBox schemas are JSON Schema
      await fc.assert(
        fc.asyncProperty(
          fc.oneof(valid(schema), broken(schema)),
          fc.constantFrom(storyId, randomUUID()),
          async (body, id) => expectAnswer(await send(key, endpoint, { id, body }), body),
        ),
        { numRuns: 25 },
      );
    },
  );
});
