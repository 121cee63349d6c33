// The commands that make a backup, look at one and bring it back.

import { existsSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { openInstallation, readInstallationSettings } from '../installation.ts';
import { BackupError, backup, restore, secretOf, verify } from './index.ts';
import type { Manifest } from './manifest.ts';

/** Flags of the command line that say which installation is meant. */
type Place = { data: string; port?: string };

const describe = ({ tables, objects }: Manifest): string => {
  const rows = tables.reduce((sum, table) => sum + table.rows, 0);
  return `${tables.length} tables with ${rows} rows, ${objects.count} objects with ${(objects.bytes / 2 ** 20).toFixed(1)} MiB`;
};

/** `backup DIR`, `backup verify DIR` */
export const backupCommand = async (place: Place, [first, second]: readonly string[]): Promise<void> => {
  if (first === undefined) throw new BackupError('backup DIR, or backup verify DIR: DIR is the folder of the backup.');
  if (first === 'verify' && second !== undefined)
    return console.log(`The backup is whole: ${describe(await verify(second))}.`);
  const installation = await openInstallation(place, true);
  const manifest = await backup(installation, first).finally(installation.close);
  console.log(`Backed up ${describe(manifest)} into ${resolve(first)}.`);
};

/** `restore DIR` */
export const restoreCommand = async (place: Place, [from]: readonly string[]): Promise<void> => {
  if (from === undefined) throw new BackupError('restore DIR: DIR is the folder of the backup.');
  const undo = await bringSecret(place, from);
  try {
    const installation = await openInstallation(place, true);
    const manifest = await restore(installation, from).finally(installation.close);
    console.log(`Restored ${describe(manifest)}, as they were on ${manifest.createdAt}.`);
  } catch (error) {
    await undo();
    throw error;
  }
};

/** Puts the backup's secret where the installation looks for one, if there is none yet. */
const bringSecret = async (place: Place, from: string): Promise<() => Promise<void>> => {
  const file = join(resolve(place.data), 'secret');
  const secret = await secretOf(from);
  if (secret === null || readInstallationSettings(place).SECRET_KEY !== undefined || existsSync(file))
    return async () => {};
  await mkdir(resolve(place.data), { recursive: true });
  await writeFile(file, secret, { mode: 0o600 });
  return () => rm(file, { force: true });
};
