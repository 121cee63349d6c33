import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';

const ROOT = resolve(import.meta.dirname, '..');

let house: string;

beforeEach(() => {
  house = mkdtempSync(join(tmpdir(), 'videowindow-walls-'));
  build({
    'package.json': '{ "type": "module" }',
    'apps/server/package.json': '{ "type": "module", "imports": { "#*": "./src/*/index.ts" } }',
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
  });
});

afterEach(() => rmSync(house, { recursive: true }));

const room = (name: string) => ({
  [`apps/server/src/${name}/index.ts`]: `export { inside } from './inside.ts';`,
  [`apps/server/src/${name}/inside.ts`]: 'export const inside = 1; export type Inside = number;',
});

function build(files: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(house, name)), { recursive: true });
    writeFileSync(join(house, name), text);
  }
}

/** The names of the rules that the house breaks now. */
function broken(): string[] {
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
  return report.summary.violations.map((violation: { rule: { name: string } }) => violation.rule.name);
}

test('imports downwards, through doors and from tests break nothing', () => {
  build({
    'apps/server/src/app.ts': "import '#people/graph'; import '#commerce/offers';",
    'apps/server/src/commerce/offers/commands.ts':
      "import '#commerce/locks'; import '#people/graph'; import './inside.ts';",
    'apps/server/src/notifications/inbox/send.ts': "import '#people/graph'; import '#platform/events';",
    'apps/server/src/people/graph/graph.test.ts': "import '../../testing/database.ts'; import '#discovery/feed';",
    'apps/server/src/people/graph/two.ts': "import type { Inside } from './three.ts'; export type Two = Inside;",
    'apps/server/src/people/graph/three.ts': "import type { Two } from './two.ts'; export type Inside = number | Two;",
  });

  expect(broken()).toEqual([]);
});

test.each([
  ['a room of the platform that knows people', 'platform/events', "import '#people/graph';", 'floor-of-platform'],
  ['a lower floor that imports a higher one', 'people/graph', "import '#discovery/feed';", 'floor-of-people'],
  ['the same for a type', 'people/graph', "import type { inside } from '#discovery/feed';", 'floor-of-people'],
  ['the same at run time', 'people/graph', "await import('#discovery/feed');", 'floor-of-people'],
  [
    'the same in a resource that ends with its block',
    'people/graph',
    "using feed = await import('#discovery/feed'); export const f = () => feed;",
    'floor-of-people',
  ],
  ['a room that imports the composition root', 'trust/admin', "import '../../app.ts';", 'floor-of-trust'],
  ['a neighbour on the same floor', 'community/chat', "import '#commerce/ledger';", 'floor-of-community'],
  ['commerce against its order', 'commerce/locks', "import '#commerce/offers';", 'order-of-commerce-locks'],
  ['a way around the door', 'discovery/feed', "import '../../people/graph/inside.ts';", 'through-the-door'],
  ['notifications that ask', 'notifications/inbox', "import '#commerce/ledger';", 'notifications-hear-events'],
  ['test code in the product', 'people/graph', "import '../../testing/database.ts';", 'no-test-code'],
  [
    'the client in the server',
    'people/graph',
    "import '../../../../../packages/client/src/index.ts';",
    'server-knows-no-web',
  ],
  ['a door that is not there', 'people/graph', "import '#people/nowhere';", 'resolvable'],
])('%s is reported', (_, where, text, rule) => {
  build({ 'apps/server/src/app.ts': 'export {};', [`apps/server/src/${where}/breach.ts`]: text });

  expect(broken()).toContain(rule);
});

test.each([
  ['contract', 'contract-stands-alone'],
  ['client', 'client-knows-the-contract'],
  ['ui', 'ui-knows-no-server'],
  ['sandbox', 'sandbox-is-the-outside'],
])('packages/%s that reaches into the server is reported', (name, rule) => {
  build({ [`packages/${name}/src/breach.ts`]: "import '../../../apps/server/src/people/graph/index.ts';" });

  expect(broken()).toContain(rule);
});

test('a web app that reaches past the client is reported', () => {
  build({
    'apps/web/src/breach.tsx': "import '../../server/src/people/graph/index.ts'; export const X = () => <p />;",
  });

  expect(broken()).toContain('web-talks-through-the-client');
});

test('a circle at run time is reported', () => {
  build({
    'apps/server/src/people/graph/two.ts': "import { three } from './three.ts'; export const two = () => three;",
    'apps/server/src/people/graph/three.ts': "import { two } from './two.ts'; export const three = () => two;",
  });

  expect(broken()).toContain('no-circle');
});
