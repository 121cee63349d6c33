// One installation: its configuration, data folder, secret and database, as every command of the program needs them.
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { readSettings } from '#platform/config';
import { runningEmbedded, startEmbedded } from '#platform/database';
import { type Settings, settings } from './settings.ts';

export type Installation = {
  settings: Settings;
  dataFolder: string;
  secretKey: string;
  databaseUrl: string;
  /** Stops the embedded database if we started it. */
  close(): Promise<void>;
};

/** Reads the configuration: flags win over the environment, that over .env.local in the folder. @throws ConfigError */
export const readInstallationSettings = (flags: { port?: string }): Settings => {
  if (existsSync('.env.local')) process.loadEnvFile('.env.local');
  return readSettings(settings, { ...process.env, ...(flags.port === undefined ? {} : { PORT: flags.port }) });
};

/**
 * Opens the data folder and its database.
 * @param shared true for commands that may run beside a server: they use its database instead of starting one.
 */
export const openInstallation = async (
  flags: { data: string; port?: string },
  shared: boolean,
): Promise<Installation> => {
  const values = readInstallationSettings(flags);
  const dataFolder = resolve(flags.data);
  await mkdir(dataFolder, { recursive: true });
  const secretKey = values.SECRET_KEY ?? (await secretIn(dataFolder));
  const opened = { settings: values, dataFolder, secretKey };
  if (values.DATABASE_URL) return { ...opened, databaseUrl: values.DATABASE_URL, close: async () => {} };
  const dir = join(dataFolder, 'postgres');
  const running = shared ? await runningEmbedded(dir) : null;
  if (running) return { ...opened, databaseUrl: running, close: async () => {} };
  const embedded = await startEmbedded({ dir });
  return { ...opened, databaseUrl: embedded.url, close: embedded.stop };
};

/** The installation's secret: made once and kept beside the data. */
const secretIn = async (folder: string): Promise<string> => {
  const file = join(folder, 'secret');
  const known = await readFile(file, 'utf8').catch(() => null);
  if (known !== null && known.length >= 32) return known;
  const made = randomBytes(48).toString('base64url');
  await writeFile(file, made, { mode: 0o600 });
  return made;
};
