// The program: reads the configuration, builds the app, starts the roles asked for.
import { randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { ConfigError, printSettings, readSettings } from '#platform/config';
import { type Embedded, startEmbedded } from '#platform/database';
import { type App, createApp, isLoopback, type RoleName, roleNames, settings } from './app.ts';
import { demoPeople } from './site.ts';

const USAGE = `Usage: main.ts COMMAND [options]

  start     everything, or only some roles: --role ${roleNames.join(',')}
            --data DIR   folder for database, media and the sandbox (default ./data)
            --port N     port of the web app (default 8080)
            --no-demo    no demo people and no demo content
            --print-config
`;

const { positionals, values: flags } = parseArgs({
  allowPositionals: true,
  allowNegative: true,
  options: {
    role: { type: 'string' },
    data: { type: 'string', default: './data' },
    port: { type: 'string' },
    demo: { type: 'boolean', default: true },
    'print-config': { type: 'boolean', default: false },
  },
});

const readRoles = (text: string | undefined): readonly RoleName[] => {
  if (text === undefined) return roleNames;
  const wanted = text.split(',');
  const unknown = wanted.filter((name) => !roleNames.some((role) => role === name));
  if (unknown.length > 0) throw new ConfigError([`--role ${unknown.join(',')}: there are ${roleNames.join(', ')}`]);
  return roleNames.filter((role) => wanted.includes(role));
};

/** The installation's secret: from the configuration, else made once and kept beside the data. */
const secretKeyIn = async (folder: string, configured: string | undefined): Promise<string> => {
  if (configured) return configured;
  const file = join(folder, 'secret');
  const known = await readFile(file, 'utf8').catch(() => null);
  if (known && known.length >= 32) return known;
  const made = randomBytes(48).toString('base64url');
  await writeFile(file, made, { mode: 0o600, flag: 'wx' });
  return made;
};

const start = async () => {
  const env = { ...process.env, ...(flags.port === undefined ? {} : { PORT: flags.port }) };
  const values = readSettings(settings, env);
  if (flags['print-config']) {
    console.log(printSettings(settings, values));
    return;
  }
  const dataFolder = resolve(flags.data);
  await mkdir(dataFolder, { recursive: true });
  const secretKey = await secretKeyIn(dataFolder, values.SECRET_KEY);
  const embedded: Embedded | null = values.DATABASE_URL
    ? null
    : await startEmbedded({ dir: join(dataFolder, 'postgres') });
  const databaseUrl = values.DATABASE_URL ?? embedded?.url ?? '';
  let app: App | null = null;
  const stop = async () => {
    await app?.close();
    await embedded?.stop();
  };
  try {
    app = await createApp({
      settings: values,
      databaseUrl,
      dataFolder,
      secretKey,
      roles: readRoles(flags.role),
      demo: flags.demo,
    });
    await app.start();
  } catch (error) {
    await stop().catch(() => {});
    throw error;
  }
  onEnd(stop);
  greet(app, values.HOST);
};

/** Ctrl-C and SIGTERM end in order; a second one at once. A parent that is gone counts as Ctrl-C. */
const onEnd = (stop: () => Promise<void>) => {
  let ending = false;
  const end = async () => {
    if (ending) process.exit(130);
    ending = true;
    await stop().catch((error) => console.error(error));
    process.exit(0);
  };
  process.on('SIGINT', end);
  process.on('SIGTERM', end);
  process.on('disconnect', end);
};

const greet = (app: App, host: string) => {
  const lines = ['', `  Video Window is ready: ${app.url()}`, ''];
  if (app.sandbox) {
    if (flags.demo) {
      const people = demoPeople.map(({ role, email }) => `  ${role.padEnd(10)} ${email}`);
      lines.push('  Sign in with a code, as one of these people:', ...people, '');
    }
    lines.push(`  The codes arrive in the sandbox's mail page: ${app.url()}/sandbox/inbox`);
    lines.push('  Mail, payments and payouts are stand-ins on this machine; nothing leaves it.', '');
  }
  if (!isLoopback(host)) lines.push(`  Listening on ${host}.`, '');
  lines.push('  Ctrl-C stops everything.', '');
  console.log(lines.join('\n'));
};

const commands: Readonly<Record<string, () => Promise<void>>> = { start };

const command = commands[positionals[0] ?? 'start'];
if (!command) {
  console.error(USAGE);
  process.exit(2);
}
command().catch((error: NodeJS.ErrnoException) => {
  if (error instanceof ConfigError) console.error(error.message);
  else if (error.code === 'EADDRINUSE')
    console.error(`The port is taken by another program. Choose another: npm start -- --port N`);
  else console.error(error);
  process.exit(1);
});
