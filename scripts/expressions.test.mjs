// Regular expressions of ours, on whatever people send: none takes longer than its text is long.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { parseSync } from '@swc/core';
import { analyse } from 'scslre';
import { expect, test } from 'vitest';
import { ROOT } from './setup/root.mjs';

const sources = execFileSync('git', ['ls-files', 'apps', 'packages'], { cwd: ROOT })
  .toString()
  .split('\n')
  .filter((name) => /\.tsx?$/.test(name) && !/\.test\.|\.fixture\.|\/testing\//.test(name));

/** Every node of a syntax tree. */
function* nodesOf(value) {
  if (typeof value !== 'object' || value === null) return;
  if (typeof value.type === 'string') yield value;
  for (const member of Object.values(value)) yield* nodesOf(member);
}

/** What repeats make slow: two quantifiers that trade characters, one that is inside another, a start that moves on. */
const slowIn = (literal) =>
  analyse(literal).reports.map(({ type, character }) => `${type} of ${JSON.stringify(character.pick)}`);

test('no expression in the code is slower than linear', () => {
  let seen = 0;
  const slow = sources.flatMap((name) => {
    const text = readFileSync(new URL(name, ROOT), 'utf8');
    const tree = parseSync(text, { syntax: 'typescript', tsx: name.endsWith('x'), target: 'esnext' });
    return [...nodesOf(tree)]
      .filter(({ type }) => type === 'RegExpLiteral')
      .flatMap(({ pattern, flags }) => {
        seen++;
        return slowIn({ source: pattern, flags }).map((why) => `${name}: /${pattern}/${flags}: ${why}`);
      });
  });

  expect(slow).toEqual([]);
  expect(seen).toBeGreaterThan(200);
});

test('one that would be is found', () => {
  for (const [source, flags] of [
    ['^(a+)+$', ''],
    ['^[^\\s@]+@[^\\s@]+\\.[^\\s@]+$', ''],
    ['<[^>]*>', 'g'],
  ]) {
    expect(slowIn({ source, flags }), source).not.toEqual([]);
  }
});
