/** npm packages as the lock file names them, and the Node that comes with them. */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { delimiter } from 'node:path';
import { env, execPath, versions } from 'node:process';
import { fileURLToPath } from 'node:url';
import { ROOT, SetupError, say } from './root.mjs';

const NODE_MAJOR = 24;
const STAMP = 'node_modules/.installed';
const LEFT_BY_NPM = 'node_modules/.package-lock.json';
const NODE_PACKAGES = ['node-', 'node-bin-'];

/** `npm ci`, unless node_modules is what the lock file says already: by our stamp, or by what npm install left. */
export function installPackages() {
  const lock = readFileSync(new URL('package-lock.json', ROOT), 'utf8');
  const fingerprint = createHash('sha256').update(lock).digest('hex');
  if (read(STAMP) === fingerprint || installed(JSON.parse(lock), JSON.parse(read(LEFT_BY_NPM) ?? 'null'))) return;
  say('Installing packages (npm ci, about half a minute) ...');
  const { status, stdout, stderr, error } = spawnSync('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: ROOT,
    env: { ...env, PATH: withoutModules(env.PATH) },
    stdio: ['ignore', 'pipe', 'pipe'],
    encoding: 'utf8',
    maxBuffer: 1 << 26,
  });
  if (status !== 0) throw new SetupError(`npm ci failed:\n${error?.message ?? ''}${stdout ?? ''}${stderr ?? ''}`);
  writeFileSync(new URL(STAMP, ROOT), fingerprint);
}

/**
 * Compares the lock file with the one that npm leaves in node_modules when an installation is complete.
 * An optional package may be missing (another platform's), but not be of another version.
 * @param {object} wanted
 * @param {object | null} found
 */
export function installed(wanted, found) {
  if (!found) return false;
  return Object.entries(wanted.packages).every(([path, { version, integrity, link, optional }]) => {
    if (!path.includes('node_modules/')) return true; // our own workspaces
    const there = found.packages[path];
    if (!there) return optional === true;
    return link === there.link && version === there.version && integrity === there.integrity;
  });
}

/**
 * The Node that everything runs with: pinned by the lock file, not the machine's. npm 10 installs its package without
 * making the link to its program; then that is done here.
 * @returns {string} its path
 */
export function pinnedNode() {
  const bin = new URL('node_modules/.bin/node', ROOT);
  if (existsSync(bin)) return fileURLToPath(bin);
  const own = NODE_PACKAGES.map((start) => `${start}${process.platform}-${process.arch}/bin/node`);
  const program = own.find((path) => existsSync(new URL(`node_modules/${path}`, ROOT)));
  if (program) {
    rmSync(bin, { force: true });
    symlinkSync(`../${program}`, bin);
    return fileURLToPath(bin);
  }
  if (Number(versions.node.split('.')[0]) >= NODE_MAJOR) return execPath;
  throw new SetupError(
    `There is no Node ${NODE_MAJOR} package for ${process.platform}-${process.arch}, or optional packages were left out. ` +
      `Run npm ci with them, or install Node ${NODE_MAJOR} and try again.`,
  );
}

/** PATH with the packages' programs first, the pinned Node among them. */
export const pathWithModules = () =>
  `${fileURLToPath(new URL('node_modules/.bin', ROOT))}${delimiter}${env.PATH ?? ''}`;

/** npm must not run by the Node that it is about to replace. */
const withoutModules = (path = '') =>
  path
    .split(delimiter)
    .filter((dir) => !/[\\/]node_modules[\\/]/.test(`${dir}/`))
    .join(delimiter);

function read(file) {
  const url = new URL(file, ROOT);
  return existsSync(url) ? readFileSync(url, 'utf8') : undefined;
}
