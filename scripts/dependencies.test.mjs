import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { isAllowed, problemsOf } from './dependencies.mjs';
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
