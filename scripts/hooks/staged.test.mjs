import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { ROOT } from '../setup/root.mjs';
import { complaints } from './staged.mjs';

const text = (content) => Buffer.from(content);

test.each([
  ['.env', text('A=1')],
  ['apps/server/.env.local', text('A=1')],
  ['data/postgres/18/PG_VERSION', text('18')],
  ['copy.sqlite3', text('x')],
  ['film.mp4', Buffer.alloc(1_000_001)],
  ['a.ts', text(`const key = '${'sk_live'}_${'a1'.repeat(12)}';`)],
  ['a.pem', text(`-----BEGIN ${'PRIVATE'} KEY-----\n${'A'.repeat(64)}\n`)],
  ['a.ts', text(`const key = 'AKIA${'A1B2'.repeat(4)}';`)],
  ['.npmrc', text(`//registry.npmjs.org/:_authToken=npm_${'a'.repeat(36)}`)],
])('%s is refused', (name, content) => {
  expect(complaints(name, content)).not.toEqual([]);
});

test.each([
  ['.env.example', text('STRIPE_SECRET_KEY=')],
  ['poster.png', Buffer.alloc(900_000)],
  ['a.ts', text("const key = 'sk_test_sandbox'; const secret = 'whsec_sandbox';")],
  ['docs/database.md', text('PG_VERSION lies in the data folder')],
])('%s may be committed', (name, content) => {
  expect(complaints(name, content)).toEqual([]);
});

test('nothing of it is in the repository', () => {
  const names = execFileSync('git', ['ls-files', '-z'], { cwd: ROOT }).toString().split('\0').filter(Boolean);

  expect(names.flatMap((name) => complaints(name, readFileSync(new URL(encodeURI(name), ROOT))))).toEqual([]);
  expect(names.length).toBeGreaterThan(1000);
});
