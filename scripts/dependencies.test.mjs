import { execFile, execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { json } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { concerning, versionsOf } from './advisories.mjs';
import { isAllowed, nameOf, packagesOf, problemsOf } from './dependencies.mjs';
import { ROOT } from './setup/root.mjs';

const read = (name) => JSON.parse(readFileSync(new URL(name, ROOT), 'utf8'));

test('everything that we use has its sum, comes from the registry, runs no script unasked and may be used', () => {
  expect(problemsOf(read('package-lock.json'), read('package.json'))).toEqual([]);
});

test('what would be wrong is named', () => {
  const good = { version: '1.0.0', integrity: 'sha512-x', license: 'MIT' };
  const lock = {
    packages: {
      '': {},
      'node_modules/good': good,
      'node_modules/a/node_modules/bare': { ...good, integrity: undefined },
      'node_modules/elsewhere': { ...good, resolved: 'git+ssh://git@host/x.git' },
      'node_modules/runs': { ...good, hasInstallScript: true },
      'node_modules/asked': { ...good, hasInstallScript: true },
      'node_modules/closed': { ...good, license: 'BUSL-1.1' },
      'node_modules/silent': { ...good, license: undefined },
    },
  };

  const problems = problemsOf(lock, { allowScripts: { asked: false } });

  expect(problems.map((problem) => problem.split(' ')[0])).toEqual(['bare', 'elsewhere', 'runs', 'closed', 'silent']);
});

test('an expression is met by all of its parts, or by one of its choices', () => {
  expect(isAllowed('MIT OR GPL-3.0-only')).toBe(true);
  expect(isAllowed('MIT AND GPL-3.0-only')).toBe(false);
  expect(isAllowed('(MIT AND Zlib)')).toBe(true);
});

test('the list of parts (CycloneDX) names everything that we use, with its sum and its licence', () => {
  const { bomFormat, components } = JSON.parse(
    execFileSync('npm', ['run', '--silent', 'sbom'], {
      cwd: ROOT,
      maxBuffer: 1 << 26,
      stdio: ['ignore', 'pipe', 'ignore'],
    }),
  );
  const parts = new Map(components.map((part) => [part['bom-ref'], part]));
  const missing = packagesOf(read('package-lock.json')).filter(([path, { version, integrity, license, name }]) => {
    const part = parts.get(`${name ?? nameOf(path)}@${version}`);
    return (
      !part || (integrity && !part.hashes?.length) || (license && !license.startsWith('SEE ') && !part.licenses?.length)
    );
  });

  expect(bomFormat).toBe('CycloneDX');
  expect(missing).toEqual([]);
});

/** The command against a registry that we play. @returns what it ended with, what it said, and what it asked about */
const advisories = async (answer, env = {}) => {
  const asked = [];
  const registry = createServer(async (request, response) => {
    asked.push({ url: request.url, versions: await json(request) });
    response.writeHead(answer ? 200 : 503, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
  });
  registry.listen(0, '127.0.0.1');
  await once(registry, 'listening');
  const url = `http://127.0.0.1:${registry.address().port}/`;
  const { code, said } = await new Promise((resolve) =>
    execFile(
      process.execPath,
      [fileURLToPath(new URL('advisories.mjs', import.meta.url))],
      { env: { PATH: process.env.PATH, npm_config_registry: url, ...env } },
      (error, out, err) => resolve({ code: error?.code ?? 0, said: out + err }),
    ),
  );
  registry.close();
  return { code, said, asked };
};
const weak = (severity, range) => [
  { id: 1, url: 'https://advisories.test/1', title: 'It lets anybody in', severity, vulnerable_versions: range },
];

test('a weakness that is known of what we use stops us when it is grave, and is told otherwise', async () => {
  const [grave, small, past, none] = await Promise.all([
    advisories({ fastify: weak('high', '>=1.0.0') }),
    advisories({ fastify: weak('moderate', '>=1.0.0') }),
    advisories({ fastify: weak('critical', '<1.0.0'), 'not-ours': weak('critical', '*') }),
    advisories({}),
  ]);

  expect([grave.code, grave.said]).toEqual([1, expect.stringMatching(/^high: fastify \S+: It lets anybody in/)]);
  expect([small.code, small.said]).toEqual([0, expect.stringContaining('1 weaknesses, 0 of them grave')]);
  expect([past.code, past.said]).toEqual([0, expect.stringContaining('0 weaknesses')]);
  expect([none.code, none.said]).toEqual([0, expect.stringContaining('0 weaknesses')]);
  expect(grave.asked).toEqual([
    { url: '/-/npm/v1/security/advisories/bulk', versions: versionsOf(read('package-lock.json')) },
  ]);
});

test('what a registry has said is read from a file where none is in reach; with neither, that is said', async () => {
  const file = fileURLToPath(new URL('test-advisories.json', import.meta.url));
  const [fromFile, unasked] = await Promise.all([advisories(null, { ADVISORIES_FILE: file }), advisories(null)]);

  expect([fromFile.code, fromFile.asked]).toEqual([1, []]);
  expect(fromFile.said).toContain('critical: fastify');
  expect([unasked.code, unasked.said]).toEqual([0, expect.stringContaining('NOT ASKED')]);
});

test('only versions in the range of an advisory are concerned, those before a release too', () => {
  const versions = { a: ['1.0.0', '2.0.0-beta.1', '2.1.0'] };

  expect(concerning(versions, { a: weak('low', '<2.0.0 || =2.1.0') }).map(({ version }) => version)).toEqual([
    '1.0.0',
    '2.0.0-beta.1',
    '2.1.0',
  ]);
  expect(concerning(versions, { a: weak('low', '<1.0.0') })).toEqual([]);
});
