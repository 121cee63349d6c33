/** The walls of the house: which part may import which. Read by `npm test`; the floors are those of docs/contributors. */
import { Visitor } from '@swc/core/Visitor.js';

// swc parses `using x = ...`, its visitor doesn't know it yet and throws: to us it is a variable like any other.
const visitStatement = Visitor.prototype.visitStatement;
Visitor.prototype.visitStatement = function visit(statement) {
  if (statement.type !== 'UsingDeclaration') return visitStatement.call(this, statement);
  statement.decls = this.visitVariableDeclarators(statement.decls);
  return statement;
};

/** Each floor's rooms may import what stands above it in this list, never what comes after. */
const FLOORS = [
  ['platform'],
  ['people'],
  ['content'],
  ['community', 'commerce'],
  ['discovery', 'live', 'trust', 'notifications'],
  ['insight', 'ads'],
];

/** On one floor areas don't import each other; within these areas rooms do, backwards along the line only. */
const ORDERS = {
  commerce: ['ledger', 'payments', 'listings', 'locks', 'orders', 'auctions', 'offers'],
};

const SERVER = '^apps/server/src';
/** Tests, and what is there for them alone: `market.fixture.ts`, `test-clips.ts`. They may import more. */
const TESTS = '(\\.(test|fixture)\\.tsx?|/test-[^/]+\\.ts)$|^apps/server/src/testing/';
const ROOT_FILES = `${SERVER}/[^/]+\\.ts$`;
const areas = (list) => `(${list.join('|')})`;

/** @type {import('dependency-cruiser').IForbiddenRuleType[]} */
const floors = FLOORS.flatMap((floor, level) => {
  const above = FLOORS.slice(level + 1).flat();
  return floor.map((area) => {
    const beside = floor.filter((other) => other !== area);
    return {
      name: `floor-of-${area}`,
      comment: `${area} may import the floors below it only: what it needs from above comes by a port or an event.`,
      severity: 'error',
      from: { path: `${SERVER}/${area}/`, pathNot: TESTS },
      to: { path: `${SERVER}/(${areas([...above, ...beside, '#none'])}/|[^/]+\\.ts$)` },
    };
  });
});

/** @type {import('dependency-cruiser').IForbiddenRuleType[]} */
const orders = Object.entries(ORDERS).flatMap(([area, rooms]) =>
  rooms.slice(0, -1).map((room, at) => ({
    name: `order-of-${area}-${room}`,
    comment: `In ${area} an import goes ${[...rooms].reverse().join(' > ')}; ${room} hears of the others by port or event.`,
    severity: 'error',
    from: { path: `${SERVER}/${area}/${room}/`, pathNot: TESTS },
    to: { path: `${SERVER}/${area}/${areas(rooms.slice(at + 1))}/` },
  })),
);

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    ...floors,
    ...orders,
    {
      name: 'through-the-door',
      comment: "A room is entered through its index.ts (`import { x } from '#area/room'`).",
      severity: 'error',
      from: { path: `${SERVER}/([^/]+/[^/]+)/`, pathNot: TESTS },
      to: { path: `${SERVER}/[^/]+/[^/]+/.+`, pathNot: [`${SERVER}/$1/`, `${SERVER}/[^/]+/[^/]+/index\\.ts$`] },
    },
    {
      name: 'notifications-hear-events',
      comment: 'notifications import people and the platform; the rest it hears as events.',
      severity: 'error',
      from: { path: `${SERVER}/notifications/`, pathNot: TESTS },
      to: { path: `${SERVER}/`, pathNot: `${SERVER}/(notifications|people|platform)/` },
    },
    {
      name: 'root-through-the-door',
      comment: 'Also the composition root knows rooms by their doors (settings and migrations lie beside them).',
      severity: 'error',
      from: { path: ROOT_FILES, pathNot: TESTS },
      to: { path: `${SERVER}/[^/]+/[^/]+/.+`, pathNot: [`${SERVER}/[^/]+/[^/]+/(index|[^/]*settings)\\.ts$`, TESTS] },
    },
    {
      name: 'contract-stands-alone',
      comment: 'packages/contract is what both sides agree on: it imports nothing of ours.',
      severity: 'error',
      from: { path: '^packages/contract/src/' },
      to: { path: '^(apps|packages|e2e|bench|scripts)/', pathNot: '^packages/contract/src/' },
    },
    {
      name: 'client-knows-the-contract',
      comment: 'packages/client is published: of ours it imports the contract only.',
      severity: 'error',
      from: { path: '^packages/client/src/', pathNot: TESTS },
      to: { path: '^(apps|packages|e2e|bench|scripts)/', pathNot: '^packages/(client|contract)/src/' },
    },
    {
      name: 'ui-knows-no-server',
      comment: 'The design system knows looks, not this product: nothing of ours but the contract.',
      severity: 'error',
      from: { path: '^packages/ui/', pathNot: TESTS },
      to: { path: '^(apps|packages|e2e|bench|scripts)/', pathNot: '^packages/(ui|contract)/' },
    },
    {
      name: 'sandbox-is-the-outside',
      comment: 'The sandbox stands for other companies: it knows nothing of this product.',
      severity: 'error',
      from: { path: '^packages/sandbox/src/', pathNot: TESTS },
      to: { path: '^(apps|packages|e2e|bench|scripts)/', pathNot: '^packages/sandbox/' },
    },
    {
      name: 'web-talks-through-the-client',
      comment: 'The web app reaches the server through packages/client only.',
      severity: 'error',
      from: { path: '^apps/web/', pathNot: TESTS },
      to: { path: '^(apps/server|packages/sandbox|e2e|bench)/' },
    },
    {
      name: 'server-knows-no-web',
      severity: 'error',
      comment: 'The server serves the built app as files.',
      from: { path: SERVER, pathNot: TESTS },
      to: { path: '^(apps/web|packages/(ui|client)|e2e|bench)/' },
    },
    {
      name: 'no-test-code',
      comment: 'What runs in production imports nothing that is there for tests.',
      severity: 'error',
      from: { path: '^(apps|packages)/', pathNot: TESTS },
      to: { path: `${TESTS}|/node_modules/(vitest|fast-check)/` },
    },
    {
      name: 'no-circle',
      comment: 'Two files that import each other are one file, or a wrong cut. (Types may: they are gone at run time.)',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'resolvable',
      comment: 'An import that leads nowhere.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    parser: 'swc',
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)(dist|coverage|test-results)/' },
    tsPreCompilationDeps: true,
    combinedDependencies: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'types', 'node', 'default'],
      extensions: ['.ts', '.tsx', '.mjs', '.js', '.css', '.json'],
      mainFields: ['module', 'main', 'types'],
    },
  },
};
