/** Before a push: types, walls, and the tests that the pushed commits touch. Git says on stdin what is pushed. */
import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { ROOT } from '../setup/root.mjs';

const NONE = /^0+$/;

/** The commit that the other side has; for a new branch, where it left main. */
function base(local, remote) {
  if (!NONE.test(remote)) return remote;
  const found = spawnSync('git', ['merge-base', local, 'origin/main'], { cwd: ROOT, encoding: 'utf8' });
  return found.status === 0
    ? found.stdout.trim()
    : execFileSync('git', ['rev-list', '--max-parents=0', local], { cwd: ROOT, encoding: 'utf8' })
        .trim()
        .split('\n')[0];
}

const pushed = readFileSync(0, 'utf8')
  .trim()
  .split('\n')
  .filter(Boolean)
  .map((line) => line.split(' '));
const gates = fileURLToPath(new URL('scripts/test.mjs', ROOT));
const run = (...words) => spawnSync(process.execPath, [gates, ...words], { cwd: ROOT, stdio: 'inherit' }).status;

for (const [, local, , remote] of pushed) {
  if (NONE.test(local)) continue; // a branch is deleted
  if (run('types', 'types-web', 'walls') !== 0) process.exit(1);
  if (run('unit', 'integration', '--changed', base(local, remote), '--passWithNoTests') !== 0) process.exit(1);
}
