/**
 * Brings a fresh machine to where `npm start` and `npm test` can run, and does nothing that is done already.
 * Needs no package and Node 20 or newer.
 *
 *   node scripts/setup.mjs [--for start|test]
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { argv, env, exit } from 'node:process';
import { pathToFileURL } from 'node:url';
import { installPackages, pinnedNode } from './setup/packages.mjs';
import { ROOT } from './setup/root.mjs';
import { installTools } from './setup/tools.mjs';

/** A step can't be done here; the message is what the person has to do. */
export { SetupError } from './setup/root.mjs';

/**
 * @param {'start' | 'test'} purpose tests need a browser as well
 * @returns {string} the pinned Node's path
 */
export function setup(purpose) {
  installPackages();
  const node = pinnedNode();
  installTools(purpose);
  installHooks();
  return node;
}

/** Git runs scripts/hooks itself: nothing is copied, so they are never out of date. */
export function installHooks() {
  if (env.CI || !existsSync(new URL('.git', ROOT))) return;
  const git = (...args) => spawnSync('git', args, { cwd: ROOT, stdio: 'ignore' }).status;
  const chosen = git('config', '--get', 'core.hooksPath') === 0; // somebody's own hooks stay; ours need no second word
  if (!chosen) git('config', 'core.hooksPath', 'scripts/hooks');
}

/** Runs `work`; a SetupError becomes its sentence and exit code 1. */
export async function orSay(work) {
  try {
    return await work();
  } catch (error) {
    if (error.name !== 'SetupError') throw error;
    console.error(`\n${error.message}\n`);
    exit(1);
  }
}

if (import.meta.url === pathToFileURL(argv[1] ?? '').href) {
  const at = argv.indexOf('--for');
  await orSay(() => setup(at > 0 && argv[at + 1] === 'start' ? 'start' : 'test'));
  console.log('Everything is set up.');
}
