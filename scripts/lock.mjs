/**
 * `npm run lock` after `npm install`: completes package-lock.json with the optional packages of other platforms.
 *
 * npm leaves out what it doesn't find while it writes the file (a mirror that carries one platform only, a package
 * that is there already: npm/cli#4828), and `npm ci` then refuses the file, here and on every other platform. An entry
 * needs its exact version, which the package that asks for it states, and the platform, which its name states.
 * Integrity is added by the first `npm install` that can see the package.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { ROOT } from './setup/root.mjs';

const SYSTEMS = ['aix', 'android', 'darwin', 'freebsd', 'linux', 'netbsd', 'openbsd', 'openharmony', 'sunos', 'win32'];
const PROCESSORS = ['arm64', 'arm', 'ia32', 'loong64', 'mips64el', 'ppc64', 'riscv64', 's390x', 'wasm32', 'x64'];
const EXACT = /^\d+\.\d+\.\d+(-[\w.-]+)?$/;

/**
 * The entries that are missing, by path. An optional package whose name says no platform is not for us to invent.
 * @param {{packages: Record<string, object>}} lock
 * @returns {Record<string, object>}
 */
export function missingPlatforms(lock) {
  const missing = {};
  for (const [path, { optionalDependencies = {}, dev }] of Object.entries(lock.packages)) {
    for (const [name, version] of Object.entries(optionalDependencies)) {
      const platform = platformOf(name);
      if (!platform || !EXACT.test(version) || resolves(lock.packages, path, name)) continue;
      missing[`node_modules/${name}`] = { version, ...platform, ...(dev ? { dev } : {}), optional: true };
    }
  }
  return missing;
}

/** `@biomejs/cli-linux-x64-musl` → linux, x64, musl */
function platformOf(name) {
  const words = name.split(/[^a-z0-9]+/);
  const os = SYSTEMS.find((system) => words.includes(system));
  const cpu = PROCESSORS.find((processor) => words.includes(processor));
  if (!os || !cpu) return undefined;
  const libc = words.includes('musl')
    ? 'musl'
    : words.includes('gnu') || words.includes('gnueabihf')
      ? 'glibc'
      : undefined;
  return { cpu: [cpu], ...(os === 'linux' && libc ? { libc: [libc] } : {}), os: [os] };
}

/** As Node looks for it: in the package's own node_modules, then in each one above. */
function resolves(packages, from, name) {
  for (let at = from; ; at = at.slice(0, Math.max(0, at.lastIndexOf('node_modules/') - 1))) {
    if (packages[`${at ? `${at}/` : ''}node_modules/${name}`]) return true;
    if (at === '') return false;
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const file = new URL('package-lock.json', ROOT);
  const lock = JSON.parse(readFileSync(file, 'utf8'));
  const missing = missingPlatforms(lock);
  const [[root, own], ...rest] = Object.entries({ ...lock.packages, ...missing });
  lock.packages = Object.fromEntries([[root, own], ...rest.sort(([a], [b]) => a.localeCompare(b, 'en'))]);
  writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`);
  console.log(`${Object.keys(missing).length} packages of other platforms added.`);
}
