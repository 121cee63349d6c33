/** Builds the web app when what it is made of has changed since the last build. */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { env } from 'node:process';
import { fileURLToPath } from 'node:url';
import { pathWithModules } from './setup/packages.mjs';
import { ROOT, SetupError, say } from './setup/root.mjs';

const SOURCES = ['apps/web/', 'packages/ui/', 'packages/client/', 'packages/contract/'];
const NOT_SOURCES = /^(node_modules|dist|\..*)$|\.test\.tsx?$/;
const STAMP = new URL('.cache/web-build', ROOT);
const BUILT = new URL('apps/web/dist/index.html', ROOT);

/** Nothing to do takes some 20 ms; a build some seconds. A killed build is done again: the stamp comes last. */
export function buildWeb() {
  const made = fingerprint();
  if (existsSync(BUILT) && existsSync(STAMP) && readFileSync(STAMP, 'utf8') === made) return;
  say('Building the web app ...');
  rmSync(STAMP, { force: true });
  const { status, stdout, stderr } = spawnSync('vite', ['build', '--logLevel', 'warn'], {
    cwd: new URL('apps/web/', ROOT),
    env: { ...env, PATH: pathWithModules(), NODE_ENV: 'production' },
    stdio: ['ignore', 'pipe', 'pipe'],
    encoding: 'utf8',
  });
  if (status !== 0) throw new SetupError(`The web app could not be built:\n${stdout ?? ''}${stderr ?? ''}`);
  mkdirSync(dirname(fileURLToPath(STAMP)), { recursive: true });
  writeFileSync(STAMP, made);
}

/** Over names and contents, so that a checkout of an older state builds again as well. */
function fingerprint() {
  const hash = createHash('sha256').update(readFileSync(new URL('package-lock.json', ROOT)));
  const add = (folder) => {
    const entries = readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
    for (const entry of entries) {
      if (NOT_SOURCES.test(entry.name)) continue;
      const name = encodeURIComponent(entry.name);
      if (entry.isDirectory()) add(new URL(`${name}/`, folder));
      else hash.update(`${entry.name}\0`).update(readFileSync(new URL(name, folder)));
    }
  };
  for (const source of SOURCES) add(new URL(source, ROOT));
  return hash.digest('hex');
}
