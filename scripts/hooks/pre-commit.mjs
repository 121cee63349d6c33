/** Before a commit: what is staged is formatted and linted, and holds no secret, no data and nothing huge. */
import { execFileSync, spawnSync } from 'node:child_process';
import { pathWithModules } from '../setup/packages.mjs';
import { ROOT } from '../setup/root.mjs';
import { complaints } from './staged.mjs';

const git = (...args) => execFileSync('git', args, { cwd: ROOT, maxBuffer: 1 << 28 });
const list = (...args) =>
  git(...args)
    .toString()
    .split('\0')
    .filter(Boolean);

const staged = list('diff', '--cached', '--name-only', '--diff-filter=ACMR', '-z');
const found = staged.flatMap((name) => complaints(name, git('show', `:${name}`)));
for (const line of found) console.error(line);

let lint = 0;
if (staged.length > 0) {
  const args = ['check', '--no-errors-on-unmatched', '--files-ignore-unknown=true', ...staged];
  lint =
    spawnSync('biome', args, { cwd: ROOT, stdio: 'inherit', env: { ...process.env, PATH: pathWithModules() } })
      .status ?? 1;
  if (lint !== 0) console.error('\nTo put right what can be: npx biome check --write FILES, then add them again.');
}
process.exit(found.length > 0 || lint !== 0 ? 1 : 0);
