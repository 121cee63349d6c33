import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const ROOT = resolve(import.meta.dirname, '..');

/** Houses that were built, each cruised through once. */
const houses: string[] = [];

afterAll(() => {
  for (const house of houses) rmSync(house, { recursive: true });
});

const room = (name: string) => ({
  [`apps/server/src/${name}/index.ts`]: `export { inside } from './inside.ts';`,
  [`apps/server/src/${name}/inside.ts`]: 'export const inside = 1; export type Inside = number;',
});

/** A small house with these files in it. @returns its folder */
function build(files: Readonly<Record<string, string>>): string {
  const house = mkdtempSync(join(tmpdir(), 'videowindow-walls-'));
  houses.push(house);
  const all = {
    'package.json': '{ "type": "module" }',
    'apps/server/package.json': '{ "type": "module", "imports": { "#*": "./src/*/index.ts" } }',
    'apps/server/src/app.ts': 'export {};',
    'packages/contract/src/index.ts': 'export const money = 1;',
    'packages/client/src/index.ts': 'export const client = 1;',
    'apps/server/src/testing/database.ts': 'export const testDatabase = 1;',
    ...room('platform/events'),
    ...room('people/graph'),
    ...room('commerce/ledger'),
    ...room('commerce/locks'),
    ...room('commerce/offers'),
    ...room('community/chat'),
    ...room('discovery/feed'),
    ...room('notifications/inbox'),
    ...room('trust/admin'),
    ...files,
  };
  for (const [name, text] of Object.entries(all)) {
    mkdirSync(dirname(join(house, name)), { recursive: true });
    writeFileSync(join(house, name), text);
  }
  return house;
}

/** The names of the rules that each file of the house breaks. */
function broken(house: string): Map<string, string[]> {
  const program = join(ROOT, 'node_modules/.bin/depcruise');
  const args = [
    program,
    '--config',
    join(ROOT, '.dependency-cruiser.mjs'),
    '--output-type',
    'json',
    'apps',
    'packages',
  ];
  const report = JSON.parse(execFileSync(process.execPath, args, { cwd: house, encoding: 'utf8' }));
  const violations: { from: string; rule: { name: string } }[] = report.summary.violations;
  const byFile = Map.groupBy(violations, ({ from }) => from);
  return new Map([...byFile].map(([file, found]) => [file, found.map(({ rule }) => rule.name)]));
}

test('imports downwards, through doors and from tests break nothing', () => {
  const house = build({
    'apps/server/src/app.ts': "import '#people/graph'; import '#commerce/offers';",
    'apps/server/src/commerce/offers/commands.ts':
      "import '#commerce/locks'; import '#people/graph'; import './inside.ts';",
    'apps/server/src/notifications/inbox/send.ts': "import '#people/graph'; import '#platform/events';",
    'apps/server/src/people/graph/graph.test.ts': "import '../../testing/database.ts'; import '#discovery/feed';",
    'apps/server/src/people/graph/two.ts': "import type { Inside } from './three.ts'; export type Two = Inside;",
    'apps/server/src/people/graph/three.ts': "import type { Two } from './two.ts'; export type Inside = number | Two;",
  });

  expect(broken(house)).toEqual(new Map());
});

/** What is wrong, in which folder, by which words, and the rule that says so. */
const breaches: readonly (readonly [what: string, where: string, text: string, rule: string])[] = [
  [
    'a room of the platform that knows people',
    'apps/server/src/platform/events',
    "import '#people/graph';",
    'floor-of-platform',
  ],
  [
    'a lower floor that imports a higher one',
    'apps/server/src/people/graph',
    "import '#discovery/feed';",
    'floor-of-people',
  ],
  [
    'the same for a type',
    'apps/server/src/people/graph',
    "import type { inside } from '#discovery/feed';",
    'floor-of-people',
  ],
  ['the same at run time', 'apps/server/src/people/graph', "await import('#discovery/feed');", 'floor-of-people'],
  [
    'the same in a resource that ends with its block',
    'apps/server/src/people/graph',
    "using feed = await import('#discovery/feed'); export const f = () => feed;",
    'floor-of-people',
  ],
  [
    'a room that imports the composition root',
    'apps/server/src/trust/admin',
    "import '../../app.ts';",
    'floor-of-trust',
  ],
  [
    'a neighbour on the same floor',
    'apps/server/src/community/chat',
    "import '#commerce/ledger';",
    'floor-of-community',
  ],
  [
    'commerce against its order',
    'apps/server/src/commerce/locks',
    "import '#commerce/offers';",
    'order-of-commerce-locks',
  ],
  [
    'a way around the door',
    'apps/server/src/discovery/feed',
    "import '../../people/graph/inside.ts';",
    'through-the-door',
  ],
  [
    'notifications that ask',
    'apps/server/src/notifications/inbox',
    "import '#commerce/ledger';",
    'notifications-hear-events',
  ],
  ['test code in the product', 'apps/server/src/people/graph', "import '../../testing/database.ts';", 'no-test-code'],
  [
    'the client in the server',
    'apps/server/src/people/graph',
    "import '../../../../../packages/client/src/index.ts';",
    'server-knows-no-web',
  ],
  ['a door that is not there', 'apps/server/src/people/graph', "import '#people/nowhere';", 'resolvable'],
  ...[
    ['contract', 'contract-stands-alone'],
    ['client', 'client-knows-the-contract'],
    ['ui', 'ui-knows-no-server'],
    ['sandbox', 'sandbox-is-the-outside'],
  ].map(
    ([name = '', rule = '']) =>
      [
        `packages/${name} that reaches into the server`,
        `packages/${name}/src`,
        "import '../../../apps/server/src/people/graph/index.ts';",
        rule,
      ] as const,
  ),
  [
    'a web app that reaches past the client',
    'apps/web/src',
    "import '../../server/src/people/graph/index.ts'; export const X = () => <p />;",
    'web-talks-through-the-client',
  ],
];

describe('a house with breaches of every kind', () => {
  const fileOf = (n: number) => `${breaches[n]?.[1]}/breach-${n}.${breaches[n]?.[2].includes('<p />') ? 'tsx' : 'ts'}`;
  let found: Map<string, string[]>;
  beforeAll(() => {
    found = broken(
      build({
        ...Object.fromEntries(breaches.map(([, , text], n) => [fileOf(n), text])),
        'apps/server/src/people/graph/two.ts': "import { three } from './three.ts'; export const two = () => three;",
        'apps/server/src/people/graph/three.ts': "import { two } from './two.ts'; export const three = () => two;",
      }),
    );
  });

  test.each(breaches.map(([what, , , rule], n) => [what, fileOf(n), rule] as const))(
    '%s is reported',
    (_, file, rule) => {
      expect(found.get(file)).toContain(rule);
    },
  );

  test('a circle at run time is reported', () => {
    const files = ['two', 'three'].map((name) => `apps/server/src/people/graph/${name}.ts`);
    expect(files.flatMap((file) => found.get(file) ?? [])).toContain('no-circle');
  });
});
