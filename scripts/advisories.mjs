/**
 * Weaknesses that are known of what we use: `npm run advisories`. Ends with 1 when one of them is high or critical.
 *
 * The registry is asked about every package and version of package-lock.json, as `npm audit` asks it (its bulk endpoint).
 * Where no network leads there, ADVISORIES_FILE names a file that holds its answer, taken on another machine:
 *
 *   npm run advisories -- --keep advisories.json             asks, and keeps the answer
 *   ADVISORIES_FILE=advisories.json npm run test:security    reads it
 *
 * With neither it says so, and ends with 0: nobody can tell.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import semver from 'semver';
import { nameOf, packagesOf } from './dependencies.mjs';
import { ROOT } from './setup/root.mjs';

const ENDPOINT = '-/npm/v1/security/advisories/bulk';
const PATIENCE_MS = 20_000;
/** What a release may not go out with; the others are listed. */
const GRAVE = new Set(['high', 'critical']);

/** Every package of a lock file with its versions, those of the same name together. */
export function versionsOf(lock) {
  const versions = {};
  for (const [path, entry] of packagesOf(lock)) {
    const name = entry.name ?? nameOf(path);
    versions[name] = [...new Set([...(versions[name] ?? []), entry.version])];
  }
  return versions;
}

/**
 * @param {Record<string, string[]>} versions
 * @param {Record<string, {severity: string, title: string, url: string, vulnerable_versions: string}[]>} answer
 * @returns {{name: string, version: string, severity: string, title: string, url: string}[]} what concerns these versions
 */
export function concerning(versions, answer) {
  return Object.entries(answer).flatMap(([name, advisories]) =>
    advisories.flatMap(({ severity, title, url, vulnerable_versions: range }) =>
      (versions[name] ?? [])
        .filter((version) => semver.satisfies(version, range, { includePrerelease: true }))
        .map((version) => ({ name, version, severity, title, url })),
    ),
  );
}

/** @returns the registry's answer, or null when it can't be reached */
async function ask(versions) {
  const registry = process.env.npm_config_registry ?? 'https://registry.npmjs.org/';
  const url = new URL(ENDPOINT, registry.endsWith('/') ? registry : `${registry}/`);
  try {
    const answer = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(versions),
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    if (answer.ok) return await answer.json();
    console.log(`${url.host} answered ${answer.status}.`);
  } catch (error) {
    console.log(`${url.host} could not be reached (${error.cause?.code ?? error.name}).`);
  }
  return null;
}

async function main([option, keepAt]) {
  const versions = versionsOf(JSON.parse(readFileSync(new URL('package-lock.json', ROOT), 'utf8')));
  const file = process.env.ADVISORIES_FILE;
  const answer = file ? JSON.parse(readFileSync(file, 'utf8')) : await ask(versions);
  if (answer === null)
    return console.log('NOT ASKED: nobody knows of weaknesses here. ADVISORIES_FILE gives an answer.');
  if (option === '--keep' && keepAt) writeFileSync(keepAt, `${JSON.stringify(answer, null, 2)}\n`);
  const found = concerning(versions, answer);
  for (const { name, version, severity, title, url } of found)
    console.log(`${severity}: ${name} ${version}: ${title} (${url})`);
  const grave = found.filter(({ severity }) => GRAVE.has(severity)).length;
  console.log(`${Object.keys(versions).length} packages, ${found.length} weaknesses, ${grave} of them grave.`);
  if (grave > 0) process.exitCode = 1;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) await main(process.argv.slice(2));
