// What the contract's schemas let through, looked at without a server: nothing that is not named, nothing that runs for ever.

import type { Endpoint } from '@videowindow/contract';
import { api } from '@videowindow/contract/api';
import { expect, test } from 'vitest';

type Schema = {
  type?: string;
  pattern?: string;
  maxLength?: number;
  maximum?: number;
  maxItems?: number;
  additionalProperties?: unknown;
  properties?: Record<string, Schema>;
  items?: Schema;
  anyOf?: Schema[];
  const?: unknown;
  enum?: unknown[];
  format?: string;
};

/** Each schema inside, with its way. */
const inside = (schema: Schema, at: string): [string, Schema][] => [
  [at, schema],
  ...Object.entries(schema.properties ?? {}).flatMap(([name, member]) => inside(member, `${at}.${name}`)),
  ...(schema.items ? inside(schema.items, `${at}[]`) : []),
  ...(schema.anyOf ?? []).flatMap((one) => inside(one, at)),
];
const parts = (name: 'body' | 'query' | 'response') =>
  Object.entries(api).flatMap(
    ([key, endpoint]: [string, Endpoint]) =>
      endpoint[name] && !endpoint.rawBody ? inside(endpoint[name] as Schema, `${key} ${name}`) : [], // TypeBox's are JSON Schemas
  );

/** What another standard defines and its library reads and writes (OpenID Connect, WebAuthn): we name no member of it. */
const FOREIGN = [
  'POST /auth/social/callback body.answer',
  'POST /auth/passkeys/sign-in body.response.clientExtensionResults',
  'POST /auth/passkeys body.response.clientExtensionResults',
  'POST /auth/step-up/passkey body.response.clientExtensionResults',
  'POST /auth/passkeys/sign-in/options response',
  'POST /auth/passkeys/options response',
  'POST /auth/step-up/passkey/options response',
];

test('every object that is sent or answered has the members that are named, and no others', () => {
  const open = [...parts('body'), ...parts('query'), ...parts('response')].filter(
    ([, schema]) => schema.type === 'object' && schema.additionalProperties !== false,
  );

  expect(open.map(([at]) => at)).toEqual(FOREIGN);
});

test('every text, list and number that is sent has its bounds', () => {
  const boundless = [...parts('body'), ...parts('query')].filter(([, schema]) => {
    const isGiven = schema.const !== undefined || schema.enum !== undefined;
    if (schema.type === 'string')
      return !isGiven && schema.maxLength === undefined && schema.pattern === undefined && schema.format === undefined;
    if (schema.type === 'array') return schema.maxItems === undefined;
    return false;
  });

  expect(boundless.map(([at]) => at)).toEqual([]);
});

test('no pattern takes long, whatever it is given', () => {
  const patterns = new Map(
    [...parts('body'), ...parts('query')].flatMap(([, { pattern, maxLength }]) =>
      pattern === undefined ? [] : [[pattern, maxLength ?? 50_000] as const],
    ),
  );
  expect(patterns.size).toBeGreaterThan(3);
  const slow: string[] = [];
  for (const [pattern, most] of patterns) {
    const expression = new RegExp(pattern, 'u');
    for (const piece of ['a', '0', 'A', '-', '.', ' ', '@', 'a.', 'a-', '0.', 'a@', '\n', 'é', '/']) {
      const began = performance.now();
      expression.test(`${piece.repeat(most / piece.length)}!`);
      if (performance.now() - began > 100) slow.push(`${pattern} of ${JSON.stringify(piece)}`);
    }
  }

  expect(slow).toEqual([]);
});
